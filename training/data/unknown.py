"""Not knowing: questions outside what the model was taught, answered with a short honest sentence.

The questions vary as widely as possible, in topic and in wording, so that declining becomes the habit wherever nothing
familiar is asked. Many of them name something that the model does know (`Who is the president of France?`), so that it
must look at the whole question.
"""

import random
import re
from difflib import get_close_matches

from . import unfamiliar as u
from .countries import PATTERNS as COUNTRY_PATTERNS
from .definitions import frames, word_slots
from .foreign import Foreign
from .frames import FOLLOW_UPS
from .paths import WRITTEN
from .relations import IS_A_PATTERNS, KINDS, OPPOSITE_PATTERNS, plural_kind
from .turn import Turn
from .wording import capitalised, choose, indefinite, patterns

SYLLABLES = "ba bel bor bri cal cor da del dor dri fa fen fla fli gar gen gli gor gru hal hen jor ka kel kin kra lan lem lir lo mal men mor na nel nir nor plo pra quen ral rin ros sal sen sha slo ta ter tor tri ul van vel vin vor wen wil yor za zel zin zor".split()
ENDINGS = "b ck d l m n p r s t x der dle ful ing ish ist let nik on ter tle ty ump us y ble ance ment ness oid".split()

INSTEAD = patterns(
    """
I can explain words, name capitals and do small sums. ;; Try a word, a country, a sum or a story. ;;
I only know words, countries, elements, sums and stories. ;; Ask me for a word, a capital or a small sum instead. ;;
I can tell you a story or explain a word instead. ;; A bigger model may know.
"""
)


def read_kinds() -> list[tuple[str, float, list[str], list[str]]]:
    """(name, weight, question patterns, answers) of each kind in written/unknown.txt and out_of_ken.txt."""
    kinds: list[tuple[str, float, list[str], list[str]]] = []
    for line in open(WRITTEN / "unknown.txt", encoding="utf8"):
        heading = re.match(r"# (\w+) ([\d.]+)$", line)
        if heading:
            kinds.append((heading[1], float(heading[2]), [], []))
        elif line[0] in "?>" and kinds:
            kinds[-1][2 if line[0] == "?" else 3].extend(patterns(line[2:]))
    wordings: list[str] = []
    for line in open(WRITTEN / "out_of_ken.txt", encoding="utf8"):
        heading = re.match(r"# (\w+)$", line)
        if heading:
            wordings = next(questions for name, _, questions, _ in kinds if name == heading[1])
        elif not line.startswith("#"):
            wordings.extend(patterns(line))
    return kinds


