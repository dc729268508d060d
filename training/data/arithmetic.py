"""Arithmetic with a short working: the four operations, comparisons, sequences; stories around them in word_problems.py."""

import random

from . import working
from .turn import Turn
from .word_problems import tell
from .wording import choose, patterns

ASK = patterns(
    """
What is {e}? ;; What's {e}? ;; {e} ;; {e} = ;; {e}= ;; {e} = ? ;; {e}? ;; {e} is ;; Calculate {e}. ;;
[Compute|Solve|Work out|Find|Evaluate] {e}. ;; How much is {e}? ;;
[Can|Could] you [compute|calculate|solve|work out|do|tell me] {e}? ;; [Please |]solve {e}[.|] ;;
[Tell me|Give me] [the answer to|the result of|] {e}. ;; What do you get for {e}? ;;
What [does {e} make|does {e} equal|is the result of {e}|is the answer to {e}]? ;; [I need|I want] {e}. ;;
[How much|What] does {e} [make|give|come to]? ;; Do you know [what |]{e}[ is|]? ;; [Let's do|Try|Do|Now do] {e}. ;;
calc {e} ;; [The answer to|The value of] {e}? ;; {e}, [what is it|how much is that|what's that]? ;;
[Quick|Easy one|Sum|Maths|Math]: {e} ;; If I [type|enter] {e}, what [comes out|do I get]? ;; what would {e} be ;;
<know> [what {e} is|how much {e} is|the answer to {e}|the result of {e}|{e}][?|.|] ;; <tell> [what {e} is|how much {e} makes|the result of {e}][.|] ;; <could> [calculate|work out|solve|compute|tell me|add up|figure out] {e}[ for me|, please|]? ;; [what|how much] [is|would be|comes out of|does one get for|will|makes|do we get from] {e}[?|] ;; <who> [asks|asked|wants to know|wonders] [what {e} is|how much {e} is|for {e}][.|] ;; {e} [equals|equals what|makes|is what|gives|please|result|answer|comes to what|equals?][?|] ;; [my|the|an] [homework|exercise|task|question|problem|sum] [is|says|asks]: {e}[.|?|] ;; [find|figure out|determine|check|do|give] [the result of|the answer of|the value of|] {e}[.|, please|] ;; [how do I|help me|I can't|I must|let me] [calculate|solve|work out|do] {e}[?|.|]
"""
)
ASK_BY_OPERATION = {
    "+": patterns(
        """
Add {a} and {b}. ;; What is the sum of {a} and {b}? ;; [The |]sum of {a} and {b}? ;; [Add|Put] {a} to {b}. ;;
{a} and {b} together? ;; How much is {a} and {b} [together|in total|added up]? ;;
What do {a} and {b} [make|add up to]? ;; add {b} to {a} ;; total of {a} and {b} ;; {b} more than {a}? ;;
what is {b} more than {a}?
"""
    ),
    "-": patterns(
        """
Subtract {b} from {a}. ;; [Take|Take away] {b} from {a}. ;; What is {a} [take away|less] {b}? ;;
What is the difference [between|of] {a} and {b}? ;; {a} take away {b} ;; How much is left of {a} after taking {b}? ;;
What is {b} less than {a}? ;; {a} minus {b} leaves what? ;; difference between {a} and {b}
"""
    ),
    "*": patterns(
        """
Multiply {a} [by|and|with] {b}. ;; What is the product of {a} and {b}? ;; product of {a} and {b} ;;
{a} multiplied by {b} ;; What is {a} multiplied by {b}? ;; How much is {a} times {b}? ;; {a} groups of {b}? ;;
multiply {a} and {b} ;; what do {a} times {b} make
"""
    ),
    "/": patterns(
        """
Divide {a} by {b}. ;; What is {a} divided by {b}? ;; {a} divided by {b} ;; How many times does {b} go into {a}? ;;
Share {a} [among|between] {b}. ;; How often does {b} fit into {a}? ;; divide {a} into {b} parts ;;
Split {a} into {b} equal parts.
"""
    ),
}
SIGNS = {
    "+": ["+", "+", "+", "plus"],
    "-": ["-", "-", "-", "minus"],
    "*": ["*", "*", "x", "times", "×"],
    "/": ["/", "/", "÷", "divided by", ":"],
}

