"""A product and then a sum, `3 * 9 + 16`: never shown, and now and then right by the model's own thought.

For reinforcement alone (rl.py). The file of 108 M tokens, asked at temperature 1, is right in 8 % and begins such a thought by itself
(`3*9=27, 27+16=33`); two-step stories (two_step.py) it gets right in none, so that no group of answers would differ.
Nothing here enters the training set: its sums of three numbers have no product.
"""

import random

from .two_step import reward
from .wording import choose, patterns

__all__ = ["held_out", "question", "reward"]
ASK = patterns("What is {e}? ;; {e} ;; {e} = ;; [What's|How much is|Calculate|Compute|Solve] {e}")
HELD_OUT = ["What does {e} come to?", "Please be so good and reckon {e}", "{e}, any idea?", "On the board stands {e}. And what is it?"]


def numbers(rng: random.Random, held: bool) -> tuple[str, str]:
    """An expression and its value; one triple in eight is for the held-out set alone."""
    while True:
        a, b, c = rng.randrange(2, 10), rng.randrange(2, 10), rng.randrange(2, 31)
        sign = rng.choice("+++-")
        result = a * b + c if sign == "+" else a * b - c
        if result > 0 and ((a * 7 + b * 5 + c * 3) % 8 == 0) == held and result not in (a * b, a + c, b + c, a * c, b * c):
            return f"{a} * {b} {sign} {c}", str(result)


def question(rng: random.Random) -> tuple[str, str]:
    expression, result = numbers(rng, held=False)
    return choose(ASK, rng, e=expression), result


def held_out(count: int, seed: int = 5) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    found = (numbers(rng, held=True) for _ in range(count))
    return [(rng.choice(HELD_OUT).replace("{e}", expression), result) for expression, result in found]
