"""`move_by` and `turn_by`: so many metres straight, so many degrees on the spot."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.geometry import wrap
from robotos.kernel.api import Sys
from robotos.kernel.calls import Result
from robotos.kernel.ports import Refused
from robotos.kernel.process import Args, Priority, Program
from robotos.programs.arguments import number, one
from robotos.programs.driving import STUCK_AFTER, Failed, turn_rate

SLOW = 0.2  # m/s
GAIN = 2.0  # 1/s, m/s per m that is left
ALMOST = 0.01  # m
DEFAULT_DISTANCE = 0.5  # m
DEFAULT_ANGLE = math.pi / 2


async def move_by(sys: Sys, args: Args) -> Result:
    """Straight ahead or back, keeping the heading."""
    sign = -1.0 if one(args, "way") == "back" else 1.0
    wanted = number(args, "metres", DEFAULT_DISTANCE)
    await sys.announce()
    start = (await sys.body()).pose
    done, pose = 0.0, start
    stuck_since: float | None = None
    while wanted - done > ALMOST:
        v = sign * max(0.04, min(SLOW, GAIN * (wanted - done)))
        moved = await sys.drive(v, 2.0 * wrap(start.yaw - pose.yaw))
        refused = _refusal(moved.answer)
        if refused is not None:
            return Result(refused.errno, {"moved": sign * done}, reason=refused.reason)
        pose = moved.state.pose
        along = sign * start.inverse().compose(pose).x
        now = await sys.now()
        if along > done + 0.005:
            done, stuck_since = along, None
        elif stuck_since is None:
            stuck_since = now
        elif now - stuck_since > 2 * STUCK_AFTER:
            await sys.drive(0.0, 0.0)
            return Result(Errno.EHOSTUNREACH, {"moved": sign * done}, reason="Something is in the way.")
    await sys.drive(0.0, 0.0)
    return Result(data={"moved": sign * done})


async def turn_by(sys: Sys, args: Args) -> Result:
    """Left (counter-clockwise), right, or around."""
    way = one(args, "way")
    wanted = number(args, "radians", math.pi if way == "around" else DEFAULT_ANGLE)
    sign = -1.0 if way == "right" else 1.0
    limit = (await sys.policy()).motion.max_turn_rate
    await sys.announce()
    yaw = (await sys.body()).pose.yaw
    done = 0.0
    deadline = await sys.now() + 10.0 + wanted / 0.2
    while wanted - done > 0.02:
        moved = await sys.drive(0.0, sign * turn_rate(wanted - done, limit))
        refused = _refusal(moved.answer)
        if refused is not None:
            return Result(refused.errno, {"turned": sign * done}, reason=refused.reason)
        done += sign * wrap(moved.state.pose.yaw - yaw)
        yaw = moved.state.pose.yaw
        if await sys.now() > deadline:
            return Result(Errno.ETIMEDOUT, {"turned": sign * done}, reason="I could not turn.")
    await sys.drive(0.0, 0.0)
    return Result(data={"turned": sign * done})


def _refusal(answer: object) -> Failed | None:
    if isinstance(answer, Refused) and answer.errno not in {Errno.EAGAIN, Errno.EINTR}:
        return Failed(answer.errno, answer.reason)
    return None


MOVE_BY = Program("move_by", move_by, Priority.INTERACTIVE)
TURN_BY = Program("turn_by", turn_by, Priority.INTERACTIVE)
