"""`goto`: drive to a room, a place or a person."""

from __future__ import annotations

import math

import numpy as np

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Named
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.programs.arguments import one
from robotos.programs.driving import Failed, travel

NEAR_PERSON = 0.85  # m between the robot's centre and a person it came to


async def main(sys: Sys, args: Args) -> Result:
    """Drive there and record it."""
    dest = one(args, "dest")
    if not isinstance(dest, Named):
        return Result(Errno.EINVAL, reason="I did not get where to go.")
    name = str(dest.value)
    home, costmap = await sys.home(), await sys.costmap()
    body = await sys.body()
    goal = destination(home, costmap, dest, body.pose)
    if goal is None:
        return Result(Errno.ENOENT, reason=f"I don't know where {name} is.")
    await sys.announce()
    room = home.room_at(goal.x, goal.y)
    task = await sys.begin_task("goto", room, name)
    outcome = "interrupted"
    try:
        tolerance = NEAR_PERSON if dest.kind is Kind.PERSON else 0.0
        reached = await travel(sys, goal, tolerance=tolerance, face=dest.kind is Kind.PLACE)
        outcome = "failed" if isinstance(reached, Failed) else "done"
    finally:
        await sys.end_task(task, outcome, detail=name)
    if isinstance(reached, Failed):
        return Result(reached.errno, {}, reason=reached.reason)
    return Result(data={"at": name})


def destination(home: Home, costmap: Costmap, dest: Named, here: Pose) -> Pose | None:
    """The pose to drive to for a room (its roomiest spot), a place (before it) or a person (where they usually are)."""
    name = str(dest.value)
    if dest.kind is Kind.PLACE and name in home.places:
        return home.places[name].approach
    if dest.kind is Kind.ROOM and name in home.rooms:
        return room_spot(home, costmap, name)
    if dest.kind is Kind.PERSON and name in home.people:
        person = home.people[name]
        return Pose(person.x, person.y, math.atan2(person.y - here.y, person.x - here.x))
    return None


def room_spot(home: Home, costmap: Costmap, room: str) -> Pose:
    """The free spot nearest to the middle of a room's floor, well away from walls where there is such a spot."""
    mask = home.rooms[room].mask
    rows, columns = np.nonzero(mask & (costmap.slack >= min(0.15, float(costmap.slack[mask].max()))))
    middle_row, middle_column = (float(np.mean(axis)) for axis in np.nonzero(mask))
    best = int(np.argmin((rows - middle_row) ** 2 + (columns - middle_column) ** 2))
    x, y = home.grid.to_world(int(rows[best]), int(columns[best]))
    return Pose(float(x), float(y))


PROGRAM = Program("goto", main, Priority.INTERACTIVE)
