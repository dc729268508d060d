"""Chemical elements (dict-elements, public domain)."""

import gzip
import random
import re

from .paths import ELEMENTS
from .turn import Turn
from .wording import choose, patterns

# The texts of dict-elements are not used: those of the superheavy elements came from an encyclopaedia under another licence.
# Symbol, number and name are facts; the kind of each element is written here, by number.
KINDS = [
    ("a noble gas", [2, 10, 18, 36, 54, 86]),
    ("a halogen", [9, 17, 35, 53, 85, 117]),
    ("an alkali metal", [3, 11, 19, 37, 55, 87]),
    ("an alkaline earth metal", [4, 12, 20, 38, 56, 88]),
    ("a gas", [1, 7, 8]),
    ("a nonmetal", [6, 15, 16, 34]),
    ("a metalloid", [5, 14, 32, 33, 51, 52]),
    ("a rare earth metal", [21, 39, *range(57, 72)]),
    ("a radioactive metal", range(89, 104)),
    ("a very heavy element made in laboratories", range(104, 119)),
]
SYMBOL = patterns(
    """
What is the [|chemical ]symbol [for|of] {n}? ;; [The |]symbol [of|for] {n}? ;; What's the symbol for {n}? ;;
[Tell me|Give me|Say|I need] the [|chemical ]symbol [of|for] {n}. ;;
How is {n} [written|abbreviated] [in chemistry|in the periodic table]? ;; {n} symbol ;; {n}'s symbol? ;;
[Which|What] [letters stand|symbol stands] for {n}? ;; [Do you know|Can you tell me] the symbol of {n}? ;;
What is {n} called in the periodic table? ;; chemical symbol {n} ;; [What|Which] is {n}'s chemical symbol? ;;
How do chemists write {n}? ;; [What|Which] abbreviation [does|has] {n} [have|got]? ;;
In chemistry, what is the symbol of {n}? ;; [In|On] the periodic table, what is the symbol for {n}?
"""
)
NUMBER = patterns(
    """
What is the atomic number of {n}? ;; [The |]atomic number of {n}? ;;
[Which|What] number is {n} in the periodic table? ;; {n} atomic number ;;
[Tell me|Give me|Say] the atomic number of {n}. ;; How many protons does {n} have? ;; How many protons are in {n}? ;;
What's {n}'s atomic number? ;; [Which|What] place has {n} in the periodic table? ;;
[Do you know|Can you tell me] the atomic number of {n}? ;; number of protons in {n} ;;
How many protons [has|are there in] [an atom of|] {n}? ;; [Which|What] element number is {n}? ;;
In the periodic table, what number is {n}?
"""
)
OF_SYMBOL = patterns(
    """
[Which|What] element has the symbol {s}? ;; What does {s} stand for in chemistry? ;; [Which|What] element is {s}? ;;
{s} is the symbol of which element? ;; What is {s} in chemistry? ;;
[Which|What] chemical element [is written|has the sign] {s}? ;; symbol {s} ;; element {s}? ;;
{s} in the periodic table? ;; [Tell me|Do you know] which element {s} is[.|?] ;; What does the symbol {s} mean? ;;
the chemical symbol {s} is which element
"""
)
OF_NUMBER = patterns(
    """
[Which|What] element has [the |]atomic number {z}? ;; What is element [number |]{z}? ;;
[Which|What] element has {z} protons? ;; element {z} ;; element number {z}? ;; atomic number {z}? ;;
[Which|What] element is number {z}? ;; {z} protons, which element is that? ;;
Name the element with [atomic |]number {z}. ;; [Which|What] is the element with {z} protons? ;;
[What|Which element] is number {z} in the periodic table?
"""
)
ELEMENT = patterns(
    """
Tell me about [the element |]{n}. ;; What kind of element is {n}? ;; [Describe|Explain] [the element |]{n}. ;;
What is [the element |]{n}? ;; {n}? ;; {n} ;; What is {n} in chemistry? ;; Is {n} a metal? ;;
What do you know about {n}? ;; Is {n} an element? ;; facts about {n} ;; [Can you |]tell me something about {n}[?|.] ;;
What sort of element is {n}?
"""
)
FOLLOW = {
    "symbol": ["[And|And what is] its symbol?", "symbol?", "How is it written?", "and the symbol?"],
    "number": patterns(
        """
[And|What is] its atomic number? ;; and the number? ;; How many protons does it have? ;; atomic number?
"""
    ),
}
ALIASES = {"aluminum": "aluminium", "sulphur": "sulfur", "cesium": "caesium"}


