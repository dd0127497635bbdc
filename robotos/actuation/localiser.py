"""The gate's view of the map: corrections of a pose by a scan, and the readings that the map does not explain."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.field import sample_gradient
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.localisation.beams import Ends
from robotos.navigation.localisation.fit import fit, glance
from robotos.navigation.localisation.relocalise import Relocaliser
from robotos.navigation.localisation.search import Searcher
from robotos.navigation.localise import match, unmapped

NOISE = 0.03  # m, three standard deviations of a range reading


class Localiser:
    """Scan matching on one map."""

    def __init__(self, grid: OccupancyGrid) -> None:
        self._grid = grid

    def correct(self, pose: Pose, ends: Ends) -> tuple[Pose, float, float]:
        """The pose that fits a scan best, one sigma of its position (m), and the share of beams that fit."""
        return match(pose, ends, self._grid)

    def glance(self, pose: Pose, ends: Ends) -> float:
        """The share of beam ends (0 to 1) that lie on something mapped."""
        return glance(pose, ends, self._grid)

    def score(self, pose: Pose, ends: Ends) -> float:
        """How far a scan bears a pose out: 1 at best, below zero where beams went through walls."""
        return fit(pose, ends, self._grid).score

    def relocaliser(self, seed: int) -> Relocaliser:
        """Finds out where a standing robot is."""
        return Relocaliser(self.searcher, np.random.default_rng(seed))

    @cached_property
    def searcher(self) -> Searcher:
        """Looks for a scan on the whole map; some ten milliseconds to make, when it is first asked for."""
        return Searcher(self._grid)

    def unmapped(self, pose: Pose, ranges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) in the map frame where a beam ended without anything being there on the map."""
        return unmapped(pose, ranges, self._grid)

    def settled(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2), map frame, with those that lie within the range noise of something mapped put exactly on it.

        A single reading is off by a centimetre, the pose, which averages all of them, by millimetres: without this a
        robot that works its way along a wall would see it jump into its path.
        """
        grid = self._grid
        gap, gx, gy = sample_gradient(grid.distance, grid.resolution, grid.origin, points[:, 0], points[:, 1])
        steep = gx * gx + gy * gy
        share = np.where((np.abs(gap) <= NOISE) & (steep > 0.5), gap / np.maximum(steep, 0.5), 0.0)
        return np.asarray(points - share[:, None] * np.column_stack((gx, gy)))
