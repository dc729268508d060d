"""Held-out conversations, as visitors have them: the model reads its own earlier answers, as many as its context holds.

Used by evaluate.py: many short questions in one conversation, stories in a row, follow-ups, and what is out of its ken.
"""

import json
import random
import re
from collections.abc import Callable, Iterable

from data.paths import HELDOUT, WRITTEN
from data.tales import ENDS, FEELINGS, HEROES, NAMES, OPENINGS, PLACES, THINGS, TROUBLES
from data.unknown import read_kinds
from generate import prompt_ids
from tokenizer import Tokenizer

CONTEXT = 512  # tokens: what rows of the training set have
KEPT_FREE = 0.25  # of the context, for the answer, and freed beyond that by a cut: app/state/context-window.ts

Answers = Callable[[list], list[str]]


class Window:
    """What of a conversation is read: the oldest exchanges are left out once it is full, several at a time."""

    def __init__(self, tokenizer: Tokenizer, context: int) -> None:
        self.tokenizer, self.context, self.cut = tokenizer, context, 0

    def read(self, messages: list[str]) -> list[str]:
        limit = self.context * (1 - KEPT_FREE)
        if self.length(messages) > limit:
            limit -= self.context * KEPT_FREE
            while self.cut < len(messages) - 1 and self.length(messages) > limit:
                self.cut += 2
        return messages[self.cut :]

    def length(self, messages: list[str]) -> int:
        return len(prompt_ids(messages[self.cut :], self.tokenizer))


def spoken(answer: str) -> str:
    return answer.split("</think>")[-1].strip()


def converse(ask: Answers, scripts: list[list[str]], tokenizer: Tokenizer, context: int = CONTEXT) -> list[list[str]]:
    """The answers to each script of questions, asked one after the other; all scripts go on side by side."""
    windows = [Window(tokenizer, context) for _ in scripts]
    said: list[list[str]] = [[] for _ in scripts]
    answers: list[list[str]] = [[] for _ in scripts]
    for turn in range(max(map(len, scripts))):
        going = [i for i, script in enumerate(scripts) if turn < len(script)]
        for i in going:
            said[i].append(scripts[i][turn])
        texts = ask([windows[i].read(said[i]) for i in going])
        for i, text in zip(going, texts):
            said[i].append(spoken(text))
            answers[i].append(text)
    return answers


def mixed_conversations(questions: list, length: int, count: int, seed: int = 4) -> list[list]:
    """`count` conversations of `length` held-out questions each, of all skills."""
    rng = random.Random(seed + length)
    return [rng.sample(questions, length) for _ in range(count)]


def story_words() -> set[str]:
    """All words that stories are made of: a word that is none of them is a slip."""
    texts: Iterable[str] = [
        *OPENINGS, *ENDS, *HEROES, *NAMES, *PLACES, *FEELINGS, *THINGS,
        *(text for begin, meetings, turns in TROUBLES for text in (begin, *meetings, *turns)),
        "a an named",
    ]  # fmt: skip
    return {word for text in texts for word in re.findall(r"[a-z]+", text.lower())}


STORY_ASKS = [
    "Tell me a story.",
    "Another story, please.",
    "Tell me a story about a dragon.",
    "I'd like one more story",
    "Tell me a story about a cat named Mia.",
    "one more",
    "Write a short story about a robot.",
    "And a last one!",
]


def well_formed(story: str, words: set[str], asked: str) -> bool:
    """Three to seven whole sentences, of the words that stories are made of, about somebody with a name."""
    sentences = re.split(r"(?<=[.!?]) ", story.strip())
    known = words | set(re.findall(r"[a-z]+", asked.lower()))
    return (
        3 <= len(sentences) <= 7
        and story.rstrip()[-1:] in ".!"
        and "named" in story
        and all(word in known for word in re.findall(r"[a-z]+", story.lower()))
        and all(sentence[:1].isupper() for sentence in sentences)
    )


def stories_in_a_row(ask: Answers, tokenizer: Tokenizer, sessions: int, context: int) -> tuple[float, float, list[str]]:
    """Shares of well-formed stories, and of those that differ from all others of their conversation, in %."""
    words = story_words()
    told = converse(ask, [STORY_ASKS] * sessions, tokenizer, context)
    flat = [(asked, spoken(text)) for texts in told for asked, text in zip(STORY_ASKS, texts)]
    formed = [well_formed(story, words, asked) for asked, story in flat]
    different = [[spoken(t) for t in texts].count(spoken(text)) == 1 for texts in told for text in texts]
    bad = [story for (_, story), good in zip(flat, formed) if not good]
    return 100 * sum(formed) / len(formed), 100 * sum(different) / len(different), bad


def follow_ups() -> list[dict]:
    return json.load(open(HELDOUT / "follow_ups.json", encoding="utf8"))["prompts"]


def out_of_ken() -> list[tuple[str, str]]:
    """(kind, prompt) of heldout/out_of_ken.txt"""
    found, kind = [], ""
    for line in open(HELDOUT / "out_of_ken.txt", encoding="utf8"):
        if line.startswith("# "):
            kind = line[2:].strip()
        elif line.strip():
            found.append((kind, line.strip()))
    return found


def safety_answer() -> str:
    return next(line[2:].strip() for line in open(WRITTEN / "safety.txt", encoding="utf8") if line.startswith(">"))


NOT_NAMES = {"I", "English", "Mixtab"}  # it may name itself and its language


def names_in(answer: str, prompt: str) -> list[str]:
    """Capitalised words of an answer that the prompt does not have: what nobody typed. Words that begin a sentence of the taught declines are none."""
    typed = {word.lower() for word in re.findall(r"[^\W\d_]+", prompt)}
    found = []
    for sentence in re.split(r"(?<=[.!?:]) ", answer):
        for place, word in enumerate(re.findall(r"[^\W\d_]+(?:'\w+)?", sentence)):
            name = word.split("'")[0]
            if name[:1].isupper() and name not in NOT_NAMES and name.lower() not in typed and not (place == 0 and name in BEGINNINGS):
                found.append(name)
    return found


def beginnings() -> set[str]:
    taught = [answer for _, _, _, answers in read_kinds() for answer in answers]
    taught += [line[2:] for line in open(WRITTEN / "safety.txt", encoding="utf8") if line.startswith(">")]
    taught += [line[2:] for line in open(WRITTEN / "smalltalk.txt", encoding="utf8") if line.startswith(">")]
    taught += ["Ask me. Try a word. A bigger model may know. I can."]
    return {word for text in taught for word in re.findall(r"(?:^|(?<=[.!?:;] ))([A-Z][a-z]*)", text)}


BEGINNINGS = beginnings()
