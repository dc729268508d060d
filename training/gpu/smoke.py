"""Half a minute on a new machine, before anything long: do cuda.py's operations agree with plain.py's, and how fast are they?

    MIXTAB_HOME=FOLDER python3 -m gpu.smoke ../public/models/mixtab-20m.gguf        # FOLDER as gpu/pack.sh leaves it

Says what failed and goes on. The last part lists the kernels of one step by their time. On a machine without CUDA the same runs in small,
with plain.py's attention.
"""

import sys
import time
import traceback

import torch
from torch.profiler import ProfilerActivity, profile

import cuda
import generate
import plain
import weights
from model import Config, Mixtab
from tokenizer import Tokenizer
from train import Rows, optimisers

BEGIN = time.time()
GPU = torch.cuda.is_available()
DEVICE = "cuda" if GPU else "cpu"
ROWS = 256 if GPU else 4


def say(*parts: object) -> None:
    print(f"[{time.time() - BEGIN:5.1f} s]", *parts, flush=True)


def wait() -> None:
    if GPU:
        torch.cuda.synchronize()


class Smoke:
    def __init__(self, file: str) -> None:
        self.model, self.rows = Mixtab(Config(), ops=cuda), Rows("smoke")
        self.model.load_state_dict(weights.load_any(file))
        self.model.to(DEVICE).train()
        self.muon, self.adam = optimisers(self.model, 1e-3, 0.05, cuda)

    def agreement(self) -> None:
        """Loss and gradients in bf16 against those of plain torch in f32, on eight rows."""
        model, gradients = self.model, []
        for ops, dtype in ((plain, torch.float32), (cuda, torch.bfloat16)):
            model.ops, model.dtype = ops, dtype
            batch = self.rows.batch(0, 8, DEVICE if ops is cuda else "cpu")
            model.zero_grad()
            with cuda.uncompiled():
                loss = model.loss(*(part.to(DEVICE) for part in batch))
                loss.backward()
            say(f"{ops.__name__}: loss {loss.item():.5f}")
            gradients.append({name: p.grad.flatten().float().clone() for name, p in model.named_parameters()})
        model.zero_grad(set_to_none=True)
        alike = [
            (float(torch.nn.functional.cosine_similarity(wanted, gradients[1][name], 0)), name)
            for name, wanted in gradients[0].items()
        ]
        say("least alike gradients:", sorted(alike)[:3])

    def step(self, number: int, size: int) -> torch.Tensor:
        loss = self.model.loss(*self.rows.batch(number, size, DEVICE))
        loss.backward()
        self.adam.step()
        self.muon.step(1e-5)
        self.model.zero_grad(set_to_none=True)
        self.model.balance(1e-3)
        return loss.detach()

    def timed(self, count: int, size: int = ROWS) -> None:
        wait()
        begin = time.time()
        for number in range(count):
            loss = self.step(number, size)
        queued = time.time() - begin
        wait()
        seconds = time.time() - begin
        tokens = count * size * self.rows.stored["ids"].shape[1]
        say(
            f"{count} steps of {size} rows: {1e3 * seconds / count:.1f} ms each, queued in {1e3 * queued / count:.1f} ms, "
            f"{tokens / seconds / 1e6:.3f} M tokens/s, loss {loss.item():.4f}"
        )

    def as_it_is(self) -> None:
        with cuda.uncompiled():
            self.timed(1)
            self.timed(4 if GPU else 1)

    def compiled(self) -> None:
        begin = time.time()
        self.timed(1)
        say(f"compiled in {time.time() - begin:.1f} s")
        self.timed(10 if GPU else 1)
        if GPU:
            say(f"{torch.cuda.max_memory_allocated() / 1e9:.1f} GB at most")

    def writing(self) -> None:
        tokenizer, side = Tokenizer.load(), 48 if GPU else 2
        sums = [f"What is {a} + {b}?" for a in range(20, 20 + side) for b in range(30, 30 + side)]
        self.model.eval()
        for generate.RECORD in (False, True, True):
            begin = time.time()
            answers, _ = generate.complete(self.model, [generate.prompt_ids(text, tokenizer) for text in sums], 40)
            how = "recorded" if generate.RECORD else "as it is"
            say(f"{len(answers)} answers, {how}, in {time.time() - begin:.2f} s: {tokenizer.decode(answers[-1])}")
        self.model.train()

    def kernels(self) -> None:
        with profile(activities=[ProfilerActivity.CUDA if GPU else ProfilerActivity.CPU]) as profiled:
            self.step(0, ROWS)
            wait()
        by = "cuda_time_total" if GPU else "cpu_time_total"
        print(profiled.key_averages().table(sort_by=by, row_limit=30, max_name_column_width=80), flush=True)


def main() -> None:
    say(f"torch {torch.__version__}, {torch.cuda.get_device_name() if GPU else 'no CUDA'}")
    if not GPU:
        cuda.attention, cuda.spans = plain.attention, plain.spans
    smoke = Smoke(sys.argv[1])
    say("weights and rows are there")
    for part in (smoke.agreement, smoke.as_it_is, smoke.compiled, smoke.writing, smoke.kernels):
        try:
            part()
        except Exception:  # the next part may tell more
            say(f"{part.__name__} failed")
            traceback.print_exc(file=sys.stdout)
    say("done")


if __name__ == "__main__":
    main()
