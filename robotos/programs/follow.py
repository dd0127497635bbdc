"""`follow`: keep near a person until told otherwise, or until both are where they were going."""

from __future__ import annotations

import math
from dataclasses import dataclass

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Result
from robotos.kernel.ports import Detection, Refused
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Named
from robotos.programs.arguments import one
from robotos.programs.driving import Failed, back_off, turn_rate
from robotos.programs.people import approach, in_view, seen_near

KEEP = 1.0  # m between the robot's centre and the person
GIVE_WAY = 0.9  # m within which the robot backs away from the person
BACKING = 0.1  # m/s
AHEAD = 0.5  # rad from straight ahead
GAIN = 0.6  # 1/s
LOST_AFTER = 1.5  # s without seeing the person after which the robot goes and looks
AT_PLACE = 1.5  # m from a place within which somebody is there
HELD_UP_AFTER = 3.0  # s without progress towards somebody after which the robot looks for another way
PROGRESS, SLOW = 0.05, 0.1  # m, m/s
MOST_TRIES = 5  # times in a row that there is no way to the person
LONGEST = 600.0  # s, then the owner is asked by words again


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a stretch behind somebody ended: with both `there`, or `last` (map frame) seen there and lost from sight."""

    there: bool
    last: Pose | None = None


async def main(sys: Sys, args: Args) -> Result:
    """Find the person, drive towards them while they are in view, and look for them when they are not."""
    dest, goal = one(args, "person"), one(args, "until")
    person, home = str(dest.value) if isinstance(dest, Named) else "", await sys.home()
    if person not in home.people:
        return Result(Errno.ENOENT, {"person": person}, reason=f"I don't know {person}.")
    name = str(goal.value) if isinstance(goal, Named) else ""
    if name and name not in home.rooms and name not in home.places:
        return Result(Errno.ENOENT, {"person": person}, reason=f"I don't know where {name} is.")
    await sys.announce()
    task = await sys.begin_task("follow", "", person)
    outcome = "interrupted"
    until = await sys.now() + LONGEST
    try:
        ended = await _follow(sys, person, until, name)
        failed, there = (ended, False) if isinstance(ended, Failed) else (None, ended)
        outcome = "done" if failed is None else "failed"
    finally:
        await sys.end_task(task, outcome, detail=person)
    if failed is not None:
        return Result(failed.errno, {"person": person}, reason=failed.reason)
    return Result(data={"person": person, "place": name if there else ""})


async def _follow(sys: Sys, person: str, until: float, goal: str) -> Failed | bool:
    """Come up to the person and drive after them, again and again. Whether they have got to the goal."""
    seen = await in_view(sys, person) is not None
    tries = 0
    while await sys.now() < until:
        if not seen:
            found = await approach(sys, person)
            if isinstance(found, Failed) and (found.errno is not Errno.EHOSTUNREACH or tries >= MOST_TRIES):
                return found
            tries = tries + 1 if isinstance(found, Failed) else 0  # they may be in a door: straight after them, then
        followed = await _behind(sys, person, until, goal)
        if isinstance(followed, Failed) or followed.there:
            return followed if isinstance(followed, Failed) else True
        seen = followed.last is not None and await seen_near(sys, person, followed.last)
    return False


async def _behind(sys: Sys, person: str, until: float, goal: str) -> Failed | _Ended:
    """Drive after a person who is in view, to the goal.

    Or until they are out of sight, or something has kept the robot from them for a while, or it has been long enough.
    """
    limit = (await sys.policy()).motion
    seen_at = moved_at = now = await sys.now()
    last, person_at = (await sys.body()).pose, None
    while now < until and now - seen_at <= LOST_AFTER and now - moved_at <= HELD_UP_AFTER:
        spot = await in_view(sys, person)
        if spot is not None:
            seen_at, person_at = now, (await sys.body()).pose.compose(Pose(spot.x, spot.y))
        if spot is not None and goal and await _both_at(sys, goal, spot):
            await sys.drive(0.0, 0.0)
            return _Ended(True)
        v, w = _towards(spot, limit.max_speed, limit.max_turn_rate) if spot is not None else (0.0, 0.0)
        moved = await sys.drive(v, w)
        now = await sys.now()
        if v < SLOW or last.distance(moved.state.pose) > PROGRESS:
            last, moved_at = moved.state.pose, now
        answer = moved.answer
        if isinstance(answer, Refused) and answer.errno is Errno.EINTR:
            seen_at = moved_at = now
        elif isinstance(answer, Refused) and answer.errno is not Errno.EAGAIN:
            if not (moved.state.bumper or moved.state.cliff or moved.state.latched in {"bumper", "cliff"}):
                return Failed(answer.errno, answer.reason)
            failed = await back_off(sys, moved.state)
            if failed is not None:
                return failed
    await sys.drive(0.0, 0.0)
    return _Ended(False, person_at if now - seen_at > LOST_AFTER else None)


async def _both_at(sys: Sys, goal: str, spot: Detection) -> bool:
    """Whether robot and person are both in the room, or the person at the place, that was named."""
    home, pose = await sys.home(), (await sys.body()).pose
    person = pose.compose(Pose(spot.x, spot.y))
    if goal in home.places:
        place = home.places[goal]
        return person.distance(Pose(place.x, place.y)) <= AT_PLACE and pose.distance(person) <= AT_PLACE
    return home.room_at(pose.x, pose.y) == home.room_at(person.x, person.y) == goal


def _towards(spot: Detection, top: float, turn: float) -> tuple[float, float]:
    bearing, away = math.atan2(spot.y, spot.x), Pose(0.0, 0.0).distance(Pose(spot.x, spot.y))
    w = turn_rate(bearing, min(1.0, turn)) if abs(bearing) > 0.05 else 0.0
    v = max(0.0, min(top, GAIN * (away - KEEP))) * max(0.0, math.cos(bearing))
    if away < GIVE_WAY and abs(bearing) < AHEAD:
        v = -BACKING  # they come towards the robot: out of a room that it stands in the door of, perhaps
    return v, w


PROGRAM = Program("follow", main, Priority.INTERACTIVE)
