"""Trains the model, resumably: on a few CPU cores (fused.c), or on CUDA where there is one.

    python3 train.py --rows rows-1 --tokens 30e6          # start, or go on from the last checkpoint
    python3 train.py --rows rows-2 --tokens 10e6 --init ../public/models/mixtab-20m.gguf --name second

Muon (orthogonalised momentum) for the matrices inside, AdamW for embedding, head, router and norms. The learning rate
warms up, stays, and falls over the last part of the run; a checkpoint holds all that is needed to go on.
"""

import argparse
import json
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch

import plain
from data.paths import HOME
from model import Config, Mixtab, save

MUON_MOMENTUM = 0.95
WARM_UP_STEPS = 60
WATTS_A_CORE = 10  # a guess for one busy core of a server, its share of memory and cooling included
PROBE_AFTER, WORTH_IT = {1: 8, 2: 30}, 0.85  # steps at so many threads before the other number is tried for one
ROUTER_RATE = 0.2  # routers learn slower than the rest, or they collapse before the bias can balance them


class Muon:
    """Momentum, orthogonalised (Jordan et al., 2024), all matrices of one shape at once."""

    def __init__(self, groups: dict[str, list[torch.nn.Parameter]], weight_decay: float, ops=plain) -> None:
        self.parameters = [p for ps in groups.values() for p in ps]
        self.momentum = [torch.zeros_like(p) for p in self.parameters]
        self.weight_decay, self.ops = weight_decay, ops
        self.places: dict[tuple[int, int], list[int]] = {}  # by shape of a matrix: which parameters are made of them
        for i, (kind, p) in enumerate((kind, p) for kind, ps in groups.items() for p in ps):
            # "gate and up" are two matrices, one above the other
            height = p.shape[-2] // 2 if kind == "gate and up" else p.shape[-2]
            self.places.setdefault((height, p.shape[-1]), []).append(i)

    @torch.no_grad()
    def step(self, rate: float) -> None:
        for shape, places in self.places.items():
            scale = 0.2 * math.sqrt(max(shape))  # the size of an AdamW step
            parameters = [self.parameters[i] for i in places]
            whole = torch.empty(sum(p.numel() for p in parameters), dtype=torch.bfloat16, device=parameters[0].device)
            updates = whole.split([p.numel() for p in parameters])
            for i, p, update in zip(places, parameters, updates):
                self.ops.muon_update(self.momentum[i], p.grad, MUON_MOMENTUM, update.view(p.shape))
            self.ops.orthogonalise(whole.view(-1, *shape))
            for p, update in zip(parameters, updates):
                self.ops.muon_step(p, update.view(p.shape), 1 - rate * self.weight_decay, rate * scale)


def optimisers(model: Mixtab, rate: float, weight_decay: float, ops=plain) -> tuple[Muon, torch.optim.Optimizer]:
    inner: dict[str, list] = {"gate and up": [], "one": []}
    outer, routers = [], []
    for name, p in model.named_parameters():
        if "router" in name:
            routers.append(p)
        elif p.ndim < 2 or name in ("embedding", "head"):
            outer.append(p)
        else:
            inner["gate and up" if "gate_up" in name else "one"].append(p)
    adam = torch.optim.AdamW(
        [{"params": outer, "factor": 1.0}, {"params": routers, "factor": ROUTER_RATE}],
        lr=rate,
        betas=(0.9, 0.95),
        eps=1e-10,
        weight_decay=0.0,
    )
    return Muon(inner, weight_decay, ops), adam


