"""Where the robot's body must not be, by map and layout: keep-out areas, walls, and floor that nobody has mapped."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from robotos.actuation.speed_areas import SpeedAreas
from robotos.actuation.zones import HUGGING, Braking
from robotos.geometry import Pose
from robotos.navigation.field import distance_on_half_lattice
from robotos.navigation.grid import UNKNOWN, OccupancyGrid
from robotos.navigation.home import Home

SIGMAS = 2.0  # keep-out areas grow by this many standard deviations of the gate's position
FAR = 100.0  # m
NOT_DEEPER = 0.002  # m; a path along the border may wander this much, in the outer half of the margin
STEP = 0.01  # m, shortest stride along the path
ROUNDING = 1e-9  # m
STEEPEST = 1.4143  # m a metre by which an interpolated distance may change: as much along each axis as the exact one


class Areas:
    """Distances (m) from the robot's centre to the nearest keep-out area, wall, and border of the mapped floor."""

    def __init__(self, home: Home, radius: float, margin: float, clearance: float, fastest: float = math.inf) -> None:
        """`margin` is kept to keep-out areas, `clearance` to walls, from the robot's edge; `fastest` is in m/s."""
        grid = home.grid
        forbidden = np.zeros(grid.shape, dtype=bool)
        for keepout in home.keepouts:
            forbidden |= grid.polygon(keepout.polygon)
        self._keepout = _Field(grid, forbidden)
        self._border = _Field(grid, _unmapped(grid))
        self._walls = _Field(grid, grid.occupied)
        self.radius, self.margin, self.clearance = radius, margin, clearance
        self.speeds = SpeedAreas(home, radius, fastest)

    def slack(self, x: float, y: float, sigma: float) -> float:
        """Metres by which a robot at (x, y) +- `sigma` keeps more than it must; negative inside what is forbidden."""
        keepout = self._keepout.at(x, y) - self.margin - SIGMAS * sigma
        return min(keepout, self._border.at(x, y)) - self.radius

    def wall(self, x: float, y: float) -> float:
        """Metres from the edge of a robot at (x, y) to the nearest wall."""
        return self._walls.at(x, y) - self.radius

    def trace_walls(self, arc: _Arc, start: float, floor: float, need: float) -> float | None:
        """How far the path leads before `wall`, `start` at its beginning, falls below `floor`: see `_trace`."""
        return self._walls.trace(arc, self.radius, start, floor, need)

    def seen_from(self, pose: Pose, sigma: float, reach: float) -> Here:
        """What all this means for motions from `pose` +- `sigma` that end within `reach` metres."""
        return Here(self, pose, sigma, reach)

    def speed(self, pose: Pose, forward: bool, curvature: float, sigma: float, wanted: float, brake: Braking) -> float:
        """`Here.speed` for one motion only."""
        need = brake.distance(wanted)
        return self.seen_from(pose, sigma, need).speed(forward, curvature, wanted, need, brake)

    def wall_speed(self, pose: Pose, forward: bool, curvature: float, wanted: float, brake: Braking) -> float:
        """`Here.wall_speed` for one motion only."""
        need = brake.distance(wanted)
        return self.seen_from(pose, 0.0, need).wall_speed(forward, curvature, wanted, need, brake)

    def slack_plane(self, x: float, y: float, sigma: float, reach: float) -> Plane | None:
        """Nowhere within `reach` metres of (x, y) is the slack below this; None close to the edge of the map."""
        border = self._border.window(x, y, reach)
        keepout = self._keepout.window(x, y, reach)
        if border is None or keepout is None:
            return None
        nodes = np.minimum(keepout - (self.margin + SIGMAS * sigma), border) - self.radius
        return self._border.plane(x, y, reach, nodes)

    def wall_plane(self, x: float, y: float, reach: float) -> Plane | None:
        """The same for the room between the robot's edge and the walls."""
        nodes = self._walls.window(x, y, reach)
        return None if nodes is None else self._walls.plane(x, y, reach, nodes - self.radius)


@dataclass(frozen=True, slots=True)
class Plane:
    """A distance is at least `low` + `east` * dx + `north` * dy, dx and dy metres away from some place."""

    low: float
    east: float
    north: float

    def least(self, along: float, across: float, need: float, curvature: float) -> float:
        """The least that it can be on an arc of `need` metres that sets out along the unit vector (`along`, `across`).

        An arc of length s leaves its tangent by s * s * curvature / 2 at most; what remains is concave in s, so that it
        is least at one of the two ends.
        """
        steepest = math.sqrt(self.east * self.east + self.north * self.north)
        change = self.east * along + self.north * across - steepest * abs(curvature) * need / 2
        return self.low + min(0.0, need * change)

    def bend(self, along: float, across: float, need: float, floor: float) -> float:
        """The greatest curvature, 1/m, with which `least` is not below `floor`; negative when none is."""
        spare = self.low - floor
        if not spare >= 0.0:
            return -1.0
        steepest = math.sqrt(self.east * self.east + self.north * self.north)
        turns = spare / need + self.east * along + self.north * across
        return turns * 2 / (steepest * need) if steepest > 0.0 else math.inf


