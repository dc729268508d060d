"""The model's weights under llama.cpp's names (architecture `deepseek2`), and back."""

from pathlib import Path

import numpy as np
import torch

import gguf
from model import Config

Tensors = dict[str, np.ndarray]


def to_gguf(state: dict[str, torch.Tensor], c: Config) -> Tensors:
    def get(name: str) -> np.ndarray:
        return state[name].detach().cpu().float().numpy()

    tensors = {
        "token_embd.weight": get("embedding") * c.embedding_scale,
        "output_norm.weight": get("norm"),
        "output.weight": get("head"),
    }
    for layer in range(c.layers):
        ours, theirs = f"blocks.{layer}.", f"blk.{layer}."
        kv_b = get(ours + "attention.kv_b").reshape(c.heads, c.nope + c.value, c.latent)
        tensors |= {
            theirs + "attn_norm.weight": get(ours + "attention_norm"),
            theirs + "attn_q.weight": get(ours + "attention.q"),
            theirs + "attn_kv_a_mqa.weight": get(ours + "attention.kv_a"),
            theirs + "attn_kv_a_norm.weight": get(ours + "attention.kv_norm"),
            theirs
            + "attn_k_b.weight": np.ascontiguousarray(kv_b[:, : c.nope].transpose(0, 2, 1)),  # [heads, latent, nope]
            theirs + "attn_v_b.weight": np.ascontiguousarray(kv_b[:, c.nope :]),  # [heads, value, latent]
            theirs + "attn_output.weight": get(ours + "attention.out"),
            theirs + "ffn_norm.weight": get(ours + "ffn_norm"),
        }
        ours += "ffn."
        if layer < c.dense_layers:
            gate, up = np.split(get(ours + "gate_up"), 2)
            tensors |= {
                theirs + "ffn_gate.weight": gate,
                theirs + "ffn_up.weight": up,
                theirs + "ffn_down.weight": get(ours + "down"),
            }
            continue
        gate, up = np.split(get(ours + "gate_up"), 2, axis=1)
        shared_gate, shared_up = np.split(get(ours + "shared.gate_up"), 2)
        tensors |= {
            theirs + "ffn_gate_inp.weight": get(ours + "router"),
            theirs + "exp_probs_b.bias": get(ours + "bias"),
            theirs + "ffn_gate_exps.weight": np.ascontiguousarray(gate),
            theirs + "ffn_up_exps.weight": np.ascontiguousarray(up),
            theirs + "ffn_down_exps.weight": get(ours + "down"),
            theirs + "ffn_gate_shexp.weight": shared_gate,
            theirs + "ffn_up_shexp.weight": shared_up,
            theirs + "ffn_down_shexp.weight": get(ours + "shared.down"),
        }
    return tensors


def from_gguf(tensors: Tensors, c: Config) -> dict[str, torch.Tensor]:
    state = {
        "embedding": tensors["token_embd.weight"] / c.embedding_scale,
        "norm": tensors["output_norm.weight"],
        "head": tensors["output.weight"],
    }
    for layer in range(c.layers):
        ours, t = f"blocks.{layer}.", {
            name.removeprefix(f"blk.{layer}."): x for name, x in tensors.items() if name.startswith(f"blk.{layer}.")
        }
        kv_b = np.concatenate([t["attn_k_b.weight"].transpose(0, 2, 1), t["attn_v_b.weight"]], 1)
        state |= {
            ours + "attention_norm": t["attn_norm.weight"],
            ours + "attention.q": t["attn_q.weight"],
            ours + "attention.kv_a": t["attn_kv_a_mqa.weight"],
            ours + "attention.kv_norm": t["attn_kv_a_norm.weight"],
            ours + "attention.kv_b": kv_b.reshape(-1, c.latent),
            ours + "attention.out": t["attn_output.weight"],
            ours + "ffn_norm": t["ffn_norm.weight"],
        }
        ours += "ffn."
        if layer < c.dense_layers:
            state |= {
                ours + "gate_up": np.concatenate([t["ffn_gate.weight"], t["ffn_up.weight"]]),
                ours + "down": t["ffn_down.weight"],
            }
            continue
        state |= {
            ours + "router": t["ffn_gate_inp.weight"],
            ours + "bias": t["exp_probs_b.bias"],
            ours + "gate_up": np.concatenate([t["ffn_gate_exps.weight"], t["ffn_up_exps.weight"]], 1),
            ours + "down": t["ffn_down_exps.weight"],
            ours + "shared.gate_up": np.concatenate([t["ffn_gate_shexp.weight"], t["ffn_up_shexp.weight"]]),
            ours + "shared.down": t["ffn_down_shexp.weight"],
        }
    return {name: torch.from_numpy(np.ascontiguousarray(x)) for name, x in state.items()}


def load_any(path: str | Path) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint (.pt) or of an exported file (.gguf)."""
    if str(path).endswith(".gguf"):
        return from_gguf(gguf.read(Path(path))[1], Config())
    return torch.load(path, map_location="cpu")["weights"]