class Rows:
    """The packed rows of data/build.py, shuffled anew each epoch."""

    def __init__(self, name: str) -> None:
        stored = np.load(HOME / f"{name}.npz")
        self.ids, self.learned, self.starts = stored["ids"], stored["learned"], stored["starts"]
        self.real = float((self.starts[:, -1] < self.ids.shape[1] - 1).mean())

    def batch(self, step: int, size: int, device: str):
        per_epoch = len(self.ids) // size
        order = np.random.RandomState(step // per_epoch).permutation(len(self.ids))
        at = step % per_epoch * size
        chosen = np.sort(order[at : at + size])
        ids = torch.from_numpy(self.ids[chosen].astype(np.int64))
        targets = torch.full_like(ids, -100)
        following, learned = ids[:, 1:], torch.from_numpy(self.learned[chosen])[:, 1:] > 0
        targets[:, :-1][learned] = following[learned]
        return ids.to(device), torch.from_numpy(self.starts[chosen]).to(device), targets.to(device)


def schedule(progress: float, step: int, fall: float) -> float:
    """Share of the full learning rate: warm-up, plateau, linear fall over the last `fall` of the run."""
    return min(1.0, (step + 1) / WARM_UP_STEPS, max(0.02, (1 - progress) / fall))


class Threads:
    """On a machine shared with other work a second thread may help or hinder, and this changes by the minute."""

    def __init__(self, fixed: int) -> None:
        self.fixed, self.current = fixed, fixed or 2
        self.seconds = {1: 0.0, 2: 0.0}  # of the last step with so many
        self.steps, self.trying = 0, False
        torch.set_num_threads(self.current)

    def after(self, seconds: float) -> None:
        if self.fixed:
            return
        self.seconds[self.current] = seconds
        self.steps += 1
        if self.trying:
            self.current = 2 if self.seconds[2] < WORTH_IT * self.seconds[1] else 1
            self.steps, self.trying = 0, False
        elif self.steps >= PROBE_AFTER[self.current]:
            self.current, self.trying = 3 - self.current, True
        torch.set_num_threads(self.current)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="mixtab", help="checkpoints are named after it")
    parser.add_argument(
        "--rows", default="rows-1", help="training set of data/build.py; may change between resumptions"
    )
    parser.add_argument("--tokens", type=float, default=30e6, help="length of the whole run")
    parser.add_argument("--until", default="", help="HH:MM (UTC): measure progress by the clock instead, and stop then")
    parser.add_argument("--batch", type=int, default=32, help="rows a step")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--fall", type=float, default=0.4)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--bias-rate", type=float, default=5e-3)
    parser.add_argument(
        "--threads", type=int, default=0, help="0: try 1 and 2 now and then, and keep what is faster just now"
    )
    parser.add_argument("--save-minutes", type=float, default=4)
    parser.add_argument("--init", default="", help="start from the weights of a .gguf or .pt file")
    parser.add_argument("--plain", action="store_true", help="no C kernels")
    arguments = parser.parse_args()

    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    ops = plain
    if device == "cpu" and not arguments.plain:
        import fused as ops
    model = Mixtab(Config(), ops=ops)
    checkpoint = HOME / f"{arguments.name}.pt"
    state = {"step": 0, "tokens": 0, "seconds": 0.0, "core_seconds": 0.0, "begin": time.time()}
    if checkpoint.exists():
        stored = torch.load(checkpoint, map_location="cpu")
        model.load_state_dict(stored["weights"])
        state |= stored["state"]
    elif arguments.init:
        import weights

        model.load_state_dict(weights.load_any(arguments.init))
    model.to(device).train()
    muon, adam = optimisers(model, arguments.rate, arguments.weight_decay, ops)
    if checkpoint.exists():
        muon.momentum = [m.to(device) for m in stored["muon"]]
        adam.load_state_dict(stored["adam"])
        print(f"going on from step {state['step']}, {state['tokens'] / 1e6:.1f} M tokens", flush=True)

    rows = Rows(arguments.rows)
    total, active = model.parameter_counts()
    print(
        f"{total / 1e6:.2f} M parameters, {active / 1e6:.2f} M active; {len(rows.ids)} rows; {device}, {ops.__name__}",
        flush=True,
    )
    end = 0.0
    if arguments.until:
        hour, minute = map(int, arguments.until.split(":"))
        now = time.gmtime()
        end = time.time() + (hour - now.tm_hour) * 3600 + (minute - now.tm_min) * 60 - now.tm_sec

    def store() -> None:
        scratch = checkpoint.with_suffix(".new")
        save(model, scratch, state=state, muon=muon.momentum, adam=adam.state_dict())
        os.replace(scratch, checkpoint)

    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))  # finish the step, save, leave
    threads = Threads(arguments.threads)
    average, shown, saved, low, high = None, time.time(), time.time(), 1.0, 1.0
    while True:
        now, core_now = time.time(), time.process_time()
        progress = (now - state["begin"]) / (end - state["begin"]) if end else state["tokens"] / arguments.tokens
        if progress >= 1 or stopped:
            break
        share = schedule(progress, state["step"], arguments.fall)
        ids, starts, targets = rows.batch(state["step"], arguments.batch, device)
        loss = model.loss(ids, starts, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for group in adam.param_groups for p in group["params"]], 1.0)
        for group in adam.param_groups:
            group["lr"] = arguments.rate * share * group["factor"]
        adam.step()
        muon.step(arguments.rate * share)
        model.zero_grad(set_to_none=True)
        step_low, step_high = model.balance(arguments.bias_rate * max(0.1, share))
        low, high = 0.9 * low + 0.1 * step_low, 0.9 * high + 0.1 * step_high
        threads.after(time.time() - now)
        state["step"] += 1
        state["tokens"] += ids.numel()
        state["seconds"] += time.time() - now
        state["core_seconds"] += time.process_time() - core_now
        average = loss.item() if average is None else 0.95 * average + 0.05 * loss.item()
        if state["step"] % 20 == 0:
            print(
                json.dumps(
                    {
                        "step": state["step"],
                        "Mtokens": round(state["tokens"] / 1e6, 2),
                        "loss": round(average, 4),
                        "rate": round(arguments.rate * share, 6),
                        "load": [round(low, 2), round(high, 2)],
                        "tokens_per_s": round(20 * ids.numel() / (time.time() - shown)),
                        "threads": torch.get_num_threads(),
                        "minutes": round(state["seconds"] / 60, 1),
                    }
                ),
                flush=True,
            )
            shown = time.time()
        if time.time() - saved > 60 * arguments.save_minutes:
            store()
            saved = time.time()
    store()
    hours = state["core_seconds"] / 3600
    print(f"done: {state['tokens'] / 1e6:.1f} M tokens, loss {average:.4f}")
    print(f"the bill: {state['seconds'] / 60:.0f} minutes, {hours:.2f} core-hours, about {hours * WATTS_A_CORE:.0f} Wh")


if __name__ == "__main__":
    main()
