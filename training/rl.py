"""Reasoning by reinforcement alone: GRPO (DeepSeekMath, arXiv 2402.03300) on a skill that was never shown, as R1-Zero was trained.

    python3 rl.py --model mixtab --out mixtab-rl --rows rows-1 --minutes 15
    python3 rl.py --model mixtab --out control --rows rows-1 --minutes 5 --control     # rewards by chance: nothing is learned

The skill is one that the model was never shown and mostly fails at: a product and a sum (data/mixed_sums.py), which it gets right now and
then, or two-step stories (data/two_step.py), which it does not. For each question a group of answers is
sampled; one is rewarded if it ends and its last number is right, whatever was thought before, and each is moved by how
much better it did than its group. No worked example, no value network, no reward model. Some rows of the training set go
with every step, so that nothing else is forgotten (as in InstructGPT, arXiv 2203.02155, section 3.5).
"""

import argparse
import importlib
import json
import random
import time
from pathlib import Path
from types import ModuleType

import torch

import cuda
from data import two_step
from data.paths import HOME
from generate import complete, prompt_ids
from model import Config, Mixtab, save
from tokenizer import END, Tokenizer
from train import rows_from
from weights import load_any

LONGEST = 60  # tokens of an answer
CLIP_LOW, CLIP_HIGH = 0.2, 0.28
WARM_UP = 5  # steps
REHEARSAL = 0.5  # the weight of the loss on rows of the training set
AT_ONCE = 512  # answers whose gradients are computed together
HELD_OUT = 400  # stories in wordings and with numbers that are never trained
TEMPERATURES = (1.0, 1.3, 1.6, 1.9)
LOOK_EVERY = 10  # steps between looks at the held-out accuracy

Question = tuple[str, str]


def reward(ids: list[int], wanted: str, tokenizer: Tokenizer) -> float:
    return two_step.reward(tokenizer.decode(ids[:-1]), wanted) if ids[-1] == END else 0.0


def chances(model: Mixtab, rows: list[list[int]], begins: list[int], temperature: float) -> torch.Tensor:
    """Log-probabilities of the tokens from `begins` on, of all rows one after the other."""
    longest = max(map(len, rows))
    device = model.head.device
    ids = torch.tensor([row + [END] * (longest - len(row)) for row in rows])
    places = [r * longest + at - 1 for r, row in enumerate(rows) for at in range(begins[r], len(row))]
    chosen = torch.tensor([token for row, begin in zip(rows, begins) for token in row[begin:]], device=device)
    starts = model.ops.spans(torch.zeros(ids.shape, dtype=torch.int16)).to(device)
    hidden = model.hidden(ids.to(device), starts).flatten(0, 1).index_select(0, torch.tensor(places, device=device))
    logits = torch.nn.functional.linear(hidden, model.head.to(hidden.dtype)).float() / temperature
    return torch.log_softmax(logits, -1).gather(1, chosen[:, None])[:, 0]


def sample(model: Mixtab, prompts: list[list[int]], temperature: float):
    """Answers, their log-probabilities and lengths. On a CPU in f32, for the C kernels have no cache."""
    model.eval()
    trained, model.dtype = model.dtype, torch.bfloat16 if model.head.is_cuda else torch.float32
    answers, before = complete(model, prompts, LONGEST, temperature)
    model.dtype = trained
    return answers, before


def accuracy(model: Mixtab, tokenizer: Tokenizer, questions: list[Question]) -> tuple[float, list[str]]:
    answers, _ = sample(model, [prompt_ids(text, tokenizer) for text, _ in questions], 0.0)
    right = [reward(ids, wanted, tokenizer) for ids, (_, wanted) in zip(answers, questions)]
    return 100 * sum(right) / len(right), [tokenizer.decode(ids) for ids in answers]


