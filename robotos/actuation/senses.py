"""What the gate knows about the body and what is around it: the latest report and scan, and the pose made of them."""

from __future__ import annotations

import math

from robotos.actuation import checks
from robotos.actuation.controller import Readings, Report
from robotos.actuation.edges import edges
from robotos.actuation.estimate import Estimator
from robotos.actuation.relocating import Relocating
from robotos.actuation.surroundings import Surroundings
from robotos.actuation.verdict import ALLOWED, Allowed, Denied
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import BodyEvent, Scan
from robotos.navigation.localisation.monitor import Located
from robotos.policy import Policy

# A lidar takes a tenth of a second for a turn of its own, and as long to hand it over: what it saw while the robot
# turned is bent, and a pose made to fit that is off by as much. Odometry alone is far better over such a turn.
STEADY = 0.8  # rad/s up to which a scan is bent by no more than a beam's width
SCAN_TIME = 0.2  # s
_NOTHING = Report(Pose(0.0, 0.0), Twist(0.0, 0.0), 0.0, False, None, 0, 0, False, False, False, False, False)


class Senses:
    """Latest readings, each with the clock seconds at which it came in."""

    def __init__(
        self, policy: Policy, estimator: Estimator, surroundings: Surroundings, relocating: Relocating
    ) -> None:
        self._policy = policy
        self._report_age, self._scan_age = policy.freshness.report, policy.freshness.scan
        self._max_sigma = policy.clearance.max_pose_sigma
        self._estimator = estimator
        self._surroundings = surroundings
        self._relocating = relocating
        self.report = _NOTHING  # until the first one, `reported` says that it is infinitely old
        self.reported = -math.inf
        self.scan: Scan | None = None
        self._turned = -math.inf  # when it last turned too fast for the lidar
        self.seen = False  # a scan came in since this was last set to False

    @property
    def pose(self) -> Pose:
        """The gate's own estimate, map frame."""
        return self._estimator.pose

    @property
    def sigma(self) -> float:
        """Its standard deviation, m."""
        return self._estimator.sigma

    @property
    def whereabouts(self) -> Located:
        """Whether the scans bear the pose out."""
        return self._estimator.located

    @property
    def contact(self) -> bool:
        """Whether a bumper or cliff sensor answers."""
        return bool(self.report.bumper or self.report.cliff)

    def take_report(self, report: Report, now: float) -> list[BodyEvent]:
        """Take in a report; what changed since the last one."""
        before = self.report if math.isfinite(self.reported) else None
        self.report, self.reported = report, now
        self._relocating.moved(self._estimator.odometry(report.odometry))
        if abs(report.twist.w) > STEADY:
            self._turned = now
        return edges(before, report, self._policy.battery.reserve, now)

    def take_scan(self, readings: Readings, now: float, attentive: bool) -> None:
        """Take in a scan; what it shows around the robot is worked out only if `attentive` (something may move)."""
        self.scan, self.seen = Scan(now, readings.ranges), True
        straight = now - self._turned > SCAN_TIME
        self._estimator.scan(readings.ranges, straight, self.report.twist)
        if straight:
            self._relocating.scan(readings.ranges, now)
        if attentive:
            self._surroundings.update(self.pose, readings.ranges, now)

    def relocate(self, now: float) -> list[BodyEvent]:
        """Go on finding out where the robot is, if it does not know and stands; what there is to tell about it."""
        if self._estimator.sigma > self._max_sigma and not self._estimator.lost:
            self._estimator.lose()  # it has driven too far without a scan that fits
        self._relocating.cycle(self.report.twist, self.report.charging, now)
        events, self._relocating.events = self._relocating.events, []
        return events

    def hint(self, room: str) -> bool:
        """A person says in which room the lost robot is; False when that is of no use."""
        return self._relocating.hint(room)

    def look(self) -> None:
        """Work out the surroundings from the latest scan: the robot is about to become able to move."""
        if self.scan is not None:
            self._surroundings.update(self.pose, self.scan.ranges, self.scan.stamp)

    def restarted(self) -> None:
        """The controller's odometry begins anew."""
        self._estimator.reset_odometry()

    def fresh(self, now: float, translating: bool = True) -> Allowed | Denied:
        """Whether all this is recent enough to move by."""
        scan = self.scan  # asked twenty times a second: what is nearly always so comes first
        if scan is not None and now - self.reported <= self._report_age and now - scan.stamp <= self._scan_age:
            return ALLOWED
        scan_age = now - self.scan.stamp if self.scan is not None else math.inf
        return checks.fresh(now - self.reported, scan_age, self._policy, translating)

    def located(self) -> Allowed | Denied:
        """Whether the pose is certain enough to move by."""
        if self._estimator.sigma <= self._max_sigma:
            return ALLOWED
        return checks.located(self.sigma, self._policy)
