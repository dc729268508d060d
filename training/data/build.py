"""Writes the training set: conversations, tokenized and packed into rows.

    python3 -m data.build --turns 600000 --seed 1 --out rows-1

A row holds several whole conversations, none cut; attention never crosses from one into another. Only answers are
learned. As the chat template strips the working of earlier answers, so does this: an answer with a working is shown
without it, and not learned, unless it is the last one of its conversation.
"""

import argparse
import json
import random
from collections import Counter

import numpy as np

from tokenizer import ASSISTANT, BEGIN, END, TOKENIZER_FILE, USER, Tokenizer, train

from .mix import Mix
from .paths import HOME
from .turn import Turn

OPEN_ROWS = 64  # rows that are filled at the same time: more fill better


def encode(turns: list[Turn], tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Token ids and, for each, whether it is to be learned."""
    ids, learned = [BEGIN], [0]
    for place, turn in enumerate(turns):
        question = [USER, *tokenizer.encode(turn.user), ASSISTANT]
        last = place == len(turns) - 1
        answer = [*tokenizer.encode(turn.full_answer() if last else turn.answer), END]
        ids += question + answer
        learned += [0] * len(question) + [int(last or not turn.think)] * len(answer)
    return ids, learned


def ending_in_working(turns: list[Turn]) -> list[Turn]:
    """Up to eight turns shorter, if it then ends in an answer with a working: those are learned nowhere else so late."""
    for left_out in range(min(8, len(turns) - 1)):
        if turns[len(turns) - 1 - left_out].think:
            return turns[: len(turns) - left_out]
    return turns


def pack(conversations, tokenizer: Tokenizer, length: int):
    """Yields rows: ids, learned, and the place where each token's conversation starts."""
    open_rows: list[tuple[list[int], list[int], list[int]]] = []
    for turns in conversations:
        ids, learned = encode(turns, tokenizer)
        while len(ids) > length and len(turns) > 1:  # ends where the row does
            turns = ending_in_working(turns[: max(1, min(len(turns) - 1, len(turns) * length // len(ids)))])
            ids, learned = encode(turns, tokenizer)
        if len(ids) > length:
            continue
        fitting = [row for row in open_rows if len(row[0]) + len(ids) <= length]
        if not fitting:
            if len(open_rows) >= OPEN_ROWS:
                fullest = max(open_rows, key=lambda row: len(row[0]))
                open_rows.remove(fullest)
                yield fullest
            fitting = [([], [], [])]
            open_rows.append(fitting[0])
        row = max(fitting, key=lambda row: len(row[0]))
        row[2].extend([len(row[0])] * len(ids))
        row[0].extend(ids)
        row[1].extend(learned)
    yield from open_rows


def save(rows, path, width: int) -> dict[str, float]:
    ids, learned, starts = [], [], []
    filled = 0
    for row in rows:
        length = len(row[0])
        filled += length
        ids.append(np.array(row[0] + [BEGIN] * (width - length), dtype=np.uint16))
        learned.append(np.array(row[1] + [0] * (width - length), dtype=np.uint8))
        starts.append(np.array(row[2] + list(range(length, width)), dtype=np.int16))  # padding sees only itself
    order = np.random.RandomState(0).permutation(len(ids))
    np.savez(path, ids=np.stack(ids)[order], learned=np.stack(learned)[order], starts=np.stack(starts)[order])
    return {
        "rows": len(ids),
        "tokens": filled,
        "full": filled / (len(ids) * width),
        "learned": float(np.stack(learned).sum() / filled),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=600_000)
    parser.add_argument("--width", type=int, default=512, help="tokens a row; longer conversations are left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="rows-1")
    parser.add_argument("--train-tokenizer", action="store_true")
    parser.add_argument("--show", type=int, default=0, help="print so many conversations and stop")
    arguments = parser.parse_args()

    mix = Mix()
    rng = random.Random(arguments.seed)
    if arguments.show:
        for _ in range(arguments.show):
            for turn in mix.conversation(rng):
                print(f"[{turn.skill}] {turn.user}\n    {turn.full_answer()}")
            print()
        return
    if arguments.train_tokenizer:
        sample = [mix.conversation(random.Random(i)) for i in range(60_000)]
        train(
            [text for turns in sample for turn in turns for text in (turn.user, turn.answer, turn.think)],
            TOKENIZER_FILE,
        )
    tokenizer = Tokenizer.load(TOKENIZER_FILE)
    skills: Counter[str] = Counter()

    def conversations():
        made = 0
        while made < arguments.turns:
            turns = mix.conversation(rng)
            made += len(turns)
            skills.update(turn.skill for turn in turns)
            yield turns

    HOME.mkdir(parents=True, exist_ok=True)
    figures = save(pack(conversations(), tokenizer, arguments.width), HOME / f"{arguments.out}.npz", arguments.width)
    total = sum(skills.values())
    print(json.dumps(figures))
    print({skill: round(count / total, 3) for skill, count in skills.most_common()})


if __name__ == "__main__":
    main()
