"""From a name to where the robot should stand for it."""

from __future__ import annotations

import math

import numpy as np

from robotos.geometry import Pose
from robotos.kernel.calls import Kind
from robotos.kernel.resolve import Named
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home

NEAR_PERSON = 0.85  # m between the robot's centre and a person it came to
NEAR_PLACE = 1.0  # m around a place within which what is seen is said to lie there
ANYWHERE = 0.8  # m off the middle of a room that is as good, where somebody stands there
ROOMY = 0.15  # m from walls, besides the clearance, that a spot in the middle of a room should have


def destination(home: Home, costmap: Costmap, dest: Named) -> Pose | None:
    """The pose to drive to for a room (its middle), a place (before it) or a person (beside where they usually are)."""
    name = str(dest.value)
    if dest.kind is Kind.PLACE and name in home.places:
        return home.places[name].approach
    if dest.kind is Kind.ROOM and name in home.rooms:
        return room_spot(home, costmap, name)
    if dest.kind is Kind.PERSON and name in home.people:
        person = home.people[name]
        return beside(home, costmap, person.room, person.x, person.y)
    return None


def beside(home: Home, costmap: Costmap, room: str, x: float, y: float) -> Pose | None:
    """The free spot of a room that is nearest to somebody there without crowding them, facing them; None for none.

    In the same room: as the crow flies the nearest spot may be behind a wall.
    """
    if room not in home.rooms:
        return None
    rows, columns = np.nonzero(home.rooms[room].mask & costmap.free)
    x_of, y_of = home.grid.centres()
    xs, ys = x_of[columns], y_of[rows]
    away = np.hypot(xs - x, ys - y)
    if not np.any(away >= NEAR_PERSON):
        return None
    best = int(np.argmin(np.where(away >= NEAR_PERSON, away, np.inf)))
    return Pose(float(xs[best]), float(ys[best]), math.atan2(y - float(ys[best]), x - float(xs[best])))


def room_spot(home: Home, costmap: Costmap, room: str) -> Pose:
    """The free spot nearest to the middle of a room's floor, well away from walls where there is such a spot."""
    mask = home.rooms[room].mask
    rows, columns = np.nonzero(mask & (costmap.slack >= min(ROOMY, float(costmap.slack[mask].max()))))
    middle_row, middle_column = (float(np.mean(axis)) for axis in np.nonzero(mask))
    best = int(np.argmin((rows - middle_row) ** 2 + (columns - middle_column) ** 2))
    x, y = home.grid.to_world(int(rows[best]), int(columns[best]))
    return Pose(float(x), float(y))


def nearest_place(home: Home, spot: Pose) -> str:
    """The place within a metre of a point, "" when there is none."""
    near = min(home.places.values(), key=lambda p: math.hypot(p.x - spot.x, p.y - spot.y), default=None)
    if near is None or math.hypot(near.x - spot.x, near.y - spot.y) > NEAR_PLACE:
        return ""
    return near.name
