"""The gate's own idea of where the robot is: odometry corrected by range readings, and nobody's word."""

from __future__ import annotations

import math
from collections.abc import Sequence

from robotos.actuation.localiser import Localiser
from robotos.geometry import Pose, Twist, wrap
from robotos.navigation.localisation.beams import deskewed, ends_of
from robotos.navigation.localisation.doubt import Doubt
from robotos.navigation.localisation.monitor import Located, Monitor

SIGMA_PER_METRE = 0.03  # of odometry, m per m
SIGMA_PER_RADIAN = 0.005  # m per rad
SIGMA_FLOOR = 0.005  # m; no map is truer than that
SIGMA_AFTER_RESET = 0.05  # m the robot may have rolled unseen
SIGMA_LOST = 10.0
ENOUGH_INLIERS = 0.5  # share of beams that must fit for a correction to be believed
PLAINLY = 0.75  # share from which a scan fits, whatever the other beams say
BELIEVED = 0.3  # score of the fit, where fewer do, from which a correction is believed
PROVEN = 0.7  # score of the fit that a pose told at the start must have, before anything moves by it
MOVED = 0.05  # m or rad since the last correction that make another worth while: odometry is off by a millimetre
LEAP = 0.05  # m, besides three standard deviations, that a correction may move the pose
BENT = 0.3  # added to the score of a scan that was bent by a turn
RESTING = Twist(0.0, 0.0)
STILL = Pose(0.0, 0.0, 0.0)


class Estimator:
    """A pose in the map frame and one standard deviation of its position, metres.

    Without a `start` it is lost until it is `found`. `scan_time` is how many seconds a scan takes, where that is known.
    """

    def __init__(self, start: Pose | None, sigma: float, localiser: Localiser, scan_time: float | None = None) -> None:
        self.pose = start if start is not None else STILL
        self.sigma = sigma if start is not None else SIGMA_LOST
        self._localiser = localiser
        self._scan_time = scan_time
        self._monitor = Monitor()
        self._doubt = Doubt(lambda: localiser.searcher)
        self._odometry: Pose | None = None
        self._since = math.inf  # m or rad travelled since the last correction
        self.lost = start is None

    @property
    def located(self) -> Located:
        """Whether the scans bear the pose out."""
        if self.lost:
            return Located.LOST
        return Located.UNCERTAIN if self._doubt.any else self._monitor.state

    def reset_odometry(self) -> None:
        """The controller restarted: its odometry begins again, and what it did meanwhile was not seen."""
        self._odometry = None
        self._since = math.inf
        self.sigma += SIGMA_AFTER_RESET

    def odometry(self, reading: Pose) -> Pose:
        """Take in the controller's odometry (a pose in a frame of its own); the step since, in the robot's frame."""
        last, self._odometry = self._odometry, reading
        if last is None or last == reading:
            return STILL
        dx, dy = reading.x - last.x, reading.y - last.y
        c, s = math.cos(last.yaw), math.sin(last.yaw)
        step = Pose(c * dx + s * dy, c * dy - s * dx, wrap(reading.yaw - last.yaw))
        self.pose = self.pose.compose(step)
        travelled, turned = math.hypot(dx, dy), abs(step.yaw)
        self.sigma += SIGMA_PER_METRE * travelled + SIGMA_PER_RADIAN * turned
        self._since += travelled + turned
        return step

    def scan(self, ranges: Sequence[float], straight: bool = True, twist: Twist = RESTING) -> None:
        """Correct the pose by a scan (metres, inf for nothing), if it moved since the last one and if the scan fits.

        One that is not `straight`, taken while the robot turned, can only tell that it is somewhere else, unless it is
        known how long a scan takes: then it is straightened by the `twist` of the robot meanwhile.
        """
        if self.lost:
            return
        if self._scan_time is None:
            ends = ends_of(ranges)
        else:
            ends, straight = deskewed(ranges, twist, self._scan_time), True
        settled = self._since < MOVED and self._monitor.calm and not self._doubt.any
        if settled and self._localiser.glance(self.pose, ends) >= PLAINLY:
            return
        pose, sigma, share = self._localiser.correct(self.pose, ends)
        score = share if share >= PLAINLY else self._localiser.score(pose, ends)
        leap = self.pose.distance(pose)
        fits = share >= ENOUGH_INLIERS and score >= BELIEVED
        if straight and fits and leap <= 3 * self.sigma + LEAP and math.isfinite(sigma):
            self.pose, self.sigma = pose, max(sigma, SIGMA_FLOOR)
            self._since = 0.0
        score = score if straight else score + BENT
        self._doubt.scan(pose, ends, score)
        if self._monitor.scan(score) is Located.LOST:
            self.lose()

    def reconsider(self, slices: int) -> None:
        """Spend so many slices, about a millisecond each, on whether another place fits better, if there is doubt."""
        for _ in range(slices):
            if self.lost or not self._doubt.work():
                break
        if self._doubt.refuted and not self.lost:
            self.lose()

    def lose(self) -> None:
        """The pose is not worth anything any more."""
        self.lost, self.sigma = True, SIGMA_LOST

    def found(self, pose: Pose, sigma: float) -> None:
        """The robot is at `pose`, `sigma` metres; what was believed before is forgotten."""
        self.pose, self.sigma, self.lost = pose, sigma, False
        self._since = math.inf
        self._monitor.reset()
        self._doubt.reset()

    def prove(self, told: Sequence[Pose], ranges: Sequence[float], sigma: float) -> bool:
        """Take the one of `told` that a scan bears out; False, and it stays lost, when it bears out none."""
        ends, scored = ends_of(ranges), []
        for pose in told:
            better, _, share = self._localiser.correct(pose, ends)
            scored.append((self._localiser.score(better, ends) if share >= ENOUGH_INLIERS else 0.0, better))
        score, best = max(scored, key=lambda one: one[0], default=(0.0, STILL))
        if score < PROVEN:
            return False
        self.found(best, sigma)
        return True
