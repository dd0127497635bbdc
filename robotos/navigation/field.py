"""Signed distance fields: how far each cell centre is from the nearest obstacle, exactly, and how to sample between."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.geometry import Pose

Bools = NDArray[np.bool_]
Field = NDArray[np.float64]


def half_lattice(mask: Bools) -> Bools:
    """The closed squares of `mask` (H, W) on the lattice of centres, edge middles and corners (2H+1, 2W+1)."""
    height, width = mask.shape
    nodes = np.zeros((2 * height + 1, 2 * width + 1), dtype=bool)
    for i in range(3):
        for j in range(3):
            nodes[i : i + 2 * height : 2, j : j + 2 * width : 2] |= mask
    return nodes


def distance_on_half_lattice(mask: Bools, resolution: float) -> Field:
    """Metres from every half-lattice node to the nearest square of `mask`; inf where the mask is empty.

    Exact: the point of a square nearest to a lattice node is a lattice node itself.
    """
    nodes = half_lattice(mask)
    if not nodes.any():
        return np.full(nodes.shape, np.inf)
    return np.asarray(ndimage.distance_transform_edt(~nodes, sampling=resolution / 2), dtype=np.float64)


def distance_to(mask: Bools, resolution: float) -> Field:
    """Metres (H, W) from every cell centre to the nearest square of `mask`, 0 inside; inf where the mask is empty."""
    return np.ascontiguousarray(distance_on_half_lattice(mask, resolution)[1::2, 1::2])


def signed_distance(mask: Bools, resolution: float) -> Field:
    """Metres (H, W) to the border of `mask`: positive outside, negative inside, zero on the border of its squares."""
    return distance_to(mask, resolution) - np.where(mask, distance_to(~mask, resolution), 0.0)


def sample(field: Field, resolution: float, origin: Pose, x: Any, y: Any) -> Any:
    """The field between cell centres, bilinear; points outside take the nearest border value. Arrays or floats."""
    value, _, _ = sample_gradient(field, resolution, origin, x, y)
    return value


def sample_gradient(field: Field, resolution: float, origin: Pose, x: Any, y: Any) -> tuple[Any, Any, Any]:
    """Bilinear value, and its derivatives along x and y (per metre)."""
    height, width = field.shape
    # Not np.clip: its wrapper takes longer than both comparisons, and this runs a hundred times a second.
    u = np.minimum(np.maximum((np.asarray(x, dtype=float) - origin.x) / resolution - 0.5, 0.0), width - 1.000001)
    v = np.minimum(np.maximum((np.asarray(y, dtype=float) - origin.y) / resolution - 0.5, 0.0), height - 1.000001)
    column = u.astype(np.intp)
    row = v.astype(np.intp)
    du = u - column
    dv = v - row
    flat = field.reshape(-1)
    at = row * width + column
    a, b, c, d = flat[at], flat[at + 1], flat[at + width], flat[at + width + 1]
    low = a + du * (b - a)
    high = c + du * (d - c)
    return low + dv * (high - low), ((1 - dv) * (b - a) + dv * (d - c)) / resolution, (high - low) / resolution
