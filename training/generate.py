"""Writes answers for many prompts at once: for evaluation and for reinforcement."""

import math
import os

import torch

from cuda import uncompiled
from model import Mixtab
from tokenizer import ASSISTANT, BEGIN, END, USER, Tokenizer


def prompt_ids(turns: str | list[str], tokenizer: Tokenizer) -> list[int]:
    """One question, or a conversation (user and assistant in turn), in the form of the chat template."""
    ids = [BEGIN]
    for place, text in enumerate([turns] if isinstance(turns, str) else turns):
        if place % 2 == 0:
            ids += [USER, *tokenizer.encode(text.strip()), ASSISTANT]
        else:
            ids += [*tokenizer.encode(text.split("</think>")[-1].strip()), END]
    return ids


SPREAD = 24  # tokens between the shortest and the longest prompt of a batch: on a CPU the steps in between cost more than another batch
LEAST = 0.05  # min-p of the page's default
RECORD = "MIXTAB_EAGER" not in os.environ
LOOK_EVERY = 8  # steps between looks at whether all have ended: a look waits for a GPU


class Recorded:
    """One new token for every row, as a CUDA graph: its thousand small kernels start at once instead of one by one."""

    def __init__(self, model: Mixtab, cache: list[dict[str, torch.Tensor]], fed: torch.Tensor, at: int) -> None:
        self.fed, self.place = fed.clone(), torch.tensor([at], device=fed.device)
        run = lambda: model.step_at(self.fed, cache, self.place)[:, -1]
        aside = torch.cuda.Stream()  # libraries set themselves up in the first runs, which may not be recorded
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(2):
                run()
        torch.cuda.current_stream().wait_stream(aside)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.logits = run()

    def __call__(self, fed: torch.Tensor, at: int) -> torch.Tensor:
        self.fed.copy_(fed)
        self.place.fill_(at)
        self.graph.replay()
        return self.logits


def record(model: Mixtab, cache: list[dict[str, torch.Tensor]], fed: torch.Tensor, at: int) -> Recorded | None:
    """None where it cannot be: then all goes on kernel by kernel."""
    global RECORD
    try:
        return Recorded(model, cache, fed, at)
    except RuntimeError as error:
        print(f"no CUDA graph: {error}", flush=True)
        RECORD = False
        return None


@torch.no_grad()
def complete(
    model: Mixtab, prompts: list[list[int]], longest: int = 120, temperature: float = 0.0, least: float = 0.0
) -> tuple[list[list[int]], list[list[float]]]:
    """Answers (ids, without <|end|> when cut off) and the log-probability of each token. `least`: min-p of the sampling.

    Prompts of different lengths run side by side: each row is fed its own prompt until that is used up, then what it wrote.
    """
    device = model.head.device
    lengths = [len(prompt) for prompt in prompts]
    shortest, last = min(lengths), max(lengths) + longest
    cache = model.new_cache(len(prompts), last)
    begins = torch.tensor(lengths, device=device)
    ids = torch.full((len(prompts), last), END)
    for row, prompt in enumerate(prompts):
        ids[row, : len(prompt)] = torch.tensor(prompt)
    ids = ids.to(device)
    chances = torch.zeros(ids.shape, device=device)
    ended = torch.zeros(len(prompts), dtype=torch.bool, device=device)
    fed, at, recorded = ids[:, :shortest], 0, None
    with uncompiled():
        while at + fed.shape[1] < last:
            if recorded is None and RECORD and fed.is_cuda and fed.shape[1] == 1:
                recorded = record(model, cache, fed, at)
            logits = recorded(fed, at) if recorded else model.step(fed, cache, at)[:, -1]
            at += fed.shape[1]
            scores = torch.log_softmax(logits / (temperature or 1.0), -1)
            if least:
                likely_enough = scores >= scores.max(-1, keepdim=True).values + math.log(least)
                scores = torch.log_softmax(scores.masked_fill(~likely_enough, -math.inf), -1)
            picked = scores.argmax(-1) if temperature == 0 else torch.multinomial(scores.exp(), 1)[:, 0]
            writing = (at >= begins) & (at < begins + longest) & ~ended
            ids[:, at] = torch.where(writing, picked, ids[:, at])
            chances[:, at] = scores.gather(1, picked[:, None])[:, 0]
            ended |= writing & (picked == END)
            fed = ids[:, at : at + 1]
            if at % LOOK_EVERY == 0 and bool(ended.all()):
                break
    answers, likely = [], []
    for row, length, of_row in zip(ids.tolist(), lengths, chances.tolist()):
        written = row[length : length + longest]
        written = written[: written.index(END) + 1] if END in written else written
        answers.append(written)
        likely.append(of_row[length : length + len(written)])
    return answers, likely


def answer(
    model: Mixtab, tokenizer: Tokenizer, turns: list, longest: int = 120, batch: int = 0, temperature: float = 0.0
) -> list[str]:
    """Texts, prompts of like length together; above temperature 0 with the page's least probability of 0.05."""
    batch = batch or (2048 if model.head.is_cuda else 64)
    spread = 10_000 if model.head.is_cuda else SPREAD
    prompts = [prompt_ids(turn, tokenizer) for turn in turns]
    order = sorted(range(len(turns)), key=lambda i: len(prompts[i]))
    texts = [""] * len(turns)
    while order:
        shortest = len(prompts[order[0]])
        chosen = [i for i in order[:batch] if len(prompts[i]) <= shortest + spread]
        order = order[len(chosen) :]
        written, _ = complete(model, [prompts[i] for i in chosen], longest, temperature, LEAST if temperature else 0.0)
        for i, ids in zip(chosen, written):
            texts[i] = tokenizer.decode([t for t in ids if t != END]).strip()
    return texts
