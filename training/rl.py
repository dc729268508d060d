"""Reinforcement with verifiable rewards: GRPO (DeepSeekMath, arXiv 2402.03300) on sums and word problems.

    python3 rl.py --model mixtab --out mixtab-rl --rows rows-1 --minutes 15

For each question a group of answers is sampled; one is rewarded if it ends and its last number is right, and each is
moved by how much better it did than its group. There is no value network, no reward model and no penalty for leaving the
start. A question that was answered wrongly is asked again, and some rows of the training set go with every step, so that
nothing else is forgotten (as in InstructGPT, arXiv 2203.02155, section 3.5). The result is kept only if the held-out
score rises and nothing else falls, which this script checks at the end.
"""

import argparse
import json
import random
import re
import time
from collections import Counter

import torch

import fused
import plain
from data.arithmetic import Arithmetic
from data.mix import Mix
from data.paths import HOME
from data.fingers import as_typed
from evaluate import Case, cases, evaluate, torch_answers
from generate import complete, prompt_ids
from model import Config, Mixtab, save
from tokenizer import END, Tokenizer
from train import Rows
from weights import load_any

QUESTIONS, GROUP = 12, 16  # a step samples 12 * 16 answers
LONGEST = 110  # tokens; too short a cap punishes long multiplications and destroys them
CLIP_LOW, CLIP_HIGH = 0.2, 0.28
RATE = 5e-5
REHEARSED, REHEARSAL = 16, 0.5  # rows of the training set a step, and the weight of their loss
AGAIN, AT_MOST = 0.5, 200  # share of questions that were answered wrongly before, and how many of those are remembered
SKILLS = ("add and subtract", "two digits by one", "times table", "word problems")


def question(arithmetic: Arithmetic, rng: random.Random) -> tuple[str, str]:
    """A question from the training distribution, and the last number of its right answer."""
    turn = arithmetic.sum_turn(rng) if rng.random() < 0.7 else arithmetic.problem_turn(rng)
    return as_typed(turn.user, rng), re.findall(r"-?\d+", turn.answer)[-1]


def reward(ids: list[int], wanted: str, tokenizer: Tokenizer) -> float:
    if ids[-1] != END:
        return 0.0
    numbers = re.findall(r"-?\d+", tokenizer.decode(ids[:-1]).split("</think>")[-1])
    return float(bool(numbers) and numbers[-1] == wanted)


def chances(model: Mixtab, rows: list[list[int]]) -> torch.Tensor:
    """Log-probability of every token after the first, rows padded at the end: [rows, longest - 1]"""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [END] * (longest - len(row)) for row in rows])
    hidden = model.hidden(ids, torch.zeros(ids.shape, dtype=torch.int16))[:, :-1]
    logits = torch.nn.functional.linear(hidden, model.head.to(hidden.dtype)).float()
    return torch.log_softmax(logits, -1).gather(2, ids[:, 1:, None])[..., 0]