class Here:
    """The areas as seen from one place, worked out once: any motion from there is then held against a few numbers.

    Near a wall that could matter a plane is laid below its distance. A path that stays clear of that much needs no
    closer look; only the others are followed point by point.
    """

    __slots__ = ("_areas", "_cos", "_floor", "_pose", "_reach", "_sigma", "_sin", "_slack", "_slack_plane", "_wall",
                 "_wall_floor", "_wall_plane")  # fmt: skip

    def __init__(self, areas: Areas, pose: Pose, sigma: float, reach: float) -> None:
        self._areas, self._pose, self._sigma, self._reach = areas, pose, sigma, reach
        self._cos, self._sin = math.cos(pose.yaw), math.sin(pose.yaw)
        self._slack = slack = areas.slack(pose.x, pose.y, sigma)
        # No allowance is made deep inside, where many small ones would add up.
        self._floor = min(0.0, slack - NOT_DEEPER) if slack > -areas.margin / 2 else slack - 1e-6
        near = not slack >= STEEPEST * reach
        self._slack_plane = areas.slack_plane(pose.x, pose.y, sigma, reach) if near else None
        self._wall = wall = areas.wall(pose.x, pose.y)
        self._wall_floor = min(areas.clearance / 2, wall - HUGGING * max(wall, 0.0))
        near = not wall - self._wall_floor >= STEEPEST * reach
        self._wall_plane = areas.wall_plane(pose.x, pose.y, reach) if near else None

    @property
    def room(self) -> float:
        """Metres that there certainly are before anything here limits the speed, in whatever direction."""
        return min(self._slack, self._wall - self._areas.clearance / 2) / STEEPEST

    def speed(self, forward: bool, curvature: float, wanted: float, need: float, brake: Braking) -> float:
        """The fastest speed up to `wanted`, which ends after `need` metres, from which the robot stops outside.

        Inside the margin (it grew, or the robot was put there) only motion that doesn't lead deeper is allowed; zero
        where none is.
        """
        start, floor = self._slack, self._floor
        if start >= STEEPEST * need:
            return wanted
        if start <= -self._areas.radius:
            return 0.0  # its very centre is where it must not be, or off the map: no way out can be told from here
        if self._clear(self._slack_plane, floor, forward, curvature, need):
            return wanted
        areas, sigma = self._areas, self._sigma
        arc = _Arc(self._pose, forward, curvature)
        reached = _trace(lambda x, y: areas.slack(x, y, sigma), arc, start, floor, need)
        if reached is None:
            return wanted
        return 0.0 if start < 0.0 else min(wanted, brake.speed(reached))

    def wall_speed(self, forward: bool, curvature: float, wanted: float, need: float, brake: Braking) -> float:
        """The same against the map's walls, whose corners may lie between two beams.

        Half the clearance is kept, as pose and map are off by some of it; who is nearer already may go on along the
        wall, but hardly any nearer, and each time less.
        """
        start, floor = self._wall, self._wall_floor
        if start - floor >= STEEPEST * need or self._clear(self._wall_plane, floor, forward, curvature, need):
            return wanted
        reached = self._areas.trace_walls(_Arc(self._pose, forward, curvature), start, floor, need)
        return wanted if reached is None else min(wanted, brake.speed(reached))

    def bend(self, forward: bool) -> float:
        """The curvature up to which `speed` and `wall_speed` limit nothing that ends in reach; negative: unknown."""
        if self._slack <= -self._areas.radius:
            return -1.0
        sign, reach = 1.0 if forward else -1.0, self._reach
        bends = [math.inf]
        for room, plane, floor in (
            (self._slack, self._slack_plane, self._floor),
            (self._wall - self._wall_floor, self._wall_plane, self._wall_floor),
        ):
            if plane is not None:
                bends.append(plane.bend(sign * self._cos, sign * self._sin, reach, floor + ROUNDING))
            elif not room >= STEEPEST * reach:
                return -1.0
        return min(bends)

    def _clear(self, plane: Plane | None, floor: float, forward: bool, curvature: float, need: float) -> bool:
        """Whether the path certainly stays above `floor`."""
        if plane is None or not need <= self._reach:
            return False
        sign = 1.0 if forward else -1.0
        return plane.least(sign * self._cos, sign * self._sin, need, curvature) >= floor + ROUNDING


class _Arc:
    """Points on the path that the robot's centre takes."""

    def __init__(self, pose: Pose, forward: bool, curvature: float) -> None:
        self._pose, self._sign, self._curvature = pose, 1.0 if forward else -1.0, curvature

    @property
    def start(self) -> tuple[float, float, float, float, float]:
        """x, y, yaw, +1 or -1 for forwards or back, and the curvature."""
        return self._pose.x, self._pose.y, self._pose.yaw, self._sign, self._curvature

    def at(self, travelled: float) -> tuple[float, float]:
        arc = self._sign * travelled
        half = self._curvature * arc / 2
        chord = arc * (math.sin(half) / half if abs(half) > 1e-6 else 1.0)
        heading = self._pose.yaw + half
        return self._pose.x + chord * math.cos(heading), self._pose.y + chord * math.sin(heading)