class Unknown:
    def __init__(self, known_words: set[str], rare_words: list[str], nouns: list[str], countries: list[str]) -> None:
        """`known_words` are never called unknown; `rare_words` are."""
        self.known_words = known_words
        self.rare_words = rare_words
        self.nouns = nouns
        self.countries = countries
        self.kinds = read_kinds()
        self.foreign = Foreign()
        self.invented = self.invented_places(3000)
        self.weights = [weight for _, weight, _, _ in self.kinds]

    def person(self, rng: random.Random) -> str:
        if rng.random() < 0.35:
            return rng.choice(u.FAMOUS)
        return f"{rng.choice(u.FIRST)} {rng.choice(u.LAST)}" if rng.random() < 0.85 else rng.choice(u.LAST)

    def place(self, rng: random.Random) -> str:
        return rng.choice(u.PLACES if rng.random() < 0.6 else self.invented)

    def invented_places(self, count: int) -> list[str]:
        rng = random.Random(3)
        places = set()
        while len(places) < count:
            name = "".join(rng.choice(SYLLABLES) for _ in range(2)).capitalize() + rng.choice(
                ["ia", "land", "stan", "ovia", "ania", "burg", "oria", "esia"]
            )
            if not get_close_matches(name, self.countries, 1, 0.75):  # or it would be a country with a typing error
                places.add(name)
        return sorted(places)

    def strange_word(self, rng: random.Random) -> str:
        """A rare word, or one that does not exist at all."""
        while True:
            if rng.random() < 0.7:
                word = rng.choice(self.rare_words)
            else:
                word = "".join(rng.choice(SYLLABLES) for _ in range(rng.choice([1, 1, 2]))) + rng.choice(ENDINGS)
            if word not in self.known_words:
                return word

    def hard_sum(self, rng: random.Random) -> str:
        return (
            rng.choice(u.HARD_SUMS)
            .replace("{n}", str(rng.randrange(3, 200)))
            .replace("{m}", str(rng.randrange(3, 30)))
            .replace("{b}", str(rng.randrange(10_000, 10_000_000)))
            .replace("{b2}", str(rng.randrange(10_000, 10_000_000)))
        )

    def slots(self, rng: random.Random) -> dict[str, str]:
        strange = self.strange_word(rng)
        noun, other = rng.sample(self.nouns, 2)
        why = rng.choice(u.WHY)
        brand, brand2 = rng.sample(u.BRANDS, 2)
        language, language2 = rng.sample(u.CODE, 2)
        city, city2 = rng.sample(u.CITIES, 2)
        return dict(
            p=self.person(rng),
            q=self.person(rng),
            s=rng.choice(u.STATISTICS),
            who=rng.choice(["president", "king", "prime minister", "queen", "leader", "head"]),
            c=rng.choice(self.countries),
            x=self.place(rng),
            city=city,
            city2=city2,
            v=rng.choice(u.EVENTS),
            year=str(rng.randrange(1000, 2030)),
            sport=rng.choice(["world cup", "tennis final", "race", "match", "championship", "game"]),
            day=rng.choice(["Monday", "Sunday", "Friday"]),
            thing=rng.choice(["gold", "bitcoin", "oil", "bread", "a car", "a house", "an iPhone", "milk", "gas"]),
            brand=brand,
            w=rng.choice(u.WORKS),
            b=brand,
            b2=brand2,
            l=language,
            l2=language2,
            task=rng.choice(u.TASKS),
            n=noun,
            n2=other,
            a=indefinite(noun),
            other=indefinite(other),
            lang=rng.choice(u.LANGUAGES),
            foreign=rng.choice(u.FOREIGN),
            deed=rng.choice(u.DEEDS),
            deed2=rng.choice(["stealing", "speeding", "lying", "parking here"]),
            ill=rng.choice(u.ILLS),
            pill=rng.choice(u.PILLS),
            topic=rng.choice(u.TOPICS),
            writing=rng.choice(u.WRITING),
            writing2=rng.choice(["essay", "novel", "letter", "song"]),
            craft=rng.choice(u.CRAFT),
            why=why,
            whysaid=" ".join(why.split()[1:]),
            how=rng.choice(u.HOW),
            how2=rng.choice(["a car", "the brain", "a plane", "the internet", "money", "an engine", "a clock"]),
            thing2=rng.choice(
                [
                    "the Sun",
                    "a cheetah",
                    "the Earth",
                    "the universe",
                    "a whale",
                    "light",
                    "the Moon",
                    "Mount Everest",
                    "an elephant",
                    "the Eiffel Tower",
                ]
            ),
            whatif=rng.choice(
                [
                    "the sun went out",
                    "dogs could talk",
                    "there were no gravity",
                    "we lived on Mars",
                    "I ate only pizza",
                    "everyone were rich",
                    "time stopped",
                ]
            ),
            inv=rng.choice(
                [
                    "the telephone",
                    "the wheel",
                    "the light bulb",
                    "paper",
                    "the internet",
                    "the computer",
                    "the car",
                    "glass",
                    "the clock",
                    "the radio",
                    "the train",
                    "photography",
                ]
            ),
            h=self.hard_sum(rng),
            ask=rng.choice(u.ASKS),
            f=strange,
            fa=indefinite(strange) if rng.random() < 0.8 else strange,
        )

    def sample(self, rng: random.Random) -> list[Turn]:
        place = rng.choices(range(len(self.kinds)), self.weights)[0]
        kind, _, questions, answers = self.kinds[place]
        slots = self.slots(rng)
        answer = answers[0] if rng.random() < 0.7 else rng.choice(answers)
        for name, value in slots.items():
            answer = answer.replace("{" + name + "}", value)
        if answer.endswith(" +"):
            answer = answer[:-1] + INSTEAD[place % len(INSTEAD)]
        question = self.question(kind, questions, slots, rng)
        return [Turn(question, capitalised(answer), skill="unknown")]

    def question(self, kind: str, questions: list[str], slots: dict[str, str], rng: random.Random) -> str:
        """Strange words and places are asked for just as known ones are: only the name tells them apart."""
        if kind == "foreign":
            return slots["foreign"] if rng.random() < 0.15 else self.foreign.sentence(rng)
        if kind == "words" and rng.random() < 0.85:
            pos = rng.choices("nva", [6, 2, 2])[0]
            kinds = [(frames(pos, rng), 0.86), (FOLLOW_UPS, 0.04), (OPPOSITE_PATTERNS, 0.05), (IS_A_PATTERNS, 0.05)]
            asked = rng.choices([patterns for patterns, _ in kinds], [weight for _, weight in kinds])[0]
            category = rng.choice(list(KINDS))
            more = dict(k=indefinite(category), kind=category, kinds=plural_kind(category))
            return choose(asked, rng, **word_slots(slots["f"], pos, rng), **more)
        if kind == "places" and rng.random() < 0.7:
            asked = COUNTRY_PATTERNS[rng.choice([kind for kind in COUNTRY_PATTERNS if kind != "of_capital"])]
            return choose(asked, rng, n=slots["x"])
        return choose(questions, rng, **slots)
