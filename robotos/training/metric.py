"""Learning the metric: phrases that mean the same kind of order come together, others move apart.

Neighbourhood components analysis: the probability that a phrase's neighbour, drawn by likeness, means what it does.
Source: Goldberger et al. 2004, https://papers.nips.cc/paper/2566; with cosines and a temperature.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from robotos.encoder.vectors import Vectors

SIZE = 128
_STEPS = 250
_BATCH = 1024
_RATE = 3e-3
_TEMPERATURE = 0.05
_NEVER = -1e4


def learn_metric(
    vectors: Vectors, meanings: Sequence[Hashable], seed: int, size: int = SIZE, steps: int = _STEPS
) -> NDArray[np.float16]:
    """The map, shape (size of the vectors, `size`), for the unit vectors of phrases, shape (phrases, size).

    Phrases whose `meanings` are equal are to be near each other.
    """
    numbers = {meaning: i for i, meaning in enumerate(dict.fromkeys(meanings))}
    kinds = torch.tensor([numbers[meaning] for meaning in meanings])
    points = torch.from_numpy(vectors)
    generator = torch.Generator().manual_seed(seed)
    matrix = torch.eye(vectors.shape[1])[:, :size].clone().requires_grad_()
    optimiser = torch.optim.Adam([matrix], lr=_RATE)
    for step in range(steps):
        some = torch.randint(len(points), (min(_BATCH, len(points)),), generator=generator).unique()
        same = (kinds[some][:, None] == kinds[some][None]) & ~torch.eye(len(some), dtype=torch.bool)
        if not same.any():
            continue  # no two of them mean the same
        loss = _loss(functional.normalize(points[some] @ matrix, dim=1), same)
        optimiser.zero_grad()
        loss.backward()
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1 - step / steps)
        optimiser.step()
    learned: NDArray[np.float16] = matrix.detach().numpy().astype(np.float16)
    return learned


def _loss(mapped: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    alone = torch.eye(len(mapped), dtype=torch.bool)
    drawn = (mapped @ mapped.T / _TEMPERATURE).masked_fill(alone, _NEVER).log_softmax(1)
    return -torch.logsumexp(drawn.masked_fill(~same, _NEVER), 1)[same.any(1)].mean()
