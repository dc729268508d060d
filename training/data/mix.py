"""The mix: which skills, in which proportion, and how turns become conversations."""

import json
import random
import re

from .arithmetic import Arithmetic
from .countries import Countries
from .definitions import UNFIT_WORDS, Dictionary
from .elements import Elements
from .everyday import Everyday
from .follow_ups import LOOK_BACK, REPEATED, TOLD, UNKNOWN_VISITOR, FollowUps
from .fingers import as_typed, beside, blurred
from .held_out import HeldOut
from .paths import HELDOUT, WRITTEN
from .relations import Relations
from .space_and_units import PLANETS, SpaceAndUnits
from .tales import Tales
from .talk import Talk
from .turn import Turn
from .unknown import Unknown
from .wordnet import WordNet

TURNS = [1, 2, 3, 4, 5, 6, 8, 12, 20, 40]  # the longest end where the row does (build.py)
TURN_WEIGHTS = [45, 22, 13, 8, 5, 4, 4, 4, 5, 6]
# Shares: of blocks followed by a follow-up; of conversations in which the visitor tells something; of blocks before it is asked for.
FOLLOWED, FOLLOWED_OFTEN, TELLS, ASKED_BACK = 0.11, 0.25, 0.10, 0.14
OFTEN = {"arithmetic", "word_problems", "stories", "haiku", "countries", "elements", "lists", "dates", "opposites", "examples"}
# Skills whose questions are still the same ones when a word of the frame is another, or after a sentence about other things.
BLURRED = {"definitions", "opposites", "is_a", "arithmetic"}
INTERRUPTED = BLURRED | {"countries", "elements", "unknown", "lists", "dates", "spelling"}


def is_entry(wordnet: WordNet, word: str) -> bool:
    """Not a form of another word, nor an adverb: nobody asks for those."""
    return any((pos, word) in wordnet.senses for pos in "nva") and not re.search(r"(ed|ing|ly|er|est)$", word)


