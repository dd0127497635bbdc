"""The robot's own shape and reach, which no policy can change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Body:
    """A circular robot with two driven wheels. Metres, m/s, m/s^2."""

    radius: float = 0.175
    wheel_base: float = 0.235
    wheel_speed: float = 0.36  # fastest a wheel turns
    top_speed: float = 0.306
    braking: float = 0.9  # what the controller really brakes with
    reach: float = 0.8  # gripper, from the robot's centre
    reach_height: float = 1.2
    scan_time: float | None = None  # s that one turn of the range sensor takes, 0 for all at once; None: not known
    has_gripper: bool = True
    has_tool: bool = True
