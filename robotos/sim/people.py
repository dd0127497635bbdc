"""People and animals of a home: circles on the floor, or hidden by the furniture they sit on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RADIUS = 0.2  # m
HAND = 0.8  # m above the floor: where a person takes something
PAW = 0.2


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person or animal at a point (m). `standing`: on free floor, so that beams and the robot can touch them."""

    name: str
    x: float
    y: float
    room: str
    animal: bool
    standing: bool

    @property
    def hand(self) -> tuple[float, float, float]:
        """Where something is handed over."""
        return self.x, self.y, PAW if self.animal else HAND


def circles(people: dict[str, Somebody]) -> NDArray[np.float64]:
    """Centres (n, 2) of those who stand."""
    return np.array([(p.x, p.y) for p in people.values() if p.standing], dtype=np.float64).reshape(-1, 2)


def cast(
    centres: NDArray[np.float64], x: float, y: float, cosines: NDArray[np.float64], sines: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Metres from a point along unit vectors (n,) to the first circle around `centres` (k, 2); inf for none.

    The nearer root of |p + t d - c|^2 = r^2.
    """
    dx, dy = (centres[:, 0] - x)[:, None], (centres[:, 1] - y)[:, None]
    along = dx * cosines + dy * sines
    inside = along * along - (dx * dx + dy * dy - RADIUS * RADIUS)
    distance = along - np.sqrt(np.maximum(inside, 0.0))
    return np.asarray(np.where((inside >= 0.0) & (along > 0.0), np.maximum(distance, 0.0), np.inf).min(axis=0))
