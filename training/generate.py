"""Writes answers for many prompts at once: for evaluation and for reinforcement."""

import math

import torch

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


@torch.no_grad()
def complete(
    model: Mixtab, prompts: list[list[int]], longest: int = 120, temperature: float = 0.0, least: float = 0.0
) -> tuple[list[list[int]], list[list[float]]]:
    """Answers (ids, without <|end|> when cut off) and the log-probability of each token. `least`: min-p of the sampling.

    Prompts of different lengths run side by side: each row is fed its own prompt until that is used up, then what it wrote.
    """
    lengths = torch.tensor([len(prompt) for prompt in prompts])
    shortest, last = int(lengths.min()), int(lengths.max()) + longest
    cache = model.new_cache(len(prompts), last)
    answers: list[list[int]] = [[] for _ in prompts]
    chances: list[list[float]] = [[] for _ in prompts]
    open_rows = set(range(len(prompts)))
    fed = torch.tensor([prompt[:shortest] for prompt in prompts])
    at = 0
    while open_rows and at + fed.shape[1] < last:
        logits = model.step(fed, cache, at)[:, -1]
        at += fed.shape[1]
        scores = torch.log_softmax(logits / (temperature or 1.0), -1)
        if least:
            scores = torch.log_softmax(scores.masked_fill(scores < scores.max(-1, keepdim=True).values + math.log(least), -math.inf), -1)
        picked = scores.argmax(-1) if temperature == 0 else torch.multinomial(scores.exp(), 1)[:, 0]
        following = picked.tolist()
        chance = scores.gather(1, picked[:, None])[:, 0].tolist()
        for row, prompt in enumerate(prompts):
            if at < len(prompt):
                following[row] = prompt[at]
            elif row in open_rows:
                answers[row].append(following[row])
                chances[row].append(chance[row])
                if following[row] == END or len(answers[row]) >= longest:
                    open_rows.discard(row)
        fed = torch.tensor(following)[:, None]
    return answers, chances


def answer(
    model: Mixtab, tokenizer: Tokenizer, turns: list, longest: int = 120, batch: int = 64, temperature: float = 0.0
) -> list[str]:
    """Texts, prompts of like length together; above temperature 0 with the page's least probability of 0.05."""
    order = sorted(range(len(turns)), key=lambda i: len(prompt_ids(turns[i], tokenizer)))
    texts = [""] * len(turns)
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        written, _ = complete(model, [prompt_ids(turns[i], tokenizer) for i in chosen], longest, temperature, 0.05 if temperature else 0.0)
        for i, ids in zip(chosen, written):
            texts[i] = tokenizer.decode([t for t in ids if t != END]).strip()
    return texts
