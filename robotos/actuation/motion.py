"""How much of a wanted motion is safe here and now: limits, keep-out areas, obstacles, people, in this order."""

from __future__ import annotations

import math

from robotos.actuation.areas import STEEPEST, Areas
from robotos.actuation.body import Body
from robotos.actuation.limits import Limits
from robotos.actuation.surroundings import Surroundings
from robotos.actuation.verdict import Clipped
from robotos.actuation.zones import Braking, PersonZones, person_speed, wall_speed
from robotos.geometry import Pose, Twist
from robotos.policy import Policy

REACTION = 0.10  # s from a decision until the wheels brake: a gate cycle, the wire, a control period, and their jitter
PERSON_REACTION = 0.20  # s: a person moves on while the scan that showed them gets old
CRAWL = 0.01  # m/s; slower is standing still
AGAIN = 0.01  # m; where there was no room, it is not asked again before the robot has moved so far
FINEST = 0.001  # m/s, the wire's unit: what is less is sent as nothing, and has no curvature worth the name
PERSON_MARGIN = 0.03  # m: range noise, and the part of a person that bulges out between two beams
PERSON_REACH = 2.0  # m from the robot's centre within which people matter
COMING = 0.2  # m/s at which somebody counts as coming up; less may be noise, and is dealt with when they are here
WALKING = 1.2  # m/s, the fastest that the robot reckons with people to come up
MEETING = 0.6  # s before they are here at which the robot stands: two scans, a reaction, and the end of a turn
TOUCHING = 0.075  # m from edge to edge within which no wheel, turning either, is too fast to be touched: half a step
GENTLE = 0.04  # m/s, at which a touch does no harm
ZERO = Twist(0.0, 0.0)


class Motion:
    """The predicted stop against all that is known about the surroundings.

    Turning on the spot touches nothing, as the robot is a disc: as a rule only `v` is limited here, and `w` with it to
    stay on the arc that was checked. For people who come up to the robot, all motion ends before they are here.
    """

    def __init__(self, policy: Policy, areas: Areas, surroundings: Surroundings, body: Body) -> None:
        self._areas = areas
        self._surroundings = surroundings
        self._limits = Limits(policy, body)
        self._radius, self._half_base = body.radius, body.wheel_base / 2
        braking = min(policy.motion.max_acceleration, body.braking)
        self._brake = Braking(braking, REACTION)
        self._person_brake = Braking(braking, PERSON_REACTION)
        clearance = policy.clearance
        self._clearance = clearance.walls
        self._zones = PersonZones(
            clearance.person_stop + PERSON_MARGIN, clearance.person_slow + PERSON_MARGIN, clearance.person_speed
        )
        top = min(policy.motion.max_speed, body.top_speed)
        self._reach = self._brake.distance(top)
        self._near = body.radius + clearance.walls + self._reach
        self._near_people = body.radius + self._zones.slow + self._person_brake.distance(top)
        self._room_x = self._room_y = self._room_sigma = 0.0  # where there was ...
        self._room = -math.inf  # ... so much room, m

    def limit(self, wanted: Twist, last: Twist, elapsed: float) -> tuple[Twist, tuple[str, ...]]:
        """What speed, acceleration and jerk leave of `wanted`, `elapsed` s after `last` was sent, and what took it."""
        return self._limits.apply(wanted, last, elapsed)

    def clip(self, wanted: Twist, pose: Pose, sigma: float) -> Clipped:
        """The part of `wanted` (within limits) that may be driven from `pose` (map frame, `sigma` m)."""
        around, roomy = self._surroundings, self._roomy(pose, sigma)
        if roomy and around.clear(pose, self._near, self._near_people):
            return Clipped(wanted)
        if around.comers and self._met():
            return Clipped(ZERO, ("approached",))
        if around.person(pose, self._radius + TOUCHING) <= self._radius + TOUCHING:
            slow = self._gently(wanted)
            if slow is not wanted:
                clipped = self._clip(slow, pose, sigma, roomy)
                return Clipped(clipped.twist, ("touching", *clipped.by))
        return self._clip(wanted, pose, sigma, roomy)

    def _met(self) -> bool:
        """Whether somebody comes up so fast that the robot had better stand, turning included, when they are here."""
        for away, closing in self._surroundings.comers:
            if closing > COMING and away <= self._radius + MEETING * min(closing, WALKING):
                return True
        return False

    def _gently(self, wanted: Twist) -> Twist:
        """No wheel faster than what does no harm to somebody who is all but touched."""
        rim = abs(wanted.v) + abs(wanted.w) * self._half_base
        if rim <= GENTLE:
            return wanted
        return Twist(wanted.v * GENTLE / rim, wanted.w * GENTLE / rim)

    def _clip(self, wanted: Twist, pose: Pose, sigma: float, roomy: bool) -> Clipped:
        v, w = wanted.v, wanted.w
        if -FINEST < v < FINEST:
            return Clipped(wanted if v == 0.0 else Twist(0.0, w))
        speed, by = self._speed(abs(v), v > 0, w / v, pose, sigma, roomy)
        if not by:
            return Clipped(wanted)
        share = speed / abs(v) if speed >= CRAWL else 0.0
        return Clipped(Twist(v * share, w * share if share else w), by)

    def backwards(self, speed: float, pose: Pose, sigma: float) -> float:
        """The part of a straight backward `speed` that is safe."""
        return -self.clip(Twist(-speed, 0.0), pose, sigma).twist.v

    def _roomy(self, pose: Pose, sigma: float) -> bool:
        """Whether certainly no area or wall of the map limits any speed here: mostly so, and told at a glance.

        False where that takes a closer look, for the next centimetre as well.
        """
        moved = math.hypot(pose.x - self._room_x, pose.y - self._room_y)
        if sigma <= self._room_sigma:
            if self._room >= STEEPEST * (moved + self._reach):
                return True
            if moved < AGAIN and self._room < STEEPEST * self._reach:
                return False
        self._room_x, self._room_y, self._room_sigma = pose.x, pose.y, sigma
        self._room = self._areas.room(pose.x, pose.y, sigma)
        return self._room >= STEEPEST * self._reach

    def _speed(
        self, wanted: float, forward: bool, curvature: float, pose: Pose, sigma: float, roomy: bool
    ) -> tuple[float, tuple[str, ...]]:
        body, brake = self._radius, self._brake
        speed = wanted
        by: tuple[str, ...] = ()
        if not roomy:
            limit = self._areas.speed(pose, forward, curvature, sigma, wanted, brake)
            if not limit >= wanted:
                speed, by = _least(speed, limit), (*by, "keepout")
            limit = self._areas.wall_speed(pose, forward, curvature, wanted, brake)
            if not limit >= wanted:
                speed, by = _least(speed, limit), (*by, "wall")
        points = self._surroundings.obstacles(pose, body + self._clearance + brake.distance(wanted))
        if points:
            limit = wall_speed(points, forward, curvature, body, self._clearance, brake)
            if not limit >= wanted:
                speed, by = _least(speed, limit), (*by, "obstacle")
        reach = body + self._zones.slow + self._person_brake.distance(wanted)
        points = self._surroundings.people(pose, reach)
        if points:
            limit = person_speed(points, forward, curvature, body, self._zones, self._person_brake)
            if not limit >= wanted:
                speed, by = _least(speed, limit), (*by, "person")
        return speed, by


def _least(speed: float, limit: float) -> float:
    """The smaller one; a limit that is no number permits nothing."""
    return min(speed, limit) if math.isfinite(limit) else 0.0