def _trace(slack: Callable[[float, float], float], arc: _Arc, start: float, floor: float, need: float) -> float | None:
    """How far the path leads before `slack`, which is `start` at its beginning, falls below `floor`.

    None if it doesn't within `need` metres. A distance changes by no more than a metre a metre, so that strides may
    be as long as what is left of it.
    """
    reached, left = 0.0, start - floor
    while reached < need:
        travelled = min(reached + max(left, STEP), need)
        left = slack(*arc.at(travelled)) - floor
        if left < 0.0:
            return reached
        reached = travelled
    return None


class _Field:
    """A distance field that is read one point at a time, hundreds of times a second."""

    def __init__(self, grid: OccupancyGrid, mask: NDArray[np.bool_]) -> None:
        field = np.minimum(distance_on_half_lattice(mask, grid.resolution), FAR)
        self._height, self._width = field.shape
        self._scale = 2.0 / grid.resolution
        self._x, self._y = grid.origin.x, grid.origin.y
        self._field = field
        self._nodes: list[float] = [float(value) for value in field.reshape(-1)]

    def at(self, x: float, y: float) -> float:
        """Bilinear between nodes; zero outside the map, or when the point isn't a number."""
        u = (x - self._x) * self._scale
        v = (y - self._y) * self._scale
        if not (0.0 <= u < self._width - 1 and 0.0 <= v < self._height - 1):
            return 0.0
        column, row = int(u), int(v)
        du, dv = u - column, v - row
        at = row * self._width + column
        nodes = self._nodes
        low: float = nodes[at] + du * (nodes[at + 1] - nodes[at])
        at += self._width
        high: float = nodes[at] + du * (nodes[at + 1] - nodes[at])
        return low + dv * (high - low)

    def window(self, x: float, y: float, reach: float) -> NDArray[np.float64] | None:
        """The nodes between which all points within `reach` metres of (x, y) lie; None where some are off the map."""
        bounds = self._bounds(x, y, reach)
        if bounds is None:
            return None
        left, right, low, high = bounds
        return self._field[low : high + 1, left : right + 1]

    def plane(self, x: float, y: float, reach: float, nodes: NDArray[np.float64]) -> Plane | None:
        """As steep as the values at the `nodes` of `window` are around (x, y), and not above any of them.

        It is not above what is interpolated between them either, as to interpolate a plane is to find it again.
        """
        bounds = self._bounds(x, y, reach)
        if bounds is None:
            return None
        left, right, low, high = bounds
        u, v = (x - self._x) * self._scale, (y - self._y) * self._scale
        column, row = int(u) - left, int(v) - low
        du, dv = u - int(u), v - int(v)
        (a, b), (c, d) = nodes[row : row + 2, column : column + 2].tolist()
        east = (1 - dv) * (b - a) + dv * (d - c)
        north = (1 - du) * (c - a) + du * (d - b)
        across = east * (np.arange(left, right + 1) - u)
        along = north * (np.arange(low, high + 1) - v)
        least = float((nodes - across - along[:, None]).min())
        return Plane(least, east * self._scale, north * self._scale)

    def _bounds(self, x: float, y: float, reach: float) -> tuple[int, int, int, int] | None:
        """First and last column, first and last row."""
        u, v, span = (x - self._x) * self._scale, (y - self._y) * self._scale, reach * self._scale
        if not (u >= span and u + span < self._width - 1 and v >= span and v + span < self._height - 1):
            return None
        return int(u - span), int(u + span) + 1, int(v - span), int(v + span) + 1

    def trace(self, arc: _Arc, less: float, start: float, floor: float, need: float) -> float | None:
        """`_trace` of this field, `less` so many metres, written out: it is asked along every wall."""
        nodes, width, height, scale, x0, y0 = self._nodes, self._width, self._height, self._scale, self._x, self._y
        x, y, yaw, sign, curvature = arc.start
        reached, left = 0.0, start - floor
        while reached < need:
            travelled = min(reached + max(left, STEP), need)
            along = sign * travelled
            half = curvature * along / 2
            chord = along * (math.sin(half) / half if abs(half) > 1e-6 else 1.0)
            u = (x + chord * math.cos(yaw + half) - x0) * scale
            v = (y + chord * math.sin(yaw + half) - y0) * scale
            value = 0.0
            if 0.0 <= u < width - 1 and 0.0 <= v < height - 1:
                column, row = int(u), int(v)
                du, at = u - column, row * width + column
                low = nodes[at] + du * (nodes[at + 1] - nodes[at])
                at += width
                high = nodes[at] + du * (nodes[at + 1] - nodes[at])
                value = low + (v - row) * (high - low)
            left = value - less - floor
            if left < 0.0:
                return reached
            reached = travelled
        return None


def _unmapped(grid: OccupancyGrid) -> NDArray[np.bool_]:
    mask = np.asarray(grid.cells == UNKNOWN)
    mask[0, :] = mask[-1, :] = True
    mask[:, 0] = mask[:, -1] = True
    return mask
