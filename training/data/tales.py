"""Short stories with the hero and the name that were asked for, and haiku."""

import random
import re

from .turn import Turn
from .wording import capitalised, choose, indefinite, patterns

NAMES = patterns(
    """
Tom ;; Anna ;; Ben ;; Lily ;; Max ;; Mia ;; Sam ;; Sara ;; Leo ;; Emma ;; Jack ;; Lucy ;; Noah ;; Ella ;; Omar ;;
Nina ;; Paul ;; Rosa ;; Bella ;; Felix ;; Oscar ;; Ruby ;; Zara ;; Hugo ;; Ivy ;; Milo ;; Luna ;; Kai ;; Nora ;;
Finn ;; Maya ;; Theo ;; Alice ;; Robin ;; Peter
"""
)
HEROES = patterns(
    """
dog ;; cat ;; rabbit ;; bird ;; fox ;; bear ;; mouse ;; frog ;; horse ;; duck ;; owl ;; turtle ;; dragon ;; robot ;;
princess ;; prince ;; knight ;; pirate ;; wizard ;; lion ;; tiger ;; elephant ;; monkey ;; pig ;; sheep ;; wolf ;;
whale ;; fish ;; bee ;; ant ;; snail ;; king ;; queen ;; girl ;; boy ;; unicorn ;; ghost ;; giant ;; witch ;;
farmer ;; sailor ;; baker ;; goat ;; penguin ;; squirrel ;; hedgehog ;; spider ;; butterfly ;; crow ;; donkey ;;
kitten ;; puppy ;; clown ;; doctor ;; teacher ;; star ;; tree ;; snowman ;; train ;; boat
"""
)
PLACES = patterns(
    """
in a forest ;; by the sea ;; in a small village ;; in an old castle ;; on a green hill ;; near a river ;;
in a big city ;; on a farm ;; in a garden ;; on a lonely island ;; under a mountain ;; at the edge of the desert
"""
)
FEELINGS = patterns(
    """
curious ;; brave ;; shy ;; lonely ;; kind ;; lazy ;; hungry ;; clever ;; little ;; old ;; cheerful ;; sleepy
"""
)
THINGS = patterns(
    """
red ball ;; golden key ;; small lamp ;; old map ;; shiny stone ;; blue kite ;; silver bell ;; warm hat ;;
magic seed ;; lost letter ;; wooden box ;; sweet cake ;; broken clock ;; glass bottle ;; tiny boat
"""
)
ASK = patterns(
    """
[Tell|Write|Give] me a [|short |little |nice |funny ]story about {h}. ;;
[Tell|Write|Make up] a [|short |little ]story about {h}. ;;
[Can|Could] you [tell|write] [me |]a [|short ]story about {h}? ;; I want [to hear |]a story about {h}. ;;
a story about {h} ;; story about {h} ;; [Do you know|Is there] a story about {h}? ;;
Once upon a time there was {h}. Go on. ;; [Please |]tell a [|short |bedtime |fairy ]tale about {h}[.|] ;;
Read me a story about {h}. ;; My [son|daughter|child] wants a story about {h}. ;;
[Invent|Imagine] a story [about|with] {h}. ;; A [bedtime|short|little] story about {h}, please. ;;
I'd like a story with {h} in it. ;; [Tell|Write] me something about {h}, like a story. ;;
Let me hear a tale of {h}. ;; Story time! [About|With] {h}.
"""
)
ASK_ANY = patterns(
    """
Tell me a [|short |bedtime |nice |little |funny ]story. ;; [Can|Could] you tell [me |]a story? ;;
I want [to hear |]a story. ;; [Write|Invent|Make up] a [|short ]story. ;; a story please ;; story ;;
[another|one more] story ;; Do you know a [story|fairy tale|tale]? ;; tell a tale ;; Read me a story. ;;
bedtime story ;; Tell me a fairy tale. ;; story time ;; let me hear a story
"""
)
ASK_NAMED = ["{base} named {n}", "{base} called {n}", "{base} with the name {n}", "{base} whose name is {n}"]
OPENINGS = patterns(
    """
Once upon a time, {a} named {n} lived {place}. ;; {place_cap} there lived {a} named {n}. ;;
Long ago, {a} named {n} lived {place}. ;; There once was {a} named {n}, who lived {place}.
"""
)
TROUBLES = [
    (
        "One day {n} found a {t} and wondered whose it was.",
        [
            "{n} asked everyone, and at last came to {m}, who had lost it and cried.",
            "It belonged to {m}, who had looked for it all week.",
        ],
        ["{n} gave it back, and {m} danced with joy.", "{n} gave it back, and {m} shared a cake with {n}."],
    ),
    (
        "One morning {n}'s {t} was gone.",
        ["{n} looked everywhere, and asked {m} for help.", "{m} had seen it fall into the water."],
        ["Together they found it under an old tree.", "Together they pulled it out, wet but whole."],
    ),
    (
        "{n} had no friends and was often sad.",
        ["Then {m} came by and asked for the way.", "One evening {m} knocked at the door, cold and wet."],
        [
            "{n} shared some warm soup, and they talked until the stars came out.",
            "{n} walked along, and they told each other jokes all the way.",
        ],
    ),
    (
        "{n} was afraid of the dark.",
        ["One night {m} got lost and called for help.", "One night a small voice cried outside: it was {m}."],
        [
            "{n} took a {t}, went out into the night and brought {m} home.",
            "{n} forgot the fear, ran out and found {m}.",
        ],
    ),
    (
        "{n} wanted to see what lies behind the hills.",
        ["On the way {n} met {m}, who was tired and thirsty.", "So {n} set out with a {t} and soon met {m}."],
        [
            "They went on together, and saw the sun rise over the sea.",
            "They shared their water, and behind the hills they found a valley full of flowers.",
        ],
    ),
    (
        "{n} could not sleep, for something scratched at the door.",
        ["It was {m}, who had come a long way through the snow.", "Outside stood {m}, as frightened as {n}."],
        [
            "{n} made a fire, and soon both of them snored.",
            "They laughed, and {n} gave {m} the best place by the stove.",
        ],
    ),
    (
        "There was nothing left to eat, and winter was near.",
        ["{n} went out with a {t} to look for food and met {m}.", "Then {m} came to the door with a basket of nuts."],
        [
            "They gathered berries until the moon rose, and there was enough for both.",
            "{n} cooked a soup of it, and they ate for three days.",
        ],
    ),
    (
        "Every evening {n} heard a song from far away.",
        ["{n} followed it and found {m}, singing under a bridge.", "At the end of the path sat {m}, who played a small flute."],
        [
            "{m} taught {n} the song, and now they sing it together.",
            "{n} danced to it, and the whole village came to watch.",
        ],
    ),
    (
        "{n} had promised to bring a {t} to the other side of the river.",
        ["But the bridge was gone, and {m} sat beside it and wept.", "Halfway {n} met {m}, who had lost the way."],
        [
            "They built a raft of branches, and it carried them both across.",
            "{n} took {m} along, and they were there before night.",
        ],
    ),
    (
        "All the others could swim, but {n} was afraid of water.",
        ["{m} saw it and said: I was afraid too.", "Then {m} fell into the pond and called for help."],
        [
            "Day after day they went a little deeper, until {n} swam like a fish.",
            "{n} forgot everything, jumped in and pulled {m} out.",
        ],
    ),
    (
        "A storm came and broke {n}'s home.",
        ["{m} saw it and called all the neighbours.", "{n} sat in the rain until {m} came along."],
        [
            "They all worked for three days and built a better one.",
            "{m} gave {n} a bed, and in spring they built a new house.",
        ],
    ),
]
ENDS = patterns(
    """
From that day on, they were best friends. ;; And they were happy ever after. ;; {n} never felt alone again. ;;
That night {n} slept very well. ;; And {n} learned that a kind heart is worth more than gold. ;;
They still tell that story today.
"""
)
AFTER = patterns(
    """
[Another|Another one|One more|Tell me another one][|!|.|, please] ;; another story ;; one more please ;;
again, another story
"""
)