class Questions:
    """New ones, and those that were answered wrongly before."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.arithmetic = rng, Arithmetic()
        self.missed: list[tuple[str, str]] = []

    def next(self) -> tuple[str, str]:
        if self.missed and self.rng.random() < AGAIN:
            return self.missed.pop(self.rng.randrange(len(self.missed)))
        return question(self.arithmetic, self.rng)

    def returned(self, asked: tuple[str, str], share_right: float) -> None:
        if share_right < 1 and len(self.missed) < AT_MOST:
            self.missed.append(asked)


def step(
    model: Mixtab, optimiser: torch.optim.Optimizer, tokenizer: Tokenizer, questions: Questions, rehearsed: tuple
) -> tuple[float, int]:
    """Mean reward, and how many answers differed from their group."""
    asked = [questions.next() for _ in range(QUESTIONS)]
    prompts = [prompt_ids(text, tokenizer) for text, _ in asked for _ in range(GROUP)]
    model.eval()
    model.dtype = torch.float32  # rollouts in f32, as visitors get them
    answers, before = complete(model, prompts, LONGEST, temperature=1.0)
    model.dtype = torch.bfloat16
    rewards = torch.tensor([reward(ids, asked[i // GROUP][1], tokenizer) for i, ids in enumerate(answers)]).view(
        QUESTIONS, GROUP
    )
    for one, share_right in zip(asked, rewards.mean(1).tolist()):
        questions.returned(one, share_right)
    advantages = ((rewards - rewards.mean(1, keepdim=True)) / (rewards.std(1, keepdim=True) + 1e-4)).view(-1)
    useful = [i for i in range(len(answers)) if abs(float(advantages[i])) > 1e-6]  # a group that agrees teaches nothing
    if useful:
        now = chances(model, [prompts[i] + answers[i] for i in useful])
        old, mask = torch.zeros_like(now), torch.zeros_like(now)
        for row, i in enumerate(useful):
            start = len(prompts[i]) - 1
            old[row, start : start + len(answers[i])] = torch.tensor(before[i])
            mask[row, start : start + len(answers[i])] = 1
        ratio = torch.exp((now - old) * mask)
        advantage = advantages[useful][:, None]
        gain = torch.minimum(ratio * advantage, ratio.clamp(1 - CLIP_LOW, 1 + CLIP_HIGH) * advantage)
        (-(gain * mask).sum() / mask.sum()).backward()
    model.train()
    (REHEARSAL * model.loss(*rehearsed)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return float(rewards.mean()), len(useful)


def score(model: Mixtab, tokenizer: Tokenizer, chosen: list[Case]) -> dict[str, float]:
    model.ops, model.dtype = plain, torch.float32
    scores = evaluate(torch_answers(model.eval(), tokenizer), chosen)
    model.ops, model.dtype = fused, torch.bfloat16
    return scores


def fell(before: dict[str, float], after: dict[str, float], chosen: list[Case]) -> list[str]:
    """Skills that lost more than one case and two points; one case of fifty is chance."""
    counts = Counter(case.skill for case in chosen)
    counts["known not declined"] = len(chosen) - counts["smalltalk and self"] - counts["unknown declined"]
    return [skill for skill in before if before[skill] - after[skill] > max(2.0, 100 / counts[skill] + 0.01)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mixtab")
    parser.add_argument("--out", default="mixtab-rl")
    parser.add_argument("--rows", default="rows-1", help="training set of data/build.py that is rehearsed")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--size", type=int, default=100, help="held-out cases a skill, before and after")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(7)
    tokenizer, questions, rows = Tokenizer.load(), Questions(random.Random(7)), Rows(arguments.rows)
    path = arguments.model if arguments.model.endswith((".gguf", ".pt")) else HOME / f"{arguments.model}.pt"
    model = Mixtab(Config(), ops=fused)
    model.load_state_dict(load_any(path))
    chosen = cases(Mix(), arguments.size)
    before = score(model, tokenizer, chosen)
    trained = [p for name, p in model.named_parameters() if "router" not in name]  # the experts' loads stay as they are
    optimiser = torch.optim.AdamW(trained, lr=RATE, betas=(0.9, 0.95), weight_decay=0.0)
    begin, rewards, differing = time.time(), [], 0
    while time.time() - begin < 60 * arguments.minutes:
        reward_now, useful = step(model, optimiser, tokenizer, questions, rows.batch(len(rewards), REHEARSED, "cpu"))
        rewards.append(reward_now)
        differing += useful
        if len(rewards) % 4 == 0:
            print(
                json.dumps(
                    {
                        "step": len(rewards),
                        "minutes": round((time.time() - begin) / 60, 1),
                        "reward": round(sum(rewards[-4:]) / 4, 3),
                        "useful": round(differing / len(rewards) / QUESTIONS / GROUP, 3),
                    }
                ),
                flush=True,
            )
    after = score(model, tokenizer, chosen)
    for skill in before:
        print(f"{skill:22} {before[skill]:6.1f} % -> {after[skill]:6.1f} %")
    gained = sum(after[skill] - before[skill] for skill in SKILLS)
    lost = fell(before, after, chosen)
    accepted = gained > 0 and not lost
    print(f"{'accepted' if accepted else 'rejected'}: {gained:+.1f} points over {len(SKILLS)} skills, fell: {lost or 'none'}")
    if accepted:
        save(
            model,
            HOME / f"{arguments.out}.pt",
            state={"step": len(rewards), "tokens": 0, "seconds": time.time() - begin, "begin": begin},
        )


if __name__ == "__main__":
    main()
