"""Exports a checkpoint as GGUF, readable by llama.cpp and by Mixtab's engine.

    python3 export.py --checkpoint mixtab --type Q4_K --out ../public/models/mixtab-20m.gguf
    python3 export.py --verify ../public/models/mixtab-20m.gguf

`--verify` reads the file back, runs it with a forward pass in plain numpy (reference.py), written the way llama.cpp does
it, and compares the logits with torch's.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

import gguf
from data.paths import HOME
from model import Config, Mixtab
from reference import forward
from tokenizer import ASSISTANT, BEGIN, END, SPECIALS, USER, Tokenizer
from weights import from_gguf, to_gguf

CONTROL, USER_DEFINED, NORMAL = 3, 4, 1
# A conversation is `<|begin|><|user|>question<|assistant|>answer<|end|><|user|>…`. The working of earlier answers is left
# out, as DeepSeek-R1's template does; system messages are accepted and not shown, for the model was taught none.
CHAT_TEMPLATE = """{{- bos_token -}}
{%- for message in messages -%}
{%- if message['role'] == 'user' -%}{{- '<|user|>' + message['content'] | trim -}}
{%- elif message['role'] == 'assistant' -%}{{- '<|assistant|>' + message['content'].split('</think>')[-1] | trim + '<|end|>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"""
# As long as the rows of the last training, and what evaluate.py --conversations was met in.
CONTEXT = 512
LICENCE = "MIT"
DESCRIPTION = "A tiny mixture of experts in the design of DeepSeek-V3, trained from scratch for Mixtab. Knows common words, countries, elements, small sums and stories; nothing else."


def tensor_type(name: str, shape: tuple[int, ...], wanted: str) -> str:
    """Routers and all that is not a matrix stay F32; a row must be a multiple of the type's block, or Q8_0, or F16 serves."""
    if len(shape) == 1 or "ffn_gate_inp" in name:
        return "F32"
    return next(kind for kind in (wanted, "Q8_0", "F16") if shape[-1] % gguf.ROW_MULTIPLES[kind] == 0)


def metadata(c: Config, wanted: str, total: int, context: int) -> dict[str, object]:
    tokenizer = Tokenizer.load()
    kinds = [NORMAL] * len(tokenizer.tokens)
    kinds[: len(SPECIALS)] = [CONTROL, CONTROL, CONTROL, CONTROL, USER_DEFINED, USER_DEFINED]
    a = "deepseek2."
    return {
        "general.architecture": "deepseek2",
        "general.type": "model",
        "general.name": "Mixtab 20M",
        "general.basename": "mixtab",
        "general.size_label": "20M",
        "general.license": LICENCE,
        "general.description": DESCRIPTION,
        "general.languages": ["en"],
        "general.parameter_count": total,
        "general.file_type": gguf.FILE_TYPES[wanted],
        "general.quantization_version": 2,
        a + "block_count": c.layers,
        a + "context_length": context,
        a + "embedding_length": c.width,
        a + "feed_forward_length": c.dense_inner,
        a + "vocab_size": c.vocabulary,
        a + "attention.head_count": c.heads,
        a + "attention.head_count_kv": 1,
        a + "attention.layer_norm_rms_epsilon": 1e-6,
        a + "attention.q_lora_rank": 0,
        a + "attention.kv_lora_rank": c.latent,
        a + "attention.key_length": c.latent + c.rope,
        a + "attention.value_length": c.latent,
        a + "attention.key_length_mla": c.nope + c.rope,
        a + "attention.value_length_mla": c.value,
        a + "rope.dimension_count": c.rope,
        a + "rope.freq_base": c.rope_base,
        a + "leading_dense_block_count": c.dense_layers,
        a + "expert_count": c.experts,
        a + "expert_used_count": c.active,
        a + "expert_shared_count": c.shared_inner // c.expert_inner,
        a + "expert_feed_forward_length": c.expert_inner,
        a + "expert_weights_scale": 1.0,
        a + "expert_weights_norm": True,
        a + "expert_gating_func": 2,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.tokens": tokenizer.tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": tokenizer.merges,
        "tokenizer.ggml.bos_token_id": BEGIN,
        "tokenizer.ggml.eos_token_id": END,
        "tokenizer.ggml.eot_token_id": END,
        "tokenizer.ggml.padding_token_id": BEGIN,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.ggml.add_eos_token": False,
        "tokenizer.chat_template": CHAT_TEMPLATE,
    }


def export(state: dict[str, torch.Tensor], c: Config, wanted: str, out: Path, context: int = CONTEXT) -> int:
    tensors = {name: (tensor_type(name, x.shape, wanted), x) for name, x in to_gguf(state, c).items()}
    total = sum(x.size for name, (_, x) in tensors.items() if not name.endswith("exp_probs_b.bias"))
    return gguf.write(out, metadata(c, wanted, total, context), tensors)


def verify(path: Path) -> float:
    """The largest difference between the reference's and torch's logits for a short chat."""
    c = Config()
    facts, tensors = gguf.read(path)
    model = Mixtab(c, torch.float32)
    model.load_state_dict(from_gguf(tensors, c))
    ids = [BEGIN, USER, *Tokenizer.load().encode("What is 27 + 58?"), ASSISTANT]
    with torch.no_grad():
        ours = model.eval().step(torch.tensor([ids]), model.new_cache(1, len(ids)), 0)[0].numpy()
    return float(np.abs(ours - forward(facts, tensors, ids)).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", default="mixtab")
    parser.add_argument("--type", default="Q8_0", choices=list(gguf.TYPE_IDS))
    parser.add_argument("--out", type=Path, default=Path("../public/models/mixtab-20m.gguf"))
    parser.add_argument(
        "--context", type=int, default=CONTEXT, help="what the file says: no more than evaluate.py --conversations holds in"
    )
    parser.add_argument("--verify", type=Path)
    arguments = parser.parse_args()
    if arguments.verify:
        print(f"largest difference of a logit: {verify(arguments.verify):.2e}")
        return
    stored = torch.load(HOME / f"{arguments.checkpoint}.pt", map_location="cpu")
    size = export(stored["weights"], Config(**stored["config"]), arguments.type, arguments.out, arguments.context)
    print(
        f"{arguments.out}: {size / 1e6:.2f} MB, {arguments.type}, after {stored['state']['tokens'] / 1e6:.1f} M tokens; largest difference of a logit: {verify(arguments.out):.2e}"
    )


if __name__ == "__main__":
    main()