TROUBLE_PARTS = [max(re.split(r"\{\w\}", begin), key=len) for begin, _, _ in TROUBLES]  # what tells one trouble from another
# Haiku lines that fit any topic, around lines of five, seven and five syllables on the topic itself.
HAIKU = {
    "spring": ["Soft rain on the roof", "the first green leaves are waking", "a bird starts to sing"],
    "summer": ["Warm wind in the grass", "the long day will not go home", "bees hum in the sun"],
    "autumn": ["Red leaves on the path", "the wind turns each like a page", "the year reads its end"],
    "winter": patterns(
        """
Snow on the dark roofs ;; the whole town is holding breath ;; one small light still burns
"""
    ),
    "the sea": ["Waves come and waves go", "the sand forgets every step", "salt wind in my hair"],
    "the moon": patterns(
        """
Round moon on the lake ;; a fish jumps and breaks the light ;; then the moon comes back
"""
    ),
    "rain": ["Rain taps on the glass", "the street is a small river", "my tea is still warm"],
    "a cat": ["Cat on the warm stone", "one eye open for the bird", "one eye closed for sleep"],
    "a dog": ["Old dog at the door", "he knows the sound of my steps", "his tail tells it all"],
    "love": ["Two cups on the sill", "we talk about little things", "the sun forgets us"],
    "night": ["Night over the town", "a train sings far and then stops", "stars keep their places"],
    "a tree": ["Old tree on the hill", "it has seen a hundred storms", "birds ask it to stay"],
    "snow": ["First snow of the year", "children run out with no hats", "white on every sleeve"],
    "a flower": ["A flower opens", "nobody told it the hour", "the bee is on time"],
    "a bird": ["Small bird on the wire", "it sings as if it were large", "the morning listens"],
    "coffee": ["Dark cup in my hands", "the morning is not yet mine", "one sip and it is"],
    "computers": ["A light in the dark", "numbers run from gate to gate", "a word comes back out"],
    "friendship": ["We walk and say naught", "the road is shorter this way", "two shadows, one lamp"],
    "the sun": ["Gold on the window", "the day puts on its good coat", "shadows step aside"],
    "mountains": ["Clouds rest on the peak", "the path is too steep for them", "I climb on alone"],
    "a river": ["Slow river at noon", "it carries one yellow leaf", "no hurry at all"],
    "tea": ["Steam over the cup", "the leaves tell no one their dream", "I drink it slowly"],
    "time": ["The clock on the wall", "it counts what it cannot keep", "dust dances in light"],
    "stars": ["So many small fires", "each of them too far to warm", "still we look and look"],
    "a frog": ["Green frog on a leaf", "he waits like a king in state", "a fly comes too near"],
    "bread": patterns(
        """
Bread warm from the stove ;; the whole house leans toward it ;; butter melts and smiles
"""
    ),
}
ASK_HAIKU = patterns(
    """
[Write|Give|Tell|Make] [me |]a [haiku|poem|short poem|little poem|verse] about {t}. ;;
[Can|Could] you write [me |]a [haiku|poem|short poem] about {t}? ;; [haiku|poem|a poem|a haiku] about {t} ;;
I [want|would like] a [haiku|poem|verse] about {t}. ;; [Please |][compose|create] a [haiku|poem] [on|about] {t} ;;
A [haiku|poem] on {t}[, please|] ;; [Do you know|Have you got] a [poem|haiku] about {t}? ;; Say a poem about {t}.
"""
)
ASK_HAIKU_ANY = patterns(
    """
[Write|Give me|Tell me|Make] a [haiku|poem|short poem]. ;; [haiku|poem] please ;;
[Can|Could] you write [poems|a haiku|poetry|a poem]? ;; a [poem|haiku] ;; I want a [poem|haiku]. ;;
Write me a poem. ;; [another|one more] [poem|haiku]
"""
)


