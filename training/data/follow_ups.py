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
[Let me introduce myself|By the way|Just so you know|First of all][:|,] [I'm|I am|my name is] {x}[.|] ;; [everybody|everyone|my mother|the whole town] calls me {x}[.|] ;; [I am called|I go by|they named me|my parents named me] {x}[.|] ;; {x} [here|speaking|is what I'm called][.|] ;; you are talking to {x}[.|] ;; [My|my] name is {x}[.|!|] ;; [I'm|I am|Im] {x}[.|!|] ;; [Hi|Hello|Hey], [I'm|I am|my name is] {x}[.|!|] ;; [Call me|You can call me|People call me] {x}[.|] ;; {x} is my name[.|] ;; [my|My] name's {x}[.|] ;; [this is|it's] {x}[, hello| here|] ;; [Remember|Please remember|Note]: my name is {x}[.|]
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
MORE_TOLD = {
    "name": "[and|so|okay,|now,] [do you know|can you say|you remember|tell me] [who I am|my name|what I'm called][?|] ;; [which|what] name did I [give|tell|say][ you|]? ;; [have you|did you] [forgotten|kept|noted|remembered] my name? ;; [what|how] [shall|do|would|will] you call me? ;; [say|use|repeat] my name[, please|.|] ;; my name [was|is] ...? ;; I told you my name[.|,] [what is it|which one|say it] ;; whom are you talking to?",
    "colour": "[which|what] [colour|color] [did I say|is the one I like|was my favourite|do I prefer]? ;; [tell me|say|repeat] my favourite [colour|color][.|] ;; my [colour|color] was which?",
    "pet": "[what|which] name does my [pet|dog|cat|animal] have? ;; [how|what] is my [pet|dog|cat] called? ;; [tell me|say|repeat] the name of my [pet|dog|cat][.|] ;; who is my [dog|cat|pet]?",
    "home": "[in|from] [which|what] [town|city|place|country] [do I live|am I|do I come]? ;; [where|Where] did I say [I live|I am from|I'm from]? ;; [what|which] is my home town? ;; [tell me|say|repeat] where I live[.|]",
    "age": "[how|what] [many years|age] [am I|do I have|did I say][?|] ;; [tell me|say|repeat] [my age|how old I am][.|] ;; my age was what?",
    "food": "[which|what] [food|dish|meal] [did I say|do I like|do I love|do I prefer][ most| best|]? ;; [tell me|say|repeat] my favourite [food|dish][.|] ;; what would I love to eat?",
}
for what, more in MORE_TOLD.items():
    TOLD[what][1].extend(patterns(more))
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

