"""How near a robot has come to areas it must keep out of: points are noted cheaply, and measured when somebody asks."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from robotos.sim.edges import Polygon, distance

_ENOUGH = 4096  # points that may wait
_ROUNDING = 1e-9  # m by which the vectorised distance may differ from the exact one


class Approach:
    """The least distance from any noted point to each polygon, metres; negative inside."""

    def __init__(self, areas: Mapping[str, Polygon]) -> None:
        self._areas = {name: (polygon, np.array(polygon, dtype=np.float64)) for name, polygon in areas.items()}
        self._nearest: dict[str, float] = {}
        self._waiting: list[tuple[float, float]] = []

    def note(self, x: float, y: float) -> None:
        """The robot's centre was at a point, metres."""
        self._waiting.append((x, y))
        if len(self._waiting) >= _ENOUGH:
            self._measure()

    @property
    def nearest(self) -> Mapping[str, float]:
        """Area to distance; an area is missing until a point was noted."""
        if self._waiting:
            self._measure()
        return self._nearest

    def _measure(self) -> None:
        """Only those points that may be the nearest are measured exactly."""
        points = np.array(self._waiting, dtype=np.float64)
        for name, (polygon, corners) in self._areas.items():
            about = _distances(corners, points)
            known = self._nearest.get(name, math.inf)
            candidates = points[about <= min(float(about.min()), known) + _ROUNDING]
            self._nearest[name] = min([known, *(distance(polygon, x, y) for x, y in candidates.tolist())])
        self._waiting.clear()


def _distances(corners: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """`edges.distance` of points (n, 2) to a polygon (k, 2), but for rounding."""
    nearest = np.full(len(points), np.inf)
    inside = np.zeros(len(points), dtype=bool)
    x, y = points[:, 0], points[:, 1]
    for (x0, y0), (x1, y1) in zip(np.roll(corners, 1, axis=0), corners, strict=True):
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        share = np.clip(((x - x0) * dx + (y - y0) * dy) / length, 0.0, 1.0) if length else 0.0
        nearest = np.minimum(nearest, np.hypot(x - x0 - share * dx, y - y0 - share * dy))
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return np.asarray(np.where(inside, -nearest, nearest))
