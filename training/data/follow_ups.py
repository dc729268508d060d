"""What people say after an answer: the same of another, shorter, once more, backwards, a name that they gave before.

Each sample looks at the conversation so far and returns what follows, or None where it has nothing to follow.
"""

import random
import re

from . import unfamiliar as u
from .arithmetic import held_out
from .countries import FOLLOW_IT, FOLLOW_SAME, Countries
from .definitions import Dictionary
from .relations import EXAMPLES, Relations
from .tales import HAIKU, Tales
from .turn import Turn
from .unknown import SYLLABLES
from .everyday import DAYS, MONTHS
from .wording import choose, listing, patterns
from .working import add, divide, multiply, subtract

SHORTER = patterns(
    """
make it shorter ;; Make [it|that|this] [|a bit |a little |much ]shorter[.|, please|] ;; shorter[, please|!|] ;; [Can|Could] you make [it|that|this] shorter? ;; [Too long|That is too long|that's long][.|,] [a shorter one|shorter please|can you shorten it][?|] ;;
[Shorten|Cut|Trim] [it|that|this][ down|][.|, please|] ;; [Now|And] in [one sentence|two sentences|fewer words][.|, please|] ;; [Give me|Tell me|I want] [the|a] short[er|] version[.|, please|] ;; [Sum|sum] [it|that] up[.|] ;; in short? ;; tl;dr ;; [say|tell] it in [fewer words|one line|a sentence|short] ;; a shorter version[, please|?|] ;; can I have that shorter
"""
)
LONGER = patterns(
    """
[Make|Can you make] [it|that] longer[.|?|, please|] ;; longer[, please|] ;; [a longer one|a longer version][, please|?|] ;; [Write|Say|Tell me] more[.|, please|] ;; [Go on|Continue|And then|and then what][?|.|] ;; [What|what] happened [then|next|after that]? ;; [Add|Give me] [more details|a few more lines|another paragraph][.|] ;; [Extend|Expand|Elaborate on] [it|that][.|] ;; more detail
"""
)
CHANGE = patterns(
    """
[Make|Can you make] [it|that] [funnier|sadder|scarier|more exciting|rhyme|more formal|nicer|happier|better][.|?|, please|] ;; [Rewrite|Rephrase|Reword|Improve|Change] [it|that][.|, please|] ;; [Change|change] the [ending|beginning|name|title][.|] ;; [Now|And now] in the style of [a pirate|Shakespeare|a newspaper|a king][.|] ;; say it [differently|in other words|another way][.|] ;; [put|turn] [it|that] into [a table|a list|bullet points|a song|rhymes|an email] ;; make it [a list|a poem|a song]
"""
)
SIMPLER = patterns(
    """
[Explain|Say|Put] [it|that] [more simply|simpler|in simple words|to a child|like I'm five|for kids][.|, please|] ;; simpler[, please|] ;; [Can|Could] you [explain|say] that [more simply|in simpler words]? ;; [Make|make] it simpler[.|] ;; I still don't understand[.|,] [simpler|in easier words|explain again] ;; [Give me|Do you have] an example[.|?|] ;; for example? ;; use it in a sentence ;; [Use|Can you use] the word in a sentence[.|?|]
"""
)
MORE_FACTS = patterns(
    """
Tell me more[ about it| about that|][.|, please|] ;; [What|what] else do you know[ about it|]? ;; [anything|something] else[?|] ;; more about that[, please|] ;; [Any|any] more facts? ;; [And|and] what else? ;; go on ;; is that all[?|]
"""
)
TRANSLATE = patterns(
    """
[Translate|Now translate|Can you translate] [it|that|this] [to|into] {lang}[.|?|] ;; [And|Now] in {lang}[.|?|, please|] ;; in {lang}? ;; [Say|say] [it|that] in {lang}[.|] ;; how do you say that in {lang}? ;; what is that in {lang}[?|]
"""
)
INSIST = patterns(
    """
please[!|] ;; [Please|Just] [try|guess|answer][!|.|] ;; [Try|try] [anyway|again|harder|it][.|!|, please|] ;; [But|but] you must know[ that|][!|.|] ;; [Just|just] guess[.|!|] ;; [come on|oh come on|go on, guess|take a guess][!|.|] ;; I'm sure you know[ it|][.|] ;; [don't|do not] be shy ;; are you sure you don't know[?|] ;; [and|what] if you had to guess? ;; make something up ;; [Why|why] [not|don't you know that|can't you]?
"""
)
AGAIN = patterns(
    """
[Say|say] [that|it] again[.|, please|] ;; [Repeat|repeat] [that|it|your answer|your last answer|what you said][.|, please|] ;; [What|what] did you [just say|say]? ;; once more[, please|] ;; come again? ;; [Can|Could] you [repeat|say] that[ again| once more|]? ;; what was [that|your answer|your last answer]? ;; say it once more
"""
)
ASKED = patterns(
    """
[What|what] did I [just ask|ask you|ask|just ask you|say]? ;; [What|what] was my [last |]question? ;; [Repeat|repeat] my question[.|] ;; [Do you|do you] [know|remember] what I [asked|just asked]? ;; what was I asking ;; remind me what I asked
"""
)
FIRST_ASKED = patterns(
    """
[What|what] was my first question? ;; [What|what] did I ask [first|at first|you first|at the beginning]? ;; [how|with what] did I [start|begin] this chat? ;; my first question was what?
"""
)
PLUS = patterns(
    """
[Now|now|and now|Then|And] [add|plus] {b}[.|, please|] ;; [Add|add] {b} [to that|to it|more][.|, please|] ;; [plus|and plus|+] {b}[?|] ;; and {b} more[?|] ;; [what|how much] is that plus {b}? ;; [Now|and] {b} more[.|] ;; increase [it|that] by {b} ;; add another {b} ;; that plus {b}[?|] ;; and [if I add|with] {b} [more|on top]?
"""
)
MINUS = patterns(
    """
[Now|now|and now|Then|And] [subtract|minus|take away] {b}[.|, please|] ;; [Subtract|take|Take away] {b} [from that|from it][.|, please|] ;; [minus|and minus|-] {b}[?|] ;; and {b} less[?|] ;; [what|how much] is that minus {b}? ;; that minus {b}[?|] ;; [now|and] take {b} off ;; reduce it by {b} ;; and without {b}?
"""
)
TIMES = patterns(
    """
[Now|now|and now|Then|And] [multiply by|times] {b}[.|, please|] ;; [Multiply|multiply] [that|it] by {b}[.|, please|] ;; [times|and times|*] {b}[?|] ;; [what|how much] is that times {b}? ;; that times {b}[?|] ;; {b} times that[?|]
"""
)
DOUBLE_IT = ["[Double|Now double|and double] [it|that][.|, please|]", "[and|now] twice that[?|]", "times two[, please|]", "what is twice that?"]
HALVE_IT = ["[Halve|Now halve] [it|that][.|, please|]", "[and|now] half of [that|it][?|]", "what is half of [that|it]?", "divide [it|that] by two"]
HERO = patterns(
    """
[What|what] [is|was] the name of the {h}? ;; [What|what] [is|was] the {h} called? ;; [How|how] is the {h} called? ;; the {h}'s name? ;; [who|Who] was the {h}? ;; and the name of the {h}?
"""
)
ANOTHER = patterns(
    """
[Another|another|One more|one more|Another one|A different one|a new one][, please|!|.|] ;; [Tell|Give|Write] me another[ one|][.|, please|] ;; [again|once again], a different one ;; [next|and another|and one more][!|, please|] ;; [Now|now] [another|a different|a new] {k}[.|, please|] ;; [another|one more|a second|a new] {k}[, please|.|] ;; do you have another {k}? ;; I want another {k} ;; {k} number two
"""
)
REVERSED = patterns(
    """
[Now|And|now|and] [in reverse|the other way round|backwards|descending|from large to small|in descending order|the largest first|in the opposite order][.|, please|?|] ;; [Reverse|reverse] [it|that|the list|the order][.|] ;; [turn|flip] [it|the list] around ;; largest first[, please|]
"""
)
GREATEST = ["[Which|which] [is|one is] the [largest|biggest|highest]?", "[and|] the [largest|biggest]?", "what is the [largest|biggest|highest] of them?"]
LEAST = ["[Which|which] [is|one is] the [smallest|lowest]?", "[and|] the smallest?", "what is the [smallest|lowest] of them?"]
AFTER_THAT = ["[And|and] after that?", "[and|then] what comes [next|then|after that]?", "[And|and] the next[ one|]?", "then?", "and then?", "what about the one after?"]
IN_CONTINENT = patterns("[So is|Is|is] [it|that] in {k}? ;; {k}, right? ;; and is it in {k}")
BEYOND_COUNTRY = patterns(
    """
[How|how] many people live there? ;; [Who|who] is the [president|king|prime minister|leader] [there|of it]? ;; [and|And] [its|the] [population|area|flag|president|anthem|history|highest mountain|longest river|weather|food]? ;; [How|how] big is it? ;; [Is|is] it [nice|warm|rich|safe|expensive|worth a visit] there? ;; what [can I see|should I eat|is it famous for] there? ;; how do I get there? ;; [When|when] was it founded? ;; what is it famous for[?|] ;; what's the weather like there
"""
)
SPELL_IT = ["[Spell|spell] it[.|, please|]", "[How|how] [is it|do you|is that] spel[led|l it]?", "how do I spell that?", "[and|] letter by letter[?|, please|]"]
OPPOSITE_OF_IT = ["[And|and] [the|its] opposite?", "[What|what] is [the|its] opposite[ of that|]?", "opposite?", "and what's the opposite[ of it|]?"]
IS_IT = ["[Is|is] it {k}?", "[And|and|so] is it {k}?", "[would|Would] you call it {k}?"]
MORE_EXAMPLES = ["[Three|three] more[, please|.|]", "[Give|Name|Tell] me three more[.|]", "[And|and] three [more|others][?|]", "more [please|of them]", "others?", "[Any|any] others?"]

