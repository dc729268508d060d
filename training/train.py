"""Trains the model, resumably: on a few CPU cores (fused.c), or on CUDA where there is one.

    python3 train.py --rows rows-1 --tokens 30e6          # start, or go on from the last checkpoint
    python3 train.py --rows rows-2 --tokens 10e6 --init ../public/models/mixtab-20m.gguf --name second

Muon (orthogonalised momentum) for the matrices inside, AdamW for embedding, head, router and norms. The learning rate
warms up, stays, and falls over the last part of the run; a checkpoint holds all that is needed to go on.
"""

import argparse
import importlib
import json
import math
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

import cuda
import plain
from data.paths import HOME
from model import Config, Mixtab, save

MUON_MOMENTUM = 0.95
WARM_UP_STEPS = 60
WATTS_A_CORE = 10  # a guess for one busy core of a server, its share of memory and cooling included
WATTS_A_GPU = 700  # what an H100 or H200 may draw at most
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


Stored = Mapping[str, np.ndarray]  # ids, learned, starts [rows, T], as data/build.py writes them


def tensors(stored: Stored, chosen: np.ndarray | slice, device: str) -> tuple[torch.Tensor, ...]:
    """ids [B,T], starts [B,T] (or their spans, on CUDA), targets [B,T], and the places of the learned ones."""
    ids = torch.from_numpy(stored["ids"][chosen].astype(np.int64))
    targets = torch.full_like(ids, -100)
    following, learned = ids[:, 1:], torch.from_numpy(stored["learned"][chosen])[:, 1:] > 0
    targets[:, :-1][learned] = following[learned]
    starts = torch.from_numpy(stored["starts"][chosen])
    places = (targets.reshape(-1) >= 0).nonzero()[:, 0]
    if device == "cpu":
        return ids, starts, targets, places
    # All that depends on numbers in the batch is worked out here, so that nothing waits for the GPU later.
    parts = (ids, cuda.spans(merge_padding(starts)), targets, places)
    return tuple(part.pin_memory().to(device, non_blocking=True) for part in parts)


