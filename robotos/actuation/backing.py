"""Backing away from a contact: how far, how slowly, how often."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from robotos.actuation.verdict import ALLOWED, Allowed, Denied
from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.policy import Recover

ENOUGH = 0.08  # m to go on once nothing touches any more
GONE_FOR = 1.5  # s without contact after which it is over even where there is no room to go on: a wall close behind
COASTING = 0.02  # m that it may still roll once told to stop, and that odometry may be off
SLACK = 1.5  # s beyond the time that the distance should take


@dataclass(frozen=True, slots=True)
class Backing:
    """One manoeuvre under way."""

    began: float  # clock seconds
    start: Pose
    freed: Pose | None = None  # where the contact ended
    freed_at: float = math.inf  # and when, clock seconds

    def seen(self, pose: Pose, contact: bool, now: float) -> Backing:
        """With the place and moment noted at which the contact ended, or forgotten if it is back."""
        if contact:
            return Backing(self.began, self.start)
        return self if self.freed is not None else Backing(self.began, self.start, pose, now)

    def succeeded(self, pose: Pose, now: float) -> bool:
        """Free, and a little further; or free for so long, on the same spot, that it was no obstacle or has gone."""
        if self.freed is None:
            return False
        return self.freed.distance(pose) >= ENOUGH or now - self.freed_at >= GONE_FOR

    def exhausted(self, pose: Pose, now: float, policy: Recover) -> bool:
        """As far as policy allows, or not getting anywhere: no further. Where nothing touches, it may turn out over."""
        far = self.start.distance(pose) >= policy.distance - COASTING
        return far or now - self.began > policy.distance / policy.speed + SLACK


class Allowance:
    """So many manoeuvres a minute; after that the owner is asked."""

    def __init__(self, policy: Recover) -> None:
        self._policy = policy
        self._begun: deque[float] = deque(maxlen=max(policy.per_minute, 1))

    def check(self, now: float) -> Allowed | Denied:
        """Whether one more may begin."""
        recent = sum(1 for began in self._begun if now - began < 60.0)
        if recent >= self._policy.per_minute:
            return Denied(Errno.EPERM, f"I backed off {recent} times within a minute and still touch something")
        return ALLOWED

    def spend(self, now: float) -> None:
        """One begins now."""
        self._begun.append(now)

    def renew(self) -> None:
        """The owner was asked, and ordered to go on."""
        self._begun.clear()
