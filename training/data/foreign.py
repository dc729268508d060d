"""What visitors write in other languages, put together from openings, middles and ends of each, in many scripts."""

import random

from .paths import WRITTEN


def read_languages() -> dict[str, list[list[str]]]:
    """language → its lines, each a list of parts; a part is a list of alternatives that fit there."""
    languages: dict[str, list[list[str]]] = {}
    name = ""
    for line in open(WRITTEN / "foreign.txt", encoding="utf8"):
        line = line.rstrip("\n")
        if line.startswith("# "):
            name = line[2:]
            languages[name] = []
        elif line and name:
            languages[name].append(line.split(" ;; "))
    return languages


class Foreign:
    def __init__(self) -> None:
        self.languages = read_languages()
        self.names = list(self.languages)

    def sentence(self, rng: random.Random) -> str:
        lines = self.languages[rng.choice(self.names)]
        sentence = rng.choice(rng.choice(lines))
        while "[" in sentence:
            start = sentence.rindex("[")
            end = sentence.index("]", start)
            sentence = sentence[:start] + rng.choice(sentence[start + 1 : end].split("|")) + sentence[end + 1 :]
        if rng.random() < 0.12:  # two at once
            sentence += " " + rng.choice(rng.choice(lines)).split("[")[0]
        return " ".join(sentence.split())
