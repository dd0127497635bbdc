"""How much of a wanted motion is safe here and now: limits, keep-out areas, obstacles, people, in this order."""

from __future__ import annotations

import math

from robotos.actuation.areas import Areas, Here
from robotos.actuation.body import Body
from robotos.actuation.limits import Limits
from robotos.actuation.surroundings import Seen, Surroundings
from robotos.actuation.verdict import Clipped
from robotos.actuation.zones import Braking, PersonZones, passing_bend, person_speed, wall_speed
from robotos.geometry import Pose, Twist
from robotos.policy import Policy

REACTION = 0.10  # s from a decision until the wheels brake: a gate cycle, the wire, a control period, and their jitter
PERSON_REACTION = 0.20  # s: a person moves on while the scan that showed them gets old
CRAWL = 0.01  # m/s; slower is standing still
ROUNDED_UP = 1.001  # so that top speed is never a hair above top speed
FINEST = 0.001  # m/s, the wire's unit: what is less is sent as nothing, and has no curvature worth the name
PERSON_MARGIN = 0.03  # m: range noise, and the part of a person that bulges out between two beams
PERSON_REACH = 2.0  # m from the robot's centre within which people matter
COMING = 0.2  # m/s at which somebody counts as coming up; less may be noise, and is dealt with when they are here
WALKING = 1.2  # m/s, the fastest that the robot reckons with people to come up
MEETING = 0.6  # s before they are here at which the robot stands: two scans, a reaction, and the end of a turn
TOUCHING = 0.075  # m from edge to edge within which no wheel, turning either, is too fast to be touched: half a step
GENTLE = 0.04  # m/s, at which a touch does no harm
ZERO = Twist(0.0, 0.0)


