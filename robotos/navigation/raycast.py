"""What a ring of range beams would measure in a map: every beam's crossings of the grid lines, looked up at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.field import Field


def cast(
    distance_field: Field,
    resolution: float,
    origin: Pose,
    x: float,
    y: float,
    yaw: float,
    n: int = 72,
    max_range: float = 6.0,
) -> NDArray[np.float64]:
    """Ranges (n,) in metres from (x, y), beam i along `yaw + 2*pi*i/n`; inf where nothing is within `max_range`.

    `distance_field` (H, W) is a signed distance field (`field.signed_distance`): negative where something stands.
    Exact on the grid: a beam enters a cell where it crosses a grid line (Amanatides and Woo, "A fast voxel traversal
    algorithm", Eurographics 1987), and here all crossings are looked up together.
    """
    return cast_along(
        distance_field, resolution, origin, x, y, np.asarray(yaw + 2 * np.pi / n * np.arange(n)), max_range
    )


def cast_along(
    distance_field: Field,
    resolution: float,
    origin: Pose,
    x: float,
    y: float,
    angles: NDArray[np.float64],
    max_range: float = 6.0,
) -> NDArray[np.float64]:
    """As `cast`, along any directions `angles` (radians in the map frame)."""
    height, width = distance_field.shape
    u, v = (x - origin.x) / resolution, (y - origin.y) / resolution  # in cells, from the corner
    if not (0 <= u < width and 0 <= v < height):
        return np.full(len(angles), np.inf)
    cosines, sines = np.cos(angles), np.sin(angles)
    limit = np.minimum(_leaves(u, cosines, width), _leaves(v, sines, height))
    limit = np.minimum(limit, max_range / resolution)[:, None]
    flat = distance_field.reshape(-1)
    count = int(max_range / resolution) + 1
    columns = _first_hit(flat, (width, 1), u, cosines, v, sines, limit, count)
    rows = _first_hit(flat, (width, width), v, sines, u, cosines, limit, count)
    if flat[int(v) * width + int(u)] < 0:
        return np.zeros(len(angles))
    return np.asarray(np.minimum(columns, rows) * resolution)


def _first_hit(
    flat: Field,
    strides: tuple[int, int],
    start: float,
    direction: NDArray[np.float64],
    across_start: float,
    across: NDArray[np.float64],
    limit: NDArray[np.float64],
    count: int,
) -> NDArray[np.float64]:
    """Cells travelled (n,) until a beam enters a filled cell over a line of constant `start` coordinate, or inf."""
    width, stride = strides
    across_stride = width if stride == 1 else 1
    forward = direction[:, None] > 0
    steps = np.arange(1, count + 1)
    lines = int(start) + np.where(forward, steps, 1 - steps)
    with np.errstate(divide="ignore", invalid="ignore"):
        travelled = (lines - start) / direction[:, None]
        valid = (travelled >= 0.0) & (travelled < limit)  # false for nan, and for inf of either sign
        other = np.where(valid, across_start + travelled * across[:, None], 0.0).astype(np.intp)
    entered = np.where(valid, np.where(forward, lines, lines - 1), 0)
    hit = valid & (flat[entered * stride + other * across_stride] < 0)
    return np.asarray(np.where(hit, travelled, np.inf).min(axis=1))


def _leaves(start: float, direction: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Cells that can be travelled before the coordinate leaves [0, size)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = np.where(direction > 0, (size - 1e-3 - start) / direction, (1e-3 - start) / direction)
    return np.where(np.abs(direction) < 1e-12, np.inf, np.maximum(ahead, 0.0))
