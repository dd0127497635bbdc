"""Whether a hostile drive did harm: by what the simulator knows to have happened, and never by what the gate believes.

Against a wall counts how fast the body moves into it: a disc that turns beside a wall, or brushes along it, hits
nothing. People walk at up to 1.2 m/s, faster than the robot can drive or brake, and may walk into it. What is asked
of the robot is that its wheels turn no faster than 0.05 m/s when they touch. It is excused only where nobody could
have done that: somebody who walks towards it, in its sight (by the line between the middles), began to less than
`REACTION` ago, or since that moment it braked by at least `BRAKING`. Whoever stands is never an excuse. Limits of
speed are judged by the wheels, which is what the robot can know.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from robotos.actuation.limits import LOOKAHEAD
from robotos.boot.body import BodyRig
from robotos.evaluation.hostile_world import Passers, gap
from robotos.sim.people import RADIUS as PERSON
from robotos.sim.robot import PERIOD
from robotos.sim.truth import Touched
from robotos.sim.world import WHEEL_BASE

APPROACH = 0.05  # m/s
HARMLESS = 0.05  # m/s of the faster wheel
REACTION = 0.3  # s: two scans to see that somebody comes, a cycle of the gate, the wire, a control period
BRAKING = 0.7  # m/s^2 of the wheels: 0.9 less what the motors lag behind
OVERSHOOT = 1.05  # of the controller's speed loop
RECOVERY = 0.1 * OVERSHOOT + 0.01  # m/s: motion without being armed
COASTING = 0.6  # s in which it may still be rolling after it was disarmed
WATCHED = 150  # periods that are remembered


@dataclass(frozen=True, slots=True)
class _Moment:
    rim: float  # m/s of the faster wheel
    coming: frozenset[str]  # who walks up to the robot, in its sight


class Judge:
    """Look once a control period. `violations` are sentences."""

    def __init__(self, rig: BodyRig, passers: Passers) -> None:
        self._rig, self._passers = rig, passers
        self._past: deque[_Moment] = deque(maxlen=WATCHED)
        self._judged = 0
        self._disarmed_since = rig.clock.now()
        self._sent = SentLimits(rig)
        self.violations: list[str] = []
        self.counts: dict[str, int] = {}
        self.figures: dict[str, float] = {}

    def look(self, audit: Sequence[Mapping[str, Any]]) -> None:
        """One control period has passed; `audit` is what the gate wrote down meanwhile."""
        body, now = self._rig.robot.world.body, self._rig.clock.now()
        rim = max(abs(body.speed_left), abs(body.speed_right))
        self._past.append(_Moment(rim, self._coming()))
        touched = self._rig.robot.truth.touched
        for touch in touched[self._judged :]:
            self._judge(touch)
        self._judged = len(touched)
        self._limits(now, rim)
        for entry in audit:
            if entry["call"] == "drive" and "sent" in entry and (found := self._sent.check(entry)):
                self._tell(found)

    def finish(self) -> None:
        """The episode is over."""
        truth = self._rig.robot.truth
        for name, room in truth.keepouts.items():
            self._most("deepest in a keep-out area, m", -room)
            if room < 0.0:
                self._tell(f"{-room:.3f} m inside the {name}")
        if truth.fell:
            self._tell("fell down the stairs")
        self._count("metres driven", round(truth.path))
        self._count("seconds", round(truth.track[-1][0]))

    # ------------------------------------------------------------ people and walls

    def _judge(self, touch: Touched) -> None:
        body = self._rig.robot.world.body
        kind = "person" if touch.person else "wall"
        along = (body.speed_left + body.speed_right) / 2
        speed = touch.speed if touch.person else self._into_wall(along)
        if not touch.person:
            self._most("fastest brush along a wall, m/s", abs(along))
        self._count(f"touched a {kind}")
        if touch.person and HARMLESS < speed <= self._excused(touch.what):
            self._count("unavoidable touches")
            self._most("fastest unavoidable touch, m/s", speed)
            return
        self._most(f"fastest touch of a {kind}, m/s", speed)
        if speed > HARMLESS:
            self._tell(f"ran against {touch.what} at {speed:.3f} m/s, at ({body.x:.2f}, {body.y:.2f})")

    def _into_wall(self, along: float) -> float:
        """The part of the body's speed `along` its heading (m/s) that goes into a wall it touches."""
        contacts = self._rig.robot.world.body.contacts
        return max((along * math.cos(contact.bearing) for contact in contacts if not contact.person), default=0.0)

    def _excused(self, name: str) -> float:
        """The speed (m/s) that no robot could have gone below since this person was seen to come; who doesn't is no
        excuse."""
        past = list(self._past)
        periods = 0
        while periods < len(past) and name in past[-1 - periods].coming:
            periods += 1
        if periods == 0 and not self._approaches(name):
            return HARMLESS
        seconds = periods * PERIOD - REACTION
        if seconds <= 0.0:
            return math.inf
        return max(HARMLESS, past[-1 - round(seconds / PERIOD)].rim - BRAKING * seconds)

    def _approaches(self, name: str) -> bool:
        """Whether this person walks towards the robot."""
        pose, (x, y), (vx, vy) = self._rig.robot.world.pose, self._passers.at[name], self._passers.velocity[name]
        dx, dy = pose.x - x, pose.y - y
        return vx * dx + vy * dy > APPROACH * math.hypot(dx, dy)

    def _coming(self) -> frozenset[str]:
        """Who walks up to the robot in its sight, by the line between the middles."""
        world = self._rig.robot.world
        found = []
        for name, (x, y) in self._passers.at.items():
            if gap(world.pose, (x, y)) > 1.5 or not self._approaches(name):
                continue
            dx, dy = x - world.body.x, y - world.body.y
            away = math.hypot(dx, dy)
            wall = world.walls.cast(world.body.x, world.body.y, np.array([dx / away]), np.array([dy / away]))[0]
            if wall > away - PERSON:
                found.append(name)
        return frozenset(found)

    # ------------------------------------------------------------ limits

    def _limits(self, now: float, rim: float) -> None:
        body, motion, gate = self._rig.robot.world.body, self._rig.policy.motion, self._rig.gate
        speed = abs(body.speed_left + body.speed_right) / 2
        rate = abs(body.speed_right - body.speed_left) / WHEEL_BASE
        self._most("fastest, m/s", speed)
        self._most("fastest turn, rad/s", rate)
        if speed > motion.max_speed * OVERSHOOT:
            self._tell(f"drove at {speed:.3f} m/s")
        if rate > motion.max_turn_rate * OVERSHOOT:
            self._tell(f"turned at {rate:.2f} rad/s")
        if gate.state().armed:
            self._disarmed_since = now
        elif now - self._disarmed_since > COASTING:
            self._most("fastest without being armed, m/s", rim)
            if rim > RECOVERY:
                self._tell(f"a wheel turned at {rim:.3f} m/s though it was not armed")

    def _tell(self, what: str) -> None:
        self._count("violations")
        if len(self.violations) < 20:
            self.violations.append(f"{self._rig.clock.now():.2f} s: {what}")

    def _count(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by

    def _most(self, name: str, value: float) -> None:
        self.figures[name] = max(self.figures.get(name, value), value)


class SentLimits:
    """Speed, acceleration and jerk of what was sent, from the audit and by arithmetic of its own.

    From any order that was slower than the one before, or the first after a standstill, the speed may have gained no
    more than wheels gain that obey both limits, of which one control period is given in advance.
    """

    def __init__(self, rig: BodyRig) -> None:
        self._motion = rig.policy.motion
        self._last = self._base = 0.0
        self._since = self._dead = self._waiting = -math.inf

    def check(self, entry: Mapping[str, Any]) -> str:
        """What is wrong with an order as sent; "" when nothing is."""
        (v, w), now = entry["sent"], float(entry["at"])
        asked = entry.get("asked")
        dead = now + min(float(asked[2]), self._motion.command_ttl) if asked else self._waiting
        if "waiting" in entry.get("clipped", ()):
            self._waiting = dead  # not sent yet; if it will be, that is told by an entry without `asked`
            return ""
        last = self._last if now <= self._dead + 2e-3 else 0.0
        if v * last <= 0.0:
            self._base, self._since = 0.0, now
        elif abs(v) < abs(last):
            self._base, self._since = abs(v), now
        self._dead = dead if asked else max(self._dead, dead)
        self._last = v
        seconds = now - self._since + LOOKAHEAD
        gain = min(self._motion.max_acceleration * seconds, self._motion.max_jerk * seconds * seconds / 2)
        if abs(v) > self._motion.max_speed * (1 + 1e-6) or abs(w) > self._motion.max_turn_rate * (1 + 1e-6):
            return f"sent {v:.3f} m/s, {w:.3f} rad/s"
        if abs(v) - self._base > gain + 1e-3:
            return f"sent {abs(v):.3f} m/s, {gain:.3f} above {self._base:.3f} were permitted"
        return ""
