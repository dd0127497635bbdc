"""The transformer in torch: llama's architecture with interleaved RoPE and a tied head, small enough for two cores."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from robotos.training.export import Array, Shape

EPSILON = 1e-5
ROPE_BASE = 10000.0


def rope_table(length: int, head: int) -> Tensor:
    """Cosines and sines, shape (2, length, head / 2)."""
    frequencies = ROPE_BASE ** (-torch.arange(0, head, 2, dtype=torch.float32) / head)
    angles = torch.outer(torch.arange(length, dtype=torch.float32), frequencies)
    return torch.stack([angles.cos(), angles.sin()])


def rotate(x: Tensor, table: Tensor) -> Tensor:
    """RoPE on pairs of neighbours (what llama.cpp calls `norm`); x: (batch, heads, time, head)."""
    cos, sin = table[0], table[1]
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


class Dropout(nn.Module):  # type: ignore[misc] # torch is not followed
    """Drops channels of a whole conversation at once; x: (batch, time, width). A tenth of the cost on a CPU."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.share == 0:
            return x
        kept = (torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= self.share).to(x.dtype)
        return x * kept / (1 - self.share)


class Embedding(nn.Module):  # type: ignore[misc] # torch is not followed
    """Token ids to vectors. Words begin as a learned projection of vectors that already know what words mean.

    `words`: (ordinary tokens, size) of such vectors, fixed; the first `seen` of them may each learn to differ, and have
    that difference left out for a share `forgotten` of their appearances, so that words never seen in training are read
    by what they mean. Control tokens come after the words and are learned outright.
    """

    def __init__(self, words: Tensor, seen: int, control: int, width: int, forgotten: float = 0.3) -> None:
        super().__init__()
        self.seen, self.forgotten = seen, forgotten
        self.register_buffer("words", words, persistent=False)
        self.projection_embd = nn.Parameter(torch.randn(words.shape[1], width) * 0.25 / math.sqrt(words.shape[1]))
        self.own_embd = nn.Parameter(torch.zeros(seen, width))
        self.control_embd = nn.Parameter(torch.randn(control, width) * 0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        count = self.words.shape[0]
        ordinary = tokens < count
        words = self.words[tokens.clamp(max=count - 1)] @ self.projection_embd
        has_own = tokens < self.seen
        if self.training and self.forgotten:
            has_own = has_own & (torch.rand(tokens.shape, device=tokens.device) >= self.forgotten)
        own = self.own_embd[tokens.clamp(max=self.seen - 1)] * has_own[..., None]
        control = self.control_embd[(tokens - count).clamp(min=0)]
        return torch.where(ordinary[..., None], words + own, control)

    def table(self) -> Tensor:
        """All vectors, shape (tokens, width)."""
        words = self.words @ self.projection_embd
        words[: self.seen] += self.own_embd
        return torch.cat([words, self.control_embd])


class Block(nn.Module):  # type: ignore[misc] # torch is not followed
    """Attention and a gated feed-forward network, each with its norm before and dropout after."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attn_norm = nn.RMSNorm(shape.width, eps=EPSILON)
        self.attn_q = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_k = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_v = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_output = nn.Linear(shape.width, shape.width, bias=False)
        self.ffn_norm = nn.RMSNorm(shape.width, eps=EPSILON)
        self.ffn_gate = nn.Linear(shape.width, shape.inner, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.inner, bias=False)
        self.ffn_down = nn.Linear(shape.inner, shape.width, bias=False)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, table: Tensor) -> Tensor:
        batch, time, width = x.shape
        normed = self.attn_norm(x)
        split = (batch, time, self.heads, width // self.heads)
        q = rotate(self.attn_q(normed).view(split).transpose(1, 2), table)
        k = rotate(self.attn_k(normed).view(split).transpose(1, 2), table)
        v = self.attn_v(normed).view(split).transpose(1, 2)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.dropout(self.attn_output(mixed.transpose(1, 2).reshape(batch, time, width)))
        normed = self.ffn_norm(x)
        return x + self.dropout(self.ffn_down(functional.silu(self.ffn_gate(normed)) * self.ffn_up(normed)))


class Model(nn.Module):  # type: ignore[misc] # torch is not followed
    """Token ids (batch, time) to hidden states; `head` turns those into logits of the control tokens alone.

    A call is made of nothing else, so no other token ever needs to be written.
    """

    def __init__(self, shape: Shape, embedding: Embedding, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = embedding
        self.blk = nn.ModuleList(Block(shape, dropout) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, eps=EPSILON)
        self.dropout = Dropout(dropout)
        self.register_buffer("table", rope_table(shape.context, shape.width // shape.heads), persistent=False)
        self.apply(self._initialise)

    def _initialise(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=1 / math.sqrt(module.in_features))
        for block in self.blk:
            nn.init.zeros_(block.attn_output.weight)
            nn.init.zeros_(block.ffn_down.weight)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.dropout(self.token_embd(tokens))
        table = self.table[:, : tokens.shape[1]]
        for block in self.blk:
            x = block(x, table)
        hidden: Tensor = self.output_norm(x)
        return hidden

    def head(self, hidden: Tensor) -> Tensor:
        """Logits (..., control tokens) of hidden states, by the embedding itself."""
        return functional.linear(hidden, self.token_embd.control_embd)


def tensors_of(model: Model) -> dict[str, Array]:
    """The weights by their GGUF names; the module tree is named after them."""
    with torch.no_grad():
        state = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith("token_embd.")}
        state["token_embd.weight"] = model.token_embd.table()
    return {name: tensor.detach().float().cpu().numpy() for name, tensor in state.items()}
