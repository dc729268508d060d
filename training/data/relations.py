"""Is-a questions, examples of a kind, and opposites, from WordNet's relations."""

import random
import re

from .definitions import UNFIT, UNFIT_WORDS, Dictionary, plural
from .frames import scenes
from .turn import Turn
from .wording import choose, indefinite, listing, patterns
from .wordnet import WordNet

# kind → (WordNet noun, place of the sense)
KINDS = {
    "animal": ("animal", 0),
    "person": ("person", 0),
    "plant": ("plant", 1),
    "tool": ("tool", 0),
    "vehicle": ("vehicle", 0),
    "building": ("building", 0),
    "fruit": ("fruit", 0),
    "bird": ("bird", 0),
    "fish": ("fish", 0),
    "insect": ("insect", 0),
    "container": ("container", 0),
    "musical instrument": ("musical instrument", 0),
    "piece of clothing": ("clothing", 0),
    "piece of furniture": ("furniture", 0),
    "vegetable": ("vegetable", 0),
    "drink": ("beverage", 0),
    "weapon": ("weapon", 0),
    "body part": ("body part", 0),
    "tree": ("tree", 0),
    "flower": ("flower", 0),
}
EXAMPLES = {
    "animal": "dog cat horse cow sheep lion tiger elephant rabbit bear fox wolf monkey mouse goat pig".split(),
    "bird": "eagle owl duck crow robin sparrow pigeon swan parrot penguin hawk goose".split(),
    "fish": "salmon trout shark tuna cod herring carp pike".split(),
    "insect": "ant bee fly beetle moth wasp butterfly mosquito cricket".split(),
    "fruit": "apple banana orange pear peach cherry lemon grape plum mango melon strawberry".split(),
    "vegetable": "carrot potato onion cabbage spinach pea bean cucumber lettuce turnip".split(),
    "tool": "hammer saw drill shovel screwdriver axe wrench rake".split(),
    "vehicle": "car bus truck bicycle train tractor boat motorcycle van".split(),
    "musical instrument": "piano violin guitar drum flute trumpet harp cello".split(),
    "piece of clothing": "shirt coat hat dress skirt jacket sweater sock".split(),
    "piece of furniture": "table chair bed sofa desk cupboard bench".split(),
    "tree": "oak pine maple birch willow elm palm".split(),
    "flower": "rose tulip daisy lily violet sunflower poppy".split(),
    "colour": "red blue green yellow orange purple brown pink black white".split(),
    "drink": "water tea coffee milk juice lemonade".split(),
    "building": "house church school hotel castle barn tower hospital".split(),
    "body part": "arm leg hand foot head nose ear knee shoulder".split(),
    "planet": "Mercury Venus Mars Jupiter Saturn Uranus Neptune".split(),
    "sport": "football tennis basketball swimming hockey golf baseball".split(),
    "shape": "circle square triangle rectangle oval cube".split(),
    "season": "spring summer autumn winter".split(),
    "metal": "iron gold silver copper tin lead zinc".split(),
}
OPPOSITES = """hot cold, big small, tall short, fast slow, happy sad, good bad, light dark, rich poor, old young, new old, open closed, up down,
left right, black white, day night, early late, easy difficult, hard soft, high low, full empty, clean dirty, wet dry, strong weak, long short,
wide narrow, thick thin, deep shallow, heavy light, loud quiet, near far, first last, true false, right wrong, push pull, win lose, buy sell, give take,
begin end, start stop, arrive leave, laugh cry, love hate, remember forget, come go, sit stand, wake sleep, inside outside, above below, before after,
front back, top bottom, north south, east west, summer winter, friend enemy, war peace, love hatred, life death, brave cowardly, kind cruel, polite rude,
safe dangerous, sweet sour, sharp blunt, smooth rough, tight loose, cheap expensive, beautiful ugly, clever stupid, busy idle, awake asleep, alive dead,
ancient modern, absent present, always never, everything nothing, maximum minimum, more less, many few, in out, on off, over under, yes no, male female,
accept refuse, add subtract, multiply divide, float sink, freeze melt, build destroy, catch throw, enter leave, find lose, increase decrease, join separate,
lend borrow, rise fall, save spend, show hide, succeed fail, teach learn, victory defeat, success failure, question answer, entrance exit, hero villain, heaven hell,
generous mean, lazy hardworking, noisy quiet, proud humble, simple complex, single married, solid liquid, tame wild, visible invisible, possible impossible,
honest dishonest, legal illegal, patient impatient, perfect imperfect, equal unequal, healthy sick, hungry full, public private, positive negative, guilty innocent"""

