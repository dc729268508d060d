"""Averages the weights of two checkpoints of one run, and settles the routing biases of what comes out.

    python3 average.py --models mixtab-a mixtab-b --share 0.65 --rows rows-1 --out mixtab-mean

Checkpoints along one path lie in one valley, and between them it is flatter than at either: the mean errs less, and loses less
to quantization (Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", 2018).
"""

import argparse

import torch

from data.paths import HOME
from model import Mixtab, load, save
from settle import settle
from train import Rows
from weights import load_any


@torch.no_grad()
def average(first: Mixtab, second: Mixtab, share: float) -> Mixtab:
    """`share` of the second; written into the first."""
    ours, theirs = first.state_dict(), second.state_dict()
    for name, weights in ours.items():
        weights.lerp_(theirs[name], share)
    return first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs=2, required=True)
    parser.add_argument("--share", type=float, default=0.5, help="of the second")
    parser.add_argument("--rows", default="rows-1")
    parser.add_argument("--as-is", action="store_true", help="leave the routing biases as their mean is")
    parser.add_argument("--out", default="mixtab-mean")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    second, stored = load(HOME / f"{arguments.models[1]}.pt", torch.float32)
    first = Mixtab(second.c, torch.float32)
    name = arguments.models[0]
    first.load_state_dict(load_any(name if name.endswith(".gguf") else HOME / f"{name}.pt"))
    model = average(first, second, arguments.share)
    if not arguments.as_is:
        settle(model, Rows(arguments.rows))
    save(model, HOME / f"{arguments.out}.pt", state=stored["state"])


if __name__ == "__main__":
    main()
