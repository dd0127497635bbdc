"""Motors on the bench: PWM in, encoder ticks out, first order, with a load and a strength of their own."""

from __future__ import annotations

import math
from dataclasses import dataclass

from firmware_bridge.messages import FULL_PWM_MM_S, UM_PER_TICK, WHEEL_BASE_MM

MOTOR_LAG = 0.06  # s, time constant of motor and gearbox


@dataclass
class Wheel:
    """One motor: metres and m/s; `strength` scales what a duty is worth, `load` is a duty that friction eats."""

    strength: float = 1.0
    load: float = 0.0
    speed: float = 0.0
    way: float = 0.0

    def step(self, pwm: int, dt: float) -> None:
        """`dt` seconds at a duty of -255 to 255; the solution of the first-order equation, so any step is exact."""
        effective = math.copysign(max(abs(pwm) - self.load, 0.0), pwm)
        target = effective / 255 * FULL_PWM_MM_S / 1000 * self.strength
        decay = math.exp(-dt / MOTOR_LAG)
        self.way += target * dt + (self.speed - target) * MOTOR_LAG * (1 - decay)
        self.speed = target + (self.speed - target) * decay

    @property
    def ticks(self) -> int:
        """Encoder ticks since the motor was mounted."""
        return math.floor(self.way * 1e6 / UM_PER_TICK)


@dataclass
class Track:
    """Where the two wheels have taken the body: the truth that odometry is compared with. Metres, radians."""

    x: float = 0.0
    y: float = 0.0
    yaw: float = 0.0

    def roll(self, left: float, right: float) -> None:
        """Both wheels rolled so many metres."""
        along, turn = (left + right) / 2, (right - left) * 1000 / WHEEL_BASE_MM
        self.x += along * math.cos(self.yaw + turn / 2)
        self.y += along * math.sin(self.yaw + turn / 2)
        self.yaw += turn
