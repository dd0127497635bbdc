"""Where on the whole map a scan could have been taken: every free spot and heading is tried, a slice at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose, wrap
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.localisation.beams import Ends
from robotos.navigation.localisation.fit import fit
from robotos.navigation.localisation.likelihood import LikelihoodField
from robotos.navigation.localise import match

STEP = 0.2  # m between the spots tried: `match` pulls in from as far
HEADINGS = 90  # tried, four degrees apart
CLEAR = 0.15  # m from anything mapped: where the robot's centre can be
KEPT = 40  # places that are looked at more closely
TOLD = 8  # of them that are handed on
APART, APART_TURNED = 0.3, 0.3  # m, rad between two of them
FEWEST = 8  # beams that must have met something

Floats = NDArray[np.float64]


class Searcher:
    """The spots of one map that a search tries, worked out once."""

    def __init__(self, grid: OccupancyGrid) -> None:
        """Takes some ten milliseconds."""
        self.field = field = LikelihoodField(grid)
        self.grid = grid
        row, column = _spots(grid)
        self._x: Floats = np.asarray(grid.origin.x + (column + 0.5) * grid.resolution)
        self._y: Floats = np.asarray(grid.origin.y + (row + 0.5) * grid.resolution)
        self._cells = field.cells(self._x, self._y)

    def search(self, ends: Ends) -> Iterator[list[Pose]]:
        """The poses that fit a scan best, refined, best first. Yields an empty list for each slice.

        The last list is the answer, empty when too few beams met anything. A slice is one heading of all spots, or
        the refinement of one place: about a millisecond each.
        """
        if len(ends) < FEWEST or not len(self._cells):
            yield []
            return
        scores = np.empty((HEADINGS, len(self._cells)), dtype=np.float32)
        for k in range(HEADINGS):
            scores[k] = self.field.from_cells(self._cells, ends, 2 * math.pi * k / HEADINGS)
            yield []
        found: list[tuple[float, Pose]] = []
        for pose in self._peaks(scores):
            refined, _, share = match(pose, ends, self.grid)
            if share > 0.0 and not any(alike(refined, other) for _, other in found):
                found.append((fit(refined, ends, self.grid).score, refined))
            yield []
        found.sort(key=lambda one: -one[0])
        yield [pose for _, pose in found[:TOLD]]

    def _peaks(self, scores: NDArray[np.float32]) -> list[Pose]:
        """The best places, none within reach of a better one (greedy non-maximum suppression)."""
        flat = scores.ravel()
        most = min(len(flat), 100 * KEPT)
        best = np.argpartition(-flat, most - 1)[:most]
        best = best[np.argsort(-flat[best], kind="stable")]
        heading, spot = np.divmod(best, scores.shape[1])
        x, y, yaw = self._x[spot], self._y[spot], heading * (2 * math.pi / HEADINGS)
        left = np.ones(len(best), dtype=bool)
        found: list[Pose] = []
        for i in range(len(best)):
            if not left[i]:
                continue
            found.append(Pose(float(x[i]), float(y[i]), wrap(float(yaw[i]))))
            if len(found) == KEPT:
                break
            turned = np.abs((yaw - yaw[i] + np.pi) % (2 * np.pi) - np.pi)
            left &= (np.hypot(x - x[i], y - y[i]) >= APART) | (turned >= APART_TURNED)
        return found


def _spots(grid: OccupancyGrid) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns: of every block of `STEP` that has floor for the robot's centre, the cell clear of most."""
    block = max(1, round(STEP / grid.resolution))
    row, column = np.nonzero(grid.free & (grid.distance > CLEAR))
    key = (row // block) * grid.shape[1] + column // block
    order = np.lexsort((-grid.distance[row, column], key))
    first = np.ones(len(order), dtype=bool)
    first[1:] = key[order][1:] != key[order][:-1]
    return row[order[first]], column[order[first]]


def alike(a: Pose, b: Pose) -> bool:
    """Whether two poses are the same place, as far as a search can tell."""
    return a.distance(b) < APART and abs(wrap(a.yaw - b.yaw)) < APART_TURNED
