"""Generates the training set while the model trains: many processes, endlessly, each shard used once.

    python3 -m data.feed --pack mix.pickle.xz                       # here: all that the generator needs, in one small file
    python3 -m data.feed --mix mix.pickle.xz --processes 14 --out /dev/shm/rows    # there: no text sources, no packages but numpy

A shard is SEED-N.npz as data/build.py writes it, not compressed, and appears whole (by a rename). Who trains deletes what was
read; while `--ahead` shards lie there the processes wait.
"""

import argparse
import lzma
import multiprocessing
import os
import pickle
import random
import time
from itertools import count, islice
from pathlib import Path

import numpy as np

from tokenizer import BEGIN, Tokenizer

from .build import pack


def store_mix(path: str) -> None:
    from .mix import Mix

    mix = Mix()
    mix.dictionary.wordnet = None  # read when the dictionary is made, never when it is asked
    with lzma.open(path, "wb") as file:
        pickle.dump(mix, file)


def load_mix(path: str):
    with lzma.open(path) as file:
        return pickle.load(file)


def write_shard(rows: list, width: int, path: Path) -> None:
    ids = np.full((len(rows), width), BEGIN, dtype=np.uint16)
    learned = np.zeros((len(rows), width), dtype=np.uint8)
    starts = np.tile(np.arange(width, dtype=np.int16), (len(rows), 1))  # padding sees only itself
    for place, (row_ids, row_learned, row_starts) in enumerate(rows):
        ids[place, : len(row_ids)] = row_ids
        learned[place, : len(row_ids)] = row_learned
        starts[place, : len(row_ids)] = row_starts
    scratch = path.with_suffix(".part")
    with open(scratch, "wb") as file:
        np.savez(file, ids=ids, learned=learned, starts=starts)
    os.replace(scratch, path)


def work(arguments: argparse.Namespace, mix, seed: int) -> None:
    os.nice(5)
    rng, tokenizer, out = random.Random(seed), Tokenizer.load(), Path(arguments.out)
    conversations = (mix.conversation(rng) for _ in count())
    rows = pack(conversations, tokenizer, arguments.width)
    for number in count():
        if arguments.limit and number >= arguments.limit:
            return
        write_shard(list(islice(rows, arguments.rows)), arguments.width, out / f"{seed}-{number}.npz")
        while len(list(out.glob("*.npz"))) >= arguments.ahead:
            time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", default="", metavar="FILE", help="write what the generator needs, and stop")
    parser.add_argument("--mix", default="mix.pickle.xz")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--rows", type=int, default=2048, help="rows a shard")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--limit", type=int, default=0, help="shards a process; 0: until it is stopped")
    parser.add_argument("--ahead", type=int, default=60)
    parser.add_argument("--out", default="rows")
    arguments = parser.parse_args()
    if arguments.pack:
        store_mix(arguments.pack)
        return
    Path(arguments.out).mkdir(parents=True, exist_ok=True)
    mix = load_mix(arguments.mix)  # once: the processes share it
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=work, args=(arguments, mix, arguments.seed + number)) for number in range(arguments.processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
