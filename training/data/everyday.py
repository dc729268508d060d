"""Dates and weekdays, sorting and counting, spelling."""

import random

from .turn import Turn
from .wording import choose, listing, patterns

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = patterns(
    """
January ;; February ;; March ;; April ;; May ;; June ;; July ;; August ;; September ;; October ;; November ;; December
"""
)
LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
SEASONS = {"winter": [11, 0, 1], "spring": [2, 3, 4], "summer": [5, 6, 7], "autumn": [8, 9, 10]}
LETTERS_ALL = list("abcdefghijklmnopqrstuvwxyz")
COUNT_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
ORDINALS = patterns(
    """
first ;; second ;; third ;; fourth ;; fifth ;; sixth ;; seventh ;; eighth ;; ninth ;; tenth ;; eleventh ;; twelfth
"""
)

AFTER = patterns(
    """
[What|Which] {u} [comes|is] after {x}? ;; [What|Which] is the {u} after {x}? ;; [What|Which] {u} follows {x}? ;;
{u} after {x} ;; after {x} comes [which {u}|what]? ;; What comes after {x}? ;; the {u} after {x}? ;;
[Tell me|Name] the {u} after {x}. ;; {x} is followed by [which|what] {u}? ;; next {u} after {x} ;;
Which {u} comes next after {x}? ;;
<know> [which {u} comes after {x}|what comes after {x}|the {u} after {x}][?|.|] ;; <could> tell me [the {u} after {x}|which {u} follows {x}]? ;; [right|directly|immediately] after {x} [is|comes] [which {u}|what {u}|what]? ;; {x}, then which {u}? ;; when {x} is over, [which|what] {u} [begins|starts|comes]?
"""
)
BEFORE = patterns(
    """
[What|Which] {u} [comes|is] before {x}? ;; [What|Which] is the {u} before {x}? ;; {u} before {x} ;;
What comes before {x}? ;; the {u} before {x}? ;; [Tell me|Name] the {u} before {x}. ;;
before {x} comes [which {u}|what]? ;; {x} comes after [which|what] {u}? ;;
<know> [which {u} comes before {x}|what comes before {x}|the {u} before {x}][?|.|] ;; <could> tell me [the {u} before {x}|which {u} is before {x}]? ;; [right|directly|just] before {x} [is|comes] [which {u}|what {u}|what]? ;; which {u} [ends when {x} starts|precedes {x}|goes ahead of {x}]?
"""
)
TODAY_NEXT = patterns(
    """
[If t|T]oday is {x}[, what|. What] is tomorrow? ;; [If t|T]oday is {x}[, which|. Which] day is tomorrow? ;;
If it is {x} today, what day is tomorrow? ;; It's {x}. What day comes tomorrow? ;; If today is {x}, tomorrow is? ;;
[<who> says|I think|The calendar says] [today is|it is] {x}[.|,] [what|which] day [is|will be] tomorrow? ;; tomorrow[,|] if today is {x}? ;; {x} today, tomorrow [is|what]? ;; <know> what day tomorrow is if [today is|it's] {x}[?|.]
"""
)
TODAY_LAST = patterns(
    """
[If t|T]oday is {x}[, what|. What] was yesterday? ;; If it is {x} today, what day was yesterday? ;;
It's {x}. Which day was yesterday? ;; If today is {x}, yesterday was? ;;
[<who> says|I think|The calendar says] [today is|it is] {x}[.|,] [what|which] day was yesterday? ;; yesterday[,|] if today is {x}? ;; {x} today, yesterday [was|what]? ;; <know> what day yesterday was if [today is|it's] {x}[?|.]
"""
)
DAYS_LATER = patterns(
    """
What day is {c} days after {x}? ;; [If t|T]oday is {x}[, what|. What] day is it in {c} days? ;;
Which [day|weekday] comes {c} days after {x}? ;; {c} days after {x}? ;;
Today is {x}. What day will it be in {c} days? ;; {x} plus {c} days is which day? ;; It is {x}. In {c} days it is ...?
"""
)
MONTH_DAYS = patterns(
    """
How many days [does {x} have|has {x}|are in {x}|are there in {x}]? ;; days in {x} ;; How long is {x}? ;;
number of days in {x} ;; [Tell me|Do you know] how many days {x} has[.|?] ;; How many days in the month of {x}? ;;
<know> [how many days {x} has|how long {x} is|the number of days in {x}][?|.|] ;; <could> tell me how many days [are in|there are in] {x}? ;; {x} [has how many days|days|length|is how long][?|] ;; how many [days|mornings|sunrises] [in|during|until the end of] {x}? ;; how many days do I have [to wait through|off if I take all of] {x}?
"""
)
MONTH_NUMBER = patterns(
    """
[What|Which] number is {x}? ;; Which month of the year is {x}? ;;
[What|Which] number [is the month|has the month] {x}? ;; {x} is which month of the year? ;;
{x} is the how manyth month?
"""
)
NUMBER_MONTH = patterns(
    """
[What|Which] is the {o} month[|?| of the year?] ;; What month is the {o}? ;; Name the {o} month. ;;
{o} month of the year ;; Which month comes {o}?
"""
)
SEASON = patterns(
    """
[Which|What] season is {x} in? ;; In [which|what] season is {x}? ;; {x} is in which season? ;;
[What|Which] season is it in {x}? ;; season of {x}
"""
)
SORT_NUMBERS = patterns(
    """
[Sort|Order|Arrange] [these|the|these] numbers: {l} ;; [Put|Bring] [these|the] numbers in order: {l} ;;
Sort {l}[.|] ;; [Sort|Order] {l} [from small to large|in ascending order|ascending] ;; sort: {l} ;; {l} sorted[?|] ;;
[Can|Could] you [sort|order] {l}? ;; Put {l} in order. ;; from smallest to largest: {l} ;; What is the order of {l}? ;;
<could> [sort|order|arrange|put in order] [these|the numbers|] {l}? ;; [smallest first|lowest first|ascending|in order|sorted|order|arrange]: {l} ;; [line up|rank|order|sort out] {l}[.|, please|] ;; {l} [in order|from low to high|ascending|in ascending order|sort please][.|] ;; I need {l} [in order|sorted|from small to large][.|]
"""
)
SORT_WORDS = patterns(
    """
[Sort|Order|Arrange] [these|the|my] words: {l} ;; [sort|order|arrange|put in order][:|] {l}[|, please] ;; Put [these|the] words in alphabetical order: {l} ;;
[Sort|Order] {l} alphabetically. ;; alphabetical order: {l} ;; sort by letter: {l} ;;
Which order do {l} have in a dictionary?
"""
)
LARGEST = patterns(
    """
[What|Which] is the [largest|biggest|greatest|highest] of {l}? ;; [largest|biggest|maximum] of {l} ;;
Find the [largest|biggest] number: {l} ;; Which is the [largest|biggest|highest]: {l}? ;; max of {l}
"""
)
SMALLEST = patterns(
    """
[What|Which] is the [smallest|lowest] of {l}? ;; [smallest|minimum] of {l} ;; Find the smallest number: {l} ;;
Which is the [smallest|lowest]: {l}? ;; min of {l}
"""
)
COUNT = patterns(
    """
Count from {a} to {b}. ;; [Can|Could] you count from {a} to {b}? ;; [Please |]count [up |]from {a} to {b} ;;
count {a} to {b} ;; Say the numbers from {a} to {b}. ;; numbers from {a} to {b} ;; List the numbers {a} to {b}. ;;
[Write|Give me] all numbers from {a} to {b}.
"""
)
COUNT_TO = ["Count to {b}.", "Can you count to {b}?", "[Please |]count up to {b}", "count till {b}"]
COUNT_DOWN = patterns(
    """
Count [down|backwards] from {b} to {a}. ;; Can you count [down|backwards] from {b} to {a}? ;;
count down from {b} to {a} ;; countdown from {b} to {a}
"""
)
HOW_MANY = patterns(
    """
How many [things|items|words] are in this list: {l}? ;; [Count|Count the items]: {l} ;;
How many [words|items] [do you see|are there]: {l}? ;; How long is this list: {l}? ;; number of items: {l}
"""
)
SPELL = patterns(
    """
[Spell|Spell out] {w}[.|] ;; How do you spell {w}? ;; [Can|Could] you spell [the word |]{w}? ;; spelling of {w} ;;
How is {w} spelled? ;; spell the word {w} ;; {w} letter by letter ;; Write {w} letter by letter. ;;
<could> spell [{w}|the word {w}|"{w}"][| for me]? ;; <know> how [{w}|the word {w}] is [spelled|spelt|written][?|.|] ;; [spelling|spell it|letters|spell]: {w} ;; [what|which] letters [are in|make up|does one need for] [the word |]{w}? ;; {w} [spelled out|spelling|in letters|spell it][?|]
"""
)
LETTERS = patterns(
    """
How many letters [does|has] [the word |]{w}[| have]? ;; How many letters are in [the word |]{w}? ;;
[Count|Count the] letters [in|of] {w}[.|] ;; number of letters in {w} ;; How long is the word {w}? ;;
{w}: how many letters?
"""
)
LETTER_COUNT = patterns(
    """
How many [letters |]{c}[| letters|'s|s] [are|are there] in [|the word ]{w}? ;; How many times [does|is] [|the letter ]{c} [appear|occur|come up|found] in [|the word ]{w}? ;; How often [does|is] [|the letter ]{c} [occur|appear|there] in [|the word ]{w}? ;;
[Count|Count the|Count all] [|letters ]{c}[|'s|s] in [|the word ]{w}[.|] ;; number of {c}[|'s|s] in {w} ;; how many {c} in {w}[?|] ;; how many {c} has [|the word ]{w}[?|] ;; how many {c}'s does [|the word ]{w} have[?|] ;; [Is|Is there] [a|an|the letter] {c} in {w}, and how many[?|] ;; {w}: how many {c}[|'s|s]? ;;
<know> how many [|letters ]{c}[|'s|s] are in {w}[?|.|] ;; <could> count [|the letter ]{c} in {w}? ;; How many "{c}" are in "{w}"? ;; in {w}, how many {c}[|'s|s]? ;; [the|The] letter {c} in {w}: how many times? ;; How many {c}s are there in {w}? ;; [does|Does] {w} have [one|two|three] {c}[|'s|s]? [How many|Count them]? ;; how many times do you write {c} in {w}?
"""
)
FIRST = patterns(
    """
What is the first letter of {w}? ;; [Which|What] letter does {w} [start|begin] with? ;; first letter of {w} ;;
{w} starts with which letter?
"""
)
LAST = patterns(
    """
What is the last letter of {w}? ;; [Which|What] letter does {w} end with? ;; last letter of {w} ;;
{w} ends with which letter?
"""
)
REVERSE = patterns(
    """
[Reverse|Turn around] [the word |]{w}[.|] ;; [Write|Spell|Say] {w} backwards[.|] ;; What is {w} backwards? ;;
{w} backwards ;; {w} in reverse
"""
)
ECHO = patterns(
    """
Say {w}. ;; [Repeat|Repeat after me|Say after me|Write|Copy]: {w} ;; [Can|Could] you say {w}? ;; say the words {w} ;;
[Please |]write {w} ;; Type {w}. ;; say {w} ;; repeat {w}
"""
)
RHYMES = """cat hat bat mat rat flat|dog frog log fog|sun fun run bun|tree bee sea free key|house mouse blouse|night light bright sight kite|day play way may say|rain train brain plane|ball wall tall call fall
star car far jar|cake lake snake make|moon spoon soon noon|ring king sing wing|fish dish wish|book look cook hook|nose rose toes hose|bear chair hair pear|boat goat coat note|hand sand land band|bed red head bread|snow go toe bow low
pie sky fly eye|time lime rhyme climb|fire wire tire|blue shoe two zoo|fox box socks|pen ten hen men|hill pill bill still|rock clock sock|truck duck luck|street feet meat sweet|dream cream team stream|heart art part start|love dove glove above
mind kind find blind|stone bone phone alone|gold cold old bold|world girl pearl|door floor four more|friend end send bend|cloud loud proud crowd|song long strong|sleep sheep deep keep|smile mile while|ship trip lip|bell well shell|nest best rest test""".replace(
    "\n", "|"
).split(
    "|"
)
RHYME = patterns(
    """
What rhymes with {w}? ;; [Which|What] words rhyme with {w}? ;; rhymes with {w} ;;
[Give me|Tell me|Find|I need] [a rhyme|rhymes|words that rhyme] [for|with|on] {w}. ;; {w} rhymes with? ;;
[Can you find|Do you know] a rhyme for {w}? ;; rhyme for {w} ;; a word that rhymes with {w} ;;
<know> [a rhyme for {w}|what rhymes with {w}|words that rhyme with {w}][?|.|] ;; <could> [find|give me|tell me] [a rhyme for {w}|rhymes for {w}|words that rhyme with {w}]? ;; {w} [rhymes|rhyme|rhyming words|rhymes with what][?|] ;; I [write|am writing|need] a [poem|song][.|,] what [rhymes with|could rhyme with|sounds like] {w}? ;; [rhyming|rhyme|rhymes]: {w}
"""
)