class Rows:
    """The packed rows of data/build.py, shuffled anew each epoch."""

    def __init__(self, name: str) -> None:
        self.stored = dict(np.load(HOME / f"{name}.npz"))
        self.order, self.epoch = np.arange(len(self)), -1

    def __len__(self) -> int:
        return len(self.stored["ids"])

    def batch(self, step: int, size: int, device: str) -> tuple[torch.Tensor, ...]:
        epoch, at = divmod(step, len(self) // size)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, np.random.RandomState(epoch).permutation(len(self))
        return tensors(self.stored, np.sort(self.order[at * size : (at + 1) * size]), device)


class Feed:
    """The shards that data/feed.py writes while we train: each row is seen once, unless we are faster than it."""

    PATIENCE = 60  # seconds
    KEPT = 40  # the latest shards, shown again when no new one is there

    def __init__(self, folder: Path) -> None:
        self.folder, self.kept, self.at, self.again = folder, [], 0, 0
        begin = time.time()
        while not self.advance():
            if time.time() - begin > self.PATIENCE:
                raise FileNotFoundError(f"No rows came to {folder} in {self.PATIENCE} s: is data/feed.py running?")
            time.sleep(0.2)

    def __len__(self) -> int:
        return sum(len(stored["ids"]) for stored in self.kept)

    def advance(self) -> bool:
        """Goes on to the next shard, or to one that we had."""
        new = next((file for file in sorted(self.folder.glob("*.npz"))), None)
        if new:
            self.kept = [*self.kept[1 - self.KEPT :], dict(np.load(new))]
            new.unlink()
            self.current = self.kept[-1]
        elif self.kept:
            self.again += 1
            self.current = self.kept[np.random.RandomState(self.again).randint(len(self.kept))]
        self.at = 0
        return bool(self.kept)

    def batch(self, _: int, size: int, device: str) -> tuple[torch.Tensor, ...]:
        if self.at + size > len(self.current["ids"]):
            self.advance()
        self.at += size
        return tensors(self.current, slice(self.at - size, self.at), device)


def rows_from(name: str) -> Rows | Feed:
    return Feed(Path(name)) if Path(name).is_dir() else Rows(name)


def merge_padding(starts: torch.Tensor) -> torch.Tensor:
    """Padding tokens are conversations of one token each: thousands for nothing. Here those of a row become one."""
    place = torch.arange(starts.shape[1], dtype=starts.dtype)
    following = torch.cat([starts[:, 1:], torch.full_like(starts[:, :1], -1)], 1)
    alone = (starts == place) & (following != place)
    first = torch.where(alone, place, torch.full_like(place, starts.shape[1])).min(1, keepdim=True).values
    return torch.where(alone, first, starts)


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
        "--rows",
        default="rows-1",
        help="training set of data/build.py, or the folder that data/feed.py fills; may change between resumptions",
    )
    parser.add_argument("--tokens", type=float, default=30e6, help="length of the whole run")
    parser.add_argument("--until", default="", help="HH:MM (UTC): measure progress by the clock instead, and stop then")
    parser.add_argument("--minutes", type=float, default=0, help="the same, from now on")
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
    parser.add_argument("--plain", action="store_true", help="neither C kernels nor cuda.py")
    arguments = parser.parse_args()

    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    ops = plain
    if not arguments.plain:
        ops = cuda if device == "cuda" else importlib.import_module("fused")  # which compiles its C at import
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

    rows = rows_from(arguments.rows)
    total, active = model.parameter_counts()
    print(
        f"{total / 1e6:.2f} M parameters, {active / 1e6:.2f} M active; {len(rows)} rows; {device}, {ops.__name__}",
        flush=True,
    )
    end = 0.0
    if arguments.until:
        hour, minute = map(int, arguments.until.split(":"))
        now = time.gmtime()
        end = time.time() + (hour - now.tm_hour) * 3600 + (minute - now.tm_min) * 60 - now.tm_sec
    if arguments.minutes:
        state["begin"], end = time.time(), time.time() + 60 * arguments.minutes

    def store() -> None:
        scratch = checkpoint.with_suffix(".new")
        save(model, scratch, state=state, muon=muon.momentum, adam=adam.state_dict())
        os.replace(scratch, checkpoint)

    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))  # finish the step, save, leave
    threads = Threads(arguments.threads)
    average, loads, shown, saved = None, None, time.time(), time.time()
    while True:
        now, core_now = time.time(), time.process_time()
        progress = (now - state["begin"]) / (end - state["begin"]) if end else state["tokens"] / arguments.tokens
        if progress >= 1 or stopped:
            break
        share = schedule(progress, state["step"], arguments.fall)
        batch = rows.batch(state["step"], arguments.batch, device)
        loss = model.loss(*batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for group in adam.param_groups for p in group["params"]], 1.0)
        for group in adam.param_groups:
            group["lr"] = arguments.rate * share * group["factor"]
        adam.step()
        muon.step(arguments.rate * share)
        model.zero_grad(set_to_none=True)
        extremes = model.balance(arguments.bias_rate * max(0.1, share))
        # numbers stay on the device until they are shown: to ask for them would wait for it
        loads = extremes if loads is None else loads.lerp(extremes, 0.1)
        average = loss.detach() if average is None else average.lerp(loss.detach(), 0.05)
        threads.after(time.time() - now)
        state["step"] += 1
        state["tokens"] += batch[0].numel()
        state["seconds"] += time.time() - now
        state["core_seconds"] += time.process_time() - core_now
        if state["step"] % 20 == 0:
            print(
                json.dumps(
                    {
                        "step": state["step"],
                        "Mtokens": round(state["tokens"] / 1e6, 2),
                        "loss": round(float(average), 4),
                        "rate": round(arguments.rate * share, 6),
                        "load": [round(float(load), 2) for load in loads],
                        "tokens_per_s": round(20 * batch[0].numel() / (time.time() - shown)),
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
    watt_hours = hours * WATTS_A_CORE + (state["seconds"] / 3600 * WATTS_A_GPU if device == "cuda" else 0)
    print(f"done: {state['tokens'] / 1e6:.1f} M tokens, loss {float(average):.4f}")
    print(f"the bill: {state['seconds'] / 60:.1f} minutes, {hours:.2f} core-hours, about {watt_hours:.0f} Wh")


if __name__ == "__main__":
    main()
