"""Planets and units: common knowledge, written here and in written/space.txt."""

import random

from .paths import WRITTEN
from .talk import Talk
from .turn import Turn
from .wording import capitalised, choose, patterns

PLANETS = {
    "Mercury": ("first", "the smallest planet and the one closest to the Sun", "rocky", "no moons"),
    "Venus": ("second", "a very hot planet with thick clouds", "rocky", "no moons"),
    "Earth": ("third", "our home, a planet with oceans of water and with life", "rocky", "one moon"),
    "Mars": ("fourth", "a cold, dusty planet, often called the red planet", "rocky", "two moons"),
    "Jupiter": ("fifth", "the largest planet, a gas giant with a great red spot", "a gas giant", "many moons"),
    "Saturn": ("sixth", "a gas giant with bright rings of ice", "a gas giant", "many moons"),
    "Uranus": ("seventh", "an ice giant that is tilted on its side", "an ice giant", "many moons"),
    "Neptune": ("eighth", "a blue ice giant, the planet farthest from the Sun", "an ice giant", "many moons"),
}
PLANET_QA = [
    (
        [
            "Tell me about [the planet |]{p}.",
            "What is {p}?",
            "[Describe|Explain] [the planet |]{p}.",
            "{p}?",
            "What do you know about {p}?",
            "planet {p}",
            "What kind of planet is {p}?",
            "Is {p} a planet?",
        ],
        "{P} is {d}.",
    ),
    (
        [
            "Which planet is [the |]{o} from the Sun?",
            "What is the {o} planet [|from the Sun]?",
            "Name the {o} planet.",
            "{o} planet from the sun",
            "[Which|What] planet comes {o}?",
        ],
        "The {o} planet from the Sun is {p}.",
    ),
    (
        [
            "[How many|Which] moons does {p} have?",
            "Does {p} have [|any |a ]moons?",
            "moons of {p}",
            "How many moons are around {p}?",
            "Number of moons of {p}?",
        ],
        "{P} has {m}.",
    ),
    (
        ["Is {p} [rocky|a gas giant|made of gas]?", "What is {p} made of?", "What type of planet is {p}?"],
        "{P} is {k}{planet}.",
    ),
    (
        [
            "Where is {p} in the solar system?",
            "[What|Which] number is {p} from the Sun?",
            "How far out is {p}?",
            "Which place has {p} counted from the Sun?",
        ],
        "{P} is the {o} planet from the Sun.",
    ),
]
# (how many small, small unit, large unit)
UNITS = [
    (60, "seconds", "minute"),
    (60, "minutes", "hour"),
    (24, "hours", "day"),
    (7, "days", "week"),
    (12, "months", "year"),
    (365, "days", "year"),
    (52, "weeks", "year"),
    (10, "years", "decade"),
    (100, "years", "century"),
    (1000, "years", "millennium"),
    (100, "centimeters", "meter"),
    (10, "millimeters", "centimeter"),
    (1000, "meters", "kilometer"),
    (1000, "grams", "kilogram"),
    (1000, "kilograms", "ton"),
    (1000, "milliliters", "liter"),
    (12, "inches", "foot"),
    (3, "feet", "yard"),
    (5280, "feet", "mile"),
    (16, "ounces", "pound"),
    (8, "bits", "byte"),
    (12, "items", "dozen"),
    (100, "cents", "dollar"),
    (1000, "millimeters", "meter"),
    (3600, "seconds", "hour"),
    (366, "days", "leap year"),
    (90, "degrees", "right angle"),
    (360, "degrees", "circle"),
]
UNIT_PATTERNS = patterns(
    """
How many {s} are [there |]in {l}? ;; How many {s} [does {l} have|has {l}|make {l}|make up {l}]? ;; {s} in {l} ;;
{l} is how many {s}? ;; {l} has how many {s}? ;; How many {s} is {l}? ;;
[Tell me|Do you know] how many {s} {l} has[.|?] ;; [Convert|Change] {l} [to|into] {s}. ;; number of {s} in {l} ;;
{l} in {s} ;; What is {l} in {s}? ;; how many {s} go into {l} ;;
<know> [how many {s} {l} has|how many {s} are in {l}|how many {s} make {l}][?|.|] ;; <could> [tell me|convert|say] [how many {s} are in {l}|{l} to {s}|{l} into {s}]? ;; {l} [to|into|equals how many|=|is ... ] {s}[?|] ;; [if I have|with|suppose] {l}[,|] how many {s} [is that|do I have|are that]? ;; [count of|amount of] {s} in {l}[?|] ;; how many {s} [add up to|fit into|fill|equal|do you need for] {l}?
"""
)


class SpaceAndUnits:
    def __init__(self) -> None:
        self.space_facts = Talk(WRITTEN / "space.txt", "planets")

    def sample_planet(self, rng: random.Random) -> list[Turn]:
        if rng.random() < 0.35:
            return self.space_facts.sample(rng)
        planet = rng.choice(list(PLANETS))
        order, what, kind, moons = PLANETS[planet]
        patterns, answer = rng.choice(PLANET_QA)
        # "earth" and "mercury" also name other things: keep the word planet, or the capital, for them
        slots = dict(
            p=planet,
            P=capitalised(planet),
            o=order,
            d=what,
            m=moons,
            k=kind,
            planet=" planet" if kind == "rocky" else "",
        )
        if kind == "rocky":
            slots["k"] = "a rocky"
        for name, value in slots.items():
            answer = answer.replace("{" + name + "}", value)
        return [Turn(choose(patterns, rng, p=planet, o=order), answer, skill="planets")]

    def unit_answer(self, unit: tuple[int, str, str]) -> str:
        count, small, large = unit
        return f"There are {count} {small} in {self.one(large)}."

    @staticmethod
    def one(large: str) -> str:
        return ("an " if large == "hour" else "a ") + large

    def sample_unit(self, rng: random.Random) -> list[Turn]:
        unit = rng.choice(UNITS)
        count, small, large = unit
        spelled = self.one(large) if rng.random() < 0.75 else f"one {large}" if rng.random() < 0.7 else f"1 {large}"
        question = choose(UNIT_PATTERNS, rng, s=small, l=spelled)
        if rng.random() < 0.3:
            question = question.replace("meter", "metre").replace("liter", "litre")
        return [Turn(question, self.unit_answer(unit), skill="units")]
