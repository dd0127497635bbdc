"""`lead`: go ahead of a person to a room or place, leg by leg, waiting for them on the way."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Named
from robotos.navigation.planner import Unreachable, length, plan
from robotos.programs.arguments import one
from robotos.programs.destinations import ANYWHERE, destination
from robotos.programs.driving import Failed, travel, turn_to
from robotos.programs.people import PAUSE, approach, in_view

LEG = 2.5  # m driven ahead before the robot looks back
NEAR = 2.2  # m within which the person is following
WAITS = 3  # looks back on a leg before it goes on without having seen them; once, where they did not come before
BACK_FIRST = (math.pi, math.pi / 2, -math.pi / 2, 0.0)  # rad from straight ahead, which together show all around
LOOKS_AFTER = 2.0  # s between two of them
FOLLOW_ME = "Please follow me."
THIS_WAY = "This way, please."


async def main(sys: Sys, args: Args) -> Result:
    """Fetch the person where they are, go ahead, and say at the end whether they have come along."""
    who, dest = one(args, "person"), one(args, "dest")
    if not isinstance(who, Named) or not isinstance(dest, Named):
        return Result(Errno.EINVAL, reason="I did not get whom to take where.")
    person, name, home = str(who.value), str(dest.value), await sys.home()
    goal = destination(home, await sys.costmap(), dest)
    if goal is None:
        return Result(Errno.ENOENT, {"dest": name}, reason=f"I don't know where {name} is.")
    await sys.announce()
    task = await sys.begin_task("lead", home.room_at(goal.x, goal.y), person)
    outcome = "interrupted"
    try:
        came = await _lead(sys, person, goal, face=dest.kind is Kind.PLACE)
        outcome = "done" if came is True else "failed"
    finally:
        await sys.end_task(task, outcome, detail=person)
    facts = {"person": person, "dest": name, "came": came is True}
    if isinstance(came, Failed):
        return Result(came.errno, facts, reason=came.reason)
    return Result(data=facts)


async def _lead(sys: Sys, person: str, goal: Pose, face: bool) -> bool | Failed:
    """Whether the person is there when the robot is."""
    met = await approach(sys, person)
    if isinstance(met, Failed):
        return met
    await sys.speak(FOLLOW_ME)
    near = True
    while True:
        leg = await _next_leg(sys, goal)
        last = leg == goal
        reached = await travel(sys, leg, face=face and last, tolerance=0.0 if face and last else ANYWHERE)
        if isinstance(reached, Failed):
            return reached
        near = await _wait_for(sys, person, WAITS if near else 1)
        if last:
            return near


async def _next_leg(sys: Sys, goal: Pose) -> Pose:
    """The goal, or the point of the way to it that is one leg ahead."""
    costmap, pose = await sys.costmap(), (await sys.body()).pose
    path = await sys.compute(partial(plan, costmap, pose, goal))
    if isinstance(path, Unreachable):
        return goal  # the drive there will say why not
    if length(path) < 1.5 * LEG:
        return goal
    left = LEG
    for (x, y), (next_x, next_y) in pairwise(path):
        step = math.dist((x, y), (next_x, next_y))
        if step >= left:
            return Pose(x + (next_x - x) * left / step, y + (next_y - y) * left / step)
        left -= step
    return goal


async def _wait_for(sys: Sys, person: str, looks: int) -> bool:
    """Look back until the person is near, so many times and no more. Whether they are."""
    for look in range(looks):
        if look == 1:
            await sys.speak(THIS_WAY)
        if look:
            await sys.sleep(LOOKS_AFTER)
        ahead = (await sys.body()).pose.yaw
        for turn in BACK_FIRST:
            await turn_to(sys, ahead + turn)
            await sys.sleep(PAUSE)
            seen = await in_view(sys, person)
            if seen is not None and math.hypot(seen.x, seen.y) <= NEAR:
                return True
    return False


PROGRAM = Program("lead", main, Priority.INTERACTIVE)
