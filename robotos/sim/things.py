"""Movable things: where each one really is, and what a gripper can do to them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from robotos.sim.world import Point

FLOOR, ROBOT = "floor", "robot"
GRASP = 0.15  # m between aim and thing at which the gripper still gets it
DROP = 1.0  # m between aim and a place or hand that takes what is let go

_SLOTS_INNER = 6  # one in the middle, five around it
_RING = (0.0, 0.12, 0.2)  # m


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing is: the name of a place or person, `floor` or `robot`; its point in the map, metres."""

    at: str
    x: float
    y: float
    z: float


@dataclass(frozen=True, slots=True)
class Receiver:
    """A place, or somebody's hand, that can take a thing."""

    name: str
    point: Point


class Things:
    """All things by name. Things that share a place lie side by side."""

    def __init__(self) -> None:
        self.spots: dict[str, Spot] = {}
        self.held = ""  # what is in the gripper; "" for nothing

    def put(self, name: str, receiver: Receiver) -> None:
        """Lay a thing (a new one too) at a place or in a hand, beside what is there."""
        others = {spot for other, spot in self.spots.items() if spot.at == receiver.name and other != name}
        taken = {(round(spot.x, 3), round(spot.y, 3)) for spot in others}
        x, y, z = receiver.point
        for slot in range(len(taken) + 1):
            dx, dy = _offset(slot)
            if (round(x + dx, 3), round(y + dy, 3)) not in taken:
                break
        if name == self.held:
            self.held = ""
        self.spots[name] = Spot(receiver.name, x + dx, y + dy, z)

    def close_on(self, aim: Point) -> str:
        """Take the thing nearest to a point of the map; its name, or "" when none is within `GRASP`."""
        if self.held:
            return self.held
        near = [(math.dist(aim, (s.x, s.y, s.z)), name) for name, s in self.spots.items()]
        distance, name = min(near, default=(math.inf, ""))
        if distance > GRASP:
            return ""
        self.spots[name] = Spot(ROBOT, *aim)
        self.held = name
        return name

    def open_at(self, aim: Point, receivers: Iterable[Receiver]) -> str:
        """Let go at a point of the map: to the nearest receiver within `DROP`, else onto the floor; its new `at`."""
        name = self.held
        if not name:
            return ""
        near = [(math.dist(aim, receiver.point), receiver.name, receiver) for receiver in receivers]
        distance, _, receiver = min(near, default=(math.inf, "", None))
        if receiver is None or distance > DROP:
            self.held = ""
            self.spots[name] = Spot(FLOOR, aim[0], aim[1], 0.0)
        else:
            self.put(name, receiver)
        return self.spots[name].at

    def fall(self, name: str, x: float, y: float) -> None:
        """A thing lies on the floor at a point, metres; it is in nobody's hand any more."""
        if name == self.held:
            self.held = ""
        self.spots[name] = Spot(FLOOR, x, y, 0.0)

    def carry(self, holder: str, point: Point) -> None:
        """What `holder` has in hand moves with the hand."""
        for name, spot in self.spots.items():
            if spot.at == holder:
                self.spots[name] = Spot(holder, *point)

    def restore(self, spots: Mapping[str, Spot]) -> None:
        """Put everything where a copy of `spots` says."""
        self.spots = dict(spots)
        self.held = next((name for name, spot in self.spots.items() if spot.at == ROBOT), "")

    def where(self) -> Mapping[str, str]:
        """Thing to place, person, `floor` or `robot`."""
        return {name: spot.at for name, spot in self.spots.items()}


def _offset(slot: int) -> tuple[float, float]:
    if slot == 0:
        return 0.0, 0.0
    ring = _RING[1] if slot < _SLOTS_INNER else _RING[2]
    angle = 2 * math.pi * slot / (_SLOTS_INNER - 1)
    return ring * math.cos(angle), ring * math.sin(angle)
