"""The CPU's fast path: the functions of plain.py with the element-wise parts in C (fused.c) and backward passes by hand."""

import ctypes
import hashlib
import math
import os
import subprocess
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.autograd import Function

import plain

BF16 = torch.bfloat16
SOURCE = Path(__file__).resolve().parent / "fused.c"


def build() -> ctypes.CDLL:
    """Compile once for each version of the source; `-march=native`, so the library is never shared between machines."""
    cache = Path(os.environ.get("MIXTAB_HOME", Path.home() / ".cache" / "mixtab-training"))
    cache.mkdir(parents=True, exist_ok=True)
    library = cache / f"fused-{hashlib.sha1(SOURCE.read_bytes()).hexdigest()[:10]}.so"
    if not library.exists():
        subprocess.run(
            [
                "cc",
                "-O3",
                "-march=native",
                "-ffast-math",
                "-fopenmp",
                "-shared",
                "-fPIC",
                str(SOURCE),
                "-o",
                str(library),
                "-lm",
            ],
            check=True,
        )
    loaded = ctypes.CDLL(str(library))
    loaded.cross_entropy.restype = ctypes.c_double
    return loaded


LIBRARY = build()
OWN_PRODUCTS = bool(LIBRARY.own_products())  # else the BLAS is the better choice
SLACK = 12  # rows that the own products may read, but do not use, past the last one


def call(name: str, *arguments: object) -> float:
    """Tensors pass as pointers, ints as long or int by the C signature, floats as float."""
    return getattr(LIBRARY, name)(
        *[ctypes.c_void_p(a.data_ptr()) if isinstance(a, torch.Tensor) else a for a in arguments]
    )


def long(value: int) -> ctypes.c_long:
    return ctypes.c_long(value)


def rows_of(rows: int, width: int) -> torch.Tensor:
    return torch.empty(rows + SLACK, width, dtype=BF16)


class RmsNorm(Function):
    @staticmethod
    def forward(ctx, x, gain):
        x = x.contiguous()
        width = x.shape[-1]
        rows = x.numel() // width
        y, inverse = torch.empty_like(x), torch.empty(rows)
        call("rms_forward", x, gain, y, inverse, long(rows), width)
        ctx.save_for_backward(x, gain, inverse)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, gain, inverse = ctx.saved_tensors
        dx, dgain = torch.empty_like(x), torch.zeros_like(gain)
        call("rms_backward", dy.contiguous(), x, gain, inverse, dx, dgain, long(len(inverse)), x.shape[-1])
        return dx, dgain


class Attention(Function):
    @staticmethod
    def forward(ctx, q, kv, k_rope, cosine, sine, starts, sizes):
        heads, nope, rope, v = sizes
        B, T, _ = q.shape
        width, scale = nope + rope, 1 / math.sqrt(nope + rope)
        Q, K, V = (torch.empty(B * heads, T, w, dtype=BF16) for w in (width, width, v))
        call(
            "heads_forward",
            q.contiguous(),
            kv.contiguous(),
            k_rope.contiguous(),
            cosine,
            sine,
            Q,
            K,
            V,
            B,
            T,
            heads,
            nope,
            rope,
            v,
        )
        prob = torch.bmm(Q, K.transpose(1, 2))
        call("softmax_forward", prob, starts, long(B), heads, T, ctypes.c_float(scale))
        by_head, out = torch.bmm(prob, V), torch.empty(B, T, heads * v, dtype=BF16)
        call("swap_heads", by_head, out, B, T, heads, v, 0)
        ctx.save_for_backward(Q, K, V, prob, cosine, sine, starts)
        ctx.sizes = sizes
        return out

    @staticmethod
    def backward(ctx, dout):
        Q, K, V, prob, cosine, sine, starts = ctx.saved_tensors
        heads, nope, rope, v = ctx.sizes
        B, T, _ = dout.shape
        by_head = torch.empty(B * heads, T, v, dtype=BF16)
        call("swap_heads", dout.contiguous(), by_head, B, T, heads, v, 1)
        dV = torch.bmm(prob.transpose(1, 2), by_head)
        dscores = torch.bmm(by_head, V.transpose(1, 2))
        call("softmax_backward", dscores, prob, starts, long(B), heads, T, ctypes.c_float(1 / math.sqrt(nope + rope)))
        dQ, dK = torch.bmm(dscores, K), torch.bmm(dscores.transpose(1, 2), Q)
        dq, dkv, dk_rope = (torch.empty(B, T, w, dtype=BF16) for w in (heads * (nope + rope), heads * (nope + v), rope))
        call("heads_backward", dQ, dK, dV, cosine, sine, dq, dkv, dk_rope, B, T, heads, nope, rope, v)
        return dq, dkv, dk_rope, None, None, None, None


class FeedForward(Function):
    @staticmethod
    def forward(ctx, x, gate_up, down):
        gate_up, down = gate_up.to(BF16), down.to(BF16)
        hidden = torch.mm(x, gate_up.t())
        active = torch.empty(x.shape[0], down.shape[1], dtype=BF16)
        call("swiglu_forward", hidden, active, long(x.shape[0]), down.shape[1])
        ctx.save_for_backward(x, gate_up, down, hidden, active)
        return torch.mm(active, down.t())

    @staticmethod
    def backward(ctx, dy):
        x, gate_up, down, hidden, active = ctx.saved_tensors
        dy = dy.contiguous()
        dactive, dhidden = torch.mm(dy, down), torch.empty_like(hidden)
        call("swiglu_backward", dactive, hidden, dhidden, long(x.shape[0]), down.shape[1])
        return torch.mm(dhidden, gate_up), torch.mm(dhidden.t(), x).float(), torch.mm(dy.t(), active).float()