FAMOUS_WORDS = "strawberry banana mississippi raspberry blueberry bookkeeper committee hippopotamus tomorrow necessary elephant chocolate tennessee balloon coffee letter pepper cherry carrot parallel".split()


class Everyday:
    def __init__(self, words: list[str]) -> None:
        self.words = [word for word in words[:2500] if 3 <= len(word) <= 7]
        self.long_words = [word for word in words if 3 <= len(word) <= 13] + FAMOUS_WORDS * 5

    def sample_date(self, rng: random.Random) -> list[Turn]:
        kind = rng.choice(
            ["after", "before", "tomorrow", "yesterday", "later", "later", "month_days", "number", "nth", "season"]
        )
        if kind in ("after", "before"):
            unit, cycle = rng.choice([("day", DAYS), ("month", MONTHS)])
            i = rng.randrange(len(cycle))
            step, patterns = (1, AFTER) if kind == "after" else (-1, BEFORE)
            other = cycle[(i + step) % len(cycle)]
            turns = [Turn(choose(patterns, rng, u=unit, x=cycle[i]), f"{other} comes {kind} {cycle[i]}.")]
        elif kind in ("tomorrow", "yesterday"):
            i = rng.randrange(7)
            step, patterns, verb = (
                (1, TODAY_NEXT, "Tomorrow is") if kind == "tomorrow" else (-1, TODAY_LAST, "Yesterday was")
            )
            turns = [Turn(choose(patterns, rng, x=DAYS[i]), f"{verb} {DAYS[(i + step) % 7]}.")]
        elif kind == "later":
            i, count = rng.randrange(7), rng.randrange(2, 8)
            steps = [DAYS[(i + j) % 7] for j in range(1, count + 1)]
            shown = count if rng.random() < 0.6 else COUNT_WORDS[count]
            turns = [
                Turn(
                    choose(DAYS_LATER, rng, c=shown, x=DAYS[i]),
                    f"It is {steps[-1]}.",
                    ", ".join(f"{j} {day}" for j, day in enumerate(steps, 1)),
                )
            ]
        else:
            i = rng.randrange(12)
            month = MONTHS[i]
            season = next(name for name, months in SEASONS.items() if i in months)
            february = ", or 29 in a leap year" if i == 1 else ""
            patterns, answer = {
                "month_days": (MONTH_DAYS, f"{month} has {LENGTHS[i]} days{february}."),
                "number": (MONTH_NUMBER, f"{month} is the {ORDINALS[i]} month of the year."),
                "nth": (NUMBER_MONTH, f"{month} is the {ORDINALS[i]} month of the year."),
                "season": (SEASON, f"{month} is in {season} in the north of the world."),
            }[kind]
            turns = [Turn(choose(patterns, rng, x=month, o=ORDINALS[i]), answer)]
        return [Turn(t.user, t.answer, t.think, skill="dates") for t in turns]

    def sample_list(self, rng: random.Random) -> list[Turn]:
        kind = rng.choice(["sort", "sort", "words", "largest", "smallest", "count", "count_to", "down", "how_many"])
        numbers = rng.sample(range(1, rng.choice([10, 50, 100, 100, 1000])), rng.randrange(3, 7))
        joined = (", " if rng.random() < 0.8 else " ").join(map(str, numbers))
        if kind == "sort":
            patterns, answer = SORT_NUMBERS, ", ".join(map(str, sorted(numbers))) + "."
        elif kind == "words":
            words = rng.sample(self.words, rng.randrange(3, 5))
            think = ", ".join(f"{word[:2]} {word}" for word in words)  # a token hides the letters that it is made of
            return [
                Turn(choose(SORT_WORDS, rng, l=", ".join(words)), ", ".join(sorted(words)) + ".", think, skill="lists")
            ]
        elif kind == "largest":
            patterns, answer = LARGEST, f"The largest is {max(numbers)}."
        elif kind == "smallest":
            patterns, answer = SMALLEST, f"The smallest is {min(numbers)}."
        elif kind == "how_many":
            words = rng.sample(self.words, rng.randrange(2, 8))
            think = ", ".join(f"{i} {word}" for i, word in enumerate(words, 1))
            return [Turn(choose(HOW_MANY, rng, l=", ".join(words)), f"There are {len(words)}.", think, skill="lists")]
        else:
            a = 1 if kind == "count_to" else rng.randrange(1, 90)
            b = a + rng.randrange(3, 12)
            run = range(b, a - 1, -1) if kind == "down" else range(a, b + 1)
            patterns = {"count": COUNT, "count_to": COUNT_TO, "down": COUNT_DOWN}[kind]
            return [Turn(choose(patterns, rng, a=a, b=b), ", ".join(map(str, run)) + ".", skill="lists")]
        return [Turn(choose(patterns, rng, l=joined), answer, skill="lists")]

    def sample_spelling(self, rng: random.Random) -> list[Turn]:
        if rng.random() < 0.15:
            words = " ".join(rng.sample(self.words, rng.choice([2, 2, 3, 4])))
            return [Turn(choose(ECHO, rng, w=words), f"{words.capitalize()}.", skill="spelling", noisy=False)]
        if rng.random() < 0.45:
            return [self.letter_count(rng)]
        word = rng.choice(self.words if rng.random() < 0.7 else self.long_words)
        spelled = "-".join(word.upper())
        patterns, answer, think = rng.choice(
            [
                (SPELL, f"{spelled}.", ""),
                (
                    LETTERS,
                    f"The word {word} has {len(word)} letters.",
                    " ".join(f"{c}{i}" for i, c in enumerate(word, 1)),
                ),
                (FIRST, f"{word} starts with {word[0].upper()}.", ""),
                (LAST, f"{word} ends with {word[-1].upper()}.", spelled),
                (REVERSE, f"{word[::-1]}", " ".join(word) + " - " + " ".join(word[::-1])),
            ]
        )
        return [Turn(choose(patterns, rng, w=word), answer, think, skill="spelling")]

    def letter_count(self, rng: random.Random) -> Turn:
        """How many r are in strawberry: spelled out, and counted while spelling."""
        word = rng.choice(self.words if rng.random() < 0.3 else self.long_words)
        doubled = [letter for letter in word if word.count(letter) > 1]
        letter = rng.choice(doubled if doubled and rng.random() < 0.55 else list(word) if rng.random() < 0.85 else LETTERS_ALL)
        count, shown = 0, []
        for each in word:
            count += each == letter
            shown.append(f"{each}{count}" if each == letter else each)
        think = f"{letter} in {word}: {' '.join(shown)}: {count}"
        verb, thing = ("is", f"1 {letter}") if count == 1 else ("are", f"{count} {letter}") if count else ("is", f"no {letter}")
        asked = letter.upper() if rng.random() < 0.2 else letter
        return Turn(choose(LETTER_COUNT, rng, c=asked, w=word), f"There {verb} {thing} in {word}.", think, skill="spelling", noisy=rng.random() < 0.5)

    def sample_rhyme(self, rng: random.Random) -> list[Turn]:
        words = rng.choice(RHYMES).split()
        asked = rng.choice(words)
        others = [word for word in words if word != asked][:3]
        verb = "rhymes" if len(others) == 1 else "rhyme"
        return [
            Turn(choose(RHYME, rng, w=asked), f"{listing(others)} {verb} with {asked}.".capitalize(), skill="rhymes")
        ]
