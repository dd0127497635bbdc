"""The apartment, loaded once, and a robot to drive through it: latency, limited acceleration, drift, noisy beams."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from robotos.geometry import Pose, Twist, wrap
from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.home import Home, load_home
from robotos.navigation.localise import correct
from robotos.navigation.raycast import cast
from robotos.navigation.tracking import Arrived, Tracker

APARTMENT = Path(__file__).resolve().parents[2] / "maps" / "apartment"
CYCLE = 0.05
ACCELERATION = 0.9
TURN_ACCELERATION = 6.0


@dataclass
class Driver:
    """The true pose, and the estimate that the tracker is given; `drift` is the odometry's relative error."""

    grid: OccupancyGrid
    pose: Pose
    drift: float = 0.0
    noise: float = 0.0
    seed: int = 0
    estimate: Pose = field(init=False)
    twist: Twist = field(default_factory=lambda: Twist(0.0, 0.0))
    travelled: float = 0.0
    cycles: int = 0
    errors: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.estimate = self.pose
        self._rng = np.random.default_rng(self.seed)
        self._pending = Twist(0.0, 0.0)

    def follow(self, tracker: Tracker, passed: Callable[[Pose, Pose], None], limit: float = 600.0) -> Arrived:
        """Drive to the end of the tracker's path; `passed` is told every true step of 10 ms."""
        for _ in range(int(limit / CYCLE)):
            command = tracker.steer(self.estimate)
            if isinstance(command, Arrived):
                return command
            self._cycle(command, passed)
        raise AssertionError(f"the path was not finished within {limit} s")

    def _cycle(self, command: Twist, passed: Callable[[Pose, Pose], None]) -> None:
        wanted, self._pending = self._pending, command  # one cycle of latency
        for _ in range(5):
            v = self.twist.v + _clip(wanted.v - self.twist.v, ACCELERATION * 0.01)
            w = self.twist.w + _clip(wanted.w - self.twist.w, TURN_ACCELERATION * 0.01)
            self.twist = Twist(v, w)
            before = self.pose
            self.pose = before.compose(Pose(v * 0.01, 0.0, w * 0.01))
            share = 1.0 + self.drift
            self.estimate = self.estimate.compose(
                Pose(v * 0.01 * share, 0.0, w * 0.01 * share + self.drift * abs(v) * 0.01)
            )
            self.travelled += before.distance(self.pose)
            passed(before, self.pose)
        self.cycles += 1
        if self.drift and self.cycles % 2 == 0:
            self._localise()

    def _localise(self) -> None:
        x, y, yaw = self.pose.x, self.pose.y, self.pose.yaw
        ranges = cast(self.grid.distance, self.grid.resolution, self.grid.origin, x, y, yaw)
        self.estimate, _, _ = correct(self.estimate, ranges + self._rng.normal(0.0, self.noise, len(ranges)), self.grid)
        self.errors.append((self.estimate.distance(self.pose), abs(wrap(self.estimate.yaw - yaw))))


def _clip(value: float, limit: float) -> float:
    return math.copysign(min(abs(value), limit), value)


@pytest.fixture(scope="session")
def apartment() -> Path:
    return APARTMENT


@pytest.fixture(scope="session")
def home() -> Home:
    return load_home(APARTMENT)


@pytest.fixture(scope="session")
def costmap(home: Home) -> Costmap:
    return Costmap(home.grid, keepouts=home.keepouts)


@pytest.fixture
def driver() -> type[Driver]:
    return Driver
