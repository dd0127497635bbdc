"""Seeing, taking and letting go of things: what `find`, `pick`, `put`, `give` and `fetch` have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.ports import Detection, Refused
from robotos.navigation.home import Home, Place
from robotos.programs.driving import Failed, travel, turn_to
from robotos.programs.goto import NEAR_PERSON

LOOK_AROUND = 3  # views, a third of a turn apart, that show a whole room
REACH = 0.75  # m from the robot's centre within which the gripper reaches
HAND_HEIGHT = 1.0  # m above the floor at which a thing is handed over
PAUSE = 0.3  # s for the picture to settle


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
    for detection in await sys.see():
        if detection.kind != "thing":
            continue
        at = nearest_place(home, pose.compose(Pose(detection.x, detection.y)))
        if not at:
            continue
        belief = await sys.where(detection.label)
        if belief is None or belief.place != at:
            await sys.moved(detection.label, at, "seen")
        if detection.label == thing:
            found = Sighting(detection, at)
    return found


async def search(sys: Sys, thing: str) -> Sighting | Failed:
    """Look where the thing is believed to be, then at every other place, nearest first."""
    home = await sys.home()
    seen = await in_view(sys, thing)
    if seen is not None and math.hypot(seen.detection.x, seen.detection.y) <= REACH:
        return seen
    belief = await sys.where(thing)
    if belief is not None and belief.place in home.people:
        return Failed(Errno.ENOENT, f"{belief.place} has the {thing}.")
    likely = [home.places[belief.place]] if belief is not None and belief.place in home.places else []
    pose = (await sys.body()).pose
    others = sorted((p for p in home.places.values() if p not in likely), key=lambda p: pose.distance(p.approach))
    trouble: Failed | None = None
    tried: set[str] = set()
    for place in [*likely, *others]:
        if place.name in tried:
            continue
        tried.add(place.name)
        result = await look_for(sys, thing, place)
        if isinstance(result, Failed):
            if result.errno is not Errno.EHOSTUNREACH:
                return result
            trouble = result
            continue
        if result is None:
            if place in likely:
                await sys.moved(thing, "", "seen")
            continue
        if result.place != place.name and result.place in home.places:
            again = await look_for(sys, thing, home.places[result.place])
            if isinstance(again, Failed | Sighting):
                return again
            continue
        return result
    return trouble or Failed(Errno.ENOENT, f"I looked everywhere and did not find the {thing}.")


async def take(sys: Sys, thing: str) -> str | Failed:
    """Drive to the thing and take it; the place it was taken from."""
    held = await holding(sys)
    if held == thing:
        return "robot"
    if held:
        return Failed(Errno.EBUSY, f"I am holding the {held} already.")
    found = await search(sys, thing)
    if isinstance(found, Failed):
        return found
    await sys.announce()
    for _ in range(2):
        detection = found.detection
        moved = await sys.gripper(True, (detection.x, detection.y, detection.z))
        if isinstance(moved.answer, Refused) and moved.answer.errno is not Errno.EAGAIN:
            return Failed(moved.answer.errno, moved.answer.reason)
        if moved.state.gripper_holding:
            await sys.moved(thing, "robot", "moved")
            return found.place
        again = await in_view(sys, thing)
        if again is None:
            break
        found = again
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
    found = await approach_person(sys, person)
    if isinstance(found, Failed):
        return found
    return await _release(sys, thing, person, (found.x, found.y, HAND_HEIGHT))


async def approach_person(sys: Sys, person: str) -> Detection | Failed:
    """Drive near a person: where they usually are, and from there to where they are seen."""
    home = await sys.home()
    known = home.people.get(person)
    if known is None:
        return Failed(Errno.ENOENT, f"I don't know {person}.")
    target = Pose(known.x, known.y)
    for _ in range(3):
        pose = (await sys.body()).pose
        reached = await travel(sys, target, tolerance=NEAR_PERSON, face=False)
        if isinstance(reached, Failed):
            return reached
        pose = reached.pose
        await turn_to(sys, math.atan2(target.y - pose.y, target.x - pose.x))
        await sys.sleep(PAUSE)
        seen = await _person_in_view(sys, person)
        if seen is None:
            seen = await _look_around(sys, person)
        if seen is None:
            return Failed(Errno.ENOENT, f"I don't see {person} here.")
        if math.hypot(seen.x, seen.y) <= 1.0:
            return seen
        spot = (await sys.body()).pose.compose(Pose(seen.x, seen.y))
        target = Pose(spot.x, spot.y)
    return Failed(Errno.EHOSTUNREACH, f"I don't get near enough to {person}.")


async def _look_around(sys: Sys, person: str) -> Detection | None:
    for _ in range(LOOK_AROUND):
        yaw = (await sys.body()).pose.yaw
        await turn_to(sys, yaw + 2 * math.pi / LOOK_AROUND)
        await sys.sleep(PAUSE)
        seen = await _person_in_view(sys, person)
        if seen is not None:
            return seen
    return None


async def _person_in_view(sys: Sys, person: str) -> Detection | None:
    for detection in await sys.see():
        if detection.kind == "person" and detection.label == person:
            return detection
    return None


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
    """What the gripper holds, by the disk; "" when it is empty."""
    return (await sys.situation()).holding


def nearest_place(home: Home, spot: Pose) -> str:
    """The place within a metre of a point, "" when there is none."""
    near = min(home.places.values(), key=lambda p: math.hypot(p.x - spot.x, p.y - spot.y), default=None)
    if near is None or math.hypot(near.x - spot.x, near.y - spot.y) > 1.0:
        return ""
    return near.name
