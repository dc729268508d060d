"""How people type: patterns that multiply into many wordings, lead-ins, lower case, dropped marks, typos.

A pattern is text with `[a|b|c]` (choose one, may nest, `[|please ]` is optional) and `{slot}`.
Ten patterns of three choices each already give hundreds of wordings; what a small model needs is variety of wording
more than anything else (see the figures in README.md).
"""

import random
import re

LEAD_INS = [
    "Hey, ",
    "Hi, ",
    "Hello, ",
    "Ok, ",
    "Okay, ",
    "So, ",
    "Well, ",
    "Please, ",
    "Now, ",
    "And now: ",
    "Quick question: ",
    "Question: ",
    "One more: ",
    "Next: ",
    "Hey Mixtab, ",
    "Mixtab, ",
    "Hi Mixtab! ",
    "Hello there. ",
    "Sorry, ",
    "Um, ",
    "Tell me, ",
    "Just wondering, ",
    "I was wondering, ",
    "I wonder: ",
    "Let me ask you: ",
    "My teacher asks: ",
    "For my homework: ",
    "I forgot: ",
    "Help me out, ",
    "Great. ",
    "Thanks. ",
    "Cool. ",
    "Nice! ",
    "Alright, ",
]
TAILS = [
    " please",
    " please?",
    ", please",
    " thanks",
    ", thanks!",
    " thank you",
    " pls",
    " plz",
    " ?",
    "??",
    "...",
    "!",
    " :)",
]
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


def patterns(text: str) -> list[str]:
    """A block of patterns, separated by `;;`; lines are wrapped freely."""
    return [" ".join(part.split()) for part in text.split(";;") if part.strip()]


def expand(pattern: str, rng: random.Random, **slots: object) -> str:
    """Choose one wording of a pattern and fill its slots."""
    while True:
        inner = re.search(r"\[([^\[\]]*)\]", pattern)
        if not inner:
            break
        pattern = pattern[: inner.start()] + rng.choice(inner[1].split("|")) + pattern[inner.end() :]
    for name, value in slots.items():
        pattern = pattern.replace("{" + name + "}", str(value))
    return pattern


def choose(patterns: list[str], rng: random.Random, **slots: object) -> str:
    text = expand(rng.choice(patterns), rng, **slots)
    return text[0].upper() + text[1:] if rng.random() < 0.75 else text


def lower_first(text: str) -> str:
    """`What is` → `what is`, but `I`, names and acronyms keep their capital."""
    first = text.split(" ", 1)[0]
    if first in ("I", "I'm", "I've", "I'd") or not first[1:].islower() and len(first) > 1:
        return text
    return text[0].lower() + text[1:]


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


def as_typed(text: str, rng: random.Random) -> str:
    """What a visitor's fingers make of a well-formed question."""
    if rng.random() < 0.14:
        text = rng.choice(LEAD_INS) + lower_first(text)
    if rng.random() < 0.09:
        text = text.rstrip("?.!") + rng.choice(TAILS)
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