IS_A_PATTERNS = patterns(
    """
Is {a} {k}? ;; Is {a} a [kind|type|sort] of {kind}? ;; Would you [say|call] [|that ]{a} is {k}? ;;
[Is it true|Is it right|Is it correct] that {a} is {k}? ;; [Tell me:|Say,|Tell me,] is {a} {k}? ;;
{a}: is [it|that] {k}? ;; Are {ws} {kinds}? ;; Do {ws} count as {kinds}? ;; is {w} {k} ;;
[Can you tell me|Do you know] [if|whether] {a} is {k}? ;; {w}, is that {k}? ;;
[I think|Someone says] {a} is {k}. [Right?|Is that right?|Is that true?] ;; Is {a} {k} or not? ;;
Could you call {a} {k}? ;; [Does|would] {a} [belong to|belong with] the {kinds}? ;; Is {a} [really|actually] {k}? ;;
{a} is {k}, [right|correct|isn't it|yes]? ;; Are all {ws} {kinds}? ;;
<know> [if {a} is {k}|whether {a} is {k}|if {ws} are {kinds}|if {a} counts as {k}|whether {ws} belong to the {kinds}][?|.|] ;; <tell> [whether {a} is {k}|if {a} is {k}|if {ws} are {kinds}][.|] ;; <could> [tell me|say] [if|whether] [{a} is {k}|{ws} are {kinds}|{a} belongs to the {kinds}]? ;; [is|isn't|ain't|wouldn't you say|I guess] {a} {k}[?|, or is it not?|, yes or no?|, true or false?|, or what?] ;; [yes or no|true or false|right or wrong|fact check|check this|correct or not]: [{a} is {k}|{ws} are {kinds}|is {a} {k}][?|.|] ;; [{a}|{w}] [= {k}|is {k}|as {k}|a {kind}][?|, true?|, yes or no?|, really?] ;;
[does|would|can|could|may|should|do] [{a}|one] [count as|be called|pass for|be seen as|fall under|be considered|be classed as|qualify as] [{k}|{kinds}][?|, {a}?] ;; [do|would|could|can|should] [you|we|people|I|scientists|a biologist] [call|count|consider|classify|regard|see|describe|put] {a} [as |]{k}[?|] ;; [among|under|with] the {kinds}[,|:] do we [find|count|list|see] {a}[?|] ;; [are|aren't] {ws} [really |actually |all |usually |also |]{kinds}[?|, yes or no?|, or not?|] ;; <who> [says|said|thinks|believes|claims|told me|insists] [that |]{a} is {k}[.|,] [True?|Is it?|is that right?|Right?|correct?|agree?|is that so?|really?|is he right?] ;; [I thought|I always thought|I bet|I believe|we learned|surely|as far as I know,] {a} is {k}[.|,] [True?|Is it?|is that right?|right?|correct?|or not?|is that so?] ;;
[can|may] I [call|say|write that|put|list] {a} [is |as |under |][{k}|{kinds}][?|] ;; [what do you think|what would you say|quiz|question|in biology class|for the quiz][:|,] is {a} {k}[?|] ;; <who> [asks|asked|wants to know|wonders] [if|whether] {a} is {k}[.|?|] ;; [is|are] [{a}|{ws}] [some kind of|some sort of|a form of|an example of|one of the|among the|part of the|in the group of] [{kind}|{kinds}][?|] ;; [{kind}|{k}]: [is {a} one|does {a} count|{a}|{w}][?|] ;; [a|the] {kind}[,|:] is that what {a} is[?|] ;; is it [true|right|correct|a fact|known|fair to say|wrong|okay to say] that [{a} is {k}|{ws} are {kinds}][?|] ;; if I [have|see|own|draw] {a}[,|] do I [have|see|own|draw] {k}[?|] ;;
[would|should|could] [a|the|my] [teacher|museum|shop|scientist|farmer|judge|zoo keeper|dictionary|child] [put|file|list|sort|count|place|keep] {a} [under|among|with|as one of] [the |]{kinds}[?|] ;; [in|on|at] [a|the|my] [museum|list|drawer|book|zoo|shop|chart|poster] [of|for|about] {kinds}[,|] [would I find|should there be|is there|may I put] {a}[?|] ;; [sort|file|group] {a}[:|,] [{k} or not|with the {kinds} or elsewhere|is it {k}][?|] ;; [my|the] [son|teacher|neighbour|book|quiz|parrot] [calls|called|thinks|insists] {a} [is |]{k}[.|,|;] [is he right|is that right|true|fair|correct|does that fit][?|] ;; [does|would] the word {kind} [fit|suit|cover|include|describe] {a}[?|] ;; [who says|since when is|how come|why] {a} [is |]{k}[?|, is it?| at all?] [is it|true][?|] ;; [bet|I bet you|ten dollars] that {a} is {k}[.|,|:] [am I right|do I win|true][?|]
"""
)
EXAMPLE_PATTERNS = patterns(
    """
Name [three|some|a few] {kinds}. ;; [Give me|Tell me|List|Say] [three|some|a few] {kinds}. ;;
[Can|Could] you [name|list] [three|some] {kinds}? ;; [Give me|I need|Tell me] [some |three |]examples of {kinds}. ;;
Which {kinds} do you know? ;; [Do you know|What are] [some|three] {kinds}? ;; What {kinds} are there? ;;
three {kinds} ;; [Think of|Write down] three {kinds}. ;; list of {kinds} ;; {kinds}, three of them please ;;
<know> [some {kinds}|three {kinds}|a few {kinds}|any {kinds}|examples of {kinds}][?|.|] ;; <tell> [three {kinds}|some {kinds}|a few {kinds}|examples of {kinds}][.|] ;; <could> [name|list|give me|tell me|write] [three|some|a few|me three] {kinds}? ;; [I need|we need|I want|looking for|find|think of|mention] [three|some|a few|examples of] {kinds}[.|, please|] ;; {kinds}[:| -] [three examples|examples|name three|name some|a list][?|.|] ;; [which|what] [three |]{kinds} [can you name|come to mind|do you know|exist|could I draw][?|] ;; [a list of|examples of|three examples of|the names of some|a few names of] {kinds}[, please|?|] ;; <who> [asks|asked|needs|wants] [for |][three|some] {kinds}[.|]
"""
)
OPPOSITE_PATTERNS = patterns(
    """
What is the opposite of {w}? ;; [The |]opposite of {w}? ;; What's the [opposite|antonym] of {w}? ;;
[Tell me|Give me|Name|Say] the opposite of {w}. ;; [What|Which] word is the opposite of {w}? ;;
Which word means the opposite of {w}? ;; {w} is the opposite of what? ;; What is the [reverse|contrary] of {w}? ;;
antonym of {w} ;; antonym for {w} ;; [Can you tell me|Do you know] the opposite of {w}? ;;
If it is not {w}, what is it? ;; {w} and its opposite? ;; not {w} but ...? ;; opposite: {w} ;;
[Find|I need|I want] [the|an] [opposite|antonym] [of|for] {w}. ;; the opposite of {w} is ;;
What is [|the ]opposite to {w}? ;; [Finish|Complete]: the opposite of {w} is ... ;;
<know> [the opposite of {w}|a word that means the opposite of {w}|an antonym for {w}|what the opposite of {w} is|the contrary of {w}][?|.|] ;; <tell> [the opposite of {w}|what the opposite of {w} is|an antonym of {w}|a word that is the opposite of {w}][.|] ;; <could> [tell me|name|say|give me|find] [the opposite of {w}|an antonym for {w}|the contrary of {w}|a word opposite to {w}]? ;; {w} [opposite|antonym|antonyms|contrary|opposite word|reverse|and the opposite|turned around][?|] ;; [opposite|antonym|contrary|opposites|reverse|find the opposite|give the opposite|antonyms]: ['{w}'|{w}|"{w}"][?|] ;; [what|which] word [is|means|would be|stands for|says] [the |just the |exactly the |][opposite|contrary|reverse] [of|to|from] ['{w}'|{w}|"{w}"|the word {w}][?|] ;;
[what|which|what word] is [the exact |the direct |the |an ][opposite|antonym|contrary|reverse|counterpart] [of|to|for] ['{w}'|{w}|"{w}"|the word {w}|being {w}][?|] ;; [if|when|suppose] [something|somebody|it|a thing|he|she|one] is not {w}[,|] [what is it|it is ...|what is he|how do we call it|then it is what|which word fits][?|] ;; [the|an] [opposite|antonym|contrary] [of|for|to] ['{w}'|{w}|"{w}"|the word {w}][?|, please|.|] ;; [turn|flip|reverse|change] {w} [around|into its opposite|to the opposite|upside down][.|?|] ;; [{w}|"{w}"] [and|or|versus|vs] [what|...|its opposite|what else][?|] ;; [how|what] do you [say|call|write] the [opposite|contrary|reverse] of {w}[?|] ;; [I need|we need|I am looking for|find me|crossword:] [the|a|one] [opposite|antonym|word that means the opposite] [of|for] {w}[.|] ;; {w} is to [something|...|what] as hot is to cold[?|] ;; not {w}[,|:] [but what|so what is it|then what][?|] ;; [pair|match|complete the pair]: {w} and [...|what][?|] ;; <who> [asks|asked|wants to know|needs|wonders] [the opposite of {w}|what the opposite of {w} is|for the opposite of {w}][.|] ;; [what|which word] [do I|can I|should I|to] use [when I mean|if I want|for] the opposite of {w}[?|] ;; [it is the opposite|the contrary|the very opposite] of {w}[.|:] [what is it|which word|what am I thinking of][?|] ;;
[what|which word|what word] [stands|is|lies|sits] [against|opposite|across from|on the other side of|at the far end from] {w}[?|] ;; [if|when] {w} is [one side|one end|the start|black|up][,|] [what is the other|the other is|what is its opposite|what stands opposite][?|] ;; [say|tell me|write|find] the [reverse|contrary|opposite] of what {w} says[.|?|] ;; [mirror|invert|negate|undo|oppose] the word {w}[.|?|] ;; [anything|everything|all] but {w}[:|,|...] [what is its opposite|so the opposite is|which word][?|] ;; [from|between] {w} to [what|its opposite|...][?|]
"""
)
OPPOSITE_SCENES = scenes("opposite")
FOLLOW_UP = ["[And|And what about|And the opposite of|What about] {w}?", "and {w}?", "and of {w}?"]


