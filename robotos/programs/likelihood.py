"""Where to look for a thing first: how likely it is to be somewhere, against how far that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from robotos.geometry import Pose, wrap
from robotos.navigation.home import Home, Place

HALF_LIFE = timedelta(days=2)  # after which every second thing is no longer where it was seen last
LAST, USUAL = 0.7, 0.2  # shares of the belief: where it was last just now, and where it belongs
NEIGHBOUR = 3.0  # times as likely as elsewhere is a place in a room where it has been
LOOKING = 1.0  # m of way that one look around is worth
THROUGH_DOORS = 1.5  # a way to another room is longer than the crow flies
SEEN_WITHIN, SEEN_ASIDE = 2.6, math.radians(45.0)  # m, rad off ahead at which the camera shows what lies at a place


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known about a thing: the place where it was last ("" for nowhere), how long ago, where it belongs."""

    last: str = ""
    age: timedelta = timedelta()
    usual: str = ""


def chances(home: Home, memory: Memory) -> dict[str, float]:
    """The probability of each place, adding up to 1; empty for a home without places.

    What the last sighting and the usual place leave is spread over all places, more of it in the rooms of these two:
    things wander within a room. The last sighting is worth half as much after `HALF_LIFE`.
    """
    known = {name: home.places[name].room for name in (memory.last, memory.usual) if name in home.places}
    weights = {name: NEIGHBOUR if place.room in known.values() else 1.0 for name, place in home.places.items()}
    last = LAST * 0.5 ** (memory.age / HALF_LIFE) if memory.last in known else 0.0
    usual = USUAL if memory.usual in known else 0.0
    spread = (1.0 - last - usual) / max(sum(weights.values()), 1.0)
    found = {name: weight * spread for name, weight in weights.items()}
    if last:
        found[memory.last] += last
    if usual:
        found[memory.usual] += usual
    return found


def best(home: Home, left: Mapping[str, float], pose: Pose) -> Place | None:
    """The place with most probability for the way to it, None when none is left.

    Taking the highest ratio of probability to cost first is the order of least expected cost where costs do not depend
    on the order (Smith's rule); here, where they do, it is a good one that needs no search.
    """
    here = home.room_at(pose.x, pose.y)

    def worth(place: Place) -> float:
        way = pose.distance(place.approach) * (1.0 if place.room == here else THROUGH_DOORS)
        return left[place.name] / (way + LOOKING)

    return max((home.places[name] for name in left), key=worth, default=None)


def in_sight(home: Home, pose: Pose, places: Iterable[str]) -> list[str]:
    """Those of the places at which something would show, were it there, from where the robot looks now."""
    here = home.room_at(pose.x, pose.y)
    return [name for name in places if home.places[name].room == here and _ahead(pose, home.places[name])]


def _ahead(pose: Pose, place: Place) -> bool:
    dx, dy = place.x - pose.x, place.y - pose.y
    return math.hypot(dx, dy) <= SEEN_WITHIN and abs(wrap(math.atan2(dy, dx) - pose.yaw)) <= SEEN_ASIDE
