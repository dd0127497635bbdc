"""What the motors were last told, how long that lives, and what becomes of it as new readings come in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from robotos.actuation.controller import Controller
from robotos.actuation.motion import Motion
from robotos.actuation.senses import Senses
from robotos.actuation.verdict import Clipped, Denied
from robotos.geometry import Twist
from robotos.policy import Policy

SLOWER = 0.005  # m/s by which a running order must be too fast before a slower one is sent in between
SLOWER_TURN = 0.05  # rad/s, the same
PATIENCE = 0.06  # s: a gate cycle
RECENTLY = 0.06  # s; an order younger than one period of its sender is held only against a new scan
ZERO = Twist(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The newest order, while the link takes none; `since` when (clock seconds) something waits."""

    twist: Twist
    deadline_ms: int
    since: float


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
        self._waiting: _Waiting | None = None

    @property
    def twist(self) -> Twist:
        """What was last sent; zero once its deadline has passed."""
        return self._ran(self._controller.now_ms())

    def _ran(self, now_ms: int) -> Twist:
        twist = self._twist
        if twist is not ZERO and self._controller.remaining(self._deadline, now_ms) <= 0.0:
            twist = self._twist = ZERO
        return twist

    def look(self) -> None:
        """Work out what is new about the surroundings now, so that the next order need not wait for that."""
        self._motion.look(self._senses.pose, self._senses.sigma)

    def clip(self, wanted: Twist, now: float, now_ms: int) -> Clipped:
        """As much of `wanted` as is within limits and safe from here, at `now_ms` of the controller. Sends nothing."""
        limited, by = self._motion.limit(wanted, self._ran(now_ms), now - self._sent)
        safe = self._motion.clip(limited, self._senses.pose, self._senses.sigma)
        return Clipped(safe.twist, by + safe.by) if by else safe

    def send(self, clipped: Clipped, deadline_ms: int, left: float, now: float) -> Clipped | None:
        """Send it until the deadline, `left` seconds from now, or for as long as policy allows if that is sooner.

        With two orders under way the link takes no third: it waits for the next `recheck`, unless a newer one replaces
        it. None when something has waited for more than a cycle already: then the link is stuck.
        """
        if left > self._ttl:
            deadline_ms = self._controller.deadline(self._ttl)
            clipped = Clipped(clipped.twist, (*clipped.by, "command_ttl"))
        if self._send(clipped.twist, deadline_ms, now):
            self._senses.seen = False
            return clipped
        if not self._wait(clipped.twist, deadline_ms, now):
            return None
        return Clipped(clipped.twist, (*clipped.by, "waiting"))

    def stand_still(self, now: float) -> None:
        """Send zero, or have it wait as any other order."""
        deadline_ms = self._controller.deadline(self._ttl)
        if not self._send(ZERO, deadline_ms, now):
            self._wait(ZERO, deadline_ms, now)

    def recheck(self, now: float) -> Clipped | None:
        """Hold the order against what came in since: it may get slower, never live longer. What was sent, if any."""
        if self._waiting is not None:
            return self._settle(self._waiting, now)
        running = self.twist
        if running.v == 0.0 and running.w == 0.0:
            return None
        if isinstance(self._senses.fresh(now, translating=running.v != 0.0), Denied):
            safe = Clipped(ZERO, ("stale",))
        elif self._senses.seen or now - self._sent > RECENTLY:
            self._senses.seen = False
            safe = self._motion.clip(running, self._senses.pose, self._senses.sigma)
        else:
            return None
        if abs(safe.twist.v) >= abs(running.v) - SLOWER and abs(safe.twist.w) >= abs(running.w) - SLOWER_TURN:
            return None
        return safe if self._send(safe.twist, self._deadline, now) else None  # what was not taken is tried again

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

    @property
    def tool_on(self) -> bool:
        """Whether the cleaning tool was told to turn."""
        return self._tool

    def forget(self) -> None:
        """Nothing runs any more: the controller has stopped, or will at the deadline."""
        self._twist, self._tool, self._waiting = ZERO, False, None

    def _send(self, twist: Twist, deadline_ms: int, now: float) -> bool:
        if self._controller.answer(self._controller.drive(twist, deadline_ms)) is not None:
            return False  # an answer before anything was sent: two orders are under way, or the link is gone
        self._twist, self._sent, self._deadline, self._waiting = twist, now, deadline_ms, None
        return True

    def _wait(self, twist: Twist, deadline_ms: int, now: float) -> bool:
        """Have it wait in place of whatever waits; False, and it waits all the same, when that is getting long."""
        since = now if self._waiting is None else self._waiting.since
        self._waiting = _Waiting(twist, deadline_ms, since)
        return now - since <= PATIENCE

    def _settle(self, waiting: _Waiting, now: float) -> Clipped | None:
        """Send what waits, as far as it is safe by now, or nothing once its deadline has passed."""
        if self._controller.remaining(waiting.deadline_ms) <= 0.0:
            self._waiting = None
            return None
        if isinstance(self._senses.fresh(now, translating=waiting.twist.v != 0.0), Denied):
            safe = Clipped(ZERO, ("stale",))
        else:
            # within limits anew: what ran when it was ordered may be over
            safe = self.clip(waiting.twist, now, self._controller.now_ms())
        return safe if self._send(safe.twist, waiting.deadline_ms, now) else None
