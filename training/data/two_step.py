"""Two-step word problems: what the model is never shown, and learns by reinforcement alone.

Nothing here enters the training set. `question` gives a story and the number that its answer must end in, `reward` looks at
that number and nothing else, and `held_out` gives stories in wordings of their own with numbers of their own.
"""

import random
import re

from .wording import choose
from .word_problems import NAMES, THINGS

# (story, result from a, b, c); numbers are drawn until every intermediate result is between 0 and 99.
STORIES = [
    ("{n} has {a} {t}. {n} buys {b} more and gives {c} to {m}. How many {t} does {n} have [now|]?", "a+b-c"),
    ("{n} has {a} {t}. {n} finds {b} more, then finds {c} more. How many {t} does {n} have [now|]?", "a+b+c"),
    ("{n} had {a} {t}. {n} gave {b} to {m} and lost {c}. How many {t} are left?", "a-b-c"),
    ("There are {a} {t} on the table. {n} takes {b} and {m} takes {c}. How many {t} are left?", "a-b-c"),
    ("There are {a} {t} in a box, {b} in a bag and {c} in a basket. How many {t} are there in all?", "a+b+c"),
    ("I have {a} {t}. I get {b} more and lose {c}. How many {t} do I have [now|]?", "a+b-c"),
    ("I have {a} {t}. I sell {b} and buy {c}. How many {t} do I have [now|]?", "a-b+c"),
    ("{a} birds sit in a tree. {b} more come and {c} fly away. How many birds are there now?", "a+b-c"),
    ("{a} birds sit in a tree. {b} fly away and {c} come back. How many birds are there now?", "a-b+c"),
    ("A shop has {a} {t}, sells {b} in the morning and {c} in the evening. How many {t} are left?", "a-b-c"),
    ("{n} read {a} pages on Monday, {b} on Tuesday and {c} on Wednesday. How many pages is that?", "a+b+c"),
    ("{a} children play. {b} go home and {c} more come. How many children are there?", "a-b+c"),
    ("{n} saved {a} dollars, got {b} from {m} and spent {c}. How many dollars are left?", "a+b-c"),
    ("{n} has {a} {t}, {m} has {b} and I have {c}. How many {t} do we have together?", "a+b+c"),
    ("A bus has {a} people. {b} get off and {c} get on. How many people are on the bus?", "a-b+c"),
    ("{n} baked {a} cakes, ate {b} and gave {c} away. How many cakes are left?", "a-b-c"),
]
HELD_OUT = [
    ("{n} picks {a} {t}, {m} picks {b}, and then they drop {c}. How many {t} are left?", "a+b-c"),
    ("A farmer has {a} cows. He buys {b} and sells {c}. How many cows has he now?", "a+b-c"),
    ("There were {a} {t} in the jar. {n} took out {b}, and {m} put in {c}. How many {t} are in the jar?", "a-b+c"),
    ("{n} owns {a} {t}. {m} brings {b}, and the neighbour brings {c}. How many {t} are there now?", "a+b+c"),
    ("Of {a} {t}, {b} are broken and {c} are missing. How many {t} remain?", "a-b-c"),
    ("{a} people wait in a line. {b} leave, then {c} join. How many people wait now?", "a-b+c"),
    ("In a garden stand {a} red, {b} white and {c} blue flowers. How many flowers are that?", "a+b+c"),
    ("I had {a} dollars. I paid {b} for a book and {c} for a pen. How many dollars do I still have?", "a-b-c"),
]
LARGEST = 20  # of each number


def numbers(plan: str, rng: random.Random) -> tuple[int, int, int, int]:
    while True:
        a, b, c = rng.randrange(2, LARGEST + 1), rng.randrange(1, LARGEST + 1), rng.randrange(1, LARGEST + 1)
        first = a + b if plan[1] == "+" else a - b
        result = first + c if plan[3] == "+" else first - c
        if first > 0 and result > 0 and len({a, b, c}) == 3:
            return a, b, c, result


def kept_out(a: int, b: int, c: int) -> bool:
    """One triple in eight is for the held-out set alone."""
    return (a * 7 + b * 5 + c * 3) % 8 == 0


def told(stories: list[tuple[str, str]], rng: random.Random, held: bool) -> tuple[str, str]:
    while True:
        story, plan = rng.choice(stories)
        a, b, c, result = numbers(plan, rng)
        # A wrong way that comes out right by chance would be rewarded.
        if kept_out(a, b, c) == held and result not in (a + b, abs(a - b), a + c, abs(a - c), b + c, abs(b - c), a, b, c):
            n, m = rng.sample(NAMES, 2)
            return choose([story], rng, a=a, b=b, c=c, n=n, m=m, t=rng.choice(THINGS)), str(result)


def question(rng: random.Random) -> tuple[str, str]:
    """A story, and the last number of its right answer."""
    return told(STORIES, rng, held=False)


def held_out(count: int, seed: int = 5) -> list[tuple[str, str]]:
    """Stories in held-out wordings, with held-out numbers."""
    rng = random.Random(seed)
    return [told(HELD_OUT, rng, held=True) for _ in range(count)]


def reward(answer: str, wanted: str) -> float:
    """1 if the last number after the thought is the right one; the thought itself is not looked at."""
    said = re.findall(r"-?\d+", answer.split("</think>")[-1])
    return float(bool(said) and said[-1] == wanted)
