"""Words explained. Our own definitions first (written/definitions.tsv), then WordNet's glosses, cleaned."""

import random
import re
from collections import Counter
from dataclasses import dataclass

from .frames import FOLLOW_UPS, FRAMES, SCENES
from .paths import WRITTEN
from .turn import Turn
from .wording import capitalised, choose, indefinite
from .wordnet import WordNet, common_words

MAX_WORDS = 5590
LONGEST_GLOSS = 90  # characters; longer ones cost tokens and are rarely clear
UNFIT = re.compile(
    r"offensive|slur|vulgar|obscene|disparag|sexual|copulat|genital|prostitut|ethnic|feces|excret|urin|penis|breast|intercourse|"
    r"nazi|suicid|murder|\bkill|rape|racis|slave|negro|\bdrug|erotic|intoxicat|homosex|tortur|corpse|dead body|narcotic|"
    r"\b1[0-9]{3}\b|archaic|informal|slang|used (as|in|with|of)|of or relating|of or pertaining|pertaining to|relating to",
    re.I,
)
UNFIT_WORDS = set(
    "sex whore slut bitch cock dick pussy tit tits ass butt fag negro jew fuck shit piss bastard porn nude gay lesbian queer retard "
    "screw balls nuts boob bang hump prick crap damn bloody hell hooker rape virgin bra thing something someone anything does got "
    "made gone been was were has had did may can will must shall should would could might".split()
)
# Adverbs of place and number words that WordNet explains oddly, and words best left alone.
UNFIT_WORDS |= set(
    "racial oriental given done laid bent lost left set put let born worn torn sworn sought taught bought brought caught frozen broken spoken stolen hidden written driven fallen forgotten beaten swollen sunken shaken woven drawn grown known shown thrown flown blown paid said sold told held kept slept spent sent built burnt learnt spilt spoilt dreamt meant felt dealt somebody anybody everybody nobody anyone everyone someone "
    "transient bastard terrorist gypsy colored colonial bluff slight mate stole rend bit lot sort kind use well like back front "
    "one two three four five six seven eight nine ten eleven twelve hundred thousand million dozen second third fourth fifth thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety teen sixth seventh eighth ninth tenth".split()
)
OPEN_ENDS = re.compile(r"\b(to|for|of|at|with|over|about|from|on|into|by|after|upon|against|in|towards?)$")
CONCRETE = {"animal", "artifact", "person", "object", "plant", "body", "food", "group", "location", "shape"}

@dataclass
class Entry:
    word: str
    pos: str
    answer: str
    offset: str = ""  # of the WordNet noun sense, for is-a questions
    written: bool = False
    kinds: set[str] | None = None  # for is-a questions, where WordNet's would be of another sense or are missing


def clean(gloss: str) -> str:
    """The gloss without examples, remarks in brackets and second thoughts."""
    gloss = re.split(r'; |"', gloss)[0]
    gloss = re.sub(r"\([^)]*\)", "", gloss).split(" -- ")[0]
    return re.sub(r"\s+", " ", gloss).strip(" ;:,.")


