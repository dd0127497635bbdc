"""Seeing all there is at a place or in a room: the viewpoints, and what shows up from each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from robotos.errno import Errno
from robotos.geometry import Pose, wrap
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind
from robotos.kernel.ports import Detection
from robotos.kernel.resolve import Named
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.programs.destinations import nearest_place, room_spot
from robotos.programs.driving import GIVE_UP_AFTER, Failed, travel, turn_to
from robotos.programs.handling import in_view
from robotos.programs.people import FAR_ENOUGH, PATIENCE, PAUSE, VIEWS

NEAR_PEOPLE = 2.0  # m around a place within which somebody in its room is said to be there

Seen = dict[str, Detection]  # by label; positions in the base frame of the moment it was first seen
Enough = Callable[[Seen], bool]


def never(seen: Seen) -> bool:
    """Look at everything."""
    return False


async def survey(sys: Sys, where: Named | None, enough: Enough = never, all_around: bool = False) -> Seen | Failed:
    """What is seen at a place, anywhere in a room, or (None) around the robot; no further once it is `enough`.

    Things at a place are seen from before it; people stand around it, and are seen looking `all_around`. A room is
    looked at from its middle and from before each of its places: the camera reaches three metres. What cannot be
    reached is not looked at, as long as something could.
    """
    seen: Seen = {}
    if where is None:
        await _look_round(sys, None, seen, VIEWS, enough)
        return seen
    home, costmap = await sys.home(), await sys.costmap()
    views = 1 if where.kind is Kind.PLACE and not all_around else VIEWS
    spots = viewpoints(home, costmap, where)
    if spots and all_around and where.kind is Kind.PLACE:  # those who are there may stand in the way
        spots += viewpoints(home, costmap, Named(Kind.ROOM, home.places[str(where.value)].room))
    trouble: Failed | None = None
    visited: list[Pose] = []
    for spot in spots:
        if any(spot.distance(other) <= FAR_ENOUGH for other in visited):
            continue
        patience = GIVE_UP_AFTER if where.kind is Kind.PLACE and not all_around else PATIENCE
        reached = await travel(sys, spot, face=where.kind is Kind.PLACE, patience=patience)
        if isinstance(reached, Failed):
            if reached.errno is not Errno.EHOSTUNREACH:
                return reached
            trouble = reached
            continue
        visited.append(spot)
        await _look_round(sys, where, seen, views, enough)
        if enough(seen) or where.kind is Kind.PLACE:
            break
    if not visited:
        return trouble or Failed(Errno.ENOENT, f"I don't know where {where.value} is.")
    return seen


def viewpoints(home: Home, costmap: Costmap, where: Named) -> list[Pose]:
    """Where to stand to see a place, or all of a room: its middle first, then before its places."""
    name = str(where.value)
    if where.kind is Kind.PLACE:
        return [home.places[name].approach] if name in home.places else []
    if name not in home.rooms:
        return []
    return [room_spot(home, costmap, name), *(p.approach for p in home.places.values() if p.room == name)]


async def _look_round(sys: Sys, where: Named | None, seen: Seen, views: int, enough: Enough) -> None:
    start = (await sys.body()).pose.yaw
    for view in range(views):
        if view:
            await turn_to(sys, wrap(start + view * 2 * math.pi / VIEWS))
        await sys.sleep(PAUSE)
        await in_view(sys, "")  # the disk is told where things are
        for detection in await within(sys, where):
            seen.setdefault(detection.label, detection)
        if enough(seen):
            return


async def within(sys: Sys, where: object) -> list[Detection]:
    """What is in view: at a place only what lies there, in a room only what is in it."""
    detections = list(await sys.see())
    if not isinstance(where, Named):
        return detections
    home, pose = await sys.home(), (await sys.body()).pose
    spots = [(detection, pose.compose(Pose(detection.x, detection.y))) for detection in detections]
    if where.kind is Kind.PLACE:
        return [detection for detection, spot in spots if _is_at(home, str(where.value), detection, spot)]
    return [detection for detection, spot in spots if home.room_at(spot.x, spot.y) == where.value]


def _is_at(home: Home, place: str, detection: Detection, spot: Pose) -> bool:
    """Whether what is seen at `spot` (map frame) lies at a place or, for somebody, is near it in the same room."""
    if detection.kind != "person" or place not in home.places:
        return nearest_place(home, spot) == place
    at = home.places[place]
    return home.room_at(spot.x, spot.y) == at.room and spot.distance(Pose(at.x, at.y)) <= NEAR_PEOPLE


def people_in(home: Home, seen: Seen) -> list[str]:
    """Those seen that are people: animals are no people."""
    return list(_of(seen, "person", lambda name: name not in home.people or not home.people[name].animal))


def things_in(seen: Seen) -> list[str]:
    """Those seen that are things."""
    return list(_of(seen, "thing", lambda name: True))


def _of(seen: Seen, kind: str, wanted: Callable[[str], bool]) -> Iterator[str]:
    return (label for label, detection in seen.items() if detection.kind == kind and wanted(label))
