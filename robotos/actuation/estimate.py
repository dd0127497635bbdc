"""The gate's own idea of where the robot is: odometry corrected by range readings, and nobody's word."""

from __future__ import annotations

import math
from collections.abc import Sequence

from robotos.actuation.localiser import Localiser
from robotos.geometry import Pose, wrap

SIGMA_PER_METRE = 0.03  # of odometry, m per m
SIGMA_PER_RADIAN = 0.005  # m per rad
SIGMA_FLOOR = 0.005  # m; no map is truer than that
SIGMA_AFTER_RESET = 0.05  # m the robot may have rolled unseen
SIGMA_LOST = 10.0
ENOUGH_INLIERS = 0.5  # share of beams that must fit for a correction to be believed
TOO_FEW_INLIERS = 0.3
DISAGREEMENTS = 20  # scans in a row that don't fit (2 s) mean that the robot is somewhere else
MOVED = 0.05  # m or rad since the last correction that make another worth while: odometry is off by a millimetre
LEAP = 0.05  # m, besides three standard deviations, that a correction may move the pose


class Estimator:
    """A pose in the map frame and one standard deviation of its position, metres."""

    def __init__(self, start: Pose, sigma: float, localiser: Localiser) -> None:
        self.pose = start
        self.sigma = sigma
        self._localiser = localiser
        self._odometry: Pose | None = None
        self._since = math.inf  # m or rad travelled since the last correction
        self._disagreements = 0

    def reset_odometry(self) -> None:
        """The controller restarted: its odometry begins again, and what it did meanwhile was not seen."""
        self._odometry = None
        self._since = math.inf
        self.sigma += SIGMA_AFTER_RESET

    def odometry(self, reading: Pose) -> None:
        """Take in the controller's odometry (a pose in a frame of its own)."""
        last, self._odometry = self._odometry, reading
        if last is None or last == reading:
            return
        dx, dy = reading.x - last.x, reading.y - last.y
        turned = wrap(reading.yaw - last.yaw)
        c, s = math.cos(self.pose.yaw - last.yaw), math.sin(self.pose.yaw - last.yaw)
        self.pose = Pose(self.pose.x + c * dx - s * dy, self.pose.y + s * dx + c * dy, wrap(self.pose.yaw + turned))
        travelled = math.hypot(dx, dy)
        self.sigma += SIGMA_PER_METRE * travelled + SIGMA_PER_RADIAN * abs(turned)
        self._since += travelled + abs(turned)

    def scan(self, ranges: Sequence[float], straight: bool = True) -> None:
        """Correct the pose by a scan (metres, inf for nothing), if it moved since the last one and if the scan fits.

        One that is not `straight`, taken while the robot turned, can only tell that it is somewhere else.
        """
        if self._since < MOVED and self._disagreements == 0:
            return
        pose, sigma, share = self._localiser.correct(self.pose, ranges)
        leap = self.pose.distance(pose)
        if straight and share >= ENOUGH_INLIERS and leap <= 3 * self.sigma + LEAP and math.isfinite(sigma):
            self.pose, self.sigma = pose, max(sigma, SIGMA_FLOOR)
            self._since = 0.0
            self._disagreements = 0
        elif share < TOO_FEW_INLIERS:
            self._disagreements += 1
            if self._disagreements >= DISAGREEMENTS:
                self.sigma = SIGMA_LOST
