"""What the motors were last told, how long that lives, and what becomes of it as new readings come in."""

from __future__ import annotations

import math

from robotos.actuation.controller import Controller
from robotos.actuation.motion import Motion
from robotos.actuation.senses import Senses
from robotos.actuation.verdict import Clipped, Denied
from robotos.geometry import Twist
from robotos.policy import Policy

SLOWER = 0.005  # m/s by which a running order must be too fast before a slower one is sent in between
RECENTLY = 0.06  # s; an order younger than one period of its sender is held only against a new scan
ZERO = Twist(0.0, 0.0)


class Running:
    """The order under way. Callers have checked that motion is allowed at all."""

    def __init__(self, policy: Policy, controller: Controller, senses: Senses, motion: Motion) -> None:
        self._policy = policy
        self._ttl = policy.motion.command_ttl
        self._controller = controller
        self._senses = senses
        self._motion = motion
        self._twist, self._sent, self._deadline = ZERO, -math.inf, 0
        self._tool, self._tool_until = False, -math.inf

    @property
    def twist(self) -> Twist:
        """What was last sent; zero once its deadline has passed."""
        if self._twist != ZERO and self._controller.remaining(self._deadline) <= 0.0:
            self._twist = ZERO
        return self._twist

    def drive(self, wanted: Twist, deadline_ms: int, now: float) -> Clipped:
        """Send as much of `wanted` as is safe, for as long as was asked and policy allows."""
        limited = self._motion.limit(wanted, self.twist, now - self._sent)
        safe = self._motion.clip(limited.twist, self._senses.pose, self._senses.sigma)
        by = (*limited.by, *safe.by)
        if self._controller.remaining(deadline_ms) > self._ttl:
            deadline_ms = self._controller.deadline(self._ttl)
            by = (*by, "command_ttl")
        self._senses.seen = False
        self._send(safe.twist, deadline_ms, now)
        return Clipped(safe.twist, by)

    def stand_still(self, now: float) -> None:
        """Send zero."""
        self._send(ZERO, self._controller.deadline(self._ttl), now)

    def recheck(self, now: float) -> Clipped | None:
        """Hold the order against what came in since: it may get slower, never live longer. What was sent, if any."""
        running = self.twist
        if running.v == 0.0:
            return None
        if isinstance(self._senses.fresh(now), Denied):
            safe = Clipped(ZERO, ("stale",))
        elif self._senses.seen or now - self._sent > RECENTLY:
            self._senses.seen = False
            safe = self._motion.clip(running, self._senses.pose, self._senses.sigma)
        else:
            return None
        if abs(safe.twist.v) >= abs(running.v) - SLOWER:
            return None
        self._send(safe.twist, self._deadline, now)
        return safe

    def back_off(self) -> float:
        """Send a backward speed within the policy of recovering, as far as it is safe; that speed, m/s."""
        speed = self._motion.backwards(self._policy.recover.speed, self._senses.pose, self._senses.sigma)
        self._controller.back_off(speed, self._controller.deadline(self._ttl))
        return speed

    def tool(self, on: bool, now: float, armed: bool) -> None:
        """Turn the tool on, or off."""
        self._tool, self._tool_until = on, -math.inf
        if on:
            self.renew_tool(now)
        elif armed:
            self._controller.tool(False, self._controller.deadline(self._ttl))

    def renew_tool(self, now: float) -> None:
        """Let the tool live on, if it is on."""
        if self._tool and now >= self._tool_until - self._ttl / 2:
            self._tool_until = now + self._ttl
            self._controller.tool(True, self._controller.deadline(self._ttl))

    def forget(self) -> None:
        """Nothing runs any more: the controller has stopped, or will at the deadline."""
        self._twist, self._tool = ZERO, False

    def _send(self, twist: Twist, deadline_ms: int, now: float) -> None:
        self._twist, self._sent, self._deadline = twist, now, deadline_ms
        self._controller.drive(twist, deadline_ms)
