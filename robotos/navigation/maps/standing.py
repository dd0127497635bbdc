"""Where a robot can stand: the connected floor of a home for its disc, and the pose in front of a charger."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import Bools, OccupancyGrid
from robotos.navigation.maps.assembling import Labels
from robotos.navigation.maps.home import KeepOut
from robotos.navigation.maps.layout import PlacePart, RoomPart

DOCK = "dock"  # the place that programs and scenarios know
RADIUS = 0.175  # m, of the robot
CLEARANCE = 0.02  # m to walls, as in the default policy
KEEPOUT_MARGIN = 0.12  # m to keep-out areas: the policy's, and what a plan adds to it
SPARE = 0.05  # m that a robot on its dock had better have around it, as poses are off by some of it
FAR = 1.0  # m from the charger at which a standing place is no longer the charger's
BEFORE = 0.45  # m
_STEP = 0.05  # m
_LEAST = 0.05  # share of all standing floor below which a part is a pocket that nothing leads out of


def standing(grid: OccupancyGrid, keepouts: tuple[KeepOut, ...], spare: float = 0.0) -> Bools:
    """Cells (H, W) at whose centres the robot's centre may be with `spare` metres left, small pockets left out."""
    costmap = Costmap(grid, RADIUS, CLEARANCE, keepouts, keepout_margin=KEEPOUT_MARGIN)
    free = np.asarray(costmap.slack >= spare)
    labels, count = ndimage.label(free, structure=np.ones((3, 3)))
    if count < 2:
        return free
    sizes = np.bincount(labels.ravel())[1:]
    keep = np.flatnonzero(sizes >= max(_LEAST * sizes.sum(), 1.0)) + 1
    keep = keep if keep.size else np.array([int(np.argmax(sizes)) + 1])
    return np.asarray(np.isin(labels, keep))


def dock_pose(stand: Bools, grid: OccupancyGrid, charger: Pose | None, heading_known: bool) -> Pose | None:
    """The pose on the charger: the standing cell nearest to it, back to it; None where nothing can stand at all.

    Of several cells about as near, the one straight in front of the charger wins. Without a charger it is the cell with
    the most room around it. The heading is the charger's if that is known, otherwise towards the open.
    """
    if not stand.any():
        return None
    rows, columns = np.nonzero(stand)
    xs = grid.origin.x + (columns + 0.5) * grid.resolution
    ys = grid.origin.y + (rows + 0.5) * grid.resolution
    if charger is None:
        best = int(np.argmax(ndimage.distance_transform_edt(np.pad(stand, 1))[1:-1, 1:-1][rows, columns]))
        return Pose(float(xs[best]), float(ys[best]), 0.0)
    dx, dy = xs - charger.x, ys - charger.y
    cost = away = np.hypot(dx, dy)
    if heading_known:  # what lies aside counts double, what lies behind is not on the charger's side of the wall
        ahead = dx * math.cos(charger.yaw) + dy * math.sin(charger.yaw)
        aside = dy * math.cos(charger.yaw) - dx * math.sin(charger.yaw)
        forward = np.where(ahead >= -grid.resolution, np.hypot(ahead, 2.0 * aside), np.inf)
        cost = forward if forward.min() <= FAR else away
    best = int(np.argmin(cost))
    x, y = float(xs[best]), float(ys[best])
    yaw = charger.yaw if heading_known else _open(stand, grid, x, y)
    return Pose(x, y, yaw)


def dock_place(room: str, stand: Bools, grid: OccupancyGrid, dock: Pose, aliases: tuple[str, ...] = ()) -> PlacePart:
    """The charger as a place: behind the pose on it, with where to wait in front of it."""
    back, waiting = dock.compose(Pose(-RADIUS, 0.0)), before(stand, grid, dock)
    at = round(back.x, 4), round(back.y, 4), 0.05
    approach = round(waiting.x, 4), round(waiting.y, 4), round(math.degrees(waiting.yaw), 1)
    return PlacePart(room=room, at=at, approach=approach, aliases=aliases)


def room_of(pose: Pose, grid: OccupancyGrid, rooms: Mapping[str, RoomPart], labels: Labels) -> str:
    """The room whose cells are nearest to a pose on the map."""
    wanted = {part.cells: name for name, part in rooms.items() if part.cells is not None}
    rows, columns = ndimage.distance_transform_edt(
        ~np.isin(labels, list(wanted)), return_distances=False, return_indices=True
    )
    cell = grid.to_cell(pose.x, pose.y)
    return wanted[int(labels[rows[cell], columns[cell]])]


def before(stand: Bools, grid: OccupancyGrid, dock: Pose) -> Pose:
    """Where to wait for docking: straight ahead of the pose on the dock, at most `BEFORE` metres."""
    found = dock
    for step in range(1, round(BEFORE / _STEP) + 1):
        pose = dock.compose(Pose(step * _STEP, 0.0))
        row, column = grid.to_cell(pose.x, pose.y)
        if not (grid.inside(row, column) and stand[row, column]):
            break
        found = pose
    return found


def _open(stand: Bools, grid: OccupancyGrid, x: float, y: float) -> float:
    """The direction in which the most standing floor lies within half a metre."""
    xs, ys = grid.centres()
    dx, dy = xs[None, :] - x, ys[:, None] - y
    near = stand & (np.hypot(dx, dy) <= 0.5)
    east, north = float((near * dx).sum()), float((near * dy).sum())
    return math.atan2(north, east) if (east, north) != (0.0, 0.0) else 0.0