BIGGER = patterns(
    """
Which [number |]is [bigger|larger|greater|more]: {a} or {b}? ;;
[What|Which] is [bigger|larger|greater|more], {a} or {b}? ;; {a} or {b}, which [one |]is [bigger|larger|more]? ;;
[bigger|larger]: {a} or {b} ;; Is {a} [bigger|larger|greater|more] than {b}? ;; Is {a} > {b}? ;;
[Compare|Which is more,] {a} and {b}. ;; Tell me the [bigger|larger] of {a} and {b}. ;;
the [larger|bigger|greater] of {a} and {b} ;; {a} > {b}?
"""
)
SMALLER = patterns(
    """
Which [number |]is [smaller|less|lower]: {a} or {b}? ;; [What|Which] is [smaller|less|lower], {a} or {b}? ;;
{a} or {b}, which [one |]is [smaller|less]? ;; Is {a} [smaller|less|lower] than {b}? ;; Is {a} < {b}? ;;
Tell me the smaller of {a} and {b}. ;; the smaller of {a} and {b}
"""
)
SEQUENCE = patterns(
    """
What comes next: {s}? ;; [Continue|Complete|Go on with] [the sequence|the series|] {s} ;; {s}, ...? ;;
What is the next number: {s}? ;; [Which|What] number comes next[?|:] {s} ;; {s} and then? ;; next number in {s} ;;
Find the next number: {s} ;; {s}, what comes next? ;; what follows {s}?
"""
)
DOUBLE = patterns(
    """
What is [double|twice] {a}? ;; [double|twice] {a} ;; Double {a}. ;; What is two times {a}? ;; How much is twice {a}?
"""
)
HALF = patterns(
    """
What is half of {a}? ;; half of {a} ;; Halve {a}. ;; How much is half of {a}? ;; What is {a} divided in half?
"""
)
PARITY = patterns(
    """
Is {a} [even|odd]? ;; Is {a} [even or odd|odd or even]? ;; Is {a} an [even|odd] number? ;; {a}: even or odd? ;;
even or odd: {a} ;; Tell me if {a} is [even|odd].
"""
)


BEYOND = "That sum is too hard for me. I can add, subtract, multiply and divide small whole numbers."


def held_out(a: int, b: int) -> bool:
    """One operand pair in twenty never occurs in training, in whatever operation, but for the times table."""
    return (a * 31 + b * 17) % 20 == 0


def operands(operation: str, rng: random.Random) -> tuple[int, int]:
    if operation in "+-":
        limit = rng.choice([10, 10, 20, 100, 100, 1000, 1000, 1000, 10_000])
        return rng.randrange(limit), rng.randrange(limit if rng.random() < 0.75 else 100)
    if operation == "*":
        kind = rng.random()
        if kind < 0.4:
            return rng.randrange(13), rng.randrange(13)
        if kind < 0.85:
            pair = rng.randrange(10, 100), rng.randrange(2, 10)
        elif kind < 0.93:
            pair = rng.randrange(100, 1000), rng.randrange(2, 10)
        else:
            pair = rng.randrange(11, 100), rng.randrange(11, 100)
        return pair if rng.random() < 0.7 else pair[::-1]
    divisor = rng.randrange(2, 13)
    return (
        divisor * rng.randrange(1, 13 if rng.random() < 0.6 else 31)
        + (rng.randrange(divisor) if rng.random() < 0.2 else 0),
        divisor,
    )


