"""Questions about countries: capital, continent, currency, languages, neighbours."""

import random

from .atlas import Country, read_countries
from .turn import Turn
from .wording import capitalised, choose, listing, patterns

CAPITAL = patterns(
    """
What is the capital [|city ]of {n}? ;; What's the capital of {n}? ;; [The |]capital of {n}? ;;
[Tell me|Give me|Say|I need] the capital [|city ]of {n}. ;; [Which|What] city is the capital of {n}? ;;
Do you know the capital of {n}? ;; {n}'s capital? ;; {n} capital ;; capital {n} ;;
[Can|Could] you tell me [the capital of {n}|what the capital of {n} is]? ;; Which city is {n}'s capital? ;;
[What|Which] is the [main city|seat of government] of {n}? ;; I [want|would like] to know the capital of {n}. ;;
What do you call the capital of {n}? ;; {n}: what is its capital? ;; Where is the government of {n}? ;;
[I'm travelling|I am flying|I travel] to {n}. What is its capital? ;;
Which city is the [seat|heart] of {n}'s government? ;; [The capital of|capital:] {n} is ;;
what city is the capital of {n} ;; Is there a capital in {n}? ;;
[Remind me|Teach me]: [what is |]the capital of {n}? ;; [For a quiz|In a quiz they ask]: capital of {n}? ;;
What is {n}'s capital [|city]? ;; I forgot the capital of {n}.
"""
)
OF_CAPITAL = patterns(
    """
{c} is the capital of [which|what] country? ;; [Which|What] country has {c} as [its|the] capital? ;;
What country is {c} the capital of? ;; Of which country is {c} the capital? ;; {c} is the capital of what? ;;
Whose capital is {c}? ;; [Which|What] country does {c} belong to? ;; In [which|what] country is {c}? ;;
Where is {c}? ;; where is {c} located ;; What is {c}? ;; [Tell me about|Do you know] {c}?
"""
)
CONTINENT = patterns(
    """
Where is {n}? ;; [Which|What] continent is {n} in? ;; Where is {n} located? ;; On [which|what] continent is {n}? ;;
[What|Which] continent does {n} belong to? ;; Where [can I find|do I find|would I find] {n} on the map? ;;
In which part of the world is {n}? ;; {n} is in [which|what] continent? ;; continent of {n} ;;
[Tell me|Say] where {n} is. ;; [What|Which] is the continent of {n}? ;; where in the world is {n} ;;
{n} is on which continent?
"""
)
CURRENCY = patterns(
    """
What is the currency [of|in] {n}? ;; [What|Which] [money|currency] do they use in {n}? ;;
Which currency is used in {n}? ;; How do people pay in {n}? ;;
[What|Which] money do people [use|have|pay with] in {n}? ;; currency of {n} ;; {n} currency ;; {n}'s currency? ;;
[Tell me|Give me] the [currency|money] of {n}. ;; What is {n}'s [money|currency]? ;;
[What|Which] money do I need in {n}? ;; With what money [do you|does one] pay in {n}? ;; What money is used in {n}? ;;
If I [go|travel] to {n}, [what|which] money do I need? ;; money in {n}? ;; What's the money [called in|of] {n}?
"""
)
LANGUAGE = patterns(
    """
[What|Which] language do [people|they] speak in {n}? ;; [What|Which] languages are spoken in {n}? ;;
What do [they|people] speak in {n}? ;; What is the language of {n}? ;; [The |]language of {n}? ;; languages in {n} ;;
{n} language ;; [Tell me|Name] the language of {n}. ;; Which language [is spoken|do I need|should I learn] in {n}? ;;
What language does {n} speak? ;; How do people talk in {n}? ;; [What|Which] tongue do they speak in {n}? ;;
official language of {n} ;; [What is|What's] spoken in {n}? ;; {n}: what language?
"""
)
NEIGHBOURS = patterns(
    """
[Which|What] countries border {n}? ;; What are the [neighbours|neighbors] of {n}? ;;
[Which|What] countries are next to {n}? ;; [neighbours|neighbors] of {n} ;;
[Who|Which countries] are {n}'s [neighbours|neighbors]? ;; Name the [neighbours|neighbors] of {n}. ;;
What does {n} border? ;; [Which|What] countries [touch|surround|lie around|share a border with] {n}? ;;
[Tell me|List|Give me] the [neighbours|neighbors|neighbouring countries|neighboring countries] of {n}. ;;
borders of {n} ;; Who borders {n}? ;; What countries are around {n}? ;; Is {n} next to any countries? ;;
[Which|What] countries does {n} [border|touch]?
"""
)
ABOUT = patterns(
    """
Tell me about {n}. ;; What is {n}? ;; What do you know about {n}? ;; [Describe|Explain] {n}. ;;
[Can you |]tell me [something|more] about {n}[?|.] ;; {n} ;; {n}? ;; Facts about {n} ;;
[Say|Tell me] something about {n}. ;; Do you know {n}? ;; Give me [some |]facts about {n}. ;;
I want to [know|learn] about {n}. ;; info about {n} ;; Have you heard of {n}? ;; What can you [tell me|say] about {n}?
"""
)
PATTERNS = {
    "capital": CAPITAL,
    "of_capital": OF_CAPITAL,
    "continent": CONTINENT,
    "currency": CURRENCY,
    "language": LANGUAGE,
    "neighbours": NEIGHBOURS,
    "about": ABOUT,
}
FOLLOW_SAME = patterns(
    """
[And|And what about|What about|How about] {n}? ;; And of {n}? ;; and {n}? ;; [Ok, |Thanks, |]and {n}? ;;
same for {n} ;; {n}? ;; and of {n}
"""
)
FOLLOW_IT = {
    "capital": patterns(
        """
[And|And what is] its capital? ;; What is its capital? ;; What's the capital there? ;; and the capital? ;; capital?
"""
    ),
    "continent": patterns(
        """
[And where|Where] is it? ;; Which continent is it in? ;; On which continent is that? ;; where is that
"""
    ),
    "currency": patterns(
        """
What money do they use there? ;; And its currency? ;; [And|and] the money? ;; currency? ;; How do people pay there?
"""
    ),
    "language": patterns(
        """
What do they speak there? ;; Which language is spoken there? ;; And the language? ;; language? ;;
And what do people speak?
"""
    ),
    "neighbours": patterns(
        """
And its [neighbours|neighbors]? ;; Which countries are next to it? ;; What does it border? ;; [neighbours|neighbors]?
"""
    ),
}


