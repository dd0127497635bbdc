"""Drops in the floor, and the sensors under the robot's front that look for them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from robotos.sim.world import LEFT, RADIUS, RIGHT

Polygon = tuple[tuple[float, float], ...]

_AHEAD, _ASIDE = 0.155, 0.075  # m from the robot's centre to each sensor: just inside the rim


class Edges:
    """Areas, as polygons (n, 2) in metres, in which there is no floor."""

    def __init__(self, polygons: Sequence[NDArray[np.float64]]) -> None:
        self._areas: list[tuple[float, float, float, float, Polygon]] = []
        for polygon in polygons:
            points = tuple((float(x), float(y)) for x, y in polygon)
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            self._areas.append((min(xs), min(ys), max(xs), max(ys), points))

    def sensors(self, x: float, y: float, yaw: float) -> int:
        """`LEFT` and `RIGHT` bits of a robot there: set where its sensor sees no floor."""
        if not self._areas or not self._nearby(x, y):
            return 0
        cosine, sine = math.cos(yaw), math.sin(yaw)
        ahead_x, ahead_y = x + _AHEAD * cosine, y + _AHEAD * sine
        left = self.over(ahead_x - _ASIDE * sine, ahead_y + _ASIDE * cosine)
        right = self.over(ahead_x + _ASIDE * sine, ahead_y - _ASIDE * cosine)
        return (LEFT if left else 0) | (RIGHT if right else 0)

    def over(self, x: float, y: float) -> bool:
        """Whether there is no floor under a point."""
        return any(x0 <= x <= x1 and y0 <= y <= y1 and inside(points, x, y) for x0, y0, x1, y1, points in self._areas)

    def clearance(self, x: float, y: float) -> float:
        """Metres from a point to the nearest edge, negative where there is no floor; infinite without edges."""
        return min((distance(points, x, y) for *_, points in self._areas), default=math.inf)

    def _nearby(self, x: float, y: float) -> bool:
        return any(
            x0 - RADIUS <= x <= x1 + RADIUS and y0 - RADIUS <= y <= y1 + RADIUS for x0, y0, x1, y1, _ in self._areas
        )


def inside(polygon: Polygon, x: float, y: float) -> bool:
    """Whether a point lies in a polygon, by the even-odd rule."""
    result = False
    x0, y0 = polygon[-1]
    for x1, y1 in polygon:
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            result = not result
        x0, y0 = x1, y1
    return result


def distance(polygon: Polygon, x: float, y: float) -> float:
    """Metres from a point to a polygon's outline, negative inside."""
    nearest = math.inf
    x0, y0 = polygon[-1]
    for x1, y1 in polygon:
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        share = 0.0 if length == 0.0 else min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / length))
        nearest = min(nearest, math.hypot(x - x0 - share * dx, y - y0 - share * dy))
        x0, y0 = x1, y1
    return -nearest if inside(polygon, x, y) else nearest
