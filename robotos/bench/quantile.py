"""One way to say which of many samples a figure is."""

from __future__ import annotations

from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all (0 to 1) does not exceed. Raises `ValueError` without values."""
    if not values:
        raise ValueError("there is no quantile of nothing")
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -(-round(share * len(ranked) * 1e6) // 1_000_000) - 1))]
