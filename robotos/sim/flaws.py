"""How far a simulated robot is from ideal: its wheels, its sensors, and a gripper that misses or lets go."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTH = 4096  # of the tables of random numbers; they are read around and around


@dataclass(frozen=True, slots=True)
class Imperfection:
    """One standard deviation each; those after `camera_noise` are off unless a run asks for them."""

    wheel_scale: float = 0.005  # share by which a wheel's rolling radius is off, fixed for a run
    wheel_noise: float = 0.01  # share of each 10 ms of travel lost or gained, at random
    range_noise: float = 0.01  # m
    camera_noise: float = 0.01  # m
    grasp_miss: float = 0.0  # share of the times the gripper closes on a thing and gets nothing
    drop_rate: float = 0.0  # times that what is carried is lost, per metre driven
    drift: float = 0.0  # of odometry, fixed for a run, signs by chance: m along per m, and rad aside per m
    slip_rate: float = 0.0  # times that a wheel loses its grip for `SLIP` m of its way, per metre driven
    outliers: float = 0.0  # share of the range readings that are anything from nothing to the sensor's reach
    scan_time: float = 0.0  # s that one turn of the range sensor takes; 0: it measures all beams at once


SLIP = 0.03  # m of a wheel's way that it spins when it loses its grip
IDEAL = Imperfection(0.0, 0.0, 0.0, 0.0)


def wheel_scales(seed: int, imperfection: Imperfection, base: float) -> tuple[float, float]:
    """How much further than its encoder tells each wheel (left, right) rolls, for `drift`; `base` metres apart."""
    random = np.random.default_rng([seed, 3])
    along, aside = (imperfection.drift * random.choice((-1.0, 1.0), 2)).tolist()
    return 1.0 + along - aside * base / 2, 1.0 + along + aside * base / 2


class Grip:
    """Which wheel loses its grip, and when, drawn once from a seed."""

    def __init__(self, seed: int, imperfection: Imperfection) -> None:
        random = np.random.default_rng([seed, 4])
        self.perfect = imperfection.slip_rate <= 0.0
        ways = random.exponential(1.0, LENGTH) / max(imperfection.slip_rate, 1e-9)
        self._at: list[float] = np.cumsum(ways).tolist()
        self._left: list[bool] = (random.random(LENGTH) < 0.5).tolist()

    def of(self, rolled: float, slips: int) -> tuple[float, float, int]:
        """Shares (0 or 1) of their turning by which left and right wheel move the robot after `rolled` metres.

        `slips` is how many times one has lost its grip before; the new count comes with them.
        """
        if self.perfect or slips >= LENGTH or rolled < self._at[slips]:
            return 1.0, 1.0, slips
        left = self._left[slips]
        over = rolled >= self._at[slips] + SLIP
        return (1.0, 1.0, slips + 1) if over else (0.0 if left else 1.0, 1.0 if left else 0.0, slips)


def outliers(seed: int, imperfection: Imperfection, scans: int, beams: int, reach: float) -> NDArray[np.float64]:
    """Readings (scans, beams), metres, that are shown instead of what is there; nan where what is there is shown."""
    random = np.random.default_rng([seed, 5])
    wrong = random.random((scans, beams)) < imperfection.outliers
    return np.where(wrong, random.uniform(0.1, reach, (scans, beams)), np.nan)


class Luck:
    """What goes wrong with a gripper, drawn once from a seed: the same commands have the same bad luck."""

    def __init__(self, seed: int, imperfection: Imperfection) -> None:
        random = np.random.default_rng([seed, 2])
        self._misses: list[bool] = (random.random(LENGTH) < imperfection.grasp_miss).tolist()
        rate = imperfection.drop_rate
        ways = random.exponential(1.0 / rate, LENGTH) if rate > 0.0 else np.full(1, math.inf)
        self._ways: list[float] = ways.tolist()

    def misses(self, grasp: int) -> bool:
        """Whether the `grasp`-th time the gripper closes it gets nothing."""
        return self._misses[grasp % LENGTH]

    def holds_for(self, load: int) -> float:
        """Metres that the `load`-th thing taken stays in the gripper; infinite where nothing is ever lost."""
        return self._ways[load % len(self._ways)]