def solve(a: int, operation: str, b: int) -> tuple[str, str]:
    """Working and result."""
    if operation == "+":
        return working.add(a, b), str(a + b)
    if operation == "-":
        return working.subtract(a, b), str(a - b)
    if operation == "*":
        return working.multiply(a, b), str(a * b)
    rest = a % b
    return working.divide(a, b), str(a // b) + (f" remainder {rest}" if rest else "")


class Arithmetic:
    def pair(self, operation: str, rng: random.Random, held: bool = False, natural: bool = False) -> tuple[int, int]:
        while True:
            a, b = operands(operation, rng)
            if natural and (a < b and operation == "-" or a < 2 or b < 2 or operation == "/" and a % b):
                continue
            if operation == "-" and a < b and rng.random() < 0.85:
                a, b = b, a
            in_table = operation in "*/" and b <= 12 and (a <= 12 or operation == "/")
            if in_table or held_out(a, b) == held:
                return a, b

    def expression(self, a: int, operation: str, b: int, rng: random.Random) -> str:
        sign = rng.choice(SIGNS[operation])
        return (
            f"{a}{sign}{b}"
            if sign.isascii() and not sign.isalpha() and sign != "divided by" and rng.random() < 0.4
            else f"{a} {sign} {b}"
        )

    def sum_turn(self, rng: random.Random, held: bool = False) -> Turn:
        operation = rng.choices("+-*/", [5, 5, 5, 3])[0]
        a, b = self.pair(operation, rng, held)
        think, result = solve(a, operation, b)
        if rng.random() < 0.78:
            question = choose(ASK, rng, e=self.expression(a, operation, b, rng))
        else:
            question = choose(ASK_BY_OPERATION[operation], rng, a=a, b=b)
        return Turn(question, f"{a} {operation} {b} = {result}.", f"{a}{operation}{b}: {think}", skill="arithmetic")

    def sample_sum(self, rng: random.Random) -> list[Turn]:
        return [self.sum_turn(rng)]

    def problem_turn(self, rng: random.Random, held: bool = False) -> Turn:
        operation = rng.choices("+-*/", [4, 4, 2, 2])[0]
        while True:
            a, b = self.pair(operation, rng, held, natural=True)
            if a < 200 and b < 200 and (operation in "+-" or a * b < 1000):
                break
        think, result = solve(a, operation, b)
        question, answer = tell(operation, a, b, result, rng)
        return Turn(question, answer, f"{a}{operation}{b}: {think}", skill="word_problems")

    def sample_problem(self, rng: random.Random) -> list[Turn]:
        return [self.problem_turn(rng)]

    def sample_other(self, rng: random.Random) -> list[Turn]:
        kind = rng.choice(["bigger", "smaller", "sequence", "sequence", "double", "half", "parity", "three"])
        limit = rng.choice([20, 100, 1000])
        if kind in ("bigger", "smaller"):
            a, b = rng.sample(range(limit), 2)
            word, first = ("bigger", max(a, b)) if kind == "bigger" else ("smaller", min(a, b))
            question = choose(BIGGER if kind == "bigger" else SMALLER, rng, a=a, b=b)
            says_no = question.lower().startswith("is ") and first != a
            says_yes = question.lower().startswith("is ") and first == a
            other = a + b - first
            answer = f"{first} is {word} than {other}."
            return [Turn(question, ("Yes, " if says_yes else "No, " if says_no else "") + answer, skill="comparisons")]
        if kind == "sequence":
            step = rng.choice([1, 2, 2, 3, 4, 5, 5, 10, 10, 6, 7, 8, 9, 20, 100])
            start = rng.randrange(0, 60)
            down = rng.random() < 0.25
            numbers = [start + step * i for i in range(5)]
            numbers = numbers[::-1] if down else numbers
            shown = numbers[: rng.choice([3, 4, 4])]
            following = shown[-1] + (-step if down else step)
            if following < 0:
                return self.sample_other(rng)
            sign = "-" if down else "+"
            return [
                Turn(
                    choose(SEQUENCE, rng, s=", ".join(map(str, shown))),
                    f"The next number is {following}.",
                    f"step {sign}{step}: {shown[-1]}{sign}{step}={following}",
                    skill="sequences",
                )
            ]
        a = rng.randrange(1, limit)
        if kind == "double":
            return [
                Turn(
                    choose(DOUBLE, rng, a=a),
                    f"Double {a} is {2 * a}.",
                    f"{a}+{a}: {working.add(a, a)}",
                    skill="arithmetic",
                )
            ]
        if kind == "half":
            a = rng.randrange(1, 51) * 2
            return [
                Turn(
                    choose(HALF, rng, a=a),
                    f"Half of {a} is {a // 2}.",
                    f"{a}/2: {working.divide(a, 2)}",
                    skill="arithmetic",
                )
            ]
        if kind == "parity":
            word = "odd" if a % 2 else "even"
            return [Turn(choose(PARITY, rng, a=a), f"{a} is {word}.", f"{a} ends in {a % 10}", skill="comparisons")]
        return [self.chain(rng)]

    def chain(self, rng: random.Random) -> Turn:
        """Three or four numbers, added and taken away one after another: never below zero."""
        limit = rng.choice([10, 30, 30, 60])
        total = rng.randrange(1, limit)
        shown, steps = str(total), []
        for _ in range(rng.choice([2, 2, 2, 3])):
            b = rng.randrange(1, limit)
            sign = "-" if b <= total and rng.random() < 0.5 else "+"
            following = total + b if sign == "+" else total - b
            steps.append(f"{total}{sign}{b}={following}")
            shown += f" {sign} {b}"
            total = following
        tight = shown.replace(" ", "")
        asked = tight if rng.random() < 0.3 else shown
        for sign, word in (("+", "plus"), ("-", "minus")):
            if rng.random() < 0.12:
                asked = shown.replace(sign, word)
                break
        return Turn(choose(ASK, rng, e=asked), f"{shown} = {total}.", f"{tight}: {', '.join(steps)}", skill="arithmetic")

    def sample_beyond(self, rng: random.Random) -> list[Turn]:
        """Sums beyond what is taught are declined, not guessed."""
        operation = rng.choices("+-*/", [2, 2, 5, 2])[0]
        if operation in "+-":
            a, b = rng.randrange(10_000, 10 ** rng.randrange(5, 9)), rng.randrange(1, 10 ** rng.randrange(2, 9))
            if rng.random() < 0.4:
                a, b = b, a
        elif operation == "*":
            a, b = rng.randrange(100, 10 ** rng.randrange(3, 6)), rng.randrange(11, 10 ** rng.randrange(2, 6))
            if b in (100, 1000) or a in (100, 1000):
                a += 7
                b += 7
            if rng.random() < 0.5:
                a, b = b, a
        else:
            a, b = rng.randrange(100, 10 ** rng.randrange(3, 7)), rng.randrange(13, 10 ** rng.randrange(2, 4))
            if rng.random() < 0.2:
                a, b = rng.randrange(1000, 1_000_000), rng.randrange(2, 13)
        if rng.random() < 0.15:
            places = [f"{x}.{rng.randrange(1, 100)}" for x in (a, b)]
            a, b = places[0], rng.choice([b, places[1]])
        if rng.random() < 0.75:
            question = choose(ASK, rng, e=self.expression(a, operation, b, rng))
        else:
            question = choose(ASK_BY_OPERATION[operation], rng, a=a, b=b)
        return [Turn(question, BEYOND, skill="beyond")]
