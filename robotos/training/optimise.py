"""Muon for the matrices, AdamW for the rest, over any number of single-threaded workers; the learning rate."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, distributed, nn

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # Keller Jordan's quintic, https://kellerjordan.github.io/posts/muon/


def orthogonalised(gradient: Tensor, steps: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrix, roughly, by Newton-Schulz iteration."""
    a, b, c = _COEFFICIENTS
    x = gradient / (gradient.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(steps):
        product = x @ x.T
        x = a * x + (b * product + c * product @ product) @ x
    return x.T if tall else x


def average(tensors: Iterable[Tensor], workers: int) -> None:
    """Replace each by its mean over the workers."""
    listed = list(tensors)
    if workers == 1:
        return
    flat = torch.cat([tensor.reshape(-1) for tensor in listed])
    distributed.all_reduce(flat)
    flat /= workers
    for tensor, part in zip(listed, flat.split([t.numel() for t in listed]), strict=True):
        tensor.copy_(part.view_as(tensor))


class Optimiser:
    """One step of both; the orthogonalisation of the matrices is shared out among the workers."""

    def __init__(self, model: nn.Module, rank: int, workers: int, matrix_rate: float, other_rate: float) -> None:
        named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        self._matrices = [p for name, p in named if p.ndim == 2 and "embd" not in name]
        self._all = [p for _, p in named]
        others = [p for name, p in named if p.ndim != 2 or "embd" in name]
        self._adam = torch.optim.AdamW(others, lr=other_rate, betas=(0.9, 0.98), weight_decay=0.01)
        self._momenta = [torch.zeros_like(p) for p in self._matrices]
        self._rank, self._workers = rank, workers
        self._matrix_rate, self._other_rate = matrix_rate, other_rate

    def step(self, scale: float, weight_decay: float = 0.02) -> None:
        """Apply the gradients, at `scale` times the full learning rates."""
        with torch.no_grad():
            self._step(scale, weight_decay)

    def _step(self, scale: float, weight_decay: float) -> None:
        average((p.grad for p in self._all if p.grad is not None), self._workers)
        updates = torch.zeros(sum(p.numel() for p in self._matrices), device=self._matrices[0].device)
        parts = updates.split([p.numel() for p in self._matrices])
        for index, (p, momentum) in enumerate(zip(self._matrices, self._momenta, strict=True)):
            if p.grad is None:
                continue
            momentum.lerp_(p.grad, 0.05)
            if index % self._workers == self._rank:
                size = max(1.0, p.shape[0] / p.shape[1]) ** 0.5
                parts[index].copy_((orthogonalised(p.grad.lerp(momentum, 0.95)) * size).reshape(-1))
        if self._workers > 1:
            distributed.all_reduce(updates)
        rate = self._matrix_rate * scale
        for p, part in zip(self._matrices, parts, strict=True):
            p.mul_(1 - rate * weight_decay).sub_(part.view_as(p), alpha=rate)
        for group in self._adam.param_groups:
            group["lr"] = self._other_rate * scale
        self._adam.step()
        for p in self._all:
            p.grad = None


def rate_at(step: int, total: int | None, warm: int = 100, decay: float = 0.3) -> float:
    """Share of the full learning rate: a linear rise, a plain, and a linear fall over the last `decay` of `total`."""
    rise = min(1.0, (step + 1) / warm)
    if total is None:
        return rise
    begin = (1 - decay) * total
    return rise if step < begin else max(0.0, (total - step) / (total - begin))
