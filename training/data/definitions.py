"""Words explained. Our own definitions first (written/definitions.tsv), then WordNet's glosses, cleaned."""

import random
import re
from collections import Counter
from dataclasses import dataclass

from .paths import WRITTEN
from .turn import Turn
from .wording import capitalised, choose, indefinite, patterns
from .wordnet import WordNet, common_words

MAX_WORDS = 3500
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
CONCRETE = {"animal", "artifact", "person", "object", "plant", "body", "food", "group", "location", "shape"}

NOUN_PATTERNS = patterns(
    """
[please |]define ['{w}'|"{w}"] ;; what does ['{w}'|"{w}"] mean ;; [what is|what's] ['{w}'|"{w}"]? ;; {a} is what? ;;
[and |so ]what is {a} [then|now|anyway|actually|again]? ;; [I wonder|I am curious|I'm not sure] what {a} is. ;;
I [heard|read|saw] [about {a}|the word {w}] [today|], what is [it|that]? ;; [could you|please] clarify {w} ;;
[in plain English|in other words|in your words], what is {a}? ;; the word {w}: [meaning|definition]? ;;
I have never [seen|heard of|met] {a}[, what is it|. What is it]? ;; [what's|what is] {a} [for|like], what is it? ;;
I [must|have to|want to] explain {w} to [my son|a child|a friend]. ;; what would {a} be, [in short|then]? ;;
[my book|the text|my teacher] says {w}. [Meaning|Explain]? ;; how do [people|you] define [{a}|{w}]? ;;
What is {a}? ;; What's {a}? ;; Define {w}. ;; What does {w} mean? ;; [Explain|Define|Describe] {a}. ;;
What does [the word|the noun] {w} mean? ;; [Tell me|Explain|Say] what {a} is. ;; What [exactly |]is {a}? ;;
[Can|Could] you [explain|define|describe] [{w}|the word {w}|what {a} is]? ;;
Do you know [what {a} is|the word {w}|what {w} means]? ;;
[Give me|I need|I want] [a|the] [|short |simple ]definition of {w}. ;; [Meaning|Definition] of {w}? ;;
[the |]meaning of [the word |]{w} ;; [I want|I would like|I'd like] to know what {a} is. ;;
[Please |]tell me [what|about what] {w} means. ;; {w}? ;; {w} ;; {w} meaning ;; {w} definition ;; define: {w} ;;
[What kind of|What sort of] thing is {a}? ;; [How would you|How do you] [define|explain] {a}? ;;
What do [people|we|you] mean by {w}? ;; What do you [understand by|call] {a}? ;; [So |]what [on earth |]is {a}? ;;
Explain [to me |]what [is {a}|{a} is|{w} means]. ;;
I [don't|do not] know [what {a} is|the word {w}|what {w} means]. ;; Someone said {w}. What is that? ;;
what is the meaning of {w} ;; [In simple words|In short|Briefly], what is {a}? ;; Teach me the word {w}. ;;
[What about|How about] {a}? ;; [Tell me|Talk to me] about [{a}|the word {w}]. ;; Look up {w}. ;;
[My child|My friend|My son] asks what {a} is. ;; [Are you able|Do you know how] to explain {w}? ;;
What would you say {a} is? ;; [The word|The term] {w}, what does it [mean|stand for]? ;; {w} - what is [it|that]? ;;
What is [meant by|the definition of] {w}? ;; Help me understand [{w}|what {a} is].
"""
)
VERB_PATTERNS = patterns(
    """
What does it mean to {w}? ;; What does [the verb |the word |]{w} mean? ;; Define {w}. ;; Define [the verb|to] {w}. ;;
[Explain|Describe] [|the verb |the word ]{w}. ;; What is [it|the meaning of] to {w}? ;;
[Tell me|Say|Explain] what [it means to {w}|{w} means|to {w} means]. ;; {w}? ;; to {w}? ;; {w} meaning ;;
[If|When] [somebody|someone|people|you] {w}, what [does that mean|is that]? ;;
[Can|Could] you [explain|define] [{w}|the verb {w}|what to {w} means]? ;; [Meaning|Definition] of [to |]{w}? ;;
I [don't|do not] know [the verb {w}|what to {w} means|what {w} means]. ;; What do people do when they {w}? ;;
[Give me|I need] [a|the] [|short |simple ]definition of {w}. ;; Do you know [the verb {w}|what {w} means]? ;;
How [would you explain|do you explain] to {w}?
"""
)
ADJECTIVE_PATTERNS = patterns(
    """
What does [|the word |the adjective ]{w} mean? ;; Define {w}. ;; What does it mean to be {w}? ;;
[Explain|Describe] [|the word ]{w}. ;; [If|When] something is {w}, [what is it|what does that mean|how is it]? ;;
[Tell me|Say|Explain] what {w} means. ;; {w}? ;; {w} meaning ;; [Meaning|Definition] of {w}? ;;
What is [meant by|the meaning of] {w}? ;; [Can|Could] you [explain|define] [{w}|the word {w}]? ;;
I [don't|do not] know [the word {w}|what {w} means]. ;; Somebody called it {w}. What does that mean? ;;
Do you know [the word {w}|what {w} means]? ;; What do people mean [by|when they say] {w}? ;;
[Give me|I need] [a|the] [|short |simple ]definition of {w}.
"""
)
FOLLOW_UPS = patterns(
    """
[And|and what about|What about|How about] {a}? ;; And {a}? ;; and {w}? ;; what about {w} ;;
[Ok, |Thanks, |]and {a}? ;; same for {w}
"""
)
PATTERNS = {"n": NOUN_PATTERNS, "v": VERB_PATTERNS, "a": ADJECTIVE_PATTERNS}


