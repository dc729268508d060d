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
        self.by_words: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # the same, by three words inside the fixed part
        for name in ("free.json", "follow_ups.json", "visitors.json"):
            for prompt in json.load(open(HELDOUT / name, encoding="utf8"))["prompts"]:
                turns = prompt.get("turns", prompt.get("prompt"))
                if not prompt.get("common"):
                    self.add(turns if isinstance(turns, str) else turns[-1])
        for line in open(HELDOUT / "out_of_ken.txt", encoding="utf8"):
            if not line.startswith("#"):
                self.add(line.strip())
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
            longest = max(fixed, key=len)
            frame = (longest, re.compile(f"^{pattern}$" if whole else rf"\b{pattern}\b"))
            words = longest.split()
            if len(fixed) == 1 and len(words) >= SHORT:
                self.by_words.setdefault(" ".join(words[:SHORT]), []).append(frame)
            else:
                self.frames.append(frame)

    def covers(self, question: str) -> bool:
        text = normalised(question)
        if text in self.whole or any(part in text and frame.search(text) for part, frame in self.frames):
            return True
        words = text.split()
        for start in range(len(words) - SHORT + 1):
            for part, frame in self.by_words.get(" ".join(words[start : start + SHORT]), ()):
                if part in text and frame.search(text):
                    return True
        return False
