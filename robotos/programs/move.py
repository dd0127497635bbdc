"""`move_by` and `turn_by`: so many metres straight, so many degrees on the spot."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.geometry import wrap
from robotos.kernel.api import Moved, Sys
from robotos.kernel.calls import Result
from robotos.kernel.ports import Refused
from robotos.kernel.process import Args, Priority, Program
from robotos.programs.arguments import number, one
from robotos.programs.driving import STUCK_AFTER, Failed, back_off, turn_rate

SLOW = 0.2  # m/s
CRAWL = 0.04  # m/s, so that the last centimetre ends
GAIN = 2.0  # 1/s, m/s per m that is left
ALMOST = 0.01  # m
ALMOST_TURNED = 0.02  # rad
DEFAULT_DISTANCE = 0.5  # m
DEFAULT_ANGLE = math.pi / 2
IN_THE_WAY = "Something is in the way."


async def move_by(sys: Sys, args: Args) -> Result:
    """Straight ahead or back, keeping the heading."""
    sign = -1.0 if one(args, "way") == "back" else 1.0
    wanted = number(args, "metres", DEFAULT_DISTANCE)
    await sys.announce()
    start = pose = (await sys.body()).pose
    done, since = 0.0, await sys.now()
    while wanted - done > ALMOST:
        v = sign * max(CRAWL, min(SLOW, GAIN * (wanted - done)))
        moved = await sys.drive(v, 2.0 * wrap(start.yaw - pose.yaw))
        failed, now = await _refusal(sys, moved), await sys.now()
        since = now if _was_away(moved) else since
        if failed is None and now - since > 2 * STUCK_AFTER:
            await sys.drive(0.0, 0.0)
            failed = Failed(Errno.EHOSTUNREACH, IN_THE_WAY)
        if failed is not None:
            return Result(failed.errno, {"metres": sign * done}, reason=failed.reason)
        pose = moved.state.pose
        along = sign * start.inverse().compose(pose).x
        if along > done + 0.005:
            done, since = along, now
    await sys.drive(0.0, 0.0)
    return Result(data={"metres": sign * done})


async def turn_by(sys: Sys, args: Args) -> Result:
    """Left (counter-clockwise), right, or around."""
    way = one(args, "way")
    wanted = number(args, "radians", math.pi if way == "around" else DEFAULT_ANGLE)
    sign = -1.0 if way == "right" else 1.0
    limit = (await sys.policy()).motion.max_turn_rate
    await sys.announce()
    yaw = (await sys.body()).pose.yaw
    done, since = 0.0, await sys.now()
    while wanted - done > ALMOST_TURNED:
        moved = await sys.drive(0.0, sign * turn_rate(wanted - done, limit))
        failed, now = await _refusal(sys, moved), await sys.now()
        since = now if _was_away(moved) else since
        if failed is None and now - since > 2 * STUCK_AFTER:
            failed = Failed(Errno.ETIMEDOUT, "I could not turn.")
        if failed is not None:
            return Result(failed.errno, {"radians": sign * done}, reason=failed.reason)
        turned = sign * wrap(moved.state.pose.yaw - yaw)
        yaw = moved.state.pose.yaw
        done += turned
        since = now if turned > 0.002 else since
    await sys.drive(0.0, 0.0)
    return Result(data={"radians": sign * done})


def _was_away(moved: Moved) -> bool:
    """Whether the order was paused meanwhile."""
    return isinstance(moved.answer, Refused) and moved.answer.errno is Errno.EINTR


async def _refusal(sys: Sys, moved: Moved) -> Failed | None:
    """Why the motion ends here. After a contact the robot has backed away as far as it may."""
    answer = moved.answer
    if not isinstance(answer, Refused) or answer.errno in {Errno.EAGAIN, Errno.EINTR}:
        return None
    if moved.state.bumper or moved.state.cliff or moved.state.latched in {"bumper", "cliff"}:
        return await back_off(sys, moved.state) or Failed(Errno.EHOSTUNREACH, "I ran into something.")
    return Failed(answer.errno, answer.reason)


MOVE_BY = Program("move_by", move_by, Priority.INTERACTIVE)
TURN_BY = Program("turn_by", turn_by, Priority.INTERACTIVE)
