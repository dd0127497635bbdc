"""Where the robot is, from a ring of range readings and the map: beam ends are pulled on to the nearest obstacles."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from robotos.geometry import Pose, wrap
from robotos.navigation.field import Field, sample, sample_gradient
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.localisation.beams import Ends, ends_of

_ROUNDS = 8
_NOISE = 0.015  # m, standard deviation of a beam end about the mapped obstacle: range noise and the map's own grain
_OUTLIER = 0.25  # m, first cut: beams ending further from everything mapped than this say nothing about the pose
_INLIER = 0.06  # m, last cut, and the residual within which a beam counts as explained
_WEIGHT = 1.0 / _NOISE**2
_PRIOR = np.diag([1.0 / 0.05**2] * 3)  # how far the pose may be off between two scans: 0.05 m, 0.05 m, 0.05 rad
_FEWEST = 6  # beams
_LOST = 1.0  # m, the sigma reported when the beams say nothing

_TOLERANCE = 0.12  # m a reading may lie from the nearest mapped obstacle, besides
_PER_METRE = 0.03  # m for every metre of range, for an error of the heading


def correct(pose: Pose, ranges: ArrayLike, grid: OccupancyGrid) -> tuple[Pose, float, float]:
    """The pose near `pose` that fits a scan best, its position's sigma (m), and the share of beams explained (0 to 1).

    `ranges` (n,) in metres from the robot's centre, beam i along `2*pi*i/n` from its heading; inf or nan where nothing
    was met.
    """
    return match(pose, ends_of(ranges), grid)


def match(pose: Pose, ends: Ends, grid: OccupancyGrid) -> tuple[Pose, float, float]:
    """As `correct`, for beam ends in the base frame.

    Gauss-Newton on the signed distance of the beam ends with Cauchy weights, the cut narrowing round by round, and
    `pose` as a prior (it decides along a corridor, where beams say nothing). Likelihood field after Thrun, Burgard and
    Fox, "Probabilistic Robotics", section 6.4.
    """
    if len(ends) < _FEWEST:
        return pose, _LOST, 0.0
    field: Field = grid.distance
    start = np.array([pose.x, pose.y, pose.yaw])
    state, information = start, _PRIOR
    for round_ in range(_ROUNDS):
        cut = max(_INLIER, _OUTLIER * 0.6**round_)
        gap, rows = _linearised(field, grid, state, ends)
        weight = np.where(np.abs(gap) < 2 * cut, _WEIGHT / (1.0 + (gap / cut) ** 2), 0.0)
        weighted = rows * weight
        information = weighted @ rows.T + _PRIOR
        step = np.linalg.solve(information, weighted @ gap + _PRIOR @ (state - start))
        state = state - step
        if round_ > 3 and abs(step[0]) + abs(step[1]) + abs(step[2]) < 1e-4:
            break
    c, s = math.cos(state[2]), math.sin(state[2])
    x, y = state[0] + c * ends.x - s * ends.y, state[1] + s * ends.x + c * ends.y
    explained = int((np.abs(sample(field, grid.resolution, grid.origin, x, y)) <= _INLIER).sum())
    share = explained / len(ends)
    if explained < _FEWEST:
        return pose, _LOST, share
    sigma = math.sqrt(float(np.linalg.eigvalsh(np.linalg.inv(information)[:2, :2])[-1]))
    return Pose(float(state[0]), float(state[1]), wrap(float(state[2]))), sigma, share


def unmapped(pose: Pose, ranges: ArrayLike, grid: OccupancyGrid) -> NDArray[np.float64]:
    """Points (k, 2), map frame, where a beam ended on floor that is free on the map, away from all that is mapped."""
    reading = np.asarray(ranges, dtype=float)
    angles = pose.yaw + 2 * np.pi / len(reading) * np.arange(len(reading))
    seen = np.isfinite(reading) & (reading > 0.0)
    reading, angles = reading[seen], angles[seen]
    x, y = pose.x + reading * np.cos(angles), pose.y + reading * np.sin(angles)
    rows = np.floor((y - grid.origin.y) / grid.resolution).astype(int)
    columns = np.floor((x - grid.origin.x) / grid.resolution).astype(int)
    height, width = grid.shape
    on_map = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    free = np.zeros(len(x), dtype=bool)
    free[on_map] = grid.cells[rows[on_map], columns[on_map]] == 0
    away = sample(grid.distance, grid.resolution, grid.origin, x, y) > _TOLERANCE + _PER_METRE * reading
    return np.asarray(np.column_stack((x, y))[free & away])


def _linearised(
    field: Field, grid: OccupancyGrid, state: NDArray[np.float64], ends: Ends
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Signed distances (n,) of the beam ends, and their derivatives (3, n) by x, y and yaw."""
    c, s = math.cos(state[2]), math.sin(state[2])
    dx, dy = c * ends.x - s * ends.y, s * ends.x + c * ends.y
    gap, gx, gy = sample_gradient(field, grid.resolution, grid.origin, state[0] + dx, state[1] + dy)
    rows = np.empty((3, len(gap)))
    rows[0], rows[1], rows[2] = gx, gy, gy * dx - gx * dy
    return gap, rows
