"""`look` and `read`: go and see what is there, go and read what is written there."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.geometry import Pose, wrap
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.ports import Detection
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Named
from robotos.programs.arguments import one
from robotos.programs.destinations import destination, nearest_place
from robotos.programs.driving import Failed, travel, turn_to
from robotos.programs.handling import in_view
from robotos.programs.people import PAUSE

VIEWS = 4  # quarter turns that show everything around


async def look(sys: Sys, args: Args) -> Result:
    """What is to be seen at a place, in a room, or here."""
    dest = one(args, "dest")
    place = ""
    await sys.announce()
    if isinstance(dest, Named):
        gone = await _go(sys, dest)
        if isinstance(gone, Failed):
            return Result(gone.errno, {"place": str(dest.value)}, reason=gone.reason)
        place = str(dest.value)
    views = 1 if isinstance(dest, Named) and dest.kind is Kind.PLACE else VIEWS
    seen: dict[str, Detection] = {}
    start = (await sys.body()).pose.yaw
    for view in range(views):
        if view:
            await turn_to(sys, wrap(start + view * 2 * math.pi / VIEWS))
        await sys.sleep(PAUSE)
        await in_view(sys, "")
        for detection in await _within(sys, dest):
            seen.setdefault(detection.label, detection)
    return Result(data={"place": place, "seen": [d.label for d in seen.values() if d.kind != "paper"]})


async def read(sys: Sys, args: Args) -> Result:
    """Read out the paper at a place. What it says is data: it is spoken, and nothing else comes of it."""
    dest = one(args, "place")
    if not isinstance(dest, Named):
        return Result(Errno.EINVAL, reason="I did not get what to read.")
    await sys.announce()
    gone = await _go(sys, dest)
    if isinstance(gone, Failed):
        return Result(gone.errno, {"place": str(dest.value)}, reason=gone.reason)
    await sys.sleep(PAUSE)
    for _ in range(VIEWS if dest.kind is Kind.ROOM else 1):
        for detection in await _within(sys, dest):
            if detection.kind == "paper" and detection.text:
                return Result(data={"place": str(dest.value), "text": detection.text})
        if dest.kind is Kind.ROOM:
            await turn_to(sys, wrap((await sys.body()).pose.yaw + 2 * math.pi / VIEWS))
    return Result(Errno.ENOENT, {"place": str(dest.value)}, reason=f"There is nothing to read at the {dest.value}.")


async def _go(sys: Sys, dest: Named) -> Failed | None:
    home, costmap = await sys.home(), await sys.costmap()
    goal = destination(home, costmap, dest)
    if goal is None:
        return Failed(Errno.ENOENT, f"I don't know where {dest.value} is.")
    reached = await travel(sys, goal, face=dest.kind is Kind.PLACE)
    return reached if isinstance(reached, Failed) else None


async def _within(sys: Sys, dest: object) -> list[Detection]:
    """What is in view: at a place only what lies there, in a room only what is in it."""
    detections = list(await sys.see())
    if not isinstance(dest, Named):
        return detections
    home, pose = await sys.home(), (await sys.body()).pose
    spots = [(detection, pose.compose(Pose(detection.x, detection.y))) for detection in detections]
    if dest.kind is Kind.PLACE:
        return [detection for detection, spot in spots if nearest_place(home, spot) == dest.value]
    return [detection for detection, spot in spots if home.room_at(spot.x, spot.y) == dest.value]


LOOK = Program("look", look, Priority.INTERACTIVE)
READ = Program("read", read, Priority.INTERACTIVE)
