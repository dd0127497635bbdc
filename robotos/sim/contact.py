"""A disc against walls and people: it stops at their surface, and the bumper closes on the side that touched."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from robotos.geometry import wrap
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import Somebody
from robotos.sim.walls import Rectangle
from robotos.sim.world import LEFT, RADIUS, RIGHT

TOUCH = 0.002  # m from the surface at which a pressed bumper is still closed

_FRONT = math.radians(100.0)  # the bumper covers the front half and a little more
_MIDDLE = math.radians(15.0)  # contact nearer to straight ahead closes both sides
_ROUNDS = 3  # a corner needs two pushes; a third for rounding


@dataclass(frozen=True, slots=True)
class Contact:
    """Something touches the robot: `what` is a person's name or "wall"; `bearing` in the base frame, radians."""

    what: str
    person: bool
    bearing: float

    @property
    def bumper(self) -> int:
        """The bits this contact closes."""
        if abs(self.bearing) > _FRONT:
            return 0
        return (LEFT if self.bearing > -_MIDDLE else 0) | (RIGHT if self.bearing < _MIDDLE else 0)


def resolve(
    x: float, y: float, yaw: float, walls: Iterable[Rectangle], people: Iterable[Somebody]
) -> tuple[float, float, tuple[Contact, ...]]:
    """The nearest point to (x, y) where the disc cuts into nothing (it slides along), and what it touches there."""
    solids = tuple(walls)
    bodies = tuple(person for person in people if _reaches(person, x, y))
    if not solids and not bodies:
        return x, y, ()
    for _ in range(_ROUNDS):
        gap, dx, dy = min(_gaps(x, y, solids, bodies), default=(math.inf, 0.0, 0.0))
        if gap >= 0.0:
            break
        x, y = x - gap * dx, y - gap * dy
    return x, y, _contacts(x, y, yaw, solids, bodies)


def _gaps(
    x: float, y: float, solids: Iterable[Rectangle], bodies: Iterable[Somebody]
) -> list[tuple[float, float, float]]:
    """Edge-to-edge distance to each thing (negative: cuts in), and the unit vector away from it."""
    return [_wall_gap(x, y, solid) for solid in solids] + [_person_gap(x, y, body) for body in bodies]


def _wall_gap(x: float, y: float, solid: Rectangle) -> tuple[float, float, float]:
    x0, y0, x1, y1 = solid
    dx = x - (x0 if x < x0 else x1 if x > x1 else x)
    dy = y - (y0 if y < y0 else y1 if y > y1 else y)
    distance = math.hypot(dx, dy)
    if distance > 0.0:
        return distance - RADIUS, dx / distance, dy / distance
    # The centre itself is inside: out by the nearest side.
    depth, dx, dy = min((x - x0, -1.0, 0.0), (x1 - x, 1.0, 0.0), (y - y0, 0.0, -1.0), (y1 - y, 0.0, 1.0))
    return -depth - RADIUS, dx, dy


def _person_gap(x: float, y: float, body: Somebody) -> tuple[float, float, float]:
    dx, dy = x - body.x, y - body.y
    distance = math.hypot(dx, dy)
    if distance == 0.0:
        return -RADIUS - PERSON_RADIUS, 1.0, 0.0
    return distance - RADIUS - PERSON_RADIUS, dx / distance, dy / distance


def _reaches(person: Somebody, x: float, y: float) -> bool:
    if not person.standing:
        return False
    limit = RADIUS + PERSON_RADIUS + TOUCH
    return (person.x - x) ** 2 + (person.y - y) ** 2 <= limit * limit


def _contacts(
    x: float, y: float, yaw: float, solids: Iterable[Rectangle], bodies: Iterable[Somebody]
) -> tuple[Contact, ...]:
    touching = [("wall", False, _wall_gap(x, y, solid)) for solid in solids]
    touching += [(body.name, True, _person_gap(x, y, body)) for body in bodies]
    return tuple(
        Contact(what, person, wrap(math.atan2(-dy, -dx) - yaw))
        for what, person, (gap, dx, dy) in touching
        if gap <= TOUCH
    )
