"""The robot's eyes: things, people and paper in front of it, near enough and not behind a wall."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from robotos.geometry import Pose, wrap
from robotos.kernel.ports import Detection
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.things import ROBOT

FIELD_OF_VIEW = math.radians(100.0)
RANGE = 3.0  # m
PAPER_ABOVE = 0.3  # m that a note hangs above the surface of its place

_STEP = 0.03  # m between samples of a line of sight: finer than a cell


class SimulatedCamera:
    """A `Camera` on the robot of a world. It looks over furniture, not through walls, and errs by about a centimetre.

    Walls are told from furniture by what lies on either side: another room, or the same.
    """

    def __init__(self, world: InhabitedWorld, seed: int = 0) -> None:
        self._world = world
        self._random = np.random.default_rng([seed, 1])

    def detect(self) -> Sequence[Detection]:
        """What is seen now, in the base frame; nearest first."""
        pose = self._world.pose
        found = [
            self._detection(label, kind, pose, point, text)
            for label, kind, room, point, text in self._candidates()
            if _framed(pose, point[0], point[1]) and self._in_sight(pose, point[0], point[1], room)
        ]
        return sorted(found, key=lambda seen: math.hypot(seen.x, seen.y))

    def _candidates(self) -> Iterator[tuple[str, str, str, tuple[float, float, float], str]]:
        """Label, kind, room, point in the map and text of everything there is to see."""
        world, home = self._world, self._world.home
        for name, spot in world.things.spots.items():
            if spot.at != ROBOT:
                yield name, "thing", self._room_of(spot.at, spot.x, spot.y), (spot.x, spot.y, spot.z), ""
        for person in world.people.values():
            yield person.name, "person", person.room, person.hand, ""
        for place_name, text in world.notes.items():
            place = home.places[place_name]
            yield "note", "paper", place.room, (place.x, place.y, place.z + PAPER_ABOVE), text

    def _room_of(self, at: str, x: float, y: float) -> str:
        world = self._world
        if at in world.home.places:
            return world.home.places[at].room
        if at in world.people:
            return world.people[at].room
        return world.home.room_at(x, y)

    def _in_sight(self, pose: Pose, x: float, y: float, room: str) -> bool:
        """Whether no occupied stretch of the line of sight has different rooms before and behind it."""
        world = self._world
        steps = max(1, math.ceil(math.hypot(x - pose.x, y - pose.y) / _STEP))
        dx, dy = (x - pose.x) / steps, (y - pose.y) / steps
        before, hidden = "", False
        for step in range(steps + 1):
            at_x, at_y = pose.x + step * dx, pose.y + step * dy
            solid = world.walls.solid_at(at_x, at_y)
            if solid and not hidden:
                before = world.home.room_at(at_x - dx, at_y - dy)
            elif hidden and not solid and world.home.room_at(at_x, at_y) != before:
                return False
            hidden = solid
        return not hidden or before == room

    def _detection(self, label: str, kind: str, pose: Pose, point: tuple[float, float, float], text: str) -> Detection:
        seen = pose.inverse().compose(Pose(point[0], point[1]))
        error = self._random.normal(0.0, self._world.imperfection.camera_noise, 3)
        return Detection(
            label, kind, seen.x + float(error[0]), seen.y + float(error[1]), point[2] + float(error[2]), text
        )


def _framed(pose: Pose, x: float, y: float) -> bool:
    dx, dy = x - pose.x, y - pose.y
    if dx * dx + dy * dy > RANGE * RANGE:
        return False
    return abs(wrap(math.atan2(dy, dx) - pose.yaw)) <= FIELD_OF_VIEW / 2