@dataclass
class Entry:
    word: str
    pos: str
    answer: str
    offset: str = ""  # of the WordNet noun sense, for is-a questions
    written: bool = False


def clean(gloss: str) -> str:
    """The gloss without examples, remarks in brackets and second thoughts."""
    gloss = re.split(r'; |"', gloss)[0]
    gloss = re.sub(r"\([^)]*\)", "", gloss)
    return re.sub(r"\s+", " ", gloss).strip(" ;:,.")


def circular(word: str, gloss: str) -> bool:
    stem = word[: max(4, len(word) - 2)]
    return any(part.startswith(stem) for part in re.findall(r"[a-z]+", gloss.lower()))


def quoted(word: str, meaning: str) -> str:
    return f'"{capitalised(word)}" means {meaning}.'


def noun_answer(word: str, gloss: str, file: str, plural_is_common: bool) -> str:
    """`A hammer is a tool …` where an article is surely right, `"Anger" means …` elsewhere."""
    starts_well = re.match(r"(a|an|any|one|someone|something|the part|the place|the person) ", gloss)
    if file in CONCRETE and plural_is_common and starts_well:
        return f"{capitalised(indefinite(word))} is {gloss}."
    return quoted(word, gloss)


def plural(word: str) -> str:
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + "s"


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
        """Lines of `pos<TAB>word<TAB>definition`; nouns say their own article: `a dog`, or none: `water`."""
        for line in open(WRITTEN / "definitions.tsv", encoding="utf8"):
            if line.strip() and not line.startswith("#"):
                pos, name, meaning = line.rstrip("\n").split("\t")
                word = re.sub(r"^(an?|the) ", "", name)
                if pos == "n":
                    answer = f"{capitalised(name)} is {meaning}."
                elif pos == "v":
                    answer = f"To {word} means to {meaning}."
                else:
                    answer = quoted(word, meaning)
                offsets = self.wordnet.senses.get((pos, word), [""])
                self.entries[word] = Entry(word, pos, answer, offsets[0], written=True)

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
        for place, offset in enumerate(self.wordnet.senses[pos, word][:3]):
            if place and self.wordnet.tagged[pos, word, offset] < 2:
                return None
            synset = self.wordnet.synsets[pos, offset]
            if word not in synset.words or UNFIT.search(synset.gloss.split('"')[0]):
                continue
            gloss = clean(synset.gloss)
            if not 10 < len(gloss) <= LONGEST_GLOSS or circular(word, gloss) or not gloss.isascii():
                continue
            if pos == "n":
                return Entry(word, pos, noun_answer(word, gloss, synset.file, plural(word) in self.tiers), offset)
            if pos == "v":
                return Entry(word, pos, f"To {word} means to {gloss}.")
            return Entry(word, pos, quoted(word, gloss))
        return None

    def question(self, entry: Entry, patterns: list[str], rng: random.Random) -> str:
        return choose(patterns, rng, w=entry.word, a=indefinite(entry.word))

    def sample(self, rng: random.Random) -> list[Turn]:
        chosen = rng.choices(self.words, self.weights, k=1 if rng.random() < 0.85 else 2)
        entries = [self.entries[word] for word in chosen]
        turns = [Turn(self.question(entries[0], PATTERNS[entries[0].pos], rng), entries[0].answer, skill="definitions")]
        for entry in entries[1:]:
            turns.append(Turn(self.question(entry, FOLLOW_UPS, rng), entry.answer, skill="definitions"))
        return turns
