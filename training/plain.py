"""The model's operations in plain torch: for CUDA, for inference, and as the reference of fused.py."""

import math

import torch
import torch.nn.functional as F


def rms_norm(x, gain):
    wide = x.float()
    return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6) * gain).to(x.dtype)


def rotate(x, cosine, sine):
    """Neighbouring pairs turn together. x [..., T, rope]; cosine, sine [T, rope/2]"""
    even, odd = x.float()[..., 0::2], x.float()[..., 1::2]
    turned = torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], -1)
    return turned.flatten(-2).to(x.dtype)


def attend(Q, K, V, allowed):
    """Q [B,h,T,w], K [B,h,S,w], V [B,h,S,v], allowed [..., T, S] or None → [B,T,h*v]"""
    scores = torch.matmul(Q, K.transpose(-1, -2)).float() / math.sqrt(Q.shape[-1])
    if allowed is not None:
        scores = scores.masked_fill(~allowed, float("-inf"))
    mixed = torch.matmul(torch.softmax(scores, -1).to(V.dtype), V)
    return mixed.transpose(1, 2).flatten(2)


def split_heads(q, kv, k_rope, cosine, sine, sizes):
    """Projected tokens [B,T,…] → queries, keys and values by head, rotated."""
    heads, nope, rope, v = sizes
    B, T, _ = q.shape
    q = q.view(B, T, heads, nope + rope).transpose(1, 2)
    kv = kv.view(B, T, heads, nope + v).transpose(1, 2)
    turned = rotate(k_rope, cosine, sine).unsqueeze(1).expand(B, heads, T, rope)
    Q = torch.cat([q[..., :nope], rotate(q[..., nope:], cosine, sine)], -1)
    return Q, torch.cat([kv[..., :nope], turned], -1), kv[..., nope:]


def spans(starts):
    """What `attention` wants to know of where conversations begin: here just that. starts [B,T]"""
    return starts


def attention(q, kv, k_rope, cosine, sine, starts, sizes):
    T = q.shape[1]
    place = torch.arange(T, device=q.device)
    allowed = (place[None, None, :] <= place[None, :, None]) & (place[None, None, :] >= starts.long()[:, :, None])
    return attend(*split_heads(q, kv, k_rope, cosine, sine, sizes), allowed[:, None])


def feed_forward(x, gate_up, down):
    gate, up = F.linear(x, gate_up.to(x.dtype)).chunk(2, -1)
    return F.linear(F.silu(gate) * up, down.to(x.dtype))


def loads(chosen, experts: int):
    """How many tokens chose each expert."""
    return torch.bincount(chosen.reshape(-1), minlength=experts).float()


def experts(x, weights, chosen, gate_up, down):
    """Each expert runs once, on the rows that chose it."""
    order = torch.argsort(chosen.reshape(-1))
    token = torch.div(order, chosen.shape[1], rounding_mode="floor")
    counts = torch.bincount(chosen.reshape(-1), minlength=len(down)).tolist()
    gathered = x[token].split(counts)
    outputs = [feed_forward(rows, gate_up[e], down[e]) for e, rows in enumerate(gathered) if len(rows)]
    weighted = torch.cat(outputs) * weights.reshape(-1)[order, None].to(x.dtype)
    return torch.zeros_like(x).index_add(0, token, weighted)


def cross_entropy(x, head, target):
    return F.cross_entropy(F.linear(x, head.to(x.dtype)).float(), target)


def muon_update(momentum, gradient, keep: float, update) -> None:
    """What to orthogonalise: Nesterov's momentum, in bf16."""
    momentum.mul_(keep).add_(gradient)
    update.copy_(gradient.add(momentum, alpha=keep))


def muon_step(weights, direction, keep: float, rate: float) -> None:
    weights.mul_(keep).add_(direction.float(), alpha=-rate)


NEWTON_SCHULZ, NEWTON_SCHULZ_ROUNDS = (3.4445, -4.775, 2.0315), 5


def orthogonalise(matrices) -> None:
    """Brings all singular values near 1, by Newton-Schulz (Jordan et al., 2024). matrices [n, rows, columns], bf16"""
    x = matrices / (matrices.float().flatten(1).norm(dim=1)[:, None, None] + 1e-7).to(matrices.dtype)
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2).contiguous()
    first, third, fifth = NEWTON_SCHULZ
    for _ in range(NEWTON_SCHULZ_ROUNDS):
        square = torch.bmm(x, x.transpose(1, 2))
        polynomial = torch.baddbmm(square, square, square, beta=third, alpha=fifth)
        x = torch.baddbmm(x, polynomial, x, beta=first)
    matrices.copy_(x.transpose(1, 2) if tall else x)
