"""Monte-Carlo localisation: a cloud of poses, moved by odometry and weighed by scans, as large as it needs to be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from robotos.geometry import Pose, wrap
from robotos.navigation.localisation.beams import Ends
from robotos.navigation.localisation.likelihood import LikelihoodField

FEWEST, MOST = 150, 5000  # particles
BIN = (0.2, 0.2, math.radians(10.0))  # m, m, rad: how finely the cloud's spread is counted
ERROR, QUANTILE = 0.05, 2.33  # KLD bound: distance of the distributions, and the normal quantile of 0.99
TURN_NOISE, TURN_PER_METRE = 0.05, 0.05  # rad per rad, rad per m
WAY_NOISE, WAY_PER_RADIAN = 0.05, 0.01  # m per m, m per rad
SLOW, FAST = 0.05, 0.5  # how quickly the two averages of augmented MCL follow
APART = 0.4  # m between two clusters
APART_TURNED = 0.5  # rad

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Particles that belong together: their mean, share of all weight (0 to 1), and largest sigma of position, m."""

    pose: Pose
    weight: float
    sigma: float
    turn_sigma: float  # rad


class ParticleFilter:
    """Poses (n, 3) with weights (n,), after Thrun, Burgard and Fox, "Probabilistic Robotics", chapter 8.

    Size by KLD-sampling (Fox, "Adapting the sample size in particle filters", IJRR 2003); `doubt` is the share of new
    particles that augmented MCL asks for (table 8.3), which the caller draws where the latest scan could have been
    taken. All chance comes from `random`.
    """

    def __init__(self, field: LikelihoodField, random: Generator) -> None:
        self._field = field
        self._random = random
        self.poses: Floats = np.zeros((0, 3))
        self.weights: Floats = np.zeros(0)
        self._slow = self._fast = 0.0

    def around(self, poses: Sequence[Pose], sigma: float, turn_sigma: float, each: int = FEWEST) -> None:
        """Begin anew: a normal cloud of `each` particles around every pose, all equally likely."""
        centres = np.repeat(np.array([(p.x, p.y, p.yaw) for p in poses]).reshape(-1, 3), each, axis=0)
        self.poses = centres + self._random.normal(0.0, 1.0, centres.shape) * (sigma, sigma, turn_sigma)
        self.weights = np.full(len(centres), 1.0 / max(len(centres), 1))
        self._slow = self._fast = 0.0

    def moved(self, step: Pose) -> None:
        """The robot has moved by `step` in its own frame, by odometry (the sampled model of table 5.6)."""
        count = len(self.poses)
        if not count or step == Pose(0.0, 0.0, 0.0):
            return
        way, turn = math.hypot(step.x, step.y), abs(step.yaw)
        noise = self._random.normal(0.0, 1.0, (count, 3))
        heading = self.poses[:, 2] + noise[:, 0] * (TURN_NOISE * turn + TURN_PER_METRE * way) / 2
        scale = 1.0 + noise[:, 1] * WAY_NOISE
        c, s = np.cos(heading), np.sin(heading)
        aside = WAY_PER_RADIAN * turn
        self.poses = np.column_stack(
            (
                self.poses[:, 0] + scale * (c * step.x - s * step.y) + aside * noise[:, 1],
                self.poses[:, 1] + scale * (s * step.x + c * step.y) + aside * noise[:, 2],
                heading + step.yaw + noise[:, 2] * (TURN_NOISE * turn + TURN_PER_METRE * way) / 2,
            )
        )

    def scan(self, ends: Ends) -> None:
        """Weigh the cloud by one scan."""
        if not len(self.poses):
            return
        found = self._field.log_likelihood(self.poses, ends)
        top = float(found.max())
        likely = np.exp(found - top)
        # the averages are of the likelihood per beam, so that they compare scans with many ends and with few
        mean = float((self.weights * likely).sum()) * math.exp(top / max(len(ends), 1))
        self._slow += SLOW * (mean - self._slow) if self._slow else mean
        self._fast += FAST * (mean - self._fast) if self._fast else mean
        self.weights = self.weights * likely + 1e-300
        self.weights /= self.weights.sum()

    @property
    def doubt(self) -> float:
        """The share of particles (0 to 1) that had better be drawn anew: scans fit worse than they used to."""
        return max(0.0, 1.0 - self._fast / self._slow) if self._slow > 0.0 else 0.0

    @property
    def effective(self) -> float:
        """The effective number of particles, 1 / sum of squared weights."""
        return 1.0 / float((self.weights**2).sum()) if len(self.weights) else 0.0

    def resample(self, fresh: Floats | None = None) -> None:
        """Draw a cloud anew, low variance (table 4.4), with the share of `doubt` from `fresh` (k, 3) where given."""
        count = self._wanted()
        added = np.zeros((0, 3))
        if fresh is not None and len(fresh) and self.doubt > 0.0:
            added = fresh[self._random.integers(0, len(fresh), round(self.doubt * count))]
        kept = max(1, count - len(added))
        at = np.searchsorted(np.cumsum(self.weights), (np.arange(kept) + self._random.random()) / kept)
        self.poses = np.concatenate((self.poses[np.minimum(at, len(self.poses) - 1)], added))
        self.weights = np.full(len(self.poses), 1.0 / len(self.poses))

    def _wanted(self) -> int:
        """How many particles describe the cloud: bins of the space with any weight to speak of, by the KLD bound."""
        heavy = self.weights > 0.01 / len(self.weights)
        bins = np.floor(self.poses[heavy] / BIN).astype(np.int64)
        k = len(np.unique(bins, axis=0))
        if k < 2:
            return FEWEST
        a = 2.0 / (9.0 * (k - 1))
        wanted = (k - 1) / (2.0 * ERROR) * (1.0 - a + math.sqrt(a) * QUANTILE) ** 3
        return int(min(max(wanted, FEWEST), MOST))

    def clusters(self) -> list[Cluster]:
        """The cloud as clusters, heaviest first: each gathers what lies near its heaviest particle."""
        left = np.ones(len(self.poses), dtype=bool)
        found: list[Cluster] = []
        while left.any() and len(found) < 20:
            seed = int(np.argmax(np.where(left, self.weights, -1.0)))
            near = left & (np.hypot(*(self.poses[:, :2] - self.poses[seed, :2]).T) < APART)
            near &= np.abs(_wrapped(self.poses[:, 2] - self.poses[seed, 2])) < APART_TURNED
            left &= ~near
            found.append(self._cluster(near))
        return sorted(found, key=lambda cluster: -cluster.weight)

    def _cluster(self, members: NDArray[np.bool_]) -> Cluster:
        poses, weights = self.poses[members], self.weights[members]
        total = float(weights.sum())
        share = weights / total if total > 0.0 else np.full(len(weights), 1.0 / len(weights))
        x, y = float(share @ poses[:, 0]), float(share @ poses[:, 1])
        yaw = math.atan2(float(share @ np.sin(poses[:, 2])), float(share @ np.cos(poses[:, 2])))
        away = poses[:, :2] - (x, y)
        spread = (away * share[:, None]).T @ away
        turned = float(share @ _wrapped(poses[:, 2] - yaw) ** 2)
        sigma = math.sqrt(max(0.0, float(np.linalg.eigvalsh(spread)[-1])))
        return Cluster(Pose(x, y, wrap(yaw)), total, sigma, math.sqrt(turned))


def _wrapped(angles: Floats) -> Floats:
    return np.asarray((angles + np.pi) % (2 * np.pi) - np.pi)
