"""The forward pass in plain numpy, from a GGUF file's own names and numbers: latent attention in its absorbed form, as in
llama.cpp. Slow and simple; it shows that the export means what we think."""

import numpy as np


def rms_norm(x, gain, epsilon):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * gain


def rotate(x, base):
    """x [T, ..., rope]: neighbouring pairs turn by their position."""
    T, width = x.shape[0], x.shape[-1]
    angle = np.arange(T)[:, None] * base ** (-np.arange(0, width, 2) / width)
    angle = angle.reshape(T, *[1] * (x.ndim - 2), -1)
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack(
        [even * np.cos(angle) - odd * np.sin(angle), even * np.sin(angle) + odd * np.cos(angle)], -1
    ).reshape(x.shape)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def swiglu(x, gate, up, down):
    g = x @ gate.T
    return (g / (1 + np.exp(-g)) * (x @ up.T)) @ down.T


def attention(x, get, fact):
    heads, latent, rope = fact("attention.head_count"), fact("attention.kv_lora_rank"), fact("rope.dimension_count")
    width, T, base = fact("attention.key_length_mla"), len(x), fact("rope.freq_base")
    q = (x @ get("attn_q").T).reshape(T, heads, width)
    compressed = x @ get("attn_kv_a_mqa").T
    c = rms_norm(compressed[:, :latent], get("attn_kv_a_norm"), fact("attention.layer_norm_rms_epsilon"))  # [T, latent]
    k_rope, q_rope = rotate(compressed[:, latent:], base), rotate(q[..., width - rope :], base)
    absorbed = np.einsum("thn,hln->thl", q[..., : width - rope], get("attn_k_b"))  # queries in the latent space
    scores = (np.einsum("thl,sl->hts", absorbed, c) + np.einsum("thr,sr->hts", q_rope, k_rope)) / np.sqrt(width)
    scores = np.where(np.tri(T, dtype=bool), scores, -np.inf)
    mixed = np.einsum("hts,sl->thl", softmax(scores), c)
    return np.einsum("thl,hvl->thv", mixed, get("attn_v_b")).reshape(T, -1) @ get("attn_output").T


def experts(x, get, fact):
    score = 1 / (1 + np.exp(-(x @ get("ffn_gate_inp").T)))
    chosen = np.argsort(-(score + get("exp_probs_b")), -1)[:, : fact("expert_used_count")]
    out = swiglu(x, get("ffn_gate_shexp"), get("ffn_up_shexp"), get("ffn_down_shexp"))
    for t, row in enumerate(chosen):
        weight = score[t, row] / score[t, row].sum() * fact("expert_weights_scale")
        for e, w in zip(row, weight):
            out[t] += w * swiglu(x[t], get("ffn_gate_exps")[e], get("ffn_up_exps")[e], get("ffn_down_exps")[e])
    return out


def forward(facts, tensors, ids):
    """Logits [T, vocabulary] of a sequence of token ids."""

    def fact(name):
        return facts["deepseek2." + name]

    epsilon = fact("attention.layer_norm_rms_epsilon")
    x = tensors["token_embd.weight"][ids].astype(np.float64)
    for layer in range(fact("block_count")):

        def get(name, layer=layer):
            return tensors[f"blk.{layer}.{name}.{'bias' if name == 'exp_probs_b' else 'weight'}"]

        x = x + attention(rms_norm(x, get("attn_norm"), epsilon), get, fact)
        normed = rms_norm(x, get("ffn_norm"), epsilon)
        dense = layer < fact("leading_dense_block_count")
        x = x + (
            swiglu(normed, get("ffn_gate"), get("ffn_up"), get("ffn_down")) if dense else experts(normed, get, fact)
        )
    return rms_norm(x, tensors["output_norm.weight"], epsilon) @ tensors["output.weight"].T