def expert_products(x, weights, out, bounds, transposed: bool) -> None:
    """out[rows of e] = x[rows of e] · weights[e], or weights[e]ᵀ; expert e has rows bounds[e] … bounds[e + 1]."""
    experts, n, k = weights.shape if transposed else weights.transpose(1, 2).shape
    if OWN_PRODUCTS:
        return call("experts_product", x, weights, out, bounds, experts, k, n, int(transposed))
    for e, (a, b) in enumerate(zip(bounds.tolist(), bounds[1:].tolist())):
        if b > a:
            torch.mm(x[a:b], weights[e].t() if transposed else weights[e], out=out[a:b])


def expert_gradients(left, right, bounds):
    """left[rows of e]ᵀ · right[rows of e] for each expert, in f32."""
    experts, m, n = len(bounds) - 1, left.shape[1], right.shape[1]
    if OWN_PRODUCTS:
        gradient = torch.empty(experts, m, n)
        call("experts_gradient", left, right, gradient, bounds, experts, m, n)
        return gradient
    gradient = torch.zeros(experts, m, n, dtype=BF16)
    for e, (a, b) in enumerate(zip(bounds.tolist(), bounds[1:].tolist())):
        if b > a:
            torch.mm(left[a:b].t(), right[a:b], out=gradient[e])
    return gradient.float()


class Experts(Function):
    @staticmethod
    def forward(ctx, x, weights, chosen, gate_up, down):
        gate_up, down, weights = gate_up.to(BF16), down.to(BF16), weights.contiguous()
        tokens, width = x.shape
        k, inner = chosen.shape[1], down.shape[2]
        flat = chosen.reshape(-1)
        order = torch.argsort(flat)
        place = torch.empty_like(order)
        place[order] = torch.arange(len(order))
        token = torch.div(order, k, rounding_mode="floor")
        bounds = F.pad(torch.bincount(flat, minlength=len(down)).cumsum(0), (1, 0))
        rows = tokens * k
        gathered, hidden, active, out = (rows_of(rows, w) for w in (width, 2 * inner, inner, width))
        call("gather", x, token, gathered, long(rows), width)
        expert_products(gathered, gate_up, hidden, bounds, transposed=True)
        call("swiglu_forward", hidden, active, long(rows), inner)
        expert_products(active, down, out, bounds, transposed=True)
        combined = torch.empty(tokens, width, dtype=BF16)
        call("combine_forward", out, place, weights, combined, long(tokens), k, width)
        ctx.save_for_backward(gathered, gate_up, down, hidden, active, out, weights, place, bounds)
        return combined

    @staticmethod
    def backward(ctx, dy):
        gathered, gate_up, down, hidden, active, out, weights, place, bounds = ctx.saved_tensors
        tokens, width = dy.shape
        k, inner = weights.shape[1], down.shape[2]
        rows = tokens * k
        dout, dactive, dhidden, dgathered = (rows_of(rows, w) for w in (width, inner, 2 * inner, width))
        dweights = torch.empty_like(weights)
        call("combine_backward", dy.contiguous(), out, place, weights, dout, dweights, long(tokens), k, width)
        expert_products(dout, down, dactive, bounds, transposed=False)
        call("swiglu_backward", dactive, hidden, dhidden, long(rows), inner)
        expert_products(dhidden, gate_up, dgathered, bounds, transposed=False)
        dx = torch.empty(tokens, width, dtype=BF16)
        call("gather_backward", dgathered, place, dx, long(tokens), k, width)
        return dx, dweights, None, expert_gradients(dhidden, gathered, bounds), expert_gradients(dout, active, bounds)


class CrossEntropy(Function):
    @staticmethod
    def forward(ctx, x, head, target):
        head = head.to(BF16)
        logits = torch.mm(x, head.t())
        loss = call("cross_entropy", logits, target, long(len(target)), head.shape[0])
        ctx.save_for_backward(x, head, logits)  # by now the logits are their own gradient
        return torch.tensor(loss)

    @staticmethod
    def backward(ctx, _):
        x, head, grad = ctx.saved_tensors
        return torch.mm(grad, head), torch.mm(grad.t(), x).float(), None


spans, loads = plain.spans, plain.loads
rms_norm = RmsNorm.apply
attention = Attention.apply
cross_entropy = CrossEntropy.apply


def feed_forward(x, gate_up, down):
    return FeedForward.apply(x.contiguous(), gate_up, down)


def experts(x, weights, chosen, gate_up, down):
    return Experts.apply(x.contiguous(), weights, chosen, gate_up, down)


def muon_update(momentum, gradient, keep: float, update) -> None:
    call("muon_forward", momentum, gradient.contiguous(), update, long(update.numel()), ctypes.c_float(keep))


def muon_step(weights, direction, keep: float, rate: float) -> None:
    call("muon_step", weights, direction, long(weights.numel()), ctypes.c_float(keep), ctypes.c_float(rate))


def orthogonalise(matrices) -> None:
    if not OWN_PRODUCTS:
        return plain.orthogonalise(matrices)
    factors = [ctypes.c_float(factor) for factor in plain.NEWTON_SCHULZ]
    call("orthogonalise", matrices, long(len(matrices)), *matrices.shape[1:], plain.NEWTON_SCHULZ_ROUNDS, *factors)
