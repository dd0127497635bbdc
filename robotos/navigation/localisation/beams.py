"""Beam ends in the robot's own frame: from a ring of ranges, and with the robot's motion during the scan taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from robotos.geometry import Twist

REACH = 6.0  # m, the longest beam

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ends:
    """Where the beams that met something ended: `x`, `y` (n,) metres in the base frame.

    `silent` (m,) are the directions, radians in that frame, of those that met nothing.
    """

    x: Floats
    y: Floats
    silent: Floats

    def __len__(self) -> int:
        return len(self.x)


def ends_of(ranges: ArrayLike) -> Ends:
    """The ends of a ring of `ranges` (n,), metres, beam i along `2*pi*i/n`; inf or nan where nothing was met."""
    reading = np.asarray(ranges, dtype=float)
    cosines, sines = _directions(len(reading))
    seen = np.isfinite(reading) & (reading > 0.0)
    reading = reading[seen]
    silent: Floats = np.asarray(2 * np.pi / max(len(seen), 1) * np.flatnonzero(~seen))
    return Ends(reading * cosines[seen], reading * sines[seen], silent)


def deskewed(ranges: ArrayLike, twist: Twist, scan_time: float) -> Ends:
    """The same for beams that were measured one after another, counter-clockwise, while the robot moved with `twist`.

    The first was measured `scan_time` seconds before the last; all ends are given in the frame that the robot has at
    the last one. Constant twist over a scan (the usual first-order model: Zhang and Singh, "LOAM", RSS 2014, V-B).
    """
    found = ends_of(ranges)
    if scan_time <= 0.0 or (twist.v == 0.0 and twist.w == 0.0):
        return found
    reading = np.asarray(ranges, dtype=float)
    seen = np.isfinite(reading) & (reading > 0.0)
    age = scan_time * (1.0 - (np.flatnonzero(seen) + 1) / len(reading))  # s before the last beam
    turned = -twist.w * age  # heading then, seen from the last heading
    half = turned / 2
    back = -twist.v * age  # along the chord
    c, s = np.cos(turned), np.sin(turned)
    return Ends(
        np.asarray(c * found.x - s * found.y + back * np.cos(half)),
        np.asarray(s * found.x + c * found.y + back * np.sin(half)),
        found.silent,  # nothing was met on either side of it either: where exactly matters little
    )


def settled(scans: Sequence[Sequence[float]]) -> Floats:
    """One ring (n,) of several taken at the same spot: the median of each beam, so that who passed by is left out."""
    return np.asarray(np.median(np.asarray(scans, dtype=float), axis=0))


@lru_cache(maxsize=4)
def _directions(count: int) -> tuple[Floats, Floats]:
    angles = 2 * np.pi / max(count, 1) * np.arange(count)
    return np.cos(angles), np.sin(angles)