class Mix:
    def __init__(self) -> None:
        wordnet = WordNet()
        self.heldout_words = json.load(open(HELDOUT / "words.json", encoding="utf8"))
        self.countries = Countries()
        self.elements = Elements()
        self.space = SpaceAndUnits()
        self.dictionary = Dictionary(
            wordnet, {name for name, _, _ in self.elements.elements} | {planet.lower() for planet in PLANETS}
        )
        self.relations = Relations(wordnet, self.dictionary, self.heldout_words["is_a"])
        self.arithmetic = Arithmetic()
        self.everyday = Everyday(list(self.dictionary.words))
        self.tales = Tales()
        self.smalltalk = Talk(WRITTEN / "smalltalk.txt", "smalltalk")
        self.facts = Talk(WRITTEN / "facts.txt", "facts")
        self.safety = Talk(WRITTEN / "safety.txt", "unknown")
        self.about = Talk(WRITTEN / "about_mixtab.txt", "self")
        self.nouns = [entry.word for entry in self.dictionary.entries.values() if entry.pos == "n"]
        self.unknown = self.not_knowing(wordnet)
        self.skills = [
            (54.0, self.dictionary.sample),
            (8.0, self.relations.sample_is_a),
            (1.0, self.relations.sample_examples),
            (8.0, self.relations.sample_opposite),
            (12.0, self.countries.sample),
            (2.2, self.countries.sample_list),
            (8.0, self.elements.sample),
            (1.8, self.space.sample_planet),
            (1.5, self.space.sample_unit),
            (16.0, self.arithmetic.sample_sum),
            (4.5, self.arithmetic.sample_problem),
            (5.0, self.arithmetic.sample_other),
            (2.5, self.arithmetic.sample_beyond),
            (3.0, self.everyday.sample_date),
            (3.5, self.facts.sample),
            (4.5, self.everyday.sample_list),
            (9.5, self.everyday.sample_spelling),
            (1.5, self.everyday.sample_rhyme),
            (2.6, self.tales.sample_story),
            (0.35, self.tales.sample_stories),
            (1.2, self.tales.sample_haiku),
            (19.0, self.smalltalk.sample),
            (9.0, self.about.sample),
            (98.0, self.unknown.sample),
            (8.0, self.safety.sample),
        ]
        self.follow_ups = FollowUps(self.countries, self.dictionary, self.relations, self.tales)
        self.weights = [weight for weight, _ in self.skills]
        self.held_out = HeldOut()

    def not_knowing(self, wordnet: WordNet) -> Unknown:
        known = set(self.dictionary.words) | set(self.relations.opposites) | set(self.relations.kinds_of)
        known |= {n for n, _, _ in self.elements.elements}
        rare = self.rare_words(wordnet, known)
        self.heldout_rare = set(self.heldout_words["rare_words"]) - known
        rare = [word for word in rare if word not in self.heldout_rare]
        return Unknown(known | self.heldout_rare, rare, self.nouns, [country.name for country in self.countries.countries])

    def rare_words(self, wordnet: WordNet, known: set[str]) -> list[str]:
        """Everything that the dictionary leaves out: rare words in all their forms, common ones in the form of WordNet's entries."""
        excluded = known | UNFIT_WORDS  # with what is said in small talk and elsewhere: known in a way, though not as entries
        for path in WRITTEN.glob("*.txt"):
            excluded |= set(re.findall(r"[a-z]+", path.read_text(encoding="utf8").lower()))
        return [
            word
            for word, tier in self.dictionary.tiers.items()
            if (tier >= 40 or tier >= 20 and is_entry(wordnet, word))
            and word.isascii()
            and word.isalpha()
            and word.islower()
            and 4 < len(word) < 12
            and word not in excluded
            and not word.endswith("s")
        ]

    def block(self, rng: random.Random) -> list[Turn]:
        """One question with its follow-ups, as typed by a visitor."""
        while True:
            _, sample = rng.choices(self.skills, self.weights)[0]
            turns = sample(rng)
            for turn in turns:
                if turn.skill in BLURRED and rng.random() < 0.08:
                    turn.user = blurred(turn.user, turn.full_answer(), self.nouns, rng)
                if turn.skill in INTERRUPTED and rng.random() < 0.04:
                    turn.user = beside(turn.user, self.nouns, rng)
                if turn.noisy:
                    turn.user = as_typed(turn.user, rng)
            if all(turn.user and not self.held_out.covers(turn.user) for turn in turns):
                return turns

    def typed(self, turn: Turn, rng: random.Random) -> Turn:
        """With a slip of the fingers now and then; never a held-out wording."""
        while turn.user and rng.random() < 0.3:
            asked = as_typed(turn.user, rng)
            if asked and not self.held_out.covers(asked):
                turn.user = asked
                break
        return turn

    def conversation(self, rng: random.Random) -> list[Turn]:
        wanted = rng.choices(TURNS, TURN_WEIGHTS)[0]
        turns: list[Turn] = []
        known: dict[str, str] = {}  # what the visitor told
        tells = rng.random() < (TELLS if wanted < 6 else 3 * TELLS)
        named = False
        while len(turns) < wanted:
            if tells and not known and (wanted < 6 or rng.random() < 0.3):
                what, thing, turn = self.follow_ups.telling(rng)
                if not self.held_out.covers(turn.user):
                    known[what] = thing
                    turns.append(turn)
            elif known and rng.random() < ASKED_BACK or wanted > 1 and rng.random() < 0.004:
                what = rng.choice(list(known)) if known and rng.random() < 0.85 else rng.choice(list(TOLD))
                turn = self.follow_ups.asked_back(what, known.get(what), rng)
                if not self.held_out.covers(turn.user) and not (what == "name" and named and not known.get(what)):
                    turns.append(self.typed(turn, rng))
            else:
                block = [self.in_context(turn, turns) for turn in self.block(rng)]
                named = named or any(turn.answer == TOLD["name"][2] for turn in block)
                if (named or known) and any(turn.answer == UNKNOWN_VISITOR for turn in block):
                    continue  # the name stands above: only asked_back knows it
                turns += block
                if rng.random() < (FOLLOWED_OFTEN if turns[-1].skill in OFTEN else FOLLOWED):
                    turn = self.follow_ups.sample(turns, rng)
                    if turn and not self.held_out.covers(turn.user):
                        turns.append(self.typed(turn, rng))
                # Only the last working of a conversation is shown to the model (see build.py), so most workings come last.
                if turns[-1].think and rng.random() < 0.85 * (0.85 if wanted < 8 else 0.25 * len(turns) / wanted):
                    break
        return turns

    def in_context(self, turn: Turn, said: list[Turn]) -> Turn:
        """Small talk that looks back has something to look at, once something was said."""
        if said and turn.answer == REPEATED:
            turn.answer = said[-1].answer
        elif said and turn.answer == LOOK_BACK:
            turn.answer = f"You asked: {said[-1].user}"
        return turn
