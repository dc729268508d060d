"""Where things lie. Everything large or generated stays outside the repository, under $MIXTAB_HOME."""

import os
from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("MIXTAB_HOME", Path.home() / ".cache" / "mixtab-training"))
PACKAGES = HOME / "sources" / "node_modules"
ELEMENTS = Path("/usr/share/dictd/elements.dict.dz")
WRITTEN = Path(__file__).resolve().parent / "written"  # the texts that we wrote ourselves
HELDOUT = TRAINING / "heldout"
DEV = TRAINING / "dev"