class Tales:
    def story(self, hero: str, name: str, rng: random.Random) -> str:
        friend = rng.choice([n for n in NAMES if n != name])
        other = rng.choice([h for h in HEROES[:56] if h != hero])
        place = rng.choice(PLACES)
        trouble, meetings, turns = rng.choice(TROUBLES)
        thing = rng.choice(THINGS)
        lines = [rng.choice(OPENINGS), trouble, rng.choice(meetings), rng.choice(turns), rng.choice(ENDS)]
        text = " ".join(lines)
        feeling = rng.choice(FEELINGS)
        described = indefinite(f"{feeling} {hero}") if rng.random() < 0.7 else indefinite(hero)
        first_meeting = text.find("{m}")
        if first_meeting >= 0:  # the friend is introduced by kind at the first mention
            text = text[:first_meeting] + f"{indefinite(other)} named {friend}" + text[first_meeting + 3 :]
        text = text.replace("{a}", described).replace("{n}", name).replace("{m}", friend).replace("{t}", thing)
        text = text.replace("{place_cap}", capitalised(place)).replace("{place}", place).replace("a old", "an old")
        return re.sub(r"(?<=[.] )[a-z]", lambda letter: letter[0].upper(), text)

    def fresh_story(self, told: list[str], rng: random.Random) -> str:
        """One with another name, hero and trouble than those of the stories told before."""
        known = " ".join(told[-3:])
        while True:
            story = self.story(rng.choice(HEROES), rng.choice(NAMES), rng)
            name = re.search(r"named ([A-Z][a-z]+)", story)
            same = any(part in story and part in known for part in TROUBLE_PARTS)
            if not same and not (name and name[1] in known):
                return story

    def sample_stories(self, rng: random.Random) -> list[Turn]:
        """Several in a row, all different."""
        told: list[str] = []
        turns: list[Turn] = []
        for _ in range(rng.randrange(2, 8)):
            if not turns or rng.random() < 0.5:
                hero, name = rng.choice(HEROES), rng.choice(NAMES)
                if rng.random() < 0.5:
                    question, story = choose(ASK_ANY, rng), self.fresh_story(told, rng)
                else:
                    base = indefinite(hero)
                    named = rng.random() < 0.5
                    if named:
                        base = rng.choice(ASK_NAMED).replace("{base}", base).replace("{n}", name)
                    question, story = choose(ASK, rng, h=base), self.story(hero, name, rng)
            else:
                question, story = choose(AFTER, rng), self.fresh_story(told, rng)
            told.append(story)
            turns.append(Turn(question, story, skill="stories"))
        return turns

    def sample_story(self, rng: random.Random) -> list[Turn]:
        hero, name = rng.choice(HEROES), rng.choice(NAMES)
        kind = rng.random()
        if kind < 0.2:
            question = choose(ASK_ANY, rng)
        else:
            base = indefinite(hero) if rng.random() < 0.85 else f"the {hero}"
            if kind < 0.6:
                base = rng.choice(ASK_NAMED).replace("{base}", base).replace("{n}", name)
            elif kind < 0.66:
                base = f"{name} the {hero}"
            question = choose(ASK, rng, h=base)
        turns = [Turn(question, self.story(hero, name, rng), skill="stories")]
        if rng.random() < 0.1:
            turns.append(
                Turn(choose(AFTER, rng), self.story(rng.choice(HEROES), rng.choice(NAMES), rng), skill="stories")
            )
        return turns

    def sample_haiku(self, rng: random.Random) -> list[Turn]:
        topic = rng.choice(list(HAIKU))
        asked = topic.removeprefix("the ").removeprefix("a ") if rng.random() < 0.3 else topic
        question = choose(ASK_HAIKU, rng, t=asked) if rng.random() < 0.8 else choose(ASK_HAIKU_ANY, rng)
        return [Turn(question, "\n".join(HAIKU[topic]), skill="haiku")]
