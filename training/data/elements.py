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
In chemistry, what is the symbol of {n}? ;; [In|On] the periodic table, what is the symbol for {n}? ;;
<know> [the symbol for {n}|the symbol of {n}|what the symbol for {n} is|how {n} is written|{n}'s symbol|the letters for {n}][?|.|] ;; <tell> [the symbol for {n}|{n}'s symbol|how chemists write {n}|what {n} is called in the periodic table|the sign for {n}][.|] ;; <could> [tell me|name|say|give me|write] [the symbol for {n}|the chemical symbol of {n}|{n}'s symbol|the abbreviation of {n}]? ;; [what|which] [letter|letters|sign|symbol|abbreviation|short form|code|formula symbol] [stands|stand|do chemists use|is used|is written|do we use|does one write|represents] [for |]{n}[?| in chemistry?| in the periodic table?|] ;; {n} [symbol|chemical symbol|element symbol|sign|abbreviation|symbol please|in the periodic table|short form][?|] ;;
how [do I|do you|does one|would a chemist|do we|can I] [write|abbreviate|shorten|note|denote] {n} [in a formula|in chemistry|on the periodic table|][?|] ;; [symbol|sign|chemistry|element symbol|abbreviation]: {n}[?|] ;; [under which|with which|by what] [symbol|letters|sign] [do I find|is|does one find] {n} [listed|written|in the table|][?|] ;; [in|for] [chemistry class|the periodic table|a formula|a quiz] [we need|I need|I want] the [symbol|sign|letters] [for|of] {n}[.|] ;; the [chemical |element |]symbol [belonging to|that stands for|for the element|of the element] {n}[?|] ;; <who> [asked|asks|wants to know|wonders] [what the symbol of {n} is|how to write {n} in chemistry|the symbol for {n}][.|] ;; what is {n} on the periodic table[?|] ;; [what|which] is the [sign|short sign|letter code|abbreviation] [of|for] {n}[?|] ;;
[on|in] [a|the|my] [bottle|jar|test tube|formula|periodic table|chart|exam|flask] [|of ]{n} [is|stands|gets|is marked|has|is labelled] [which letters|what symbol|which sign|what][?|] ;; [write|shorten|turn|put|code] {n} [as a chemist|in chemical letters|into its symbol|like in a formula|on the chart][.|?|, please|] ;; [which|what] [one or two letters|letters] [mean|are|mark|name] {n}[?|] ;; [chemists|scientists|formulas|textbooks] [write|call|shorten|note] {n} as [what|...|which symbol][?|]
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
In the periodic table, what number is {n}? ;;
<know> [the atomic number of {n}|what number {n} has|how many protons {n} has|{n}'s atomic number|the number of {n}][?|.|] ;; <tell> [the atomic number of {n}|{n}'s number in the periodic table|how many protons {n} has|which number {n} has][.|] ;; <could> [tell me|name|say|give me] [the atomic number of {n}|{n}'s atomic number|how many protons are in {n}]? ;; {n} [atomic number|number|protons|proton number|number in the periodic table|has which number|position][?|] ;; [what|which] [number|atomic number|place|position|proton number] [has|does|is|belongs to|goes with] {n}[ have|][?| in the periodic table?|] ;; [how many|what number of|the number of] protons [does|has|are in|are there in|make up|in] [a|an atom of|] {n}[ have| atom|][?|] ;;
[atomic number|number|protons|proton number]: {n}[?|] ;; at [which|what] [place|position|number] [in|of] the [periodic |]table [is|stands|do I find|comes] {n}[?|] ;; where [in|on] the periodic table is {n}[, which number|][?|] ;; [what|which] is {n}'s [atomic number|proton number|place in the table|number][?|] ;; the [atomic number|proton number|number] [of the element|for|belonging to|of] {n}[?|] ;; <who> [asked|asks|wants to know|wonders] [the atomic number of {n}|how many protons {n} has|what number {n} is][.|] ;; [count|give] the protons [of|in] {n}[.|] ;;
[on|in] [the|a] [chart|periodic table|exam|wall chart] {n} [has|carries|shows|gets|stands at] [which number|what number|which place][?|] ;; [count|counting] [the elements|from hydrogen|protons][,|:] {n} [is|comes|is at] [which number|what number|which place|where][?|] ;; [the nucleus|an atom|one atom|a piece] of {n} [has|holds|contains] how many protons[?|] ;; [which|what] number [do I write|stands|goes|belongs] [beside|above|with|to] {n}[?|]
"""
)
OF_SYMBOL = patterns(
    """
[Which|What] element has the symbol {s}? ;; What does {s} stand for in chemistry? ;; [What is|What's] {s}? ;; [Which|What] element is {s}? ;;
{s} is the symbol of which element? ;; What is {s} in chemistry? ;;
[Which|What] chemical element [is written|has the sign] {s}? ;; symbol {s} ;; element {s}? ;;
{s} in the periodic table? ;; [Tell me|Do you know] which element {s} is[.|?] ;; What does the symbol {s} mean? ;;
the chemical symbol {s} is which element ;;
<know> [what {s} stands for|which element is {s}|which element has the symbol {s}|what {s} is in chemistry|the element {s}][?|.|] ;; <tell> [which element has the symbol {s}|what {s} stands for in chemistry|what the symbol {s} means|the name of the element {s}][.|] ;; <could> [tell me|name|say] [which element is {s}|the element with the symbol {s}|what {s} stands for in the periodic table]? ;; [In chemistry|On the periodic table|In a formula|In the periodic table|For a chemist][,|] [what is {s}|{s} is what|what does {s} mean|{s} stands for what|which element is {s}|what does {s} stand for][?|] ;; {s} [element|in chemistry|is which element|symbol|chemical element|in the periodic table][?|] ;;
[which|what] element [has|is written|is abbreviated|uses|is called|goes by|hides behind|do the letters|is meant by] [the symbol |as |]{s}[?|] ;; the element [with the symbol|written|abbreviated|called|behind the letters] {s}[?|] ;; [name|find|say] the element[:| with symbol| {s}:| behind] {s}[.|?|] ;; [symbol|element|chemistry]: {s}[?|] ;; the [symbol|letters|sign] {s} [stands for|means|is|belongs to] [which element|what element|what|...][?|] ;; [whose symbol|of which element] is {s} [|the symbol][?|] ;; <who> [asked|asks|wants to know|wrote] what {s} is in chemistry[.|] ;;
[on|in] [a|the|my] [bottle|jar|test tube|formula|chart|exam|flask] [it says|I read|stands|there is|somebody wrote] {s}[.|,|:] [which element is it|what element is in it|what is it|which element][?|] ;; [unpack|read|explain|spell out|translate] the [chemical symbol|symbol|chemist's letters] {s}[.|] ;; [a chemist|my teacher|the formula|the label] [writes|says|wrote|shows] {s}[.|,|:] [which element|which element is meant|what element is that][?|]
"""
)
OF_NUMBER = patterns(
    """
[Which|What] element has [the |]atomic number {z}? ;; What is element [number |]{z}? ;;
[Which|What] element has {z} protons? ;; element {z} ;; element number {z}? ;; atomic number {z}? ;;
[Which|What] element is number {z}? ;; {z} protons, which element is that? ;;
Name the element with [atomic |]number {z}. ;; [Which|What] is the element with {z} protons? ;;
[What|Which element] is number {z} in the periodic table? ;;
<know> [which element has the number {z}|what element number {z} is|which element has {z} protons|the element with atomic number {z}][?|.|] ;; <tell> [which element has the atomic number {z}|what element number {z} is|the name of element {z}][.|] ;; <could> [tell me|name|say] [which element has number {z}|element number {z}|the element with {z} protons]? ;; [element|element number|element no.|atomic number|number] {z}[?| is what?| in the periodic table?| is which element?|: which element?|] ;; [what|which] element [comes at|stands at|is at|has|is on|sits at|takes] [position|place|number|atomic number] {z}[?| of the periodic table?|] ;; the element with [{z} protons|number {z}|atomic number {z}][?| is called?|, please|] ;; {z} protons[?| make which element?|: which element?|, what is it?] ;; an atom with {z} protons is [what|which element|called what][?|] ;; at [place|position|number] {z} of the [periodic |]table is [what|which element][?|]
"""
)
ELEMENT = patterns(
    """
Tell me about [the element |]{n}. ;; What kind of element is {n}? ;; [Describe|Explain] [the element |]{n}. ;;
What is [the element |]{n}? ;; {n}? ;; {n} ;; What is {n} in chemistry? ;; Is {n} a metal? ;;
What do you know about {n}? ;; Is {n} an element? ;; facts about {n} ;; [Can you |]tell me something about {n}[?|.] ;;
What sort of element is {n}? ;;
<tell> [about the element {n}|about {n}|what kind of element {n} is|something about {n}|what {n} is in chemistry][.|] ;; <could> [explain|describe|tell me about] [the element {n}|{n}]? ;; <know> [the element {n}|what {n} is|something about {n}|what kind of element {n} is][?|.|] ;; [which|what] [type|group|family|class|sort] of [element|elements|substance|thing] [is|does|has] {n}[ belong to|][?|] ;; is {n} [a gas|a metal|a noble gas|a nonmetal|radioactive|an element|a halogen|a metal or not|heavy][?|] ;; {n} [element|in short|facts|chemistry|info|what is it|in chemistry][?|] ;; [I|We|<who>] [learned|learn|read|heard|talked] about {n} <where>[.|,] [What is it?|what kind of element is that?|tell me about it] ;; [in|for] chemistry[,|:] what is {n}[?|] ;; [describe|define|explain|introduce] {n} [<short>|as an element|][.|]
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