def read_elements() -> list[tuple[str, str, int]]:
    text = gzip.open(ELEMENTS).read().decode("utf8", "replace")
    found = re.findall(r"\n\n([a-z]+)\nSymbol: (\w+)\nAtomic number: (\d+)\n", text)
    newest = [
        ("rutherfordium", "Rf", 104),
        ("dubnium", "Db", 105),
        ("seaborgium", "Sg", 106),
        ("bohrium", "Bh", 107),
        ("hassium", "Hs", 108),
        ("nihonium", "Nh", 113),
        ("flerovium", "Fl", 114),
        ("moscovium", "Mc", 115),
        ("livermorium", "Lv", 116),
        ("tennessine", "Ts", 117),
        ("oganesson", "Og", 118),
        ("copernicium", "Cn", 112),
    ]
    elements = {
        int(z): (ALIASES.get(n, n), s, int(z))
        for n, s, z in found
        if not n.startswith("unn") and not n.startswith("unu")
    }
    for element in newest:
        elements[element[2]] = element
    return [elements[z] for z in sorted(elements)]


class Elements:
    def __init__(self) -> None:
        self.elements = read_elements()
        self.weights = [
            3
            if z <= 36 or n in ("silver", "tin", "gold", "iodine", "mercury", "lead", "uranium", "platinum", "radium")
            else 1
            for n, s, z in self.elements
        ]

    def kind(self, z: int) -> str:
        return next((kind for kind, numbers in KINDS if z in numbers), "a metal")

    def answer(self, element: tuple[str, str, int], what: str) -> str:
        n, s, z = element
        return {
            "symbol": f"The symbol for {n} is {s}.",
            "number": f"The atomic number of {n} is {z}.",
            "of_symbol": f"{s} is the symbol for {n}.",
            "of_number": f"Element number {z} is {n}.",
            "about": f"{n.capitalize()} is {self.kind(z)}. It is element number {z}, with the symbol {s}.",
        }[what]

    def sample(self, rng: random.Random) -> list[Turn]:
        element = rng.choices(self.elements, self.weights)[0]
        what, patterns = rng.choices(
            [
                ("symbol", SYMBOL),
                ("number", NUMBER),
                ("of_symbol", OF_SYMBOL),
                ("of_number", OF_NUMBER),
                ("about", ELEMENT),
            ],
            [5, 4, 3, 3, 4],
        )[0]
        n, s, z = element
        turns = [
            Turn(
                choose(patterns, rng, n=n if rng.random() < 0.8 else n.capitalize(), s=s, z=z),
                self.answer(element, what),
                skill="elements",
                noisy=what != "of_symbol",
            )
        ]
        if rng.random() < 0.2:
            follow = rng.choice(sorted(FOLLOW))
            if follow != what:
                turns.append(Turn(choose(FOLLOW[follow], rng), self.answer(element, follow), skill="elements"))
        elif rng.random() < 0.2:
            other = rng.choice(self.elements)
            if what in ("symbol", "number"):
                turns.append(
                    Turn(
                        choose(["[And|And of|What about|and for] {n}?"], rng, n=other[0]),
                        self.answer(other, what),
                        skill="elements",
                    )
                )
        return turns
