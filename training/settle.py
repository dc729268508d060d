"""Settles the routing biases of a finished checkpoint, by forward passes alone.

    python3 settle.py --model mixtab --rows rows-1 --out mixtab-even        # or --model file.gguf, as gpu/run.sh leaves it

During training every bias moves by a fixed step, so it ends somewhere around its best value. Here the weights stand still
while the steps shrink, and each is in proportion to how far the load is off.
"""

import argparse

import torch

from data.paths import HOME
from model import Config, Mixtab, load, save
from train import Rows
from weights import load_any

STEPS, ROWS = 40, 24
FIRST_RATE, LAST_RATE = 0.02, 0.002


@torch.no_grad()
def settle(model: Mixtab, rows: Rows) -> None:
    model.train()  # counts loads
    for step in range(STEPS):
        rate = FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (step / (STEPS - 1))
        ids, starts, *_ = rows.batch(step, ROWS, "cpu")
        for layer in model.expert_layers():
            layer.load.zero_()
        model.hidden(ids, starts)
        for layer in model.expert_layers():
            off = 1 - layer.load / layer.load.mean()
            layer.bias += rate * off.clamp(-1, 1)
            layer.bias -= layer.bias.mean()
    model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mixtab")
    parser.add_argument("--rows", default="rows-1")
    parser.add_argument("--out", default="mixtab-even")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.model.endswith(".gguf"):
        model, stored = Mixtab(Config(), torch.float32), {"state": {"step": 0, "tokens": 0, "seconds": 0.0}}
        model.load_state_dict(load_any(arguments.model))
    else:
        model, stored = load(HOME / f"{arguments.model}.pt", torch.float32)
    settle(model, Rows(arguments.rows))
    save(model, HOME / f"{arguments.out}.pt", state=stored["state"])


if __name__ == "__main__":
    main()