# What somebody tells about themselves, how it is asked for later, and what is answered then.
TOLD = {
    "name": (
        patterns(
            """
[My|my] name is {x}[.|!|] ;; [I'm|I am|Im] {x}[.|!|] ;; [Hi|Hello|Hey], [I'm|I am|my name is] {x}[.|!|] ;; [Call me|You can call me|People call me] {x}[.|] ;; {x} is my name[.|] ;; [my|My] name's {x}[.|] ;; [this is|it's] {x}[, hello| here|] ;; [Remember|Please remember|Note]: my name is {x}[.|]
"""
        ),
        patterns(
            """
[What|what] is my name? ;; [What's|whats] my name[?|] ;; [Do|do] you [remember|know|still know] my name? ;; who am I[?|] ;; [Say|say|tell me] my name[.|] ;; my name[?| is?] ;; what was my name[ again|]? ;; what did I say my name was? ;; [how|what] am I called? ;; can you tell me my name[?|]
"""
        ),
        "Nice to meet you! What would you like to know?",
        "Your name is {x}.",
    ),
    "colour": (
        patterns("[My|my] favourite [colour|color] is {x}[.|] ;; I [love|like] the [colour|color] {x}[| most][.|] ;; the [colour|color] I like best is {x}"),
        patterns("[What|what] is my favourite [colour|color]? ;; [which|Which] [colour|color] do I like[ best|]? ;; [do|Do] you remember my favourite [colour|color]?"),
        "I will keep that in mind while we chat.",
        "Your favourite colour is {x}.",
    ),
    "pet": (
        patterns("[My|my] [dog|cat|pet|rabbit|hamster|parrot] is [called|named] {x}[.|] ;; I have a [dog|cat|pet|rabbit|parrot|horse] [called|named] {x}[.|] ;; the name of my [dog|cat|pet] is {x}"),
        patterns("[What|what] is [the name of my pet|my pet's name|my pet called]? ;; [what|What] is the name of my [dog|cat|animal]? ;; [do|Do] you remember my pet's name?"),
        "I will keep that in mind while we chat.",
        "Your pet is called {x}.",
    ),
    "home": (
        patterns("I live in {x}[.|] ;; I'm from {x}[.|] ;; I am from {x}[.|] ;; [my|My] home [town|] is {x} ;; I come from {x}[.|]"),
        patterns("[Where|where] do I live? ;; [Where|where] am I from? ;; [where|Where] do I come from? ;; [do|Do] you remember where I [live|am from]?"),
        "I will keep that in mind while we chat.",
        "You said: {x}.",
    ),
    "age": (
        patterns("I am {x} years old[.|] ;; I'm {x} years old[.|] ;; I'm {x}[.|] ;; my age is {x}[.|]"),
        patterns("[How|how] old am I? ;; what is my age[?|] ;; [do|Do] you remember [my age|how old I am]?"),
        "I will keep that in mind while we chat.",
        "You are {x} years old.",
    ),
    "food": (
        patterns("[My|my] favourite [food|dish] is {x}[.|] ;; I love [to eat|eating] {x}[.|] ;; the food I like best is {x}[.|]"),
        patterns("[What|what] is my favourite [food|dish]? ;; [what|What] do I [like|love] to eat? ;; [do|Do] you remember my favourite food?"),
        "I will keep that in mind while we chat.",
        "Your favourite food is {x}.",
    ),
}
NOT_TOLD = "You have not told me that."
COLOURS = "red blue green yellow purple orange pink black white brown grey violet turquoise gold silver".split()
FOODS = "pizza pasta rice soup bread cheese chocolate sushi curry salad fish cake noodles beans potatoes pancakes".split()
NAMES = [
    *u.FIRST,
    *(
        "Tom Anna Ben Lily Max Mia Sam Sara Leo Emma Jack Lucy John Peter Maria Alex David Julia Omar Nina Paul Rosa Kim Ali Chris Eva "
        "Mark Tim Noah Bob Chen Raj Hassan Pedro Priya Yusuf Henry Jonas Linda Oliver Sophie Victoria Walter"
    ).split(),
]
PETS = "Rex Bella Luna Max Charlie Coco Simba Nala Felix Minka Rocky Daisy Buddy Milo Socks Tiger Fluffy Bruno Lola Oscar".split()

