"""The model's operations on CUDA: products grouped by expert, attention over whole conversations, nothing that waits for the GPU.

Products in bf16; what is done element by element is compiled, one kernel for each function below.
"""

import os
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch.autograd import Function

import plain

BF16 = torch.bfloat16
GROUP = 16  # an expert's rows are filled up to a multiple of this, as the grouped products want it
CHUNK = 8192  # tokens whose logits exist at the same time


usable = torch.cuda.is_available() and hasattr(torch, "compile") and "MIXTAB_EAGER" not in os.environ
compiling = usable  # compiled functions are for the shapes of training; others would be compiled anew, each for itself


def compiled(function):
    fast = torch.compile(function, dynamic=False) if usable else function
    return lambda *arguments: (fast if compiling else function)(*arguments)


@contextmanager
def uncompiled():
    """For shapes that come once, as when answers are written."""
    global compiling
    before, compiling = compiling, False
    try:
        yield
    finally:
        compiling = before


rms_norm = compiled(plain.rms_norm)
split_heads = compiled(plain.split_heads)
orthogonalise, muon_update, muon_step = plain.orthogonalise, plain.muon_update, plain.muon_step


def spans(starts):
    """Where conversations begin in the rows laid end to end, and the end: what variable-length attention asks for.

    starts [B,T] as in the rows → [conversations + 1], int32. On CUDA this waits; Rows does it before, on the CPU.
    """
    if starts.ndim == 1:
        return starts
    B, T = starts.shape
    begins = (starts == torch.arange(T, device=starts.device)).reshape(-1).nonzero()[:, 0]
    return torch.cat([begins, begins.new_tensor([B * T])]).int()


class FlashAttention(Function):
    @staticmethod
    def forward(ctx, Q, K, V, bounds, longest):
        """Q, K, V [tokens, heads, width]; each conversation from bounds[i] to bounds[i + 1] for itself"""
        forward = torch.ops.aten._flash_attention_forward
        out, sums, seed, unused, _ = forward(Q, K, V, bounds, bounds, longest, longest, 0.0, True, False)
        ctx.save_for_backward(Q, K, V, out, sums, bounds, seed, unused)
        ctx.longest = longest
        return out

    @staticmethod
    def backward(ctx, gradient):
        Q, K, V, out, sums, bounds, seed, unused = ctx.saved_tensors
        backward, n = torch.ops.aten._flash_attention_backward, ctx.longest
        dQ, dK, dV = backward(
            gradient.contiguous(), Q, K, V, out, sums, bounds, bounds, n, n, 0.0, True, seed, unused
        )
        return dQ, dK, dV, None, None


def attention(q, kv, k_rope, cosine, sine, bounds, sizes):
    B, T, _ = q.shape
    by_head = split_heads(q, kv, k_rope, cosine, sine, sizes)  # [B, heads, T, width]
    Q, K, V = (x.transpose(1, 2).flatten(0, 1).contiguous() for x in by_head)
    return FlashAttention.apply(Q, K, V, bounds, T).view(B, T, -1)


@compiled
def swiglu(hidden):
    gate, up = hidden.float().chunk(2, -1)
    return (F.silu(gate) * up).to(hidden.dtype)


@compiled
def swiglu_backward(gradient, hidden):
    gate, up = hidden.float().chunk(2, -1)
    wide, open_share = gradient.float(), torch.sigmoid(gate)
    d_gate = wide * up * open_share * (1 + gate * (1 - open_share))
    return torch.cat([d_gate, wide * gate * open_share], -1).to(hidden.dtype)


class FeedForward(Function):
    @staticmethod
    def forward(ctx, x, gate_up, down):
        gate_up, down = gate_up.to(x.dtype), down.to(x.dtype)
        hidden = x @ gate_up.t()
        active = swiglu(hidden)
        ctx.save_for_backward(x, gate_up, down, hidden, active)
        return active @ down.t()

    @staticmethod
    def backward(ctx, dy):
        x, gate_up, down, hidden, active = ctx.saved_tensors
        dhidden = swiglu_backward(dy @ down, hidden)
        return dhidden @ gate_up, (dhidden.t() @ x).float(), (dy.t() @ active).float()


def feed_forward(x, gate_up, down):
    return FeedForward.apply(x.contiguous(), gate_up, down)


def grouped(left, right, ends):
    """left[rows of e] · right[e]; or with two flat ones, left[:, rows of e] · right[rows of e]; rows end at ends[e]."""
    if left.is_cuda:
        return torch._grouped_mm(left, right, offs=ends)
    bounds = [0, *ends.tolist()]
    pairs = list(zip(bounds, bounds[1:]))
    if right.ndim == 2:
        return torch.stack([left[:, a:b] @ right[a:b] for a, b in pairs])
    filled = torch.cat([left[a:b] @ right[e] for e, (a, b) in enumerate(pairs)])
    return torch.cat([filled, filled.new_zeros(len(left) - len(filled), filled.shape[1])])


