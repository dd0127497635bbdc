"""Getting from here to there: plan, track, wait for people, back off from contacts, plan again."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np

from robotos.errno import Errno
from robotos.geometry import Pose, wrap
from robotos.kernel.api import Moved, Sys
from robotos.kernel.ports import BodyState, Refused
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.navigation.localise import unmapped
from robotos.navigation.planner import Unreachable, plan
from robotos.navigation.tracking import Arrived, Tracker

Path = tuple[tuple[float, float], ...]
Watch = Callable[[BodyState], Awaitable[None]]

STUCK_AFTER = 1.5  # s without progress after which the way is planned anew
GIVE_UP_AFTER = 25.0  # s of waiting for the way to clear
ARMING = 2.0  # s the gate may take to arm
MOST_CONTACTS = 3  # contacts on one way after which something is wrong with the map
TURN_GAIN = 2.5  # 1/s, rad/s per rad of heading error
SLOWEST_TURN = 0.15  # rad/s, enough to overcome stiction
HEADING_TOLERANCE = 0.04  # rad


@dataclass(frozen=True, slots=True)
class Failed:
    """Why the robot did not get there."""

    errno: Errno
    reason: str


@dataclass(slots=True)
class _Trouble:
    """What went wrong so far on one way, so that it does not go on for ever."""

    contacts: int = 0
    waiting_since: float | None = None
    arming_since: float | None = None
    asked: bool = False
    bumps: list[tuple[float, float]] | None = None


async def travel(
    sys: Sys, goal: Pose, *, tolerance: float = 0.0, face: bool = True, watch: Watch | None = None
) -> BodyState | Failed:
    """Drive to `goal` (map frame), or to within `tolerance` metres of it; with `face` turn to its heading there.

    `watch` is told of every new state of the body.
    """
    costmap = await sys.costmap()
    trouble = _Trouble()
    while True:
        state = await sys.body()
        path = plan(_with_obstacles(costmap, await sys.home(), state, trouble), state.pose, goal, tolerance)
        if isinstance(path, Unreachable):
            unreachable = await _wait_for_way(sys, trouble, path.reason)
            if unreachable is not None:
                return unreachable
            continue
        outcome = await _along(sys, path, trouble, watch)
        if isinstance(outcome, Failed):
            return outcome
        if outcome is not None:
            return await turn_to(sys, goal.yaw) if face else outcome


async def follow_lane(sys: Sys, path: Path, watch: Watch | None = None) -> BodyState | Failed | None:
    """Drive along a given path without planning another one; None when something is in the way."""
    return await _along(sys, path, _Trouble(), watch)


async def turn_to(sys: Sys, heading: float) -> BodyState | Failed:
    """Turn on the spot to a heading in the map frame (rad)."""
    trouble = _Trouble()
    limit = (await sys.policy()).motion.max_turn_rate
    state = await sys.body()
    for _ in range(600):
        error = wrap(heading - state.pose.yaw)
        if abs(error) < HEADING_TOLERANCE:
            return (await sys.drive(0.0, 0.0)).state
        moved = await sys.drive(0.0, turn_rate(error, limit))
        trouble_found = await _answer(sys, moved, trouble)
        if isinstance(trouble_found, Failed):
            return trouble_found
        state = moved.state
    return Failed(Errno.ETIMEDOUT, "I could not turn.")


def turn_rate(error: float, limit: float) -> float:
    """Turning speed (rad/s) that closes a heading error (rad) without overshooting."""
    rate = min(limit, max(SLOWEST_TURN, TURN_GAIN * abs(error)))
    return math.copysign(rate, error)


async def _along(sys: Sys, path: Path, trouble: _Trouble, watch: Watch | None) -> BodyState | Failed | None:
    """Track a path to its end. None: plan again."""
    tracker = Tracker(path)
    state = await sys.body()
    blocked_since: float | None = None
    last = state.pose
    while True:
        command = tracker.steer(state.pose)
        if isinstance(command, Arrived):
            return (await sys.drive(0.0, 0.0)).state
        moved = await sys.drive(command.v, command.w)
        trouble_found = await _answer(sys, moved, trouble)
        if isinstance(trouble_found, Failed):
            return trouble_found
        if trouble_found:
            return None
        now = await sys.now()
        state = moved.state
        if watch is not None:
            await watch(state)
        if _progress(last, state.pose):
            last, blocked_since = state.pose, None
            trouble.waiting_since = None
        elif blocked_since is None:
            blocked_since = now
        elif now - blocked_since > STUCK_AFTER:
            await sys.drive(0.0, 0.0)
            waited = await _wait_for_way(sys, trouble, "something is in the way")
            return waited


def _progress(before: Pose, after: Pose) -> bool:
    return before.distance(after) > 0.03 or abs(wrap(after.yaw - before.yaw)) > 0.1


async def _answer(sys: Sys, moved: Moved, trouble: _Trouble) -> Failed | bool:
    """What a refused command means for the way: give up (`Failed`), plan again (True) or go on (False)."""
    answer = moved.answer
    if not isinstance(answer, Refused):
        trouble.arming_since = None
        return False
    if answer.errno is Errno.EINTR:
        return True
    if answer.errno is Errno.EAGAIN:
        now = await sys.now()
        trouble.arming_since = now if trouble.arming_since is None else trouble.arming_since
        return Failed(Errno.ENODEV, answer.reason) if now - trouble.arming_since > ARMING else False
    if moved.state.bumper or moved.state.cliff or moved.state.latched in {"bumper", "cliff"}:
        return await _contact(sys, moved.state, trouble)
    return Failed(answer.errno, answer.reason)


async def _contact(sys: Sys, state: BodyState, trouble: _Trouble) -> Failed | bool:
    trouble.contacts += 1
    if trouble.contacts > MOST_CONTACTS:
        return Failed(Errno.EHOSTUNREACH, "I keep bumping into something.")
    side = {1: 0.6, 2: -0.6}.get(state.bumper | state.cliff, 0.0)
    touched = state.pose.compose(Pose(0.20 * math.cos(side), 0.20 * math.sin(side)))
    trouble.bumps = [*(trouble.bumps or []), (touched.x, touched.y)]
    backed = await sys.recover()
    if isinstance(backed.answer, Refused):
        return Failed(backed.answer.errno, backed.answer.reason)
    return True


async def _wait_for_way(sys: Sys, trouble: _Trouble, reason: str) -> Failed | None:
    """Give people time to move; None: try again."""
    now = await sys.now()
    if trouble.waiting_since is None:
        trouble.waiting_since = now
    if now - trouble.waiting_since > GIVE_UP_AFTER:
        return Failed(Errno.EHOSTUNREACH, reason)
    if not trouble.asked and now - trouble.waiting_since > 3.0:
        trouble.asked = True
        await sys.speak("Excuse me, may I come through?")
    await sys.sleep(1.0)
    return None


def _with_obstacles(costmap: Costmap, home: Home, state: BodyState, trouble: _Trouble) -> Costmap:
    """The costmap with what the scan shows now that the map does not, and what was bumped into."""
    if state.scan is not None:
        seen = unmapped(state.pose, state.scan.ranges, home.grid)
        near = [(float(x), float(y)) for x, y in np.asarray(seen).reshape(-1, 2)]
        if near:
            costmap = costmap.blocked(_apart(near, state.pose, costmap.radius + 0.30), 0.30)
    if trouble.bumps:
        costmap = costmap.blocked(trouble.bumps, 0.02)
    return costmap


def _apart(points: Sequence[tuple[float, float]], pose: Pose, least: float) -> list[tuple[float, float]]:
    """Only points far enough off that blocking them leaves the robot's own spot free."""
    return [(x, y) for x, y in points if math.hypot(x - pose.x, y - pose.y) > least + 0.05]
