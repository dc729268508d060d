"""Checks of the training code itself, without a training set: run after a change.

    python3 check.py
"""

import json
import random
import re
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

import cuda
import fused
import gguf
import plain
from data.mix import Mix
from data.paths import HELDOUT, WRITTEN
from data.wording import normalised
from export import export, verify
from model import Config, Mixtab
from tokenizer import PLAIN, WORDS, Tokenizer
from train import merge_padding


def fused_agrees_with_plain() -> None:
    """Gradients of the C kernels in bf16 point where those of plain torch in f32 do."""
    torch.manual_seed(0)
    model = Mixtab(Config())
    ids = torch.randint(0, model.c.vocabulary, (2, 96))
    starts = torch.zeros(2, 96, dtype=torch.int16)
    starts[:, 40:] = 40
    gradients = []
    for ops, dtype in ((plain, torch.float32), (fused, torch.bfloat16)):
        model.ops, model.dtype = ops, dtype
        model.zero_grad()
        model.loss(ids, starts, ids.roll(-1, 1)).backward()
        gradients.append({name: p.grad.flatten() for name, p in model.named_parameters()})
    for name, wanted in gradients[0].items():
        likeness = float(torch.nn.functional.cosine_similarity(wanted, gradients[1][name], 0))
        assert likeness > 0.98, f"{name}: {likeness:.4f}"


def cuda_agrees_with_plain() -> None:
    """What cuda.py does with experts and losses, here on the CPU: the same numbers as plain torch."""
    torch.manual_seed(0)
    model = Mixtab(Config(), torch.float32)
    ids = torch.randint(0, model.c.vocabulary, (2, 96))
    starts = torch.zeros(2, 96, dtype=torch.int16)
    targets = ids.roll(-1, 1)
    targets[:, ::3] = -100
    by_name = dict(attention=plain.attention, spans=plain.spans)  # flash attention wants a GPU
    on_cpu = SimpleNamespace(**{**vars(cuda), **by_name})
    results = []
    for model.ops in (plain, on_cpu):
        model.zero_grad()
        loss = model.loss(ids, starts, targets)
        loss.backward()
        results.append((float(loss.detach()), {name: p.grad.clone() for name, p in model.named_parameters()}))
    (wanted, gradients), (found, others) = results
    assert abs(wanted - found) < 1e-4, (wanted, found)
    for name, gradient in gradients.items():
        off = float((others[name] - gradient).norm() / gradient.norm())
        assert off < 1e-4, f"{name}: {off:.1e}"


def spans_are_conversations() -> None:
    """Where attention may look, told by spans, is where it may look, told by starts; padding is one span a row."""
    starts = torch.tensor([[0, 0, 0, 3, 3, 5, 6, 7], [0, 0, 2, 2, 2, 2, 2, 2]], dtype=torch.int16)
    assert cuda.spans(merge_padding(starts)).tolist() == [0, 3, 5, 8, 10, 16]


def writing_by_steps_is_reading_at_once() -> None:
    """The cache, in both of its forms, gives the logits that the whole text gives."""
    torch.manual_seed(2)
    model = Mixtab(Config(), torch.float32).eval()
    ids = torch.randint(0, model.c.vocabulary, (3, 12))
    with torch.no_grad():
        whole = model.step(ids, model.new_cache(3, 12), 0)
        cache, other = model.new_cache(3, 12), model.new_cache(3, 12)
        parts = [model.step(ids[:, :5], cache, 0)] + [model.step(ids[:, at : at + 1], cache, at) for at in range(5, 12)]
        model.step(ids[:, :5], other, 0)
        fixed = [model.step_at(ids[:, at : at + 1], other, torch.tensor([at])) for at in range(5, 12)]
    for found in (torch.cat(parts, 1), torch.cat([whole[:, :5], *fixed], 1)):
        assert (found - whole).abs().max() < 1e-4


def conversations_do_not_mix() -> None:
    """What stands in another conversation of the row changes nothing."""
    model = Mixtab(Config(), torch.float32).eval()
    ids = torch.randint(0, model.c.vocabulary, (1, 64))
    starts = torch.tensor([[0] * 30 + [30] * 34], dtype=torch.int16)
    other = ids.clone()
    other[:, :30] = 7
    with torch.no_grad():
        difference = (model.hidden(ids, starts) - model.hidden(other, starts))[:, 30:].abs().max()
    assert difference < 1e-4, difference


def quantization_is_close() -> None:
    values = np.random.RandomState(0).randn(64, 256).astype(np.float32)
    for kind, most in (("F16", 1e-3), ("Q8_0", 0.02), ("Q4_0", 0.4), ("Q4_K", 0.4)):
        error = np.abs(gguf.DECODERS[kind](gguf.ENCODERS[kind](values)).reshape(values.shape) - values).max()
        assert error < most, f"{kind}: {error}"


def export_means_what_we_think() -> None:
    torch.manual_seed(1)
    model = Mixtab(Config())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.gguf"
        export(model.state_dict(), model.c, "Q8_0", path)
        difference = verify(path)
    assert difference < 1e-3, difference


def tokenizer_returns_what_it_got() -> None:
    tokenizer = Tokenizer.load()
    for text in ("What is 27 + 58?", "<think>7+8=15</think>It's 85.", "Héllo  wörld\n\n½ 你好", " lead and trail "):
        assert tokenizer.decode(tokenizer.encode(text)) == text, text


def tokenizer_needs_no_package() -> None:
    """Where rows are generated beside a GPU there may be no `regex`; Python's own expression splits our texts in the same way."""
    plain_words = re.compile(PLAIN)
    for path in (*WRITTEN.glob("*.txt"), *HELDOUT.glob("*")):
        for line in path.read_text(encoding="utf8").splitlines():
            assert plain_words.findall(line) == WORDS.findall(line), line


def held_out_stays_out() -> None:
    """No generated question is a held-out wording or contains a long one, and no pair or rare word held out is asked."""
    mix, rng = Mix(), random.Random(5)
    turns = [turn for _ in range(4000) for turn in mix.conversation(rng)]
    assert not [turn.user for turn in turns if mix.held_out.covers(turn.user)]
    asked = {normalised(turn.user) for turn in turns}
    wordings = json.load(open(HELDOUT / "wordings.json", encoding="utf8"))
    for kind in ("smalltalk", "self"):
        assert not asked & {normalised(prompt) for prompt, _ in wordings[kind]}
    assert not asked & {normalised(prompt) for prompt in wordings["unknown"]}
    assert not set(mix.relations.heldout_is_a) & {*mix.relations.right, *mix.relations.wrong}
    assert not mix.heldout_rare & {*mix.unknown.rare_words, *mix.dictionary.words}


def main() -> None:
    for check in (
        fused_agrees_with_plain,
        cuda_agrees_with_plain,
        spans_are_conversations,
        writing_by_steps_is_reading_at_once,
        conversations_do_not_mix,
        quantization_is_close,
        export_means_what_we_think,
        tokenizer_returns_what_it_got,
        tokenizer_needs_no_package,
        held_out_stays_out,
    ):
        check()
        print(f"ok  {check.__name__.replace('_', ' ')}", flush=True)


if __name__ == "__main__":
    main()