def circular(word: str, gloss: str) -> bool:
    """Does the gloss use the word itself, or one of its family: `suggestion` in `an idea that is suggested`?"""
    shared = max(4, (len(word) + 1) // 2)
    return any(part[:shared] == word[:shared] for part in re.findall(r"[a-z]+", gloss.lower())) or (
        len(word) < 4 and word in gloss.split()
    )


def quoted(word: str, meaning: str) -> str:
    return f'"{capitalised(word)}" means {meaning}.'


def noun_answer(word: str, gloss: str, file: str, counted: bool) -> str:
    """`A hammer is a tool …` where an article is surely right, `"Anger" means …` elsewhere."""
    if not re.match(r"(an?|the|any|one|some\w*|all|those|either|each|two|three|four|that|whatever|something) ", gloss):
        first_noun = gloss.split(" ")[0]
        if file in ("person", "animal") and not gloss.split(" of ")[0].endswith("s"):
            gloss = indefinite(first_noun) + gloss[len(first_noun) :]
    if counted and re.match(r"(an?|any|one|someone|something|the part|the place|the person) ", gloss):
        return f"{capitalised(indefinite(word))} is {gloss}."
    return quoted(word, gloss)


def verb_answer(word: str, gloss: str) -> str:
    """Glosses of verbs leave their object out: `have a desire for`."""
    gloss = gloss.removeprefix("to ")
    if OPEN_ENDS.search(gloss):
        gloss += " someone" if gloss.endswith(" to") else " something"
    return f"To {word} means to {gloss}."


def plural(word: str) -> str:
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + "s"


def gerund(verb: str) -> str:
    """run → running, write → writing, agree → agreeing"""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.search(r"^[^aeiou]*[aeiou][bdglmnprt]$", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def marked(word: str, rng: random.Random) -> str:
    """A word as one writes it when speaking about it."""
    forms = [word] * 10 + [f'"{word}"'] * 3 + [f"'{word}'"] * 3 + [capitalised(word)] * 2
    return rng.choice(forms + [f"“{word}”", f"‘{word}’", f"*{word}*", f"`{word}`", word.upper(), f'"{capitalised(word)}"', f"«{word}»"])


def word_slots(word: str, pos: str, rng: random.Random) -> dict[str, str]:
    article = indefinite(word) if rng.random() < 0.93 else indefinite(word).replace(word, f'"{word}"')
    return dict(w=word, q=marked(word, rng), a=article, ws=plural(word), ing=gerund(word), w_a=indefinite(word))


def frames(pos: str, rng: random.Random) -> list[str]:
    """The word mentioned or in use, asked for directly or in a scene."""
    use = "mentioned" if rng.random() < (0.4 if pos == "n" else 0.5) else pos
    return (SCENES if rng.random() < 0.45 else FRAMES)[use]


def inflected(word: str, tiers: dict[str, int]) -> bool:
    """Plurals and comparatives, which nobody asks to have explained."""
    bases = (
        [word[:-1], word[:-2], word[:-3] + "y"]
        if word.endswith(("s", "er")) and not word.endswith(("ss", "us"))
        else []
    )
    adjective = word.endswith("er") and (word[:-3] + "y" in tiers or word[:-1] + "st" in tiers)
    return adjective or word.endswith("s") and any(base in tiers for base in bases)


class Dictionary:
    def __init__(self, wordnet: WordNet, reserved: set[str]) -> None:
        """`reserved` words are explained by other skills, such as the names of elements."""
        self.wordnet = wordnet
        self.reserved = reserved
        self.tiers = common_words()
        self.entries: dict[str, Entry] = {}
        self.read_written()
        for _, entry in sorted(self.candidates(), key=lambda pair: pair[0]):
            if len(self.entries) >= MAX_WORDS:
                break
            self.entries.setdefault(entry.word, entry)
        self.words = list(self.entries)
        # Everyday words are asked for more often: weight falls slowly with rank.
        self.weights = [(rank + 150) ** -0.25 for rank in range(len(self.words))]

    def read_written(self) -> None:
        """Lines of `pos<TAB>word<TAB>definition`, and for some nouns `<TAB>kinds`; nouns say their own article: `a dog`, or none: `water`."""
        for line in open(WRITTEN / "definitions.tsv", encoding="utf8"):
            if line.strip() and not line.startswith("#"):
                pos, name, meaning, *kinds = line.rstrip("\n").split("\t")
                word = re.sub(r"^(an?|the) ", "", name)
                if pos == "n":
                    answer = f"{capitalised(name)} is {meaning}."
                elif pos == "v":
                    answer = f"To {word} means to {meaning}."
                else:
                    answer = quoted(word, meaning)
                offsets = self.wordnet.senses.get((pos, word), [""])
                listed = set(kinds[0].split(",")) - {"-"} if kinds else None
                self.entries[word] = Entry(word, pos, answer, offsets[0], written=True, kinds=listed)

    def candidates(self):
        """(rank, entry) of every common word whose commonest fitting sense has a clear gloss."""
        for word, tier in self.tiers.items():
            if (
                not word.isascii()
                or not word.isalpha()
                or not word.islower()
                or len(word) < 3
                or word in UNFIT_WORDS | self.reserved
            ):
                continue
            counts = Counter(
                {pos: self.wordnet.count(pos, word) for pos in "nvar" if (pos, word) in self.wordnet.senses}
            )
            if not counts or re.search(r"(ed|est|ing|ly)$", word) or inflected(word, self.tiers):
                continue
            pos = max(counts, key=lambda p: (counts[p], "nvar".index(p) == 0))
            if pos == "r" or (tier > 20 and counts[pos] == 0) or tier > 35:
                continue
            entry = self.entry(word, pos)
            if entry:
                yield (tier if tier > 10 else 20) * 100 - min(counts[pos], 1500), entry

    def entry(self, word: str, pos: str) -> Entry | None:
        """The commonest sense; another only where it is nearly as common."""
        offsets = self.wordnet.senses[pos, word]
        commonest = self.wordnet.tagged[pos, word, offsets[0]]
        for offset in offsets[:3]:
            synset = self.wordnet.synsets[pos, offset]
            if offset != offsets[0] and (
                self.wordnet.tagged[pos, word, offset] < max(2, 0.7 * commonest) or synset.file == "person"
            ):
                return None
            if word not in synset.words or UNFIT.search(synset.gloss.split('"')[0]):
                continue
            gloss = clean(synset.gloss)
            if not 10 < len(gloss) <= LONGEST_GLOSS or circular(word, gloss) or not gloss.isascii():
                continue
            if pos == "n":
                counted = plural(word) in self.tiers and (
                    synset.file in CONCRETE or ("v", word) not in self.wordnet.senses and gloss.startswith(("a ", "an "))
                )
                return Entry(word, pos, noun_answer(word, gloss, synset.file, counted), offset)
            return Entry(word, pos, verb_answer(word, gloss) if pos == "v" else quoted(word, gloss))
        return None

    def question(self, entry: Entry, patterns: list[str], rng: random.Random) -> str:
        return choose(patterns, rng, **word_slots(entry.word, entry.pos, rng))

    def asked(self, entry: Entry, rng: random.Random) -> str:
        """A question about the word, in one of the many frames."""
        return self.question(entry, frames(entry.pos, rng), rng)

    def sample(self, rng: random.Random) -> list[Turn]:
        chosen = rng.choices(self.words, self.weights, k=1 if rng.random() < 0.85 else 2)
        entries = [self.entries[word] for word in chosen]
        turns = [Turn(self.asked(entries[0], rng), entries[0].answer, skill="definitions")]
        for entry in entries[1:]:
            turns.append(Turn(self.question(entry, FOLLOW_UPS, rng), entry.answer, skill="definitions"))
        return turns
