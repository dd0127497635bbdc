"""How much of a wanted motion is safe here and now: limits, keep-out areas, obstacles, people, in this order."""

from __future__ import annotations

import math

from robotos.actuation.areas import Areas
from robotos.actuation.body import Body
from robotos.actuation.checks import acceleration, limits
from robotos.actuation.surroundings import Surroundings
from robotos.actuation.verdict import Clipped
from robotos.actuation.zones import Braking, PersonZones, person_speed, wall_speed
from robotos.geometry import Pose, Twist
from robotos.policy import Policy

REACTION = 0.10  # s from a decision until the wheels brake: a gate cycle, the wire, a control period, and their jitter
PERSON_REACTION = 0.20  # s: a person moves on while the scan that showed them gets old
CRAWL = 0.01  # m/s; slower is standing still
PERSON_MARGIN = 0.03  # m: range noise, and the part of a person that bulges out between two beams
PERSON_REACH = 2.0  # m from the robot's centre within which people matter


class Motion:
    """The predicted stop against all that is known about the surroundings. Turning on the spot touches nothing: the
    robot is a disc, so only `v` is limited here, and `w` with it to stay on the arc that was checked."""

    def __init__(self, policy: Policy, areas: Areas, surroundings: Surroundings, body: Body) -> None:
        self._policy = policy
        self._areas = areas
        self._surroundings = surroundings
        self._body = body
        braking = min(policy.motion.max_acceleration, body.braking)
        self._brake = Braking(braking, REACTION)
        self._person_brake = Braking(braking, PERSON_REACTION)
        clearance = policy.clearance
        self._zones = PersonZones(
            clearance.person_stop + PERSON_MARGIN, clearance.person_slow + PERSON_MARGIN, clearance.person_speed
        )

    def limit(self, wanted: Twist, last: Twist, elapsed: float) -> Clipped:
        """The part of `wanted` that speed and acceleration limits leave, when `last` was sent `elapsed` s ago."""
        slow = limits(wanted, self._policy, self._body)
        ramped = acceleration(slow.twist, last, elapsed, self._policy)
        return Clipped(ramped.twist, (*slow.by, *ramped.by))

    def clip(self, wanted: Twist, pose: Pose, sigma: float) -> Clipped:
        """The part of `wanted` (within limits) that may be driven from `pose` (map frame, `sigma` m)."""
        v, w = wanted.v, wanted.w
        if v == 0.0:
            return Clipped(wanted)
        speed, by = self._speed(abs(v), v > 0, w / v, pose, sigma)
        if not by:
            return Clipped(wanted)
        share = speed / abs(v) if speed >= CRAWL else 0.0
        return Clipped(Twist(v * share, w * share if share else w), by)

    def backwards(self, speed: float, pose: Pose, sigma: float) -> float:
        """The part of a straight backward `speed` that is safe."""
        return -self.clip(Twist(-speed, 0.0), pose, sigma).twist.v

    def _speed(
        self, wanted: float, forward: bool, curvature: float, pose: Pose, sigma: float
    ) -> tuple[float, tuple[str, ...]]:
        body, clearance = self._body.radius, self._policy.clearance.walls
        reach = body + clearance + self._brake.distance(wanted)
        obstacles = self._surroundings.obstacles(pose, reach)
        reach = body + self._zones.slow + self._person_brake.distance(wanted)
        people = self._surroundings.people(pose, reach)
        speed, by = wanted, []
        for name, limit in (
            ("keepout", self._areas.speed(pose, forward, curvature, sigma, wanted, self._brake)),
            ("wall", self._areas.wall_speed(pose, forward, curvature, wanted, self._brake)),
            ("obstacle", wall_speed(obstacles, forward, curvature, body, clearance, self._brake)),
            ("person", person_speed(people, forward, curvature, body, self._zones, self._person_brake)),
        ):
            if not limit >= wanted:
                by.append(name)
                speed = min(speed, limit) if math.isfinite(limit) else 0.0
        return speed, tuple(by)
