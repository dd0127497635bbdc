"""Planar poses and twists in metres, seconds and radians (REP 103: x forward, y left, counter-clockwise positive)."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pose:
    """A position and heading in some frame: `x`, `y` in metres, `yaw` in radians."""

    x: float
    y: float
    yaw: float = 0.0

    def compose(self, other: Pose) -> Pose:
        """`other`, given in this pose's frame, expressed in this pose's parent frame."""
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return Pose(
            self.x + c * other.x - s * other.y,
            self.y + s * other.x + c * other.y,
            wrap(self.yaw + other.yaw),
        )

    def inverse(self) -> Pose:
        """The parent frame expressed in this pose's frame."""
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return Pose(-c * self.x - s * self.y, s * self.x - c * self.y, wrap(-self.yaw))

    def distance(self, other: Pose) -> float:
        """Straight-line distance between the two positions, metres."""
        return math.hypot(other.x - self.x, other.y - self.y)


@dataclass(frozen=True, slots=True)
class Twist:
    """Body velocity: `v` forward in m/s, `w` counter-clockwise in rad/s."""

    v: float
    w: float


def wrap(angle: float) -> float:
    """The same angle in (-pi, pi]."""
    wrapped = math.fmod(angle + math.pi, 2 * math.pi)
    if wrapped <= 0:
        wrapped += 2 * math.pi
    return wrapped - math.pi