def liveliest(
    model: Mixtab, tokenizer: Tokenizer, skill: ModuleType, rng: random.Random, count: int, group: int
) -> float:
    """The temperature at which most groups are of two minds. A sure model needs more than 1 to try what it does not do yet."""
    asked = [skill.question(rng) for _ in range(count)]
    prompts = [prompt_ids(text, tokenizer) for text, _ in asked for _ in range(group)]
    shares = {}
    for temperature in TEMPERATURES:
        answers, _ = sample(model, prompts, temperature)
        rewards = torch.tensor([reward(ids, asked[i // group][1], tokenizer) for i, ids in enumerate(answers)])
        mixed = rewards.view(-1, group).mean(1)
        shares[temperature] = float(((mixed > 0) & (mixed < 1)).float().mean())
        print(f"temperature {temperature}: {100 * rewards.mean():.2f} % right, {100 * shares[temperature]:.0f} % of groups", flush=True)
    return max(TEMPERATURES, key=shares.__getitem__)


def step(
    model: Mixtab,
    optimiser: torch.optim.Optimizer,
    tokenizer: Tokenizer,
    asked: list[Question],
    rehearsed: tuple,
    arguments: argparse.Namespace,
    chance: random.Random,
) -> dict[str, float]:
    """One step; returns mean reward and length, and the share of answers that differed from their group."""
    group, temperature = arguments.group, arguments.temperature
    prompts = [prompt_ids(text, tokenizer) for text, _ in asked for _ in range(group)]
    answers, before = sample(model, prompts, temperature)
    rewards = torch.tensor([reward(ids, asked[i // group][1], tokenizer) for i, ids in enumerate(answers)])
    mean = float(rewards.mean())
    if arguments.control:  # as many are rewarded, but whichever
        rewards = torch.tensor([float(chance.random() < mean) for _ in answers])
    by_group = rewards.view(-1, group)
    advantages = ((by_group - by_group.mean(1, keepdim=True)) / (by_group.std(1, keepdim=True) + 1e-4)).view(-1).tolist()
    useful = [i for i, advantage in enumerate(advantages) if abs(advantage) > 1e-6]  # a group that agrees teaches nothing
    useful.sort(key=lambda i: len(prompts[i]) + len(answers[i]))
    total = sum(len(answers[i]) for i in useful)
    device = model.head.device
    for first in range(0, len(useful), AT_ONCE):
        some = useful[first : first + AT_ONCE]
        with cuda.uncompiled():
            now = chances(model, [prompts[i] + answers[i] for i in some], [len(prompts[i]) for i in some], temperature)
            old = torch.tensor([x for i in some for x in before[i]], device=device)
            advantage = torch.tensor([advantages[i] for i in some for _ in answers[i]], device=device)
            ratio = torch.exp(now - old)
            gain = torch.minimum(ratio * advantage, ratio.clamp(1 - CLIP_LOW, 1 + CLIP_HIGH) * advantage)
            (-gain.sum() / total).backward()
    model.train()
    (REHEARSAL * model.loss(*rehearsed)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    for layer in model.expert_layers():
        layer.load.zero_()
    return {
        "reward": mean,
        "length": sum(map(len, answers)) / len(answers),
        "useful": len(useful) / len(answers),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mixtab")
    parser.add_argument("--out", default="mixtab-rl")
    parser.add_argument("--rows", default="rows-1", help="training set of data/build.py that is rehearsed")
    parser.add_argument("--rehearsed", type=int, default=16, help="rows of it a step")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--questions", type=int, default=12, help="a step")
    parser.add_argument("--group", type=int, default=16, help="answers to each")
    parser.add_argument("--temperature", type=float, default=0, help="0: the one at which most groups differ in themselves")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--control", action="store_true", help="the same, with rewards by chance")
    parser.add_argument("--curves", type=Path, help="where to write the curves, as JSON")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--skill", default="mixed_sums", choices=["mixed_sums", "two_step"], help="a module of data/")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="questions of each look")
    arguments = parser.parse_args()
    skill = importlib.import_module(f"data.{arguments.skill}")
    torch.manual_seed(arguments.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    rng, chance, tokenizer = random.Random(arguments.seed), random.Random(arguments.seed + 1), Tokenizer.load()
    rows = rows_from(arguments.rows)
    path = arguments.model if arguments.model.endswith((".gguf", ".pt")) else HOME / f"{arguments.model}.pt"
    model = Mixtab(Config(), ops=cuda if device == "cuda" else importlib.import_module("fused"))
    model.load_state_dict(load_any(path))
    model.to(device)
    held_out = skill.held_out(arguments.held_out)
    trained = [p for name, p in model.named_parameters() if "router" not in name]  # the experts' loads stay as they are
    optimiser = torch.optim.AdamW(trained, lr=arguments.rate, betas=(0.9, 0.95), weight_decay=0.0)
    arguments.temperature = arguments.temperature or liveliest(
        model, tokenizer, skill, random.Random(arguments.seed), arguments.questions, arguments.group
    )
    begin, curves, samples = time.time(), [], {}

    def store(weights_too: bool) -> None:
        if arguments.curves:
            facts = {"control": arguments.control, "seconds": round(time.time() - begin, 1), "device": device}
            facts |= {name: getattr(arguments, name) for name in ("skill", "questions", "group", "temperature", "rate")}
            arguments.curves.write_text(json.dumps({**facts, "curves": curves, "samples": samples}))
        if weights_too:
            state = {"step": len(curves), "tokens": 0, "seconds": time.time() - begin, "begin": begin}
            save(model, HOME / f"{arguments.out}.pt", state=state)

    def look() -> float:
        found, texts = accuracy(model, tokenizer, held_out)
        samples[len(curves)] = [[text, wanted, said] for (text, wanted), said in zip(held_out[:6], texts)]
        return round(found, 1)

    while (passed := time.time() - begin) < 60 * arguments.minutes:
        looked = {"held_out": look()} if len(curves) % LOOK_EVERY == 0 else {}
        for group in optimiser.param_groups:
            group["lr"] = arguments.rate * min(1.0, (len(curves) + 1) / WARM_UP, 2 * (1.02 - passed / 60 / arguments.minutes))
        asked = [skill.question(rng) for _ in range(arguments.questions)]
        rehearsed = rows.batch(len(curves), arguments.rehearsed, device)
        facts = step(model, optimiser, tokenizer, asked, rehearsed, arguments, chance)
        curves.append({"seconds": round(passed, 2), **{key: round(value, 4) for key, value in facts.items()}, **looked})
        if looked:
            print(json.dumps({"step": len(curves), **curves[-1]}), flush=True)
            store(weights_too=False)
    final = look()
    curves.append({"seconds": round(time.time() - begin, 2), "held_out": final})
    store(weights_too=True)
    first = curves[0]["held_out"]
    print(f"held-out accuracy {first:.1f} % -> {final:.1f} % in {len(curves) - 1} steps, {time.time() - begin:.0f} s")
    for text, wanted, said in samples[len(curves) - 1 if len(curves) - 1 in samples else max(samples)]:
        print(f"  {text}\n    {said}   [{wanted}]")


if __name__ == "__main__":
    main()
