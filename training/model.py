"""The model: DeepSeek-V3's design at the size of a few photographs.

Multi-head latent attention, one dense layer, then layers of small routed experts and one shared expert, chosen by a
sigmoid gate that a bias keeps balanced without an auxiliary loss (DeepSeek-V3, arXiv 2412.19437, section 2.1).
"""

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

import plain


@dataclass
class Config:
    vocabulary: int = 4096
    width: int = 256
    layers: int = 6
    dense_layers: int = 1
    heads: int = 4
    nope: int = 48  # per head, without rotary positions
    rope: int = 16  # per head, with them; the key's part is shared by all heads
    value: int = 64  # per head
    latent: int = 64  # the compressed key and value that a cache keeps
    dense_inner: int = 640
    experts: int = 32
    active: int = 4
    expert_inner: int = 128
    shared_inner: int = 256
    context: int = 512
    rope_base: float = 10_000.0
    embedding_scale: float = 16.0  # folded into the weights on export

    def sizes(self) -> tuple[int, int, int, int]:
        return self.heads, self.nope, self.rope, self.value


def matrix(rows: int, columns: int, deviation: float | None = None) -> nn.Parameter:
    return nn.Parameter(torch.randn(rows, columns) * (deviation or 1 / math.sqrt(columns)))


def linear(x, weight):
    return F.linear(x, weight.to(x.dtype))


