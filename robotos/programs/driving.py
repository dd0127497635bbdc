"""Getting from here to there: plan, track, wait for people, back off from contacts, plan again."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial

from robotos.errno import Errno
from robotos.geometry import Pose, wrap
from robotos.kernel.api import Moved, Sys
from robotos.kernel.ports import BodyState, Refused
from robotos.navigation.costmap import Costmap
from robotos.navigation.planner import Unreachable, plan
from robotos.navigation.reasons import why
from robotos.navigation.tracking import Arrived, Tracker
from robotos.programs.obstacles import Point, around, seen, touched

Path = tuple[Point, ...]
Watch = Callable[[BodyState], Awaitable[bool | None]]

STUCK_AFTER = 1.5  # s without progress after which the way is planned anew
ASK_AFTER = 3.0  # s of waiting after which whoever is in the way is asked to let the robot through
GIVE_UP_AFTER = 25.0  # s of waiting for the way to clear
ARMING = 2.0  # s the gate may take to arm
MOST_CONTACTS = 3  # contacts on one way after which something is wrong with the map
MOST_PLANS = 60  # times one way is planned, so that two people who keep crossing it come to an end as well
TURN_GAIN = 2.5  # 1/s, rad/s per rad of heading error
SLOWEST_TURN = 0.15  # rad/s, enough to overcome stiction
HEADING_TOLERANCE = 0.04  # rad
TURN_STEPS = 600  # control periods that a turn on the spot may take
LOST_FOR = 120.0  # s of not knowing where it is after which a way is given up
LOOK_AGAIN = 0.5  # s
LOST = "I don't know where I am: please put me on my dock"
EXCUSE_ME = "Excuse me, may I come through?"


@dataclass(frozen=True, slots=True)
class Failed:
    """Why the robot did not get there."""

    errno: Errno
    reason: str


class Again(Enum):
    """Why a path was left before its end, so that it has to be planned anew."""

    AWAY = auto()  # the base was away for another task, or paused
    BLOCKED = auto()
    TOUCHED = auto()


@dataclass(slots=True)
class _Trouble:
    """What went wrong so far on one way, so that it does not go on for ever."""

    contacts: int = 0
    waiting_since: float | None = None
    arming_since: float | None = None
    asked: bool = False
    bumps: list[Point] = field(default_factory=list)


async def travel(
    sys: Sys,
    goal: Pose,
    *,
    face: bool = True,
    watch: Watch | None = None,
    patience: float = GIVE_UP_AFTER,
    tolerance: float = 0.0,
) -> BodyState | Failed:
    """Drive to `goal` (map frame), or as near to it as there is a way, `tolerance` metres off at most.

    With `face` turn to its heading there. `watch` is told of every new state of the body, and ends the drive there by
    answering True; `patience` are the seconds waited for somebody in the way.
    """
    trouble = _Trouble()
    for _ in range(MOST_PLANS):
        state = await sys.body()
        costmap, begin = await _costmap_now(sys, state, trouble), state.pose
        path = await sys.compute(partial(plan, costmap, begin, goal, tolerance))
        if isinstance(path, Unreachable):
            outcome: BodyState | Failed | Again = Again.BLOCKED
        else:
            outcome = await _along(sys, path, trouble, watch)
        if isinstance(outcome, Failed):
            return outcome
        if isinstance(outcome, BodyState):
            return await turn_to(sys, goal.yaw) if face else outcome
        if outcome is Again.BLOCKED and not await _way_may_clear(sys, trouble, patience):
            return Failed(Errno.EHOSTUNREACH, await _reason(sys, goal, trouble))
    return Failed(Errno.EHOSTUNREACH, "I was held up too often on the way")


async def follow_lane(sys: Sys, path: Path, watch: Watch | None = None) -> BodyState | Failed | Again:
    """Drive along a given path without planning another one."""
    return await _along(sys, path, _Trouble(), watch)


async def turn_to(sys: Sys, heading: float) -> BodyState | Failed:
    """Turn on the spot to a heading in the map frame (rad)."""
    trouble = _Trouble()
    limit = (await sys.policy()).motion.max_turn_rate
    state = await sys.body()
    for _ in range(TURN_STEPS):
        error = wrap(heading - state.pose.yaw)
        if abs(error) < HEADING_TOLERANCE:
            return (await sys.drive(0.0, 0.0)).state
        moved = await sys.drive(0.0, turn_rate(error, limit))
        found = await answered(sys, moved, trouble)
        if isinstance(found, Failed):
            return found
        state = moved.state
    return Failed(Errno.ETIMEDOUT, "I could not turn.")


def turn_rate(error: float, limit: float) -> float:
    """Turning speed (rad/s) that closes a heading error (rad) without overshooting."""
    rate = min(limit, max(SLOWEST_TURN, TURN_GAIN * abs(error)))
    return math.copysign(rate, error)


async def back_off(sys: Sys, state: BodyState) -> Failed | None:
    """Back away from a contact that the controller has latched for; None when there is none (any more)."""
    if not (state.bumper or state.cliff or state.latched in {"bumper", "cliff"}):
        return None
    backed = await sys.recover()
    return Failed(backed.answer.errno, backed.answer.reason) if isinstance(backed.answer, Refused) else None


async def _along(sys: Sys, path: Path, trouble: _Trouble, watch: Watch | None) -> BodyState | Failed | Again:
    """Track a path to its end."""
    tracker = Tracker(path)
    state = await sys.body()
    last, since = state.pose, await sys.now()
    while True:
        command = tracker.steer(state.pose)
        if isinstance(command, Arrived):
            return (await sys.drive(0.0, 0.0)).state
        moved = await sys.drive(command.v, command.w)
        found = await answered(sys, moved, trouble)
        if found is not None:
            return found
        state, now = moved.state, await sys.now()
        if watch is not None and await watch(state):
            return (await sys.drive(0.0, 0.0)).state
        if last.distance(state.pose) > 0.03 or abs(wrap(state.pose.yaw - last.yaw)) > 0.1:
            last, since = state.pose, now
            trouble.waiting_since = None
        elif now - since > STUCK_AFTER:
            await sys.drive(0.0, 0.0)
            return Again.BLOCKED


async def answered(sys: Sys, moved: Moved, trouble: _Trouble) -> Failed | Again | None:
    """What the answer to a command means for the way: give up, plan again, or go on."""
    answer = moved.answer
    if not isinstance(answer, Refused):
        trouble.arming_since = None
        return None
    if answer.errno is Errno.EINTR:
        return Again.AWAY
    if answer.errno is Errno.EAGAIN:
        now = await sys.now()
        trouble.arming_since = now if trouble.arming_since is None else trouble.arming_since
        return Failed(Errno.ENODEV, answer.reason) if now - trouble.arming_since > ARMING else None
    if moved.state.located == "lost" and moved.state.link_up:
        return await _found_again(sys)
    if moved.state.bumper or moved.state.cliff or moved.state.latched in {"bumper", "cliff"}:
        return await _contact(sys, moved.state, trouble)
    return Failed(answer.errno, answer.reason)


async def _found_again(sys: Sys) -> Failed | Again:
    """Wait, never drive on a guess. The kernel holds this program as soon as it hears, until the owner says go on."""
    since = await sys.now()
    while (await sys.body()).located == "lost":
        if await sys.now() - since > LOST_FOR:
            return Failed(Errno.EPERM, LOST)
        await sys.sleep(LOOK_AGAIN)
    return Again.AWAY


async def _contact(sys: Sys, state: BodyState, trouble: _Trouble) -> Failed | Again:
    trouble.contacts += 1
    if trouble.contacts > MOST_CONTACTS:
        return Failed(Errno.EHOSTUNREACH, "I keep bumping into something.")
    trouble.bumps.append(touched(state))
    return await back_off(sys, state) or Again.TOUCHED


async def _way_may_clear(sys: Sys, trouble: _Trouble, patience: float) -> bool:
    """Give people time to move. False: it has been long enough."""
    now = await sys.now()
    if trouble.waiting_since is None:
        trouble.waiting_since = now
    waited = now - trouble.waiting_since
    if waited > patience:
        return False
    if not trouble.asked and waited > ASK_AFTER:
        trouble.asked = True
        await sys.speak(EXCUSE_ME)
    await sys.sleep(1.0)
    return True


async def _reason(sys: Sys, goal: Pose, trouble: _Trouble) -> str:
    """Why there is no way to `goal`, as far as can be seen from here."""
    state, home, costmap = await sys.body(), await sys.home(), await sys.costmap()
    points = (*seen(state, home), *trouble.bumps)
    now = await _costmap_now(sys, state, trouble)
    return await sys.compute(partial(why, home, costmap, now, state.pose, goal, points))


async def _costmap_now(sys: Sys, state: BodyState, trouble: _Trouble) -> Costmap:
    """The costmap with what the scan shows now that the map does not, and what was bumped into."""
    points = seen(state, await sys.home())
    return around(await sys.costmap(), state.pose, points, trouble.bumps, await sys.policy())