@compiled
def loads(chosen, experts: int):
    """How many tokens chose each expert."""
    return (chosen.reshape(-1, 1) == torch.arange(experts, device=chosen.device)).sum(0).float()


@compiled
def combine(out, place, weights):
    tokens, k = weights.shape
    return (out[place].view(tokens, k, -1).float() * weights[..., None]).sum(1).to(out.dtype)


@compiled
def combine_backward(dy, source, row_weights):
    return (dy[source].float() * row_weights[:, None]).to(dy.dtype)


@compiled
def weights_backward(dy, out, place):
    tokens = len(dy)
    return (out[place].view(tokens, -1, dy.shape[-1]).float() * dy.float()[:, None]).sum(-1)


@compiled
def gather_backward(drows, place, tokens: int):
    return drows[place].view(tokens, -1, drows.shape[-1]).float().sum(1).to(drows.dtype)


class Experts(Function):
    """Tokens sorted by expert, each expert's share filled up to a multiple of GROUP; no token is dropped."""

    @staticmethod
    def forward(ctx, x, weights, chosen, gate_up, down):
        gate_up, down = gate_up.to(x.dtype), down.to(x.dtype)
        tokens, k = chosen.shape
        experts = len(down)
        keys, order = torch.sort(chosen.reshape(-1).to(torch.uint8))
        keys = keys.long()
        last = torch.searchsorted(keys, torch.arange(experts, device=x.device), right=True)
        counts = torch.diff(last, prepend=last.new_zeros(1))
        filled = (counts + GROUP - 1) // GROUP * GROUP
        ends = filled.cumsum(0)
        row = torch.arange(tokens * k, device=x.device) + (ends - filled - last + counts)[keys]
        rows = tokens * k + (experts + 1) * GROUP
        place = torch.empty_like(order).scatter_(0, order, row)  # of each token's k choices among the rows
        source = torch.zeros(rows, dtype=torch.long, device=x.device).scatter_(0, row, order // k)
        row_weights = torch.zeros(rows, device=x.device).scatter_(0, row, weights.reshape(-1)[order])
        ends = ends.int()
        gathered = x[source]
        hidden = grouped(gathered, gate_up.transpose(1, 2), ends)
        active = swiglu(hidden)
        out = grouped(active, down.transpose(1, 2), ends)
        ctx.save_for_backward(gathered, gate_up, down, hidden, active, out, place, source, row_weights, ends)
        return combine(out, place, weights)

    @staticmethod
    def backward(ctx, dy):
        gathered, gate_up, down, hidden, active, out, place, source, row_weights, ends = ctx.saved_tensors
        dy = dy.contiguous()
        dweights = weights_backward(dy, out, place)
        dout = combine_backward(dy, source, row_weights)
        dhidden = swiglu_backward(grouped(dout, down, ends), hidden)
        dx = gather_backward(grouped(dhidden, gate_up, ends), place, len(dy))
        return dx, dweights, None, grouped(dhidden.t(), gathered, ends).float(), grouped(dout.t(), active, ends).float()


def experts(x, weights, chosen, gate_up, down):
    return Experts.apply(x.contiguous(), weights, chosen, gate_up, down)


@compiled
def losses(logits, target, factor):
    """Sum of the losses, and the gradient of the logits times `factor`; a negative target counts nothing."""
    wide = logits.float()
    total = torch.logsumexp(wide, -1)
    counts = (target >= 0).float()
    hit = torch.arange(wide.shape[1], device=wide.device) == target[:, None]
    loss = ((total - torch.where(hit, wide, 0.0).sum(-1)) * counts).sum()
    gradient = (torch.exp(wide - total[:, None]) - hit.float()) * (counts * factor)[:, None]
    return loss, gradient.to(logits.dtype)


class CrossEntropy(Function):
    """Logits and their gradient, some thousand tokens at a time: all of them would be gigabytes."""

    @staticmethod
    def forward(ctx, x, head, target):
        head = head.to(x.dtype)
        count = len(target)
        spare = -count % CHUNK if count > CHUNK else 0  # equal chunks
        wide, wanted = F.pad(x, (0, 0, 0, spare)), F.pad(target, (0, spare), value=-1)
        factor = torch.full((), 1 / count, device=x.device)
        dx, dhead, loss = [], torch.zeros(head.shape, device=x.device), torch.zeros((), device=x.device)
        for part, some in zip(wide.split(CHUNK), wanted.split(CHUNK)):
            more, gradient = losses(part @ head.t(), some, factor)
            dx.append(gradient @ head)
            dhead += gradient.t() @ part
            loss += more
        ctx.save_for_backward(torch.cat(dx)[:count], dhead)
        return loss / count

    @staticmethod
    def backward(ctx, scale):
        dx, dhead = ctx.saved_tensors
        return dx * scale.to(dx.dtype), dhead * scale, None


cross_entropy = CrossEntropy.apply
