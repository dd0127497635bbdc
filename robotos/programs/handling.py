"""Seeing, taking and letting go of things: what `find`, `pick`, `put`, `give` and `fetch` have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.ports import Belief, Detection, Refused
from robotos.navigation.home import Place
from robotos.programs.destinations import nearest_place
from robotos.programs.driving import Failed, travel
from robotos.programs.people import PAUSE, WITHIN_ARMS, approach

REACH = 0.75  # m from the robot's centre within which the gripper reaches
HAND_HEIGHT = 1.0  # m above the floor at which a thing is handed over
GRASPS = 3  # times the gripper closes on a thing
IN_HAND = 0.4  # m from a person within which a thing is in their hands
OWNER = "owner"
UNNAMED = "something"  # what the gripper holds when the disk does not know


@dataclass(frozen=True, slots=True)
class Sighting:
    """A thing that is in view from where the robot stands, and the place it lies at."""

    detection: Detection
    place: str


async def look_for(sys: Sys, thing: str, place: Place) -> Sighting | Failed | None:
    """Drive before a place and look whether the thing is there. None: it is not."""
    reached = await travel(sys, place.approach)
    if isinstance(reached, Failed):
        return reached
    await sys.sleep(PAUSE)
    return await in_view(sys, thing)


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
        at = next(hands, "") or nearest_place(home, pose.compose(Pose(detection.x, detection.y)))
        if not at:
            continue
        belief = await sys.where(detection.label)
        if belief is None or belief.place != at:
            await sys.moved(detection.label, at, "seen")
        if detection.label == thing:
            found = Sighting(detection, at)
    return found


def _near(one: Detection, other: Detection) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


async def search(sys: Sys, thing: str, first: Sequence[Place] = ()) -> Sighting | Failed:
    """Look at `first`, then where the thing is believed to be, then at every other place, nearest first."""
    home = await sys.home()
    seen = await in_view(sys, thing)
    if seen is not None and math.hypot(seen.detection.x, seen.detection.y) <= REACH:
        return seen
    belief = await sys.where(thing)
    if not first and belief is not None and belief.place in home.people:
        who = "You have" if belief.place == OWNER else f"{belief.place.capitalize()} has"
        return Failed(Errno.ENOENT, f"{who} the {thing}.")
    trouble: Failed | None = None
    for place in await _likely_first(sys, first, belief):
        looked = await _look_closer(sys, thing, place)
        if isinstance(looked, Sighting):
            return looked
        if isinstance(looked, Failed):
            if looked.errno is not Errno.EHOSTUNREACH:
                return looked
            trouble = looked
        elif belief is not None and place.name == belief.place:
            await sys.moved(thing, "", "seen")
    return trouble or Failed(Errno.ENOENT, f"I looked everywhere and did not find the {thing}.")


async def _likely_first(sys: Sys, first: Sequence[Place], belief: Belief | None) -> list[Place]:
    home, pose = await sys.home(), (await sys.body()).pose
    likely = [*first, *([home.places[belief.place]] if belief is not None and belief.place in home.places else [])]
    rest = sorted(home.places.values(), key=lambda place: pose.distance(place.approach))
    return list({place.name: place for place in [*likely, *rest]}.values())


async def _look_closer(sys: Sys, thing: str, place: Place) -> Sighting | Failed | None:
    """Look for a thing from before a place, and from before another one where it shows up at that."""
    found = await look_for(sys, thing, place)
    home = await sys.home()
    if isinstance(found, Sighting) and found.place != place.name and found.place in home.places:
        return await look_for(sys, thing, home.places[found.place])
    return found


async def take(sys: Sys, thing: str, first: Sequence[Place] = ()) -> str | Failed:
    """Drive to the thing, looking at `first` before anywhere else, and take it; the place it was taken from."""
    held = await holding(sys)
    if held == thing:
        return "robot"
    if held:
        return Failed(Errno.EBUSY, f"I am holding the {held} already." if held != UNNAMED else "My gripper is full.")
    found: Sighting | Failed | None = await search(sys, thing, first)
    for _ in range(GRASPS):
        if isinstance(found, Failed):
            return found
        if found is None:
            break
        spot = found.detection
        moved = await sys.gripper(True, (spot.x, spot.y, spot.z))
        if isinstance(moved.answer, Refused) and moved.answer.errno is not Errno.EAGAIN:
            return Failed(moved.answer.errno, moved.answer.reason)
        if moved.state.gripper_holding:
            await sys.moved(thing, "robot", "moved")
            return found.place
        await sys.gripper(False, (spot.x, spot.y, spot.z))
        found = await in_view(sys, thing)
    return Failed(Errno.EIO, f"I could not get hold of the {thing}.")


async def put_at(sys: Sys, thing: str, place: Place) -> Failed | None:
    """Carry what is held before a place and put it down there."""
    reached = await travel(sys, place.approach)
    if isinstance(reached, Failed):
        return reached
    at = reached.pose.inverse().compose(Pose(place.x, place.y))
    return await _release(sys, thing, place.name, (at.x, at.y, place.z))


async def hand_to(sys: Sys, thing: str, person: str) -> Failed | None:
    """Carry what is held to a person and let go where they can take it."""
    found = await approach(sys, person, near_enough=WITHIN_ARMS)
    if isinstance(found, Failed):
        return found
    return await _release(sys, thing, person, (found.x, found.y, HAND_HEIGHT))


async def _release(sys: Sys, thing: str, place: str, aim: tuple[float, float, float]) -> Failed | None:
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