# More structures for each: what a small model needs is variety (README.md).
SHORTER += patterns(
    """
[Hmm|Well|Okay|Nice|Great|Good|Thanks][,|.] but [half of it would do|not so long, please|that's too much text|I only have a second] ;; [My attention span is|The page is|My screen is] [tiny|small][.|,] [Compress it|Less, please|Keep it brief] ;; [Boil|Cut|Strip] [it|that|the whole thing] [down|back] [to the core|to a line|to the bones|a bit|] ;; [What's|Give me] the [gist|essence|summary|short of it|point][?|.|, please] ;; [Condense|Summarize|Summarise|Abridge|Compress] [it|that|this][.|, please|] ;;
[I'd|I would] [prefer|like|rather have] [it|that] [briefer|shorter|more compact|in brief][.|] ;; [less|fewer] [words|text|detail][, please|!|] ;; [Half|A third] as long[, please|?|] ;; [Just|only] the [beginning and the end|main thing|most important part][.|, please|] ;; [could|can|would] [that|it|this] be [briefer|more concise|cut down|done with fewer words]? ;; [the|a] [brief|quick|tiny|mini] [version|one|form], [please|if you can] ;; quick version? ;; [reduce|abbreviate] [it|that] ;; [briefly|in brief|in a nutshell|to the point][, please|?|] ;; [too|so] many words[!|, try with less|] ;; one-line version
"""
)
LONGER += patterns(
    """
[I|We] want [more of it|a longer one|to hear more][!|.|] ;; [That's|That was] [it|all|so short|too short|over already][?|!] [More!|Carry on|Longer please|Keep going] ;; [Keep|Carry] [going|on|talking][.|, please|!] ;; [Stretch|Lengthen|Continue|Expand] [it|that][, please|.|] ;; [Could|Can|Would] you [continue|go on|carry on|add something|write a longer one|stretch it]? ;; [with|in] [more|greater|full] [words|detail|length][, please|] ;; [Double|Triple] [its length|the length] ;; [and|so] how does it [go on|continue|end]? ;; [a|one] [full page|long version|detailed version|whole chapter][ of it|, please|] ;; [now|and] [part two|the second part|chapter two|the rest][, please|?|] ;; [more|longer|further|continue]!
"""
)
CHANGE += patterns(
    """
[Could|Can|Would] you [rewrite|rephrase|change|improve|polish|reword|edit] [it|that|this][ a bit| for me|]? ;; [Turn|Make|Change] [it|that|this] [into|to] [something funny|a joke|a rhyme|a letter|a headline|a tweet|a dialogue|a sad one|past tense] ;; [I|We] don't like [it|the ending|the tone|the style|that word][.|,] [Change it|Another ending|Do it differently] ;; [with|but with] [a happy ending|a sad ending|more jokes|a different name|emojis|rhymes|a twist][, please|] ;; [Replace|Swap|Use another word for|Delete|Remove] [the first word|the last sentence|the name|that word|the hero][.|, please|] ;; [Write|Say|Put] [it|that] [as|like] [a pirate|a poem|a news report|a robot|a king|Yoda|a formal letter][ would|] ;; more [formal|polite|exciting|dramatic|cheerful|serious][, please|!|] ;; the same but [better|funnier|sadder|nicer|with animals] ;; [fix|correct|check] [your|the] [grammar|spelling|text] ;; [in|with] [capital letters|bold|italics|another style|a different tone]
"""
)
SIMPLER += patterns(
    """
[That's|This is] [too|still too] [hard|difficult|complicated|abstract][.|,] [Simpler?|Easier words?|Explain it to my kid|Try again] ;; [Imagine|Pretend] [I'm|I am|you talk to] [six|a child|a beginner|stupid][.|,] [explain|and explain again] ;; [How|What] would you [tell|explain|say] [it|that|this] to [a child|a toddler|my grandma|a beginner]? ;; [Could|Can|Would] you [give|show|name|make] [me |][an example|one example|a few examples|a sentence][ of it| with it| of that|]? ;; [An|One] example[?|, please|] ;; [Make|Write|Form|Say] a [sentence|phrase] with [it|that word|this word|that][.|] ;; [I|We] [don't get|do not understand|can't follow] [it|that|this][.|,] [easier, please|in plain words?|help] ;; [in|with] [plain|easy|easier|everyday|basic|simple] [words|English|language][, please|?|] ;; [what|how] do you mean by that[?|] ;; like what? ;; such as? ;; where would I use that word? ;; break it down for me
"""
)
MORE_FACTS += patterns(
    """
[I'd|I would] [like|love] to [know|hear] more[ about it| about that|][.|] ;; [Is|Was] [that|this] [all|everything|all of it|all you know|all you have][?|] ;; [More|Further] [facts|information|background|info|details][ on that| about it|][, please|?|] ;; [Dig|Go] deeper[.|, please|] ;; [What|Which] [more|other things|other facts] [can you tell me|do you know|are there][ about it|]? ;; [Can|Could] you [tell me more|add anything|go into detail|elaborate]? ;; [Interesting|Cool|Wow|Great|Nice]! [Tell me more|More?|And what else?|Go on] ;; [where|when|how] does that word come from? ;; what's the history of it? ;; anything to add? ;; who invented it? ;; fun fact about it?
"""
)
INSIST += patterns(
    """
[Really|Seriously|Honestly|What|Nothing|No idea]? [Not even a guess|Nothing at all|Not a clue|You must have an idea|No hint]? ;; [Try|Give it|Have] [your best|a try|a shot|a go][.|!|, please|] ;; [I|We] [believe in you|won't tell anyone|don't mind if it's wrong|beg you|need it badly][.|!|,| so] [try|answer|just say it|] ;; [But|but] [other|bigger|all other] [models|chatbots|programs] [know|can do] [that|it][.|!|] ;; [Pretty|Oh,|But] please[!| with sugar on top|, for me|] ;; [An|A] [estimate|rough answer|rough guess|approximate answer|wild guess][, then|, please| is fine|?|] ;; [Think|Look] [again|harder|hard|twice][.|!|, please|] ;; [Why|How come] [don't you know|can't you|not][ that| it|][?|] ;; [Could|Can|Would] you [at least|maybe|please] [try|guess|give a hint|say something about it]? ;; [I|We] insist[.|!|] ;; approximately? ;; [about|roughly] how much then? ;; what do you think, then? ;; [you|You] [knew|told me] yesterday[!|.|] ;; look it up[, please|] ;; search for it ;; find out[, please|] ;; [that|it] is [an order|easy|important] ;; just a small one, please ;; invent something
"""
)
AGAIN += patterns(
    """
[Sorry|Excuse me|Pardon|Oops|Hm][,|?|.] [I missed that|what did you say|I looked away|say again|I wasn't reading|once more] ;; [Could|Can|Would] you [please |][say|write|give|show|tell me] [that|it|the answer|this] [once more|again|one more time|a second time]? ;; [one|once] more time[, please|] ;; [Write|Print|Show|Give me] [that|it|your answer|the last answer|the answer] again[.|, please|] ;; [Your|The] [last |]answer[ again|, once more|, please repeat it| was what?|?] ;; [I|We] [forgot|lost|didn't catch|didn't read] [it|that|your answer|the answer][.|,] [again please|what was it|repeat it] ;; [and|so] [what|how] was [it|that|the answer] again? ;; repeat[!|, please|]
"""
)
ASKED += patterns(
    """
[Which|What] question [did I ask|was that|came from me|have I asked|did I type][ just now| before that| last|]? ;; [I forgot|I don't remember|Remind me][:|,|] what [did I ask|I asked|was my question|I wanted to know][?|.|] ;; [Can|Could|Would] you [repeat|quote|show|tell me] [my question|what I asked|my last message|what I wrote][ again|]? ;; [Show|Quote|Give] me my [last |][question|message|words][ again|][.|] ;; my [last |][question|message][ was| again|, please|][?|] ;; what did I [want|type|write|want to know][ just now|]?
"""
)
FIRST_ASKED += patterns(
    """
[Which|What] was [the first question|the first thing I said|my opening question|my first message|the first one]? ;; [Can|Could|Do] you [remember|recall|repeat|tell me] [my first question|the first question|what I asked first|how we began]? ;; [Go|Look|Scroll] back to the [start|beginning|top][:|,|.] what did I [ask|say|want]? ;; what did we [begin|start] with? ;; at the [start|beginning], what did I [ask|say]? ;; [quote|repeat] my first [question|message]
"""
)
TRANSLATE += patterns(
    """
[How|What] [would|does] [that|it|this] [be|sound|read|look|go] in {lang}? ;; [I|We] [need|want|would like] [it|that|this] in {lang}[.|, please|] ;; {lang}[, please|?|!| version?| translation, please] ;; the same [thing |]in {lang}[?|, please|] ;; [My|Our] [friend|teacher|aunt|guest] only [speaks|reads] {lang}[.|,] [can you translate it|put it in {lang}|how would I tell her] ;; [Give|Write|Tell] me [that|it|this] in {lang} ;; [what's|and] the {lang} [word|version|translation|for it][ of that|]? ;; [repeat|answer|again], but in {lang}
"""
)
PLUS += patterns(
    """
[and|then|now|so|okay,|fine,|good,] [what if I add|what if we add|let's add|I add|throw in|put in|give me] {b}[ more| to it| on top| too|][?|.|] ;; [Make|Raise|Bump] [it|that] [up |][by {b}|{b} more|{b} larger|{b} higher][.|] ;; [with|and with] {b} [added|more|on top of it|in addition][?|] ;; [how much|what] [is it|do I get|comes out|will it be|does it make] [if I add {b}|with {b} more|after adding {b}|plus {b}]? ;; {b} [should be added|comes on top|are added][.|,| now] [result?|how much?|what now?|total?] ;; [the result|the sum|your answer|the last number|this] plus {b}[?|, please|] ;; [someone gives me|I get|there come] {b} more[.|,] [total?|how many now?|and now?]
"""
)
MINUS += patterns(
    """
[and|then|now|so|okay,|fine,|good,] [what if I take away|what if we subtract|let's subtract|I take off|remove|deduct] {b}[ from it| from that|][?|.|] ;; [Make|Lower|Bring] [it|that] [down |][by {b}|{b} less|{b} smaller][.|] ;; [with|and with] {b} [taken away|less|gone|removed][?|] ;; [how much|what] [is it|is left|do I get|remains|will it be] [if I take {b} away|with {b} less|after taking away {b}|minus {b}]? ;; [the result|the sum|your answer|the last number|this] minus {b}[?|, please|] ;; [I lose|somebody takes|I give away] {b}[ of them|][.|,] [what's left?|how many now?|and now?] ;; {b} fewer[?|, please|]
"""
)
TIMES += patterns(
    """
[and|then|now|so|okay,|good,] [what if I multiply|let's multiply|multiply] [it|that|this] by {b}[?|.|] ;; [the result|your answer|the last number|this] times {b}[?|, please|] ;; [how much|what] [is it|do I get|comes out] times {b}? ;; {b} [of those|of them|times as much|times the amount][?|] ;; multiplied by {b}[?|]
"""
)
DOUBLE_IT += ["[and|now|then|okay,|so] [what if I double it|doubled|two times that|twice as much|twice that number][?|]", "[the result|your answer|this|it] [doubled|times two][?|, please|]", "[make|give me] it twice as [much|large|big][.|]"]
HALVE_IT += ["[and|now|then|okay,|so] [what if I halve it|halved|half of that|half as much|half that number][?|]", "[the result|your answer|this|it] [halved|divided by two][?|, please|]", "[cut|split] [it|that] in [half|two][.|]"]
ANOTHER += patterns(
    """
[That was|What a|Such a] [nice|lovely|good|sweet] [one|{k}][!|.|] [More!|Another?|One more, please|Again, with a new one] ;; [I|We] [want|would like|need] [a second one|another|one more|yet another][ {k}|][.|!|, please|] ;; [And|Now] [something|one] [else|different|new][, please|?|.|] ;; [Do|Could|Can] you [tell|write|make|do] [another|one more|a new one|a different one][ {k}|]? ;; [More|encore|next one][!|, please|] ;; [let me|let us] [hear|have|see|read] [another|one more|a second one|a new {k}][.|, please|] ;; [not|no,] that one[, another|. Something new, please] ;; [yet|and] another {k}[, please|!|]
"""
)
HERO += patterns(
    """
[I forgot|Remind me|Sorry, what was]: the name of the {h}? ;; [which|what] name did the {h} have? ;; what did they call the {h}? ;; [tell me|say|repeat] the name of the {h}[ again|][.|] ;; [who|which {h}] was it about? ;; how was the {h} named?
"""
)
REVERSED += patterns(
    """
[and|now|then|okay,|so] [sorted the other way|from high to low|from the highest down|with the largest in front|biggest first|turned around|upside down|falling][?|, please|] ;; [Could|Can|Would] you [reverse|flip|turn round|invert] [it|that|the list|the order]? ;; [I|We] [want|need|meant] [it|them] [descending|backwards|from big to little|from the top down][.|] ;; [start|begin] [with|from] the [largest|biggest|highest][ one|][.|, please|] ;; [high|large|big] to [low|small|little][, please|?|]
"""
)
GREATEST += ["[so|and|okay,] [which|what] [number|of these|of those|one] is the [largest|biggest|highest|greatest]?", "[the|their] maximum[?|, please|]", "[tell|show] me the [largest|biggest|highest][ one| number|][.|]"]
LEAST += ["[so|and|okay,] [which|what] [number|of these|of those|one] is the [smallest|lowest|least]?", "[the|their] minimum[?|, please|]", "[tell|show] me the [smallest|lowest][ one| number|][.|]"]
AFTER_THAT += ["[what|which] [one |]comes [then|after it|after this one|afterwards|following that]?", "[and|so] the one [after it|after that|that follows]?", "[next|following|afterwards][?|, please|]", "[and|then] [what is|what's] [next|the following one]?", "one further?"]
IN_CONTINENT += patterns("[and|so|hm,] [that's|it's|that is|this is] [in|a part of] {k}[, right|, isn't it|]? ;; [does|Does] [it|that] [belong to|lie in|count as part of] {k}? ;; [is|Is] [the country|this country|this place|that one] in {k}? ;; do I find it in {k}?")
BEYOND_COUNTRY += patterns(
    """
[And|and|so|okay,] [who|which king|which party] [governs|rules|leads|runs] [it|the country|that country]? ;; [What|what] [is|are] the [people|weather|food|women|beaches|prices|roads|schools|winters] like[ there|]? ;; [Should|Can|Could] I [go|travel|move|drive|fly] there[ in winter| alone| next week|]? ;; [How|how] [many people|many cities|many islands|much rain|large a population] does it have? ;; [has|does] it [have |got ][a king|snow|mountains|an army|lakes|a sea|oil]? ;; [how|what] [hot|cold|rich|large|old|far away] [is it|is that country][ there|]? ;; [its|the country's|their] [size|inhabitants|king|leader|team|holidays|history|government][?|, please|] ;; [tell me about|describe|what about] its [people|history|nature|culture|food|army] ;; what should I pack for it? ;; which [animals|languages were|companies] are from there?
"""
)
SPELL_IT += ["[Could|Can|Would] you [spell|spell out] [it|that|the word|this]?", "[and|so|now] [the spelling|spelled out|in single letters|the letters of it][?|, please|]", "[how|what] [do I write|are the letters of|would I write] [it|that|the word]?", "[write|give me|say] [it|the word|that word] letter by letter[.|]"]
OPPOSITE_OF_IT += ["[and|so|now|okay,] [what|which word] is the [opposite|contrary|reverse|antonym] of [it|that|this]?", "[its|the] [antonym|contrary|counterpart][?|, please|]", "[what's|tell me|give me|name] [the opposite|its opposite|the contrary|its antonym][?|.|]", "[the|and] other way round?"]
IS_IT += ["[so|and|hm,|okay,] [is|would] [that|this|it] [be |count as |]{k}[, too|, right|, then|]?", "[can|may|could] I call [it|that|this] {k}?", "[does|Does] [it|that] count as {k}?", "{k}, [right|isn't it|or not|then]?"]
MORE_EXAMPLES += ["[and|now|okay,|good,] [three|some|a few] [more|others|different ones|new ones][?|, please|]", "[what|which] [others|other ones|more] [are there|do you know|can you name]?", "[can|could] you [name|list|give me|tell me] [three|some] [more|others]?", "[another|the next] three[?|, please|]"]

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
