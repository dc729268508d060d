"""What visitors' fingers make of a well-formed question: sentences around it, hesitation, lower case, dropped marks, typos."""

import random
import re

from .parts import ASIDES, FILLERS, LEADS, SETTINGS, TRAILS
from .wording import expand, lower_first

DROPPABLE = {"a", "an", "the", "is", "are", "do", "does", "of", "to", "me", "you", "it"}
NEIGHBOURS = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "w",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}
SLOPPY = {
    "what is": ["whats", "wat is", "what's", "wots"],
    "what's": ["whats"],
    "you": ["u"],
    "are": ["r"],
    "please": ["pls", "plz"],
    "the": ["teh"],
    "don't": ["dont"],
    "can't": ["cant"],
    "i am": ["im"],
    "i'm": ["im"],
    "who is": ["whos", "who's"],
    "how many": ["howmany", "how much"],
    "your": ["ur"],
    "capital": ["captial", "capitol"],
    "because": ["cuz"],
    "which": ["wich"],
    "tell me": ["tell"],
    "it's": ["its"],
    "country": ["contry"],
    "does": ["dose"],
}


def typo(text: str, rng: random.Random) -> str:
    """One slip of the fingers in one longer word."""
    words = text.split(" ")
    long_words = [i for i, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not long_words:
        return text
    at = rng.choice(long_words)
    word = words[at]
    i = rng.randrange(1, len(word) - 1)
    slip = rng.randrange(4)
    if slip == 0:
        word = word[:i] + word[i + 1 :]
    elif slip == 1:
        word = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    elif slip == 2:
        word = word[:i] + word[i] + word[i:]
    else:
        word = word[:i] + rng.choice(NEIGHBOURS.get(word[i].lower(), word[i])) + word[i + 1 :]
    words[at] = word
    return " ".join(words)


def sloppy(text: str, rng: random.Random) -> str:
    lowered = text.lower()
    hits = [phrase for phrase in SLOPPY if re.search(rf"\b{re.escape(phrase)}\b", lowered)]
    if not hits:
        return text
    phrase = rng.choice(hits)
    return re.sub(rf"\b{re.escape(phrase)}\b", rng.choice(SLOPPY[phrase]), lowered, count=1)


def stumble(text: str, rng: random.Random) -> str:
    """A small word left out, or a filler put in, as in dictation or in a language one is learning."""
    words = text.split(" ")
    droppable = [i for i, word in enumerate(words) if word.lower() in DROPPABLE]
    if droppable and rng.random() < 0.6:
        del words[rng.choice(droppable)]
    else:
        words.insert(rng.randrange(1, len(words) + 1), rng.choice(FILLERS))
    return " ".join(words)


def surrounded(text: str, rng: random.Random) -> str:
    """The question after a sentence about something else, a hesitation, or before a plea. Very short ones stay alone."""
    if len(text.split()) > 2 and rng.random() < 0.10:
        text = f"{expand(rng.choice(SETTINGS), rng).strip()} {text}"
        text = text[0].upper() + text[1:]
    elif rng.random() < 0.10:
        lead = expand(rng.choice(LEADS), rng).strip()
        text = lead[0].upper() + lead[1:] + " " + lower_first(text)
    if rng.random() < 0.09:
        trail = expand(rng.choice(TRAILS), rng)
        text = text.rstrip("?.! ") + ("" if trail[0] in "?,.!" else " ") + trail
    return text


def blurred(text: str, answer: str, words: list[str], rng: random.Random) -> str:
    """One or two words of the frame replaced by any others, so that no frame is learned by heart.

    What stands in the answer stays, and so do names, numbers and short words.
    """
    said = answer.lower()
    parts = text.split(" ")
    loose = [
        i for i, part in enumerate(parts) if i and len(part) > 3 and part.isalpha() and part.islower() and part[:4] not in said
    ]
    for i in rng.sample(loose, min(len(loose), rng.choice([1, 1, 2]))):
        parts[i] = rng.choice(words)
    return " ".join(parts)


def beside(text: str, words: list[str], rng: random.Random) -> str:
    """The question after a sentence that names other things."""
    aside = expand(rng.choice(ASIDES), rng, n=rng.choice(words), m=rng.choice(words)).strip()
    return f"{aside[0].upper()}{aside[1:]} {lower_first(text) if aside[-1] in ',:' else text}"


def as_typed(text: str, rng: random.Random) -> str:
    """What a visitor's fingers make of a well-formed question."""
    text = surrounded(text, rng)
    if len(text.split()) > 3 and rng.random() < 0.07:
        text = stumble(text, rng)
    if rng.random() < 0.06:
        text = sloppy(text, rng)
    case = rng.random()
    if case < 0.30:
        text = text.lower()
    elif case < 0.36:
        text = lower_first(text)
    elif case < 0.37:
        text = text.upper()
    if rng.random() < 0.25:
        text = text.rstrip("?.!")
    if rng.random() < 0.07:
        text = typo(text, rng)
    return text.strip()
