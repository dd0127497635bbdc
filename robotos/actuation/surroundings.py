"""What range readings show around the robot: things it must not hit, and what no map explains, which is a person."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from robotos.actuation.localiser import Localiser
from robotos.actuation.zones import Points
from robotos.geometry import Pose

NEAR = 0.8  # m from the robot's centre; what is further away cannot be reached before the next scan but one
BEAMS = 72

_NONE: Points = np.zeros((0, 2))


class Surroundings:
    """Points of the latest scan, kept in the map frame, so that odometry carries them along until the next one."""

    def __init__(self, localiser: Localiser, person_reach: float) -> None:
        self._localiser = localiser
        self._person_reach = person_reach
        self._obstacles = _NONE
        self._people = _NONE
        angles = 2 * np.pi / BEAMS * np.arange(BEAMS)
        self._directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def update(self, pose: Pose, ranges: Sequence[float]) -> None:
        """Take in a scan (72 metres, inf for nothing) measured at `pose`."""
        readings = np.asarray(ranges)
        near = readings < NEAR
        self._obstacles = _NONE
        if near.any():
            self._obstacles = self._localiser.settled(_to_map(pose, self._directions[near] * readings[near, None]))
        points = self._localiser.unmapped(pose, readings)
        away = np.hypot(points[:, 0] - pose.x, points[:, 1] - pose.y)
        self._people = points[away < self._person_reach]

    def obstacles(self, pose: Pose) -> Points:
        """Everything near, (n, 2), as seen from `pose`."""
        return _to_base(pose, self._obstacles) if len(self._obstacles) else self._obstacles

    def people(self, pose: Pose) -> Points:
        """Whatever is not on the map within reach of the slow zone, (n, 2), as seen from `pose`."""
        return _to_base(pose, self._people) if len(self._people) else self._people


def _to_map(pose: Pose, points: Points) -> Points:
    c, s = math.cos(pose.yaw), math.sin(pose.yaw)
    return np.asarray(points @ np.array([[c, s], [-s, c]]) + (pose.x, pose.y))


def _to_base(pose: Pose, points: Points) -> Points:
    c, s = math.cos(pose.yaw), math.sin(pose.yaw)
    return np.asarray((points - (pose.x, pose.y)) @ np.array([[c, -s], [s, c]]))
