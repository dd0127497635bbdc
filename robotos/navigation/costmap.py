"""Where the robot's centre may be: the map's obstacles and keep-out areas, grown by the robot's size."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from robotos.geometry import Pose
from robotos.navigation.field import Field, distance_on_half_lattice
from robotos.navigation.grid import Bools, OccupancyGrid
from robotos.navigation.network import Network

_OUTSIDE = -10.0  # m, the slack of what is not on the map


class Costmap:
    """A distance field over the grid and the cells in which the robot's centre may be.

    A centre keeps `radius + clearance + margin` from every cell that is not known to be free, and
    `radius + keepout_margin` from every keep-out area. All metres. Immutable: `blocked` returns a new one.

    `keepouts` are polygons of shape (n, 2), metres, or things with such a `polygon`.
    """

    def __init__(
        self,
        grid: OccupancyGrid,
        radius: float = 0.175,
        clearance: float = 0.02,
        keepouts: Iterable[object] = (),
        margin: float = 0.0,
        keepout_margin: float = 0.12,
        lattice: Field | None = None,
    ) -> None:
        self.grid = grid
        self.radius = radius
        self.clearance = clearance
        self.margin = margin
        self.keepout_margin = keepout_margin
        self._keepouts = tuple(keepouts)
        self._lattice = _slack(self, grid, self._keepouts) if lattice is None else lattice

    @property
    def resolution(self) -> float:
        """Metres per cell."""
        return self.grid.resolution

    @property
    def lattice(self) -> Field:
        """Slack (2H+1, 2W+1), metres, on the lattice of cell corners, edge middles and centres: see `slack`."""
        return self._lattice

    @cached_property
    def slack(self) -> Field:
        """Metres (H, W) by which a centre at a cell's centre keeps more than it must; negative where it may not be."""
        return np.ascontiguousarray(self._lattice[1::2, 1::2])

    @cached_property
    def distance(self) -> Field:
        """Metres (H, W) from a cell's centre to the nearest obstacle; keep-outs count as obstacles of fitting size."""
        return self.slack + (self.radius + self.clearance + self.margin)

    @cached_property
    def free(self) -> Bools:
        """Cells (H, W) at whose centre the robot's centre may be."""
        return np.asarray(self.slack >= 0.0)

    @cached_property
    def network(self) -> Network:
        """The free cells as a graph, built once for a costmap."""
        return Network(self.free, self.slack, self.resolution)

    @cached_property
    def fine_network(self) -> Network:
        """The lattice as a graph, for passages that the middles of cells have no way through."""
        return Network(self._lattice >= -1e-9, self._lattice, self.resolution / 2)

    @cached_property
    def _nodes(self) -> NDArray[np.float64]:
        """The lattice, row by row."""
        return np.ascontiguousarray(self._lattice).reshape(-1)

    def slack_at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """`slack` between lattice nodes, bilinear, of the shape of `x`; strongly negative outside the map."""
        half = self.resolution / 2
        columns = (np.asarray(x, dtype=float) - self.grid.origin.x) / half
        rows = (np.asarray(y, dtype=float) - self.grid.origin.y) / half
        height, width = self._lattice.shape
        inside = (columns >= 0.0) & (columns <= width - 1) & (rows >= 0.0) & (rows <= height - 1)
        if not inside.all():
            columns, rows = np.where(inside, columns, 0.0), np.where(inside, rows, 0.0)
        column = np.minimum(columns.astype(np.intp), width - 2)
        row = np.minimum(rows.astype(np.intp), height - 2)
        across, up = columns - column, rows - row
        at = row * width + column
        nodes = self._nodes
        low, high = nodes.take(at), nodes.take(at + width)
        low += across * (nodes.take(at + 1) - low)
        high += across * (nodes.take(at + (width + 1)) - high)
        slack = low + up * (high - low)
        return np.asarray(slack if inside.all() else np.where(inside, slack, _OUTSIDE))

    def allows(self, x: float, y: float, slack: float = 0.0) -> bool:
        """Whether the robot's centre may be at a point, with `slack` metres to spare."""
        return bool(self.slack_at(x, y) >= slack - 1e-9)

    def clear(self, x0: float, y0: float, x1: float, y1: float, slack: float = 0.0) -> bool:
        """Whether the centre may move straight from one point to the other."""
        steps = max(2, int(math.hypot(x1 - x0, y1 - y0) / (self.resolution / 3)) + 2)
        along = np.arange(steps) / (steps - 1)
        return bool((self.slack_at(x0 + along * (x1 - x0), y0 + along * (y1 - y0)) >= slack - 1e-9).all())

    def clear_each(self, begins: Field, ends: Field, slack: float = 0.0) -> Bools:
        """`clear` for many lines (n,) at once, from points (n, 2) to points (n, 2), metres."""
        legs = ends - begins
        steps = np.maximum(2, (np.hypot(*legs.T) / (self.resolution / 3)).astype(np.intp) + 2)
        line = np.repeat(np.arange(len(steps)), steps)
        first = np.cumsum(steps) - steps
        along = (np.arange(len(line)) - first[line]) / (steps - 1)[line]
        x, y = (begins[line, axis] + along * legs[line, axis] for axis in (0, 1))
        clear = np.ones(len(steps), dtype=bool)
        clear[line[self.slack_at(x, y) < slack - 1e-9]] = False
        return clear

    def blocked(self, points: ArrayLike, keep: float | None = None) -> Costmap:
        """A costmap with more obstacles: `points` (n, 2), metres, kept at `keep` from the robot's edge.

        `keep` is the clearance to walls unless given (for people: the policy's `person_stop`).
        """
        spots = np.asarray(points, dtype=float).reshape(-1, 2)
        reach = self.radius + (self.clearance + self.margin if keep is None else keep)
        lattice = self._lattice.copy()
        half = self.resolution / 2
        height, width = lattice.shape
        span = int((reach + 1.0) / half) + 1  # beyond a metre of slack nothing changes its mind
        for x, y in spots:
            column = round((x - self.grid.origin.x) / half)
            row = round((y - self.grid.origin.y) / half)
            r0, r1 = max(0, row - span), min(height, row + span + 1)
            c0, c1 = max(0, column - span), min(width, column + span + 1)
            if r0 >= r1 or c0 >= c1:
                continue
            ys = self.grid.origin.y + half * np.arange(r0, r1) - y
            xs = self.grid.origin.x + half * np.arange(c0, c1) - x
            slack = np.hypot(xs[None, :], ys[:, None]) - reach
            lattice[r0:r1, c0:c1] = np.minimum(lattice[r0:r1, c0:c1], slack)
        return Costmap(self.grid, self.radius, self.clearance, (), self.margin, self.keepout_margin, lattice=lattice)

    def without(self, cells: Bools) -> Costmap:
        """A costmap in which no part of the robot's disc comes over `cells` (H, W)."""
        slack = distance_on_half_lattice(cells, self.resolution) - self.radius
        lattice = np.minimum(self._lattice, slack)
        return Costmap(self.grid, self.radius, self.clearance, (), self.margin, self.keepout_margin, lattice=lattice)

    def without_keepouts(self) -> Costmap:
        """Where the robot's centre might be if nothing were forbidden."""
        return Costmap(self.grid, self.radius, self.clearance, (), self.margin, self.keepout_margin)

    def window(self, rows: slice, columns: slice, allowed: Bools | None = None) -> Costmap:
        """The part of the map between two rows and two columns; of the lattice only where `allowed` (2H+1, 2W+1)."""
        r0, r1, _ = rows.indices(self.grid.shape[0])
        c0, c1, _ = columns.indices(self.grid.shape[1])
        nodes = (slice(2 * r0, 2 * r1 + 1), slice(2 * c0, 2 * c1 + 1))
        lattice = self._lattice[nodes]
        if allowed is not None:
            lattice = np.where(allowed[nodes] | (lattice < 0.0), lattice, -self.resolution)
        corner = self.grid.origin
        origin = Pose(corner.x + c0 * self.resolution, corner.y + r0 * self.resolution)
        grid = OccupancyGrid(self.grid.cells[r0:r1, c0:c1], self.resolution, origin)
        return Costmap(grid, self.radius, self.clearance, (), self.margin, self.keepout_margin, lattice=lattice)


def _slack(costmap: Costmap, grid: OccupancyGrid, keepouts: tuple[object, ...]) -> Field:
    walls = distance_on_half_lattice(~grid.free, grid.resolution)
    slack = walls - (costmap.radius + costmap.clearance + costmap.margin)
    forbidden = np.zeros(grid.shape, dtype=bool)
    for keepout in keepouts:
        forbidden |= grid.polygon(np.asarray(getattr(keepout, "polygon", keepout), dtype=float))
    if forbidden.any():
        away = distance_on_half_lattice(forbidden, grid.resolution)
        slack = np.minimum(slack, away - (costmap.radius + costmap.keepout_margin))
    return slack
