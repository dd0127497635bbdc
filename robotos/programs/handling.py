"""Seeing, taking and letting go of things: what `find`, `pick`, `put`, `give` and `fetch` have in common."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.ports import BodyState, Detection, Refused
from robotos.navigation.home import Home, Place
from robotos.programs.destinations import nearest_place
from robotos.programs.driving import Failed, travel
from robotos.programs.floor import ON_FLOOR, beside_thing, floor_of, room_of_floor
from robotos.programs.people import PAUSE, WITHIN_ARMS, approach

REACH = 0.75  # m from the robot's centre within which the gripper reaches
HAND_HEIGHT = 1.0  # m above the floor at which a thing is handed over
GRASPS = 3  # times the gripper closes on a thing
IN_HAND = 0.4  # m from a person within which a thing is in their hands
OWNER = "owner"
UNNAMED = "something"  # what the gripper holds when the disk does not know


@dataclass(frozen=True, slots=True)
class Sighting:
    """A thing that is in view from where the robot stands, and the place it lies at (or `floor_of` a room)."""

    detection: Detection
    place: str


class Carry(Enum):
    """How carrying a thing may end but by success or failure."""

    LOST = auto()  # it is no longer in the gripper, and was not let go


async def look_for(sys: Sys, thing: str, place: Place) -> Sighting | Failed | None:
    """Drive before a place and look whether the thing is there. None: it is not."""
    reached = await travel(sys, place.approach)
    if isinstance(reached, Failed):
        return reached
    await sys.sleep(PAUSE)
    found = await in_view(sys, thing)
    await _missing(sys, place, {detection.label for detection in await sys.see()} | {thing})
    return found


async def _missing(sys: Sys, place: Place, present: Collection[str]) -> None:
    """Tell the disk what it takes to be at the place that the robot stands before, and that is not there."""
    for name in (await sys.home()).things:
        belief = await sys.where(name) if name not in present else None
        if belief is not None and belief.place == place.name:
            await sys.moved(name, "", "seen")


async def in_view(sys: Sys, thing: str) -> Sighting | None:
    """The thing, if the camera shows it now; the disk is told where it was seen."""
    home, pose = await sys.home(), (await sys.body()).pose
    found: Sighting | None = None
    detections = await sys.see()
    people = [detection for detection in detections if detection.kind == "person"]
    for detection in detections:
        if detection.kind != "thing":
            continue
        hands = (person.label for person in people if _near(person, detection) <= IN_HAND)
        at = next(hands, "") or _lies_at(home, detection, pose.compose(Pose(detection.x, detection.y)))
        if not at:
            continue
        belief = await sys.where(detection.label)
        if belief is None or belief.place != at:
            await sys.moved(detection.label, at, "seen")
        if detection.label == thing:
            found = Sighting(detection, at)
    return found


def _lies_at(home: Home, detection: Detection, spot: Pose) -> str:
    """The place at which a thing lies that is seen at `spot` (map frame), or the floor; "" for neither."""
    place = nearest_place(home, spot)
    low = detection.z < ON_FLOOR and (not place or home.places[place].z > 2 * ON_FLOOR)
    room = home.room_at(spot.x, spot.y)
    return floor_of(room) if low and room else place


def _near(one: Detection, other: Detection) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


async def grasp(sys: Sys, thing: str, found: Sighting) -> str | Failed:
    """Take a thing that is in view, coming nearer where it lies on the floor; the place it was taken from."""
    sighting: Sighting | Failed | None = found
    for _ in range(GRASPS):
        if isinstance(sighting, Sighting):
            sighting = await _within_reach(sys, thing, sighting)
        if isinstance(sighting, Failed):
            return sighting
        if sighting is None:
            break
        spot = sighting.detection
        moved = await sys.gripper(True, (spot.x, spot.y, spot.z))
        if isinstance(moved.answer, Refused) and moved.answer.errno is not Errno.EAGAIN:
            return Failed(moved.answer.errno, moved.answer.reason)
        if moved.state.gripper_holding:
            await sys.moved(thing, "robot", "moved")
            return sighting.place
        await sys.gripper(False, (spot.x, spot.y, spot.z))
        sighting = await in_view(sys, thing)
    return Failed(Errno.EIO, f"I could not get hold of the {thing}.")


async def _within_reach(sys: Sys, thing: str, found: Sighting) -> Sighting | Failed | None:
    """The thing as it is seen from where the gripper reaches it; None when it is no longer in view from there."""
    spot, home = found.detection, await sys.home()
    if math.hypot(spot.x, spot.y) <= REACH or not room_of_floor(home, found.place):
        return found
    pose = (await sys.body()).pose
    there = pose.compose(Pose(spot.x, spot.y))
    goal = beside_thing(await sys.costmap(), pose, there.x, there.y)
    if goal is None:
        return Failed(Errno.EHOSTUNREACH, f"I don't get near enough to the {thing}.")
    reached = await travel(sys, goal)
    if isinstance(reached, Failed):
        return reached
    await sys.sleep(PAUSE)
    return await in_view(sys, thing)


async def put_at(sys: Sys, thing: str, place: Place) -> Failed | Carry | None:
    """Carry what is held before a place and put it down there."""
    reached = await travel(sys, place.approach, watch=_empty)
    if isinstance(reached, Failed):
        return reached
    at = reached.pose.inverse().compose(Pose(place.x, place.y))
    return await _release(sys, thing, place.name, (at.x, at.y, place.z))


async def hand_to(sys: Sys, thing: str, person: str) -> Failed | Carry | None:
    """Carry what is held to a person and let go where they can take it."""
    found = await approach(sys, person, near_enough=WITHIN_ARMS)
    if isinstance(found, Failed):
        return found
    return await _release(sys, thing, person, (found.x, found.y, HAND_HEIGHT))


async def _empty(state: BodyState) -> bool:
    return not state.gripper_holding


async def _release(sys: Sys, thing: str, place: str, aim: tuple[float, float, float]) -> Failed | Carry | None:
    if not (await sys.body()).gripper_holding:
        return Carry.LOST
    x, y, z = aim
    within = min(1.0, REACH / max(math.hypot(x, y), 1e-6))
    moved = await sys.gripper(False, (x * within, y * within, z))
    if isinstance(moved.answer, Refused):
        return Failed(moved.answer.errno, moved.answer.reason)
    if moved.state.gripper_holding:
        return Failed(Errno.EIO, f"I could not let go of the {thing}.")
    await sys.moved(thing, place, "moved")
    return None


async def holding(sys: Sys) -> str:
    """What the gripper holds: its name by the disk, `UNNAMED` for something unknown, "" when it is empty.

    The gripper's own sensor decides. A thing that it should hold and does not has been lost on the way.
    """
    believed = await sys.held()
    if (await sys.body()).gripper_holding:
        return believed or UNNAMED
    if believed:
        await sys.moved(believed, "", "seen")
    return ""