class Outlook:
    """All that place and scan say about motions from here, made when either is new and held against every order."""

    __slots__ = (
        "areas", "back", "free", "lane", "mapped", "met", "obstacles", "people", "pose", "scans", "sigma", "speed",
    )  # fmt: skip

    def __init__(self, pose: Pose, sigma: float, scans: int, speed: float) -> None:
        self.pose, self.sigma, self.scans = pose, sigma, scans
        self.speed = speed  # m/s, the fastest it can be asked about
        self.areas: Here
        self.obstacles = self.people = Seen()
        self.free = 0.0  # m/s up to which nothing limits any motion, whichever way it goes
        self.lane = self.back = -1.0  # 1/m up to which, forwards and backwards, nothing limits it at any speed either
        self.mapped = math.inf  # m/s, the limit that the map's speed masks set here
        self.met = False  # somebody comes up so fast that the robot had better stand, turning included

    def of(self, pose: Pose, sigma: float, scans: int) -> bool:
        """Whether this is still how things are. Poses never change, so that the same object is the same place."""
        return self.pose is pose and self.sigma == sigma and self.scans == scans


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
        self._top = min(policy.motion.max_speed, body.top_speed) * ROUNDED_UP
        self._kept = body.radius + clearance.walls
        self._kept_people = body.radius + self._zones.slow
        self._touching = body.radius + TOUCHING
        self._outlook: Outlook | None = None

    def limit(self, wanted: Twist, last: Twist, elapsed: float) -> tuple[Twist, tuple[str, ...]]:
        """What speed, acceleration and jerk leave of `wanted`, `elapsed` s after `last` was sent, and what took it."""
        return self._limits.apply(wanted, last, elapsed)

    def look(self, pose: Pose, sigma: float, speed: float = 0.0) -> Outlook:
        """What place and scan mean for motions of up to `speed` or, if that is more, top speed.

        Worked out anew only when one of them is; called when they come in, so that no order has to wait for it.
        """
        known, scans = self._outlook, self._surroundings.scans
        if known is not None and known.of(pose, sigma, scans) and speed <= known.speed:
            return known
        self._outlook = found = self._look(pose, sigma, max(speed, self._top))
        return found

    def _look(self, pose: Pose, sigma: float, speed: float) -> Outlook:
        around = self._surroundings
        found = Outlook(pose, sigma, around.scans, speed)
        need, near = self._brake.distance(speed), self._kept_people + self._person_brake.distance(speed)
        found.areas = self._areas.seen_from(pose, sigma, need)
        found.mapped = self._areas.speeds.speed(pose.x, pose.y, sigma, self._brake)
        found.obstacles = around.obstacles(pose, self._kept + need)
        found.people = around.people(pose, near)
        found.met = bool(around.comers) and self._met()
        if not found.met and found.people.nearest > self._touching:
            alone = self._person_brake.speed(found.people.nearest - self._kept_people)
            room = min(found.areas.room, found.obstacles.nearest - self._kept)
            found.free = min(self._brake.speed(room), alone) / ROUNDED_UP
            if not found.people.points:
                bend = passing_bend(found.obstacles.points, self._radius, self._clearance)
                found.lane, found.back = (min(bend, found.areas.bend(forward)) for forward in (True, False))
        return found

    def clip(self, wanted: Twist, pose: Pose, sigma: float) -> Clipped:
        """The part of `wanted` (within limits) that may be driven from `pose` (map frame, `sigma` m)."""
        size = abs(wanted.v)
        outlook = self.look(pose, sigma, size)
        if size <= outlook.mapped:
            return self._around(wanted, size, outlook)
        share = outlook.mapped / size
        clipped = self._around(Twist(wanted.v * share, wanted.w * share), outlook.mapped, outlook)
        return Clipped(clipped.twist, ("speed area", *clipped.by))

    def _around(self, wanted: Twist, size: float, outlook: Outlook) -> Clipped:
        """What areas, obstacles and people leave of `wanted`, whose speed is `size`."""
        if size < outlook.free or abs(wanted.w) < (outlook.lane if wanted.v > 0.0 else outlook.back) * size:
            return Clipped(wanted)
        if outlook.met:
            return Clipped(ZERO, ("approached",))
        if outlook.people.nearest <= self._touching:
            slow = self._gently(wanted)
            if slow is not wanted:
                clipped = self._clip(slow, outlook)
                return Clipped(clipped.twist, ("touching", *clipped.by))
        return self._clip(wanted, outlook)

    def _met(self) -> bool:
        """Whether somebody will be here before the robot can be sure to stand."""
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

    def _clip(self, wanted: Twist, outlook: Outlook) -> Clipped:
        v, w = wanted.v, wanted.w
        if -FINEST < v < FINEST:
            return Clipped(wanted if v == 0.0 else Twist(0.0, w))
        size = abs(v)
        speed, by = self._speed(size, v > 0, w / v, outlook)
        if not by:
            return Clipped(wanted)
        share = speed / size if speed >= CRAWL else 0.0
        return Clipped(Twist(v * share, w * share if share else w), by)

    def backwards(self, speed: float, pose: Pose, sigma: float) -> float:
        """The part of a straight backward `speed` that is safe."""
        return -self.clip(Twist(-speed, 0.0), pose, sigma).twist.v

    def _speed(self, wanted: float, forward: bool, curvature: float, outlook: Outlook) -> tuple[float, tuple[str, ...]]:
        body, brake = self._radius, self._brake
        need = brake.distance(wanted)
        speed = wanted
        by: tuple[str, ...] = ()
        limit = outlook.areas.speed(forward, curvature, wanted, need, brake)
        if not limit >= wanted:
            speed, by = _least(speed, limit), (*by, "keepout")
        limit = outlook.areas.wall_speed(forward, curvature, wanted, need, brake)
        if not limit >= wanted:
            speed, by = _least(speed, limit), (*by, "wall")
        points = outlook.obstacles.within(self._kept + need)
        if points:
            limit = wall_speed(points, forward, curvature, body, self._clearance, brake)
            if not limit >= wanted:
                speed, by = _least(speed, limit), (*by, "obstacle")
        points = outlook.people.within(self._kept_people + self._person_brake.distance(wanted))
        if points:
            limit = person_speed(points, forward, curvature, body, self._zones, self._person_brake)
            if not limit >= wanted:
                speed, by = _least(speed, limit), (*by, "person")
        return speed, by


def _least(speed: float, limit: float) -> float:
    """The smaller one; a limit that is no number permits nothing."""
    return min(speed, limit) if math.isfinite(limit) else 0.0