class LatentAttention(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.c = c
        self.q = matrix(c.heads * (c.nope + c.rope), c.width)
        self.kv_a = matrix(c.latent + c.rope, c.width)
        self.kv_norm = nn.Parameter(torch.ones(c.latent))
        self.kv_b = matrix(c.heads * (c.nope + c.value), c.latent)
        self.out = matrix(c.width, c.heads * c.value, 0.02 / math.sqrt(2 * c.layers))

    def forward(self, x, ops, cosine, sine, starts):
        latent, k_rope = linear(x, self.kv_a).split([self.c.latent, self.c.rope], -1)  # [B,T,latent], [B,T,rope]
        kv = linear(ops.rms_norm(latent, self.kv_norm), self.kv_b)  # [B,T,heads*(nope+value)]
        mixed = ops.attention(linear(x, self.q), kv, k_rope, cosine, sine, starts, self.c.sizes())
        return linear(mixed, self.out)

    def step(self, x, cosine, sine, cache, places, until):
        """New tokens x [B,T,width] at `places` [T], beside what the cache holds before `until`; None: all of it, masked."""
        latent, k_rope = linear(x, self.kv_a).split([self.c.latent, self.c.rope], -1)
        kv = linear(plain.rms_norm(latent, self.kv_norm), self.kv_b)
        Q, K, V = plain.split_heads(linear(x, self.q), kv, k_rope, cosine, sine, self.c.sizes())
        keys, values = cache["k"].index_copy_(2, places, K), cache["v"].index_copy_(2, places, V)
        if until is not None:
            keys, values = keys[:, :, :until], values[:, :, :until]
        alone = len(places) == 1 and until is not None  # then everything is before it
        allowed = None if alone else torch.arange(keys.shape[2], device=x.device) <= places[:, None]
        return linear(plain.attend(Q, keys, values, allowed), self.out)


class FeedForward(nn.Module):
    def __init__(self, c: Config, inner: int) -> None:
        super().__init__()
        self.gate_up = matrix(2 * inner, c.width)
        self.down = matrix(c.width, inner, 0.02 / math.sqrt(2 * c.layers))

    def forward(self, x, ops):  # [tokens, width]
        return ops.feed_forward(x, self.gate_up, self.down)


class MixtureOfExperts(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.c = c
        self.router = matrix(c.experts, c.width, 0.02)
        self.register_buffer("bias", torch.zeros(c.experts))  # chooses, but does not weigh
        self.register_buffer("load", torch.zeros(c.experts), persistent=False)
        self.gate_up = nn.Parameter(torch.randn(c.experts, 2 * c.expert_inner, c.width) / math.sqrt(c.width))
        self.down = nn.Parameter(torch.randn(c.experts, c.width, c.expert_inner) * 0.02 / math.sqrt(2 * c.layers))
        self.shared = FeedForward(c, c.shared_inner)

    def forward(self, x, ops):  # [tokens, width]
        score = torch.sigmoid(linear(x, self.router).float())  # [tokens, experts]
        chosen = (score.detach() + self.bias).topk(self.c.active, -1).indices  # [tokens, active]
        weight = score.gather(1, chosen)
        weight = weight / (weight.sum(-1, keepdim=True) + 1e-9)
        if self.training:
            self.load += ops.loads(chosen, self.c.experts)
        return ops.experts(x, weight, chosen, self.gate_up, self.down) + self.shared(x, ops)


class Block(nn.Module):
    def __init__(self, c: Config, layer: int) -> None:
        super().__init__()
        self.attention_norm = nn.Parameter(torch.ones(c.width))
        self.attention = LatentAttention(c)
        self.ffn_norm = nn.Parameter(torch.ones(c.width))
        self.ffn = FeedForward(c, c.dense_inner) if layer < c.dense_layers else MixtureOfExperts(c)

    def feed(self, x, ops):
        flat = ops.rms_norm(x, self.ffn_norm).flatten(0, 1)
        return x + self.ffn(flat, ops).view_as(x)

    def forward(self, x, ops, cosine, sine, starts):
        x = x + self.attention(ops.rms_norm(x, self.attention_norm), ops, cosine, sine, starts)
        return self.feed(x, ops)

    def step(self, x, ops, cosine, sine, cache, places, until):
        x = x + self.attention.step(plain.rms_norm(x, self.attention_norm), cosine, sine, cache, places, until)
        return self.feed(x, ops)


class Mixtab(nn.Module):
    def __init__(self, c: Config, dtype: torch.dtype = torch.bfloat16, ops=plain) -> None:
        super().__init__()
        self.c, self.dtype, self.ops = c, dtype, ops
        self.embedding = matrix(c.vocabulary, c.width, 0.02)
        self.blocks = nn.ModuleList([Block(c, layer) for layer in range(c.layers)])
        self.norm = nn.Parameter(torch.ones(c.width))
        self.head = matrix(c.vocabulary, c.width, 0.02)
        turns = torch.outer(torch.arange(2048).float(), c.rope_base ** (-torch.arange(0, c.rope, 2).float() / c.rope))
        self.register_buffer("cosine", turns.cos(), persistent=False)
        self.register_buffer("sine", turns.sin(), persistent=False)

    def embed(self, ids):
        return (F.embedding(ids, self.embedding) * self.c.embedding_scale).to(self.dtype)

    def hidden(self, ids, starts):
        """ids [B,T], starts [B,T]: where each token's conversation begins, or its `ops.spans` → [B,T,width]"""
        x = self.embed(ids)
        T = ids.shape[1]
        cosine, sine, spans = self.cosine[:T].contiguous(), self.sine[:T].contiguous(), self.ops.spans(starts)
        for block in self.blocks:
            x = block(x, self.ops, cosine, sine, spans)
        return self.ops.rms_norm(x, self.norm)

    def loss(self, ids, starts, targets, chosen=None):
        """Mean over the tokens to be learned; a target of -100 is not.

        `chosen`: the places of those that are, if they are known; to look for them waits for a GPU.
        """
        if chosen is None:
            chosen = (targets.reshape(-1) >= 0).nonzero()[:, 0]
        x = self.hidden(ids, starts).flatten(0, 1).index_select(0, chosen)
        return self.ops.cross_entropy(x, self.head, targets.reshape(-1)[chosen])

    def new_cache(self, batch: int, length: int) -> list[dict[str, torch.Tensor]]:
        c, device = self.c, self.head.device
        return [
            {
                "k": torch.zeros(batch, c.heads, length, c.nope + c.rope, dtype=self.dtype, device=device),
                "v": torch.zeros(batch, c.heads, length, c.value, dtype=self.dtype, device=device),
            }
            for _ in range(c.layers)
        ]

    def step(self, ids, cache, at: int):
        """Logits of new tokens ids [B,T] that stand at positions `at`… → [B,T,vocabulary]"""
        until = at + ids.shape[1]
        return self.step_at(ids, cache, torch.arange(at, until, device=ids.device), until)

    def step_at(self, ids, cache, places, until: int | None = None):
        """The same at `places` [T], a tensor; without `until` no shape depends on where that is."""
        x = self.embed(ids)
        ops = self.ops if x.is_cuda and x.dtype == torch.bfloat16 else plain
        cosine, sine = self.cosine[places], self.sine[places]
        for block, layer_cache in zip(self.blocks, cache):
            x = block.step(x, ops, cosine, sine, layer_cache, places, until)
        return linear(plain.rms_norm(x, self.norm), self.head).float()

    def expert_layers(self) -> list[MixtureOfExperts]:
        return [block.ffn for block in self.blocks if isinstance(block.ffn, MixtureOfExperts)]

    def balance(self, rate: float) -> torch.Tensor:
        """Raise the bias of idle experts and lower that of busy ones; returns the extreme loads, in units of the mean."""
        layers = self.expert_layers()
        loads = torch.stack([layer.load for layer in layers])
        loads /= loads.mean(1, keepdim=True).clamp(min=1)
        for layer, steps in zip(layers, rate * torch.sign(1 - loads)):
            layer.bias += steps
            layer.load.zero_()
        return torch.stack([loads.min(), loads.max()])

    def parameter_counts(self) -> tuple[int, int]:
        """All, and those at work for one token."""
        total = sum(p.numel() for p in self.parameters())
        idle = sum(
            (self.c.experts - self.c.active) * 3 * self.c.width * self.c.expert_inner for _ in self.expert_layers()
        )
        return total, total - idle


def save(model: Mixtab, path, **more: object) -> None:
    torch.save({"config": asdict(model.c), "weights": model.state_dict(), **more}, path)


def load(path, dtype: torch.dtype = torch.bfloat16, ops=plain) -> tuple[Mixtab, dict]:
    stored = torch.load(path, map_location="cpu")
    model = Mixtab(Config(**stored["config"]), dtype, ops)
    model.load_state_dict(stored["weights"])
    return model, stored