SHORT_ALREADY = "I can't make it shorter: it is short already."
NO_LONGER = "I can't make it longer: I only write short answers."
NO_CHANGE = "I can't change what I wrote: I am too small for that."
NO_SIMPLER = "I can't say it more simply: that is all I know about it."
NO_MORE = "That is all I know about it. Try another question, with a word, a country or a sum."
NO_COUNTRY = "I don't know that about a country. I only know its capital, continent, money, languages and neighbours."
NO_TRANSLATION = "I only know English, so I can't translate. I can tell you a story or explain a word instead."
REALLY_NOT = "I really don't know that: I was not taught it. I would only guess wrong."
REPEATED = "Please ask your question once more; I answer best to one question at a time."  # of small talk, where nothing was said yet
LOOK_BACK = "Scroll up a little: there it stands. I am not good at looking back."
UNKNOWN_VISITOR = "I do not know you, and I remember nothing from one chat to the next."
CONTINENT_NAMES = ["Europe", "Asia", "Africa", "North America", "South America", "Oceania"]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) ", text)


class FollowUps:
    def __init__(self, countries: Countries, dictionary: Dictionary, relations: Relations, tales: Tales) -> None:
        self.countries, self.relations, self.tales = countries, relations, tales
        self.words = {entry.answer: word for word, entry in dictionary.entries.items()}
        self.country_answers = {
            answer: (country, kind)
            for country in countries.countries
            for kind in ("capital", "continent", "currency", "language", "neighbours", "about")
            if (answer := countries.answer(country, kind))
        }
        self.right = {}
        for word, kind in relations.right:
            self.right.setdefault(word, []).append(kind)
        self.wrong = {}
        for word, kind in relations.wrong:
            self.wrong.setdefault(word, []).append(kind)

    def sample(self, said: list[Turn], rng: random.Random) -> Turn | None:
        """What may follow the last answer."""
        last = said[-1]
        general = [
            (AGAIN, last.answer, 1.0),
            (ASKED, f"You asked: {last.user}", 1.0),
            (TRANSLATE, NO_TRANSLATION, 0.7),
            (CHANGE, NO_CHANGE, 0.7),
        ]
        if len(said) > 1:
            general.append((FIRST_ASKED, f"You asked: {said[0].user}", 0.6))
        own = self.own(last, rng)
        if own and rng.random() < 0.75:
            return own
        if len(last.answer) > 160 or len(last.user) > 120:
            general = general[2:]
        asked, answer, _ = rng.choices(general, [weight for _, _, weight in general])[0]
        return Turn(choose(asked, rng, lang=rng.choice(u.LANGUAGES)), answer, skill="follow_ups")

    def own(self, last: Turn, rng: random.Random) -> Turn | None:
        """What fits this very answer."""
        answer = last.answer
        if last.skill in ("unknown", "beyond"):
            return self.made(INSIST, REALLY_NOT, rng)
        if last.skill == "stories":
            return self.after_story(answer, rng)
        if last.skill == "haiku":
            kind = rng.random()
            if kind < 0.45:
                others = [lines for lines in HAIKU.values() if "\n".join(lines) != answer]
                return self.made(ANOTHER, "\n".join(rng.choice(others)), rng, k=rng.choice(["haiku", "poem"]))
            return self.made(*((SHORTER, SHORT_ALREADY) if kind < 0.75 else (LONGER, NO_LONGER)), rng)
        if answer in self.country_answers:
            return self.after_country(*self.country_answers[answer], rng)
        if answer in self.words:
            return self.after_word(self.words[answer], rng)
        number = re.search(r"(?<![\d-])(?:= |is |has |have |are |get )(\d{1,4})\b[^\d]*$", answer)
        if number and last.skill in ("arithmetic", "word_problems"):
            return self.after_number(int(number[1]), rng)
        if last.skill == "lists" and re.fullmatch(r"\d+(, \d+)+\.", answer):
            numbers = [int(part) for part in answer[:-1].split(", ")]
            kind = rng.random()
            if kind < 0.5:
                return self.made(REVERSED, ", ".join(map(str, numbers[::-1])) + ".", rng)
            return self.made(*((GREATEST, f"The largest is {max(numbers)}.") if kind < 0.75 else (LEAST, f"The smallest is {min(numbers)}.")), rng)
        if last.skill == "dates" and (match := re.fullmatch(r"(\w+) comes after (\w+)\.", answer)):
            cycle = DAYS if match[1] in DAYS else MONTHS
            following = cycle[(cycle.index(match[1]) + 1) % len(cycle)]
            return self.made(AFTER_THAT, f"{following} comes after {match[1]}.", rng)
        if last.skill == "examples":
            for words in EXAMPLES.values():
                named = [word for word in words if word in answer.lower()]
                if len(named) == 3 and len(words) >= 6:
                    others = [word for word in words[:9] if word not in named][:3]
                    return self.made(MORE_EXAMPLES, f"{listing(others)}.".capitalize(), rng)
        kind = rng.random()
        if kind < 0.35:
            return self.made(SHORTER, SHORT_ALREADY, rng)
        if kind < 0.6:
            return self.made(LONGER, NO_LONGER, rng)
        return self.made(SIMPLER, NO_SIMPLER, rng) if kind < 0.8 else self.made(MORE_FACTS, NO_MORE, rng)

    def made(self, asked: list[str], answer: str, rng: random.Random, think: str = "", **slots: object) -> Turn:
        return Turn(choose(asked, rng, **slots), answer, think, skill="follow_ups")

    def after_story(self, story: str, rng: random.Random) -> Turn | None:
        kind = rng.random()
        parts = sentences(story)
        if kind < 0.45 and len(parts) > 3:
            return self.made(SHORTER, f"{parts[0]} {parts[-1]}", rng)
        if kind < 0.7:
            return self.made(ANOTHER, self.tales.fresh_story([story], rng), rng, k=rng.choice(["story", "tale"]))
        hero = re.search(r"(?:An?|an?) (?:[a-z]+ )?([a-z]+) named ([A-Z][a-z]+)", story)
        if hero and kind < 0.85:
            return self.made(HERO, f"The {hero[1]} is called {hero[2]}.", rng, h=hero[1])
        return self.made(LONGER, NO_LONGER, rng)

    def after_country(self, country, kind: str, rng: random.Random) -> Turn | None:
        choice = rng.random()
        if choice < 0.4:
            for _ in range(4):
                other = rng.choice(self.countries.countries)
                answer = self.countries.answer(other, kind)
                if answer:
                    return self.made(FOLLOW_SAME, answer, rng, n=other.name)
        if choice < 0.65:
            asked = rng.choice(sorted(FOLLOW_IT))
            answer = self.countries.answer(country, asked)
            if answer:
                return self.made(FOLLOW_IT[asked], answer, rng)
        if choice < 0.8:
            name = rng.choice(CONTINENT_NAMES) if rng.random() < 0.5 else country.continent.split(" and ")[0]
            yes = name in country.continent.split(" and ")
            return self.made(IN_CONTINENT, f"{'Yes' if yes else 'No'}, {country.name} is in {country.continent}.", rng, k=name)
        return self.made(BEYOND_COUNTRY, NO_COUNTRY, rng)

    def after_word(self, word: str, rng: random.Random) -> Turn | None:
        choice = rng.random()
        if choice < 0.2 and len(word) < 10:
            return self.made(SPELL_IT, "-".join(word.upper()) + ".", rng)
        if choice < 0.4 and word in self.relations.opposites:
            return self.made(OPPOSITE_OF_IT, self.relations.opposite_answer(word), rng)
        if choice < 0.5 and word in self.right and word in self.wrong:
            kind = rng.choice(self.right[word] if rng.random() < 0.5 else self.wrong[word])
            asked = self.relations.is_a_slots(word, kind)["k"]
            return self.made(IS_IT, self.relations.is_a_answer(word, kind), rng, think=self.relations.is_a_working(word), k=asked)
        if choice < 0.65:
            return self.made(SHORTER, SHORT_ALREADY, rng)
        return self.made(SIMPLER, NO_SIMPLER, rng) if choice < 0.85 else self.made(MORE_FACTS, NO_MORE, rng)

    def after_number(self, number: int, rng: random.Random) -> Turn | None:
        while True:
            b = rng.randrange(1, rng.choice([10, 10, 21, 100]))
            if not held_out(number, b):
                break
        kind = rng.random()
        if kind < 0.4:
            return self.made(PLUS, f"{number} + {b} = {number + b}.", rng, think=f"{number}+{b}: {add(number, b)}", b=b)
        if kind < 0.65 and b <= number:
            return self.made(MINUS, f"{number} - {b} = {number - b}.", rng, think=f"{number}-{b}: {subtract(number, b)}", b=b)
        if kind < 0.8 and number < 100 and b < 10:
            return self.made(TIMES, f"{number} * {b} = {number * b}.", rng, think=f"{number}*{b}: {multiply(number, b)}", b=b)
        if kind < 0.9 or number % 2 or not 0 < number <= 100:
            return self.made(DOUBLE_IT, f"Double {number} is {2 * number}.", rng, think=f"{number}+{number}: {add(number, number)}")
        return self.made(HALVE_IT, f"Half of {number} is {number // 2}.", rng, think=f"{number}/2: {divide(number, 2)}")

    def telling(self, rng: random.Random) -> tuple[str, str, Turn]:
        """Something that a visitor tells, to be asked for later: (what, the thing, the turn)."""
        what = rng.choices(list(TOLD), [8, 1, 1, 1, 1, 1])[0]
        said, _, answer, _ = TOLD[what]
        if what == "name":
            thing = rng.choice(NAMES) if rng.random() < 0.7 else (rng.choice(SYLLABLES) + rng.choice(SYLLABLES)).capitalize()
        elif what == "home":
            thing = rng.choice(u.CITIES) if rng.random() < 0.5 else rng.choice(self.countries.countries).capital
        elif what == "age":
            thing = str(rng.randrange(5, 90))
        else:
            thing = rng.choice({"colour": COLOURS, "pet": PETS, "food": FOODS}[what])
        return what, thing, Turn(choose(said, rng, x=thing), answer, skill="memory")

    def asked_back(self, what: str, thing: str | None, rng: random.Random) -> Turn:
        _, asked, _, answer = TOLD[what]
        missing = UNKNOWN_VISITOR if what == "name" else NOT_TOLD
        return Turn(choose(asked, rng), answer.replace("{x}", thing) if thing else missing, skill="memory")
