"""Keeps the held-out wordings out of training: a generated question that contains one is thrown away."""

import json
import re

from .paths import DEV, HELDOUT
from .wording import normalised

SHORT = 3  # a held-out wording of so few words is forbidden as a whole question only; longer ones also inside others


class HeldOut:
    def __init__(self) -> None:
        self.whole: set[str] = set()
        self.frames: list[tuple[str, re.Pattern[str]]] = []  # (longest fixed part, the frame)
        for path in HELDOUT.glob("free*.json"):
            for prompt in json.load(open(path, encoding="utf8"))["prompts"]:
                turns = prompt["prompt"] if isinstance(prompt["prompt"], list) else [prompt["prompt"]]
                self.add(turns[-1])
        for folder in (HELDOUT, DEV):
            for kind, wordings in json.load(open(folder / "wordings.json", encoding="utf8")).items():
                for wording in wordings if kind != "about" else []:
                    self.add(wording if isinstance(wording, str) else wording[0])

    def add(self, wording: str) -> None:
        """A question, or a frame with slots such as {w}."""
        fixed = [normalised(part) for part in re.split(r"\{\w+\}", wording)]
        if len(fixed) == 1:
            self.whole.add(fixed[0])
        if len(" ".join(fixed).split()) > SHORT or len(fixed) > 1:
            pattern = r"\W*(?:\S+ ?){1,5}\W*".join(re.escape(part) for part in fixed)
            whole = len(" ".join(fixed).split()) <= SHORT
            self.frames.append((max(fixed, key=len), re.compile(f"^{pattern}$" if whole else rf"\b{pattern}\b")))

    def covers(self, question: str) -> bool:
        text = normalised(question)
        return text in self.whole or any(part in text and frame.search(text) for part, frame in self.frames)
