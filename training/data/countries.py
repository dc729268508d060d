"""Questions about countries: capital, continent, currency, languages, neighbours."""

import random

from . import fingers
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
What is {n}'s capital [|city]? ;; I forgot the capital of {n}. ;;
<know> [the capital of {n}|what the capital of {n} is|which city is the capital of {n}|{n}'s capital|the capital city of {n}][?|.|] ;; <could> [tell me|name|say|give me|write] [the capital of {n}|the capital city of {n}|{n}'s capital|which city is the capital of {n}|what {n}'s capital is called][?|] ;;
<tell> [the capital of {n}|what the capital of {n} is|the name of {n}'s capital|which city leads {n}|where the government of {n} sits][.|, please.|] ;; [The|What is the|Name the|And the|Find the|Write the|Spell the|Guess the] [name of the |]capital [city |]of {n}[?|.|, please.|] ;; <who> [asked|asks|wants to know|wonders|forgot] [what the capital of {n} is|the capital of {n}|about the capital of {n}|which city is the capital of {n}][.|?|] ;;
[Which|What] city [serves as|is called|is|acts as|was chosen as|became] the capital [city |][of|in|for] {n}[?|] ;; [What|Which] is the capital city [in|of|for] {n}[?|] ;; {n}: capital[?| city?|] ;; {n} [capital|capital city|capital please|has which capital|capital is what|its capital is][?|] ;; [I need|I want|we need|looking for|searching for|quiz:|crossword:|geography:] [the |]capital of {n}[.|?|] ;;
In which city [does|is] the [government|parliament|president] of {n} [sit|meet|live][?|] ;; where does {n} [have|keep] its [capital|government][?|] ;; [I'm|I am|we are|My friend is] [from|flying to|travelling to|visiting|studying|learning about|moving to] {n}[.|,] [What is its capital?|what's the capital there?|which city is the capital?|name its capital.|and what is the capital?] ;; [complete|finish|fill in]: the capital of {n} is [...|___|] ;;
[the seat of government|the main city|the chief city|the governing city|the first city] of {n}[?|, please|] ;; what city do you [fly to|visit|mean|find] [if you want to see|to reach|in] the capital of {n}? ;; [true or not, |]does {n} have a capital? [Which one?|What is it called?] ;; which capital [belongs to|goes with|has|does] {n}[ have|]? ;; [name|tell|say] {n}'s capital[ city|][.|] ;; how is the capital of {n} called[?|] ;; capital city {n} ;; what [capital|capital city] has {n}[?|] ;; {n} is a country[.|,] [what is its capital|its capital]? ;;
[the|my|our] [plane|ticket|quiz card|teacher|president|letter|train] [says|asks for|lands in|goes to|wants|needs] the [capital|capital city] of {n}[.|,|:] [which city|what is it called|where will I be|name it][?|.|] ;; [if|when|suppose] [I|you|we] [stand|live|arrive|vote|meet the president] in [the capital of {n}|{n}'s capital][,|] [where am I|which city is it|what city is that|in which city are we][?|] ;; [point|lead|take|drive] me to the capital of {n}[.|:] [which city|what is it called|name][?|] ;; [on|under|beside] the [star|dot|red dot] [on|of] the map of {n} [it says|is written|stands] [what|which city|...][?|] ;; [letters|mail|laws|ministers] [for|in|from] {n} [go to|are made in|sit in|come from] [which|what] [capital|capital city][?|] ;; [what|which] [town|place|city] [rules|governs|leads|heads] {n}[?|] ;; [flag, anthem,|population aside,|first things first:] what is {n}'s capital[?|]
"""
)
OF_CAPITAL = patterns(
    """
{c} is the capital of [which|what] country? ;; [Which|What] country has {c} as [its|the] capital? ;;
What country is {c} the capital of? ;; Of which country is {c} the capital? ;; {c} is the capital of what? ;;
Whose capital is {c}? ;; [Which|What] country does {c} belong to? ;; In [which|what] country is {c}? ;;
Where is {c}? ;; where is {c} located ;; What is {c}? ;; [Tell me about|Do you know] {c}? ;;
<know> [which country {c} is the capital of|whose capital {c} is|what country {c} belongs to|in which country {c} lies|where {c} is][?|.|] ;; <tell> [which country has {c} as its capital|where {c} is|what country {c} is in|whose capital {c} is][.|] ;; {c}[?|: which country?|, where is it?|, which country is that?|, what country?] ;; [Name|Find|Give me|Which is] the country [whose|with the] capital [is |]{c}[.|?|] ;; {c} is [the capital of|in|a city in|the main city of|located in] [which country|what country|what|...][?|] ;;
[I'm|I am|My friend is|<who> is] [in|from|flying to] {c}[.|,] [Which country is that?|what country is it in?|in which country is that?] ;; [where|in what country|in which land] [can I find|do I find|lies|is|would I find] {c}[?|] ;; which [state|nation|country|land] [is governed from|has its capital in|has its government in|is ruled from] {c}? ;; capital {c}: [country|which country]? ;; [what|which] country's capital is {c}[?|] ;; the city of {c} is [the capital of|in] [which|what] country[?|]
"""
)
CONTINENT = patterns(
    """
Where is {n}? ;; [Which|What] continent is {n} in? ;; Where is {n} located? ;; On [which|what] continent is {n}? ;;
[What|Which] continent does {n} belong to? ;; Where [can I find|do I find|would I find] {n} on the map? ;;
In which part of the world is {n}? ;; {n} is in [which|what] continent? ;; continent of {n} ;;
[Tell me|Say] where {n} is. ;; [What|Which] is the continent of {n}? ;; where in the world is {n} ;;
{n} is on which continent? ;;
<know> [where {n} is|which continent {n} is in|on which continent {n} lies|what continent {n} belongs to|where to find {n}][?|.|] ;; <tell> [where {n} is|which continent {n} belongs to|the continent of {n}|where {n} lies|in what part of the world {n} is][.|] ;; <could> [tell me|say|show me|name] [where {n} is|the continent of {n}|which continent {n} is on]? ;; {n} [continent|location|where|where is it|is where|lies where|which continent|on the map][?|] ;; [on|in|to] [which|what] [continent|part of the world|side of the world|corner of the earth] [is|lies|does one find|belongs|would you put] {n}[?|] ;;
is {n} [in Europe|in Africa|in Asia|in America|in Europe or in Asia|in Asia or Africa|near Europe|far away][?| or where?] [Where is it?|Which continent?|] ;; [I'm|We are|<who> is] [flying to|from|moving to|travelling to] {n}[.|,] [Where is that?|which continent is that?|where is it?|where on earth is it?] ;; [where|where exactly|whereabouts] [does {n} lie|is the country {n}|is the country of {n}|can {n} be found|on earth is {n}|do I look for {n}][?|] ;; [find|locate|place|show] {n} [for me|on the map|on a globe|][.|?|] ;; the continent [of|for|where you find] {n}[?|] ;; {n} belongs to [which|what] continent[?|] ;; <who> [asked|asks|wants to know|wonders] where {n} is[.|] ;;
[if|when|suppose] [I|you|we] [stand|live|arrive|wake up|land] in {n}[,|] [on which continent am I|what continent is that|where on Earth is that|which continent is it][?|] ;; [on|in] the [globe|map|atlas][,|] {n} [lies|sits|is drawn|is found] [on which continent|in what part|where][?|] ;; [put|place|sort|file] {n} [under|into|with] the [right|correct] continent[.|] ;; [what|which] [piece of the world|region of the world|continental home] [has|holds|contains|includes] {n}[?|]
"""
)
CURRENCY = patterns(
    """
What is the currency [of|in] {n}? ;; [What|Which] [money|currency] do they use in {n}? ;;
Which currency is used in {n}? ;; How do people pay in {n}? ;;
[What|Which] money do people [use|have|pay with] in {n}? ;; currency of {n} ;; {n} currency ;; {n}'s currency? ;;
[Tell me|Give me] the [currency|money] of {n}. ;; What is {n}'s [money|currency]? ;;
[What|Which] money do I need in {n}? ;; With what money [do you|does one] pay in {n}? ;; What money is used in {n}? ;;
If I [go|travel] to {n}, [what|which] money do I need? ;; money in {n}? ;; What's the money [called in|of] {n}? ;;
<know> [the currency of {n}|what money they use in {n}|how people pay in {n}|what the currency of {n} is|which currency {n} has][?|.|] ;; <tell> [the currency of {n}|what money {n} uses|which money they have in {n}|what to pay with in {n}][.|] ;; <could> [tell me|name|say] [the currency of {n}|what the money of {n} is called|{n}'s currency]? ;; [what|which] [cash|coins|banknotes|notes|money|currency|bills] [do I need|are used|do people carry|should I take|do shops take|is accepted|will I need|is valid|does one use] [in|for|to] {n}[?|] ;; {n} [money|currency|currency name|cash|pays with|currency please][?|] ;;
[I'm|We are|<who> is] [flying to|travelling to|going to|on holiday in] {n}[.|,] [Which money do I need?|what is the currency there?|what money do they have?|how do I pay?|what currency?] ;; [what|how] do [people|you|they|tourists|shops] [pay with|call the money|pay|call their money|pay their bread with] in {n}[?|] ;; [what|which] is [the money|the currency|the legal tender|the national currency|the official currency] [of|in] {n}[?| called?|] ;; [name|say|give] {n}'s [currency|money][.|] ;; [in|for] {n}[,|] [people pay with what|which currency is it|the currency is ...][?|] ;; what currency does {n} [use|have]? ;; <who> [asked|asks|wants to know|wonders] [what the currency of {n} is|how they pay in {n}|about the money in {n}][.|] ;;
[if|when|suppose] [I|you|we] [pay|buy bread|shop|get paid|borrow money|rob a bank] in {n}[,|] [what money is it|which currency is it|what do I pay with|what am I paid in][?|] ;; [the|my] [wages|prices|bills|taxes|tickets] in {n} [are|come|get paid] in [which|what] [currency|money][?|] ;; [exchange|change|swap] my [dollars|euros|money] for {n}[:|,] [what do I get|which currency|into what][?|] ;; [on|in] a [price tag|bank|purse|till] in {n} [I find|there is|stands] [which|what] [money|currency][?|]
"""
)
LANGUAGE = patterns(
    """
[What|Which] language do [people|they] speak in {n}? ;; [What|Which] languages are spoken in {n}? ;;
What do [they|people] speak in {n}? ;; What is the language of {n}? ;; [The |]language of {n}? ;; languages in {n} ;;
{n} language ;; [Tell me|Name] the language of {n}. ;; Which language [is spoken|do I need|should I learn] in {n}? ;;
What language does {n} speak? ;; How do people talk in {n}? ;; [What|Which] tongue do they speak in {n}? ;;
official language of {n} ;; [What is|What's] spoken in {n}? ;; {n}: what language? ;;
<know> [what language they speak in {n}|the language of {n}|what people speak in {n}|which languages {n} has|the official language of {n}][?|.|] ;; <tell> [what they speak in {n}|the language of {n}|which languages people speak in {n}|how people talk in {n}][.|] ;; <could> [tell me|name|say] [the language of {n}|what is spoken in {n}|which language {n} uses]? ;; [what|which] [language|languages|tongue|speech] [does one hear|do I hear|is official|are official|is used|do the people have|do children learn|will I hear|is common|helps me|do I need to know] in {n}[?|] ;; {n} [language|languages|speaks|speaks what|official language|which language|spoken language][?|] ;;
[I'm|We are|<who> is] [flying to|travelling to|moving to|working in] {n}[.|,] [Which language do I need?|what do they speak there?|what language is spoken?|which language should I learn?] ;; what do [people|you|they|locals|the people] speak [|at home |every day ]in {n}[?|] ;; [in|for] {n}[,|] [people speak what|which language is spoken|the language is ...|what do they speak][?|] ;; [name|say|give] the [language|languages|official language] [of|in|spoken in] {n}[.|] ;; do they speak [English|French|Spanish|Arabic|their own language] in {n}[?|, or what?] [What do they speak?|Which language?|] ;; what [is|'s] the [main|official|national|local|spoken] language [of|in] {n}[?|] ;; <who> [asked|asks|wants to know|wonders] what [they|people] speak in {n}[.|] ;;
[if|when|suppose] [I|you|we] [talk to people|read the papers|go to school|hear the news|order food] in {n}[,|] [which language is it|what do I hear|what should I speak|what tongue do I need][?|] ;; [songs|newspapers|children|teachers|road signs|laws] in {n} [are in|speak|use|are written in] [which|what] language[?|] ;; [my|a] [friend|cousin|pen pal] [from|in] {n} [speaks|grew up with|writes in] [which|what] language[?|] ;; [a|the] [dictionary|grammar|language course] for {n} [should be in|teaches|is for] [which|what] language[?|]
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
[Which|What] countries does {n} [border|touch]? ;;
<know> [the neighbours of {n}|which countries border {n}|what {n} borders|who {n}'s neighbours are|what countries lie next to {n}][?|.|] ;; <tell> [the neighbours of {n}|the neighbors of {n}|which countries border {n}|what lies next to {n}|who borders {n}][.|] ;; <could> [tell me|name|list|say] [the neighbours of {n}|the countries around {n}|{n}'s neighbours|which countries {n} borders|all countries next to {n}]? ;; [which|what] [countries|states|nations|lands] [are|lie|do you find|does one find|can you walk to|do I cross into] [around|beside|next to|near|at the border of|bordering|from|directly next to|adjacent to] {n}[?|] ;;
{n} [borders|neighbours|neighbors|borders which countries|borders what|borders on|neighbouring countries|is next to|shares borders with|and its neighbours][?|] ;; [list|name|give|show|count] [me |][all |][the |]{n}'s [neighbours|neighbors|neighbouring countries|bordering countries][.|] ;; with [which|what|whom] [countries|country|nations] does {n} share [a border|its border|borders|a land border][?|] ;; [who|what countries|which nations] [lives next door to|is next door to|surround|encircle|neighbour|touch|lie around] {n}[?|] ;; [if I leave|when I drive out of|driving out of|walking out of] {n}[,|] [which countries can I reach|where do I get|in which country am I][?|] ;; does {n} have [neighbours|neighbors|land borders|borders|any neighbours][?|, and which?] ;; <who> [asked|asks|wants to know|wonders] [which countries border {n}|who {n}'s neighbours are|what is next to {n}][.|] ;; [what|which countries] does {n} [border on|touch|neighbour|lie next to][?|] ;;
[if|when|suppose] [I|you|we] [walk|drive|cycle|look|step] [over|across|beyond] the border of {n}[,|] [where am I|which countries can it be|what country comes next|which countries are there][?|] ;; [the|all] [lands|states|countries|nations] [touching|around|beside|along the border of|wrapped around] {n}[?|, please|:] ;; [on|in] the map[,|] {n} [is surrounded by|lies between|touches|meets] [which countries|what|whom][?|] ;; {n}[,|:] [who are the people next door|who lives next door|which countries are next door|neighbours please][?|]
"""
)
ABOUT = patterns(
    """
Tell me about {n}. ;; What is {n}? ;; What do you know about {n}? ;; [Describe|Explain] {n}. ;;
[Can you |]tell me [something|more] about {n}[?|.] ;; {n} ;; {n}? ;; Facts about {n} ;;
[Say|Tell me] something about {n}. ;; Do you know {n}? ;; Give me [some |]facts about {n}. ;;
I want to [know|learn] about {n}. ;; info about {n} ;; Have you heard of {n}? ;; What can you [tell me|say] about {n}? ;;
<tell> [about {n}|something about {n}|what {n} is|a few facts about {n}|all you know about {n}][.|] ;; <could> [tell me|say|explain|share|give me] [something about {n}|a bit about {n}|facts about {n}|what you know about {n}|some facts on {n}]? ;; <know> [{n}|something about {n}|anything about {n}|the country {n}|what {n} is][?|.|] ;; [what|which] [kind of country|country|sort of place|place] is {n}[?|] ;; [I'm|We are|<who> is] [from|travelling to|interested in|learning about|reading about|writing about] {n}[.|,] [Tell me about it.|what do you know about it?|some facts please|What should I know?|Can you tell me more?] ;; {n} [facts|info|information|country|overview|in short|please|in one sentence][?|] ;; [what|all] [do you know|can you say|should I know|have you learned] [of|about|on] {n}[?|] ;; [let's|let us|we should] talk about {n}[.|] ;; [describe|introduce|present] {n} [<short>|to me|][.|]
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


# By continent, what is named first when a few are asked for.
NAMED_FIRST = {
    "South America": ["Brazil", "Argentina", "Chile", "Peru", "Colombia", "Bolivia", "Ecuador", "Uruguay"],
    "North America": ["Canada", "the United States", "Mexico", "Cuba", "Jamaica", "Panama", "Haiti", "Costa Rica"],
    "Europe": ["France", "Germany", "Italy", "Spain", "Poland", "Sweden", "Greece", "Portugal"],
    "Asia": ["China", "India", "Japan", "Thailand", "Vietnam", "Nepal", "Iran", "Mongolia"],
    "Africa": ["Egypt", "Kenya", "Nigeria", "Morocco", "Ghana", "Ethiopia", "Senegal", "Tanzania"],
    "Oceania": ["Australia", "New Zealand", "Fiji", "Samoa", "Tonga", "Vanuatu", "Palau", "Tuvalu"],
}
OF_CONTINENT = {"South America": "South American", "North America": "North American", "Europe": "European", "Asia": "Asian", "Africa": "African"}
HOW_MANY = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight"]
LIST_COUNTRIES = patterns(
    """
[List|Name|Give me|Tell me|Say|Write down] {c} [countries|nations|states] [in|of|from] {k}[.|, please|] ;; [List|Name|Give me|Tell me] {c} {j} [countries|nations][.|, please|] ;;
[Which|What] are {c} [countries|nations] in {k}? ;; [Can|Could] you [name|list|tell me|give me] {c} [countries in {k}|{j} countries]? ;; {c} [countries in {k}|{j} countries][?|, please|] ;; [I need|I want] {c} [countries in {k}|{j} countries|countries from {k}][.|] ;;
<know> {c} countries in {k}[?|] ;; <could> [name|list] {c} countries [of|in] {k}? ;; what {c} countries [are|lie] in {k}[?|] ;; {k}: {c} countries[.|, please|] ;; examples of [countries in {k}|{j} countries]: {c} of them
"""
)
LIST_SOME = patterns(
    """
[List|Name|Give me|Tell me] [some|a few] [countries in {k}|{j} countries|countries of {k}][.|, please|] ;; [Which|What] countries are [|there ]in {k}? ;; [countries in|countries of] {k}[?|] ;; {j} countries[?|] ;; what are some {j} countries? ;; [Can|Could] you [name|list] [some |]{j} countries?
"""
)
LIST_ONE = patterns("[Name|Give me|Tell me] [a|one|any] country in {k}[.|, please|] ;; [a|one] country in {k}[?|] ;; [Name|Tell me] [one|any] {j} country[.|] ;; which country is in {k}?")
VOWELS = "aeiou"


def misspelt(name: str, names: set[str], rng: random.Random) -> str:
    """A slip or two in the longest word of a name, far from any other name."""
    words = name.split(" ")
    at = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[at]
    if len(word) < 5:
        return name
    for _ in range(1 if len(word) < 8 or rng.random() < 0.75 else 2):
        i = rng.randrange(1, len(word) - 1)
        slip = rng.randrange(5)
        if slip == 0:
            word = word[:i] + word[i + 1 :]
        elif slip == 1:
            word = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        elif slip == 2:
            word = word[:i] + word[i] + word[i:]
        elif slip == 3:
            word = word[:i] + rng.choice(fingers.NEIGHBOURS.get(word[i].lower(), word[i])) + word[i + 1 :]
        else:
            vowels = [i for i in range(1, len(word)) if word[i] in VOWELS]
            if vowels:
                i = rng.choice(vowels)
                word = word[:i] + rng.choice(VOWELS) + word[i + 1 :]
    words[at] = word
    slipped = " ".join(words)
    return name if any(slipped.lower() == other.lower() for other in names if other != name) else slipped


class Countries:
    def __init__(self) -> None:
        self.countries = read_countries()
        self.names = {country.name for country in self.countries}

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
        kind = rng.choices(list(PATTERNS), [8, 5, 3, 3, 3, 3, 3])[0]
        answer = self.answer(country, kind)
        if not answer:
            return self.sample(rng)
        asked = misspelt(country.name, self.names, rng) if rng.random() < 0.25 else country.name
        turns = [Turn(choose(PATTERNS[kind], rng, n=asked, c=country.capital), answer, skill="countries")]
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

    def sample_list(self, rng: random.Random) -> list[Turn]:
        """So many countries of a continent: always those that are named first."""
        continent = rng.choice(list(NAMED_FIRST))
        adjective = OF_CONTINENT.get(continent)
        kind = rng.random()
        count = 1 if kind < 0.12 else 3 if kind < 0.3 else rng.choice([2, 3, 3, 4, 5, 6, 8])
        named = NAMED_FIRST[continent][:count]
        patterns = LIST_ONE if kind < 0.12 else LIST_SOME if kind < 0.3 else LIST_COUNTRIES
        shown = HOW_MANY[count] if rng.random() < 0.65 else str(count)
        question = choose([p for p in patterns if adjective or "{j}" not in p], rng, c=shown, k=continent, j=adjective)
        answer = f"{capitalised(named[0])} is a country in {continent}." if count == 1 else f"{capitalised(listing(named))}."
        return [Turn(question, answer, skill="countries")]
