"""Little stories around a sum."""

import random

from .wording import choose, patterns

NAMES = patterns(
    """
Tom ;; Anna ;; Ben ;; Lily ;; Max ;; Mia ;; Sam ;; Sara ;; Leo ;; Emma ;; Jack ;; Lucy ;; Noah ;; Ella ;; Omar ;;
Nina ;; Paul ;; Rosa ;; Ali ;; Kim
"""
)
THINGS = patterns(
    """
apples ;; books ;; coins ;; pens ;; cookies ;; stones ;; toys ;; balls ;; eggs ;; cards ;; stamps ;; marbles ;;
shells ;; oranges ;; candies ;; cakes ;; flowers ;; stickers ;; dollars ;; pears
"""
)

# {n} a name, {m} another, {t} things; answers say who has what.
PROBLEMS = {
    "+": [
        ("{n} has {a} {t}. {m} gives {n} {b} more. How many {t} does {n} have [now|]?", "{n} has {r} {t}."),
        (
            "{n} has {a} {t} and {m} has {b}. How many [{t} |]do they have [together|in total|in all]?",
            "They have {r} {t} together.",
        ),
        (
            "There are {a} {t} in a box and {b} in a bag. How many {t} are there [in total|in all|altogether]?",
            "There are {r} {t}.",
        ),
        (
            "{n} [buys|finds|gets] {a} {t} on Monday and {b} on Tuesday. How many {t} [is that|are that in all|does {n} have]?",
            "{n} has {r} {t}.",
        ),
        ("I have {a} {t} and [buy|get|find] {b} more. How many {t} do I have [now|]?", "You have {r} {t}."),
        ("If I have {a} {t} and [you give me|I get] {b} more, how many [{t} |]do I have?", "You have {r} {t}."),
        (
            "[A|One] basket has {a} {t}, [another|the other] has {b}. How many {t} [together|in both]?",
            "There are {r} {t}.",
        ),
        (
            "{n} read {a} pages yesterday and {b} pages today. How many pages [did {n} read|is that]?",
            "{n} read {r} pages.",
        ),
        ("{a} birds sit in a tree and {b} more come. How many birds are there [now|]?", "There are {r} birds."),
        ("{n} is {a} years old. How old will {n} be in {b} years?", "{n} will be {r} years old."),
        ("{n} had {a} {t}, then got {b} [from {m}|as a present]. How many now?", "{n} has {r} {t}."),
    ],
    "-": [
        ("{n} has {a} {t} and gives {b} to {m}. How many [{t} |]are left?", "{n} has {r} {t} left."),
        (
            "{n} had {a} {t} but lost {b}. How many {t} does {n} [have left|still have|have now]?",
            "{n} has {r} {t} left.",
        ),
        ("If I have {a} {t} and [eat|lose|sell|give away] {b}, how many [{t} |]are left?", "You have {r} {t} left."),
        ("I had {a} {t} and [gave away|lost|sold] {b}. How many do I [still |]have?", "You have {r} {t} left."),
        (
            "There are {a} {t} on the table. {n} takes {b}. How many [{t} |][are left|remain|are still there]?",
            "There are {r} {t} left.",
        ),
        ("{n} has {a} {t}, {m} has {b}. How many more [{t} |]does {n} have [than {m}|]?", "{n} has {r} more {t}."),
        ("A shop has {a} {t} and sells {b}. How many [{t} |]are left?", "There are {r} {t} left."),
        (
            "{n} needs {a} {t} and has {b}. How many [{t} |][are missing|does {n} still need]?",
            "{n} needs {r} more {t}.",
        ),
        ("{a} children play. {b} go home. How many children [stay|are left]?", "There are {r} children left."),
        ("A book has {a} pages. {n} has read {b}. How many pages are left?", "There are {r} pages left."),
        (
            "{n} saved {a} dollars and spent {b}. How [much|many dollars] [is left|are left|does {n} have]?",
            "{n} has {r} dollars left.",
        ),
    ],
    "*": [
        (
            "There are {a} boxes with {b} {t} [each|in each box]. How many {t} are there [in all|in total|]?",
            "There are {r} {t}.",
        ),
        ("{n} has {a} bags with {b} {t} each. How many {t} does {n} have [in total|]?", "{n} has {r} {t}."),
        ("One [pen|ticket|cake|book] costs {b} dollars. How much do {a} cost?", "They cost {r} dollars."),
        ("If one [ticket|pen|toy] costs {b} dollars, what do {a} cost?", "They cost {r} dollars."),
        ("{n} [reads|walks|runs] {b} [pages|miles] a day. How many in {a} days?", "In {a} days it is {r}."),
        ("{a} rows of {b} chairs: how many chairs?", "There are {r} chairs."),
        ("Each of {a} children gets {b} {t}. How many {t} [is that|are needed]?", "That is {r} {t}."),
        ("{a} friends have {b} {t} each. How many {t} in all?", "They have {r} {t}."),
    ],
    "/": [
        (
            "{n} shares {a} {t} [equally |]among {b} friends. How many {t} does each [friend |]get?",
            "Each gets {r} {t}.",
        ),
        ("{a} {t} are put into {b} [equal |]boxes. How many {t} are in each [box|]?", "There are {r} {t} in each box."),
        ("{b} children share {a} {t}. How many does each get?", "Each gets {r} {t}."),
        ("{b} tickets cost {a} dollars. How much is one [ticket|]?", "One costs {r} dollars."),
        ("If {b} people share {a} dollars, what does each get?", "Each gets {r} dollars."),
        ("How many bags of {b} {t} can {n} fill with {a} {t}?", "{n} can fill {r} bags."),
    ],
}


def tell(operation: str, a: int, b: int, result: str, rng: random.Random) -> tuple[str, str]:
    """A question and its answer for `a operation b = result`."""
    n, m = rng.sample(NAMES, 2)
    question, answer = rng.choice(PROBLEMS[operation])
    slots = dict(a=a, b=b, r=result, n=n, m=m, t=rng.choice(THINGS))
    for name, value in slots.items():
        answer = answer.replace("{" + name + "}", str(value))
    return choose([question], rng, **slots), answer
