"""Patterns that multiply into many wordings.

A pattern is text with `[a|b|c]` (choose one, may nest, `[|please ]` is optional), `<part>` (one of parts.py) and `{slot}`.
Ten patterns of three choices each already give hundreds of wordings; what a small model needs is variety of wording
more than anything else (see the figures in README.md).
"""

import random
import re

PARTS: dict[str, list[str]] = {}  # filled by parts.py; a pattern refers to one as `<name>`
PART = re.compile(r"<([a-z_0-9]+)>")
CHOICE = re.compile(r"\[([^\[\]]*)\]")
def patterns(text: str) -> list[str]:
    """A block of patterns, separated by `;;`; lines are wrapped freely."""
    return [" ".join(part.split()) for part in text.split(";;") if part.strip()]


def expand(pattern: str, rng: random.Random, **slots: object) -> str:
    """Choose one wording of a pattern and fill its slots."""
    while True:
        inner = CHOICE.search(pattern)
        if inner:
            pattern = pattern[: inner.start()] + rng.choice(inner[1].split("|")) + pattern[inner.end() :]
            continue
        part = next((found for found in PART.finditer(pattern) if found[1] in PARTS), None)
        if not part:
            break
        pattern = pattern[: part.start()] + rng.choice(PARTS[part[1]]) + pattern[part.end() :]
    for name, value in slots.items():
        pattern = pattern.replace("{" + name + "}", str(value))
    return re.sub(" {2,}", " ", pattern.replace(" 's", "'s"))


def choose(patterns: list[str], rng: random.Random, **slots: object) -> str:
    text = expand(rng.choice(patterns), rng, **slots).strip()
    return text[:1].upper() + text[1:] if rng.random() < 0.75 else text


def lower_first(text: str) -> str:
    """`What is` → `what is`, but `I`, names and acronyms keep their capital."""
    first = text.split(" ", 1)[0]
    if first in ("I", "I'm", "I've", "I'd") or not first[1:].islower() and len(first) > 1:
        return text
    return text[0].lower() + text[1:]


def indefinite(word: str) -> str:
    """The right article: a dog, an owl, a unit, an hour."""
    vowel = word[0] in "aeiou" and not re.match(r"(uni|use|usu|eu|one\b|once|ura|uti|ut[eo])", word)
    return ("an " if vowel or word in ("hour", "honor", "honour", "heir", "herb", "honesty") else "a ") + word


def listing(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def normalised(text: str) -> str:
    """The form in which questions are compared, to keep held-out ones out of the training set."""
    return " ".join(re.sub(r"[^\w+*/=<>-]+", " ", text.lower()).split())

