"""Small talk and what the model knows of itself: blocks of question patterns and answers, written by us."""

import random
from pathlib import Path

from .turn import Turn
from .wording import choose, patterns


def read_blocks(path: Path) -> list[tuple[list[str], list[str]]]:
    blocks: list[tuple[list[str], list[str]]] = []
    for line in open(path, encoding="utf8"):
        mark, _, rest = line.rstrip("\n").partition(" ")
        parts = patterns(rest)
        if mark == "?":
            if not blocks or blocks[-1][1]:
                blocks.append(([], []))
            blocks[-1][0].extend(parts)
        elif mark == ">":
            blocks[-1][1].extend(parts)
    return blocks


class Talk:
    def __init__(self, path: Path, skill: str) -> None:
        self.blocks = read_blocks(path)
        self.skill = skill
        # a block with more wordings is a larger field of meaning
        self.weights = [len(questions) ** 0.7 for questions, _ in self.blocks]

    def sample(self, rng: random.Random) -> list[Turn]:
        questions, answers = rng.choices(self.blocks, self.weights)[0]
        asked = questions[:2] if rng.random() < 0.3 else questions  # what stands first is what most people type
        return [Turn(choose(asked, rng), rng.choice(answers), skill=self.skill)]