def plural_kind(kind: str) -> str:
    if kind.startswith("piece of "):
        return "pieces of " + kind.removeprefix("piece of ")
    return {"person": "people", "fish": "fish"}.get(kind, plural(kind))


class Relations:
    def __init__(self, wordnet: WordNet, dictionary: Dictionary, heldout_pairs: list[list[str]]) -> None:
        """`heldout_pairs` (word, kind) are never asked."""
        self.kinds_of = self.memberships(wordnet, dictionary)
        self.pairs = [(word, kind) for word in sorted(self.kinds_of) for kind in KINDS]
        self.heldout_is_a = [(word, kind) for word, kind in heldout_pairs if word in self.kinds_of]
        asked = [pair for pair in self.pairs if pair not in set(self.heldout_is_a)]
        self.right = [pair for pair in asked if pair[1] in self.kinds_of[pair[0]]]
        self.wrong = [pair for pair in asked if pair[1] not in self.kinds_of[pair[0]]]
        self.opposites = self.all_opposites(wordnet, dictionary)
        self.opposite_words = list(self.opposites)

    def memberships(self, wordnet: WordNet, dictionary: Dictionary) -> dict[str, set[str]]:
        heads = {kind: wordnet.senses["n", name][place] for kind, (name, place) in KINDS.items()}
        kinds_of: dict[str, set[str]] = {}
        for entry in dictionary.entries.values():
            kinds = entry.kinds
            if kinds is None and entry.pos == "n" and entry.offset:
                ancestors = wordnet.ancestors(entry.offset)
                kinds = {kind for kind, head in heads.items() if head in ancestors and kind != entry.word}
            if kinds:
                assert kinds <= set(KINDS), entry
                kinds_of[entry.word] = kinds
        for kind, words in EXAMPLES.items():
            for word in words:
                if kind in KINDS:
                    kinds_of.setdefault(word, set()).add(kind)
                    if kind in ("bird", "fish", "insect"):
                        kinds_of[word].add("animal")
                    if kind in ("tree", "flower"):
                        kinds_of[word].add("plant")
        return kinds_of

    def all_opposites(self, wordnet: WordNet, dictionary: Dictionary) -> dict[str, str]:
        """Our own pairs both ways, the first one given wins; then WordNet's antonyms among common words."""
        opposites: dict[str, str] = {}
        for pair in OPPOSITES.replace("\n", " ").split(","):
            left, right = pair.split()
            opposites.setdefault(left, right)
            opposites.setdefault(right, left)
        for (pos, _), synset in wordnet.synsets.items():
            if pos not in "av":
                continue
            for symbol, target, other_pos, numbers in synset.pointers:
                if symbol == "!" and numbers != "0000" and other_pos == pos:
                    left = synset.words[int(numbers[:2], 16) - 1]
                    right = wordnet.synsets[pos, target].words[int(numbers[2:], 16) - 1]
                    common = all(
                        dictionary.tiers.get(word, 99) <= 20 and wordnet.count(pos, word) > 2 for word in (left, right)
                    )
                    if common and not UNFIT.search(left + right) and not {left, right} & UNFIT_WORDS:
                        opposites.setdefault(left, right)
        return opposites

    def is_a_slots(self, word: str, kind: str) -> dict[str, str]:
        return dict(w=word, a=indefinite(word), ws=plural(word), k=indefinite(kind), kind=kind, kinds=plural_kind(kind))

    def is_a_answer(self, word: str, kind: str) -> str:
        if kind in self.kinds_of[word]:
            return f"Yes, {indefinite(word)} is {indefinite(kind)}."
        # the narrowest kind that we know: "bird" says more than "animal"
        best = max(sorted(self.kinds_of[word]), key=lambda k: k not in ("animal", "plant", "person", "container"))
        return f"No, {indefinite(word)} is not {indefinite(kind)}. It is {indefinite(best)}."

    def is_a_working(self, word: str) -> str:
        """All kinds of the word first: then yes and no follow, for pairs that were never asked too."""
        return f"{word}: {', '.join(sorted(self.kinds_of[word]))}"

    def opposite_answer(self, word: str) -> str:
        return f"The opposite of {word} is {self.opposites[word]}."

    def sample_is_a(self, rng: random.Random) -> list[Turn]:
        word, kind = rng.choice(self.right if rng.random() < 0.5 else self.wrong)
        question = choose(IS_A_PATTERNS, rng, **self.is_a_slots(word, kind))
        return [Turn(question, self.is_a_answer(word, kind), self.is_a_working(word), skill="is_a")]

    def sample_examples(self, rng: random.Random) -> list[Turn]:
        kind = rng.choice(sorted(EXAMPLES))
        words = rng.sample(EXAMPLES[kind][:6], 3)
        question = choose(EXAMPLE_PATTERNS, rng, kinds=plural_kind(kind))
        if "colour" in question and rng.random() < 0.6:
            question = question.replace("colour", "color")
        return [
            Turn(
                question,
                f"{listing(words)}.".capitalize() if words[0].islower() else f"{listing(words)}.",
                skill="examples",
            )
        ]

    def sample_opposite(self, rng: random.Random) -> list[Turn]:
        words = rng.sample(self.opposite_words, 2 if rng.random() < 0.25 else 1)
        asked = OPPOSITE_SCENES if rng.random() < 0.4 else OPPOSITE_PATTERNS
        turns = [Turn(choose(asked, rng, w=words[0]), self.opposite_answer(words[0]), skill="opposites")]
        for word in words[1:]:
            turns.append(Turn(choose(FOLLOW_UP, rng, w=word), self.opposite_answer(word), skill="opposites"))
        return turns


assert not re.search(r"[^a-z, \n]", OPPOSITES)
