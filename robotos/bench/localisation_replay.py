"""The two ways to follow a pose, on the same drive: scan matching as the gate does it, and Monte-Carlo localisation."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from robotos.actuation.estimate import Estimator
from robotos.actuation.localiser import Localiser
from robotos.geometry import Pose, wrap
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.localisation.beams import ends_of
from robotos.navigation.localisation.likelihood import LikelihoodField
from robotos.navigation.localisation.particles import ParticleFilter
from robotos.navigation.raycast import cast

EVERY = 2  # cycles of the gate from scan to scan
NOISE = 0.01  # m of a range
RESAMPLE = 0.5  # share of effective particles below which they are drawn anew
START = (0.05, 0.03)  # m, rad: how well the start is known


@dataclass(slots=True)
class Followed:
    """Metres and radians off after each scan, seconds of processor each took, and particles in use."""

    off: list[float] = field(default_factory=list)
    turned: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    particles: list[int] = field(default_factory=list)

    def note(self, pose: Pose, truth: Pose, cost: float) -> None:
        """One more scan."""
        self.off.append(pose.distance(truth))
        self.turned.append(abs(wrap(pose.yaw - truth.yaw)))
        self.cost.append(cost)


def replay(
    grid: OccupancyGrid, track: Sequence[Pose], drift: float, outliers: float, seed: int
) -> tuple[Followed, Followed]:
    """Both on the poses of `track`, 50 ms apart, with odometry that is off by `drift` and scans with `outliers`."""
    random = np.random.default_rng(seed)
    matched, sampled = Followed(), Followed()
    estimator = Estimator(track[0], START[0], Localiser(grid), scan_time=0.0)
    particles = ParticleFilter(LikelihoodField(grid), random)
    particles.around([track[0]], *START, each=400)
    odometry = Pose(0.0, 0.0, 0.0)
    for before, truth in zip(track[:-EVERY:EVERY], track[EVERY::EVERY], strict=False):
        step = _drifted(before.inverse().compose(truth), drift)
        odometry = odometry.compose(step)
        ranges = _scan(grid, truth, outliers, random)
        began = time.thread_time()
        estimator.odometry(odometry)
        estimator.scan(ranges)
        matched.note(estimator.pose, truth, time.thread_time() - began)
        began = time.thread_time()
        particles.moved(step)
        particles.scan(ends_of(ranges))
        best = particles.clusters()[0].pose
        sampled.particles.append(len(particles.poses))
        if particles.effective < RESAMPLE * len(particles.poses):
            particles.resample()
        sampled.note(best, truth, time.thread_time() - began)
    return matched, sampled


def _drifted(step: Pose, drift: float) -> Pose:
    way = math.hypot(step.x, step.y)
    return Pose(step.x * (1 + drift), step.y * (1 + drift), step.yaw * (1 + drift) + drift * way)


def _scan(grid: OccupancyGrid, at: Pose, outliers: float, random: np.random.Generator) -> list[float]:
    ranges = cast(grid.distance, grid.resolution, grid.origin, at.x, at.y, at.yaw)
    ranges = ranges + random.normal(0.0, NOISE, len(ranges))
    wrong = random.random(len(ranges)) < outliers
    return [float(value) for value in np.where(wrong, random.uniform(0.1, 6.0, len(ranges)), ranges)]