class Countries:
    def __init__(self) -> None:
        self.countries = read_countries()

    def answer(self, country: Country, kind: str) -> str | None:
        n = country.name
        if kind == "capital":
            return f"The capital of {n} is {country.capital}".rstrip(".") + "."
        if kind == "of_capital":
            return f"{country.capital} is the capital of {n}."
        if kind == "continent":
            return f"{capitalised(n)} is in {country.continent}."
        if kind == "currency":
            return f"The currency of {n} is the {country.currency}." if country.currency else None
        if kind == "language":
            return f"In {n}, people speak {listing(country.languages)}." if country.languages else None
        if kind == "neighbours":
            many = "many countries, among them " if len(country.neighbours) > 9 else ""
            return (
                f"{capitalised(n)} borders {many}{listing(country.neighbours[:9])}."
                if country.neighbours
                else f"{capitalised(n)} has no land borders."
            )
        money = f" The currency is the {country.currency}." if country.currency else ""
        return (
            f"{capitalised(n)} is a country in {country.continent}. Its capital is {country.capital}".rstrip(".")
            + "."
            + money
        )

    def sample(self, rng: random.Random) -> list[Turn]:
        country = rng.choice(self.countries)
        kind = rng.choices(list(PATTERNS), [8, 3, 3, 3, 3, 3, 3])[0]
        answer = self.answer(country, kind)
        if not answer:
            return self.sample(rng)
        turns = [Turn(choose(PATTERNS[kind], rng, n=country.name, c=country.capital), answer, skill="countries")]
        more = rng.random()
        if more < 0.2 and kind != "of_capital":
            for _ in range(rng.choice([1, 1, 2])):
                other = rng.choice(self.countries)
                answer = self.answer(other, kind)
                if answer:
                    turns.append(Turn(choose(FOLLOW_SAME, rng, n=other.name), answer, skill="countries"))
        elif more < 0.4:
            for kind in rng.sample(sorted(FOLLOW_IT), rng.choice([1, 2])):
                answer = self.answer(country, kind)
                if answer:
                    turns.append(Turn(choose(FOLLOW_IT[kind], rng), answer, skill="countries"))
        return turns
