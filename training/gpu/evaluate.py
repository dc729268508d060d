"""evaluate.py on CUDA, where the text sources are not: the generator comes from $MIXTAB_MIX, which `data.feed --pack` wrote.

    MIXTAB_MIX=mix.pickle.xz python3 -m gpu.evaluate --model mixtab --free     # takes what evaluate.py takes
"""

import os

import torch

import evaluate
import cuda
from data.feed import load_mix


def main() -> None:
    load = evaluate.load

    def load_to_gpu(name: str):
        model = load(name)
        if torch.cuda.is_available():
            model.ops = cuda
            model.cuda()
        return model

    evaluate.load = load_to_gpu
    evaluate.Mix = lambda: load_mix(os.environ["MIXTAB_MIX"])
    evaluate.main()


if __name__ == "__main__":
    main()
