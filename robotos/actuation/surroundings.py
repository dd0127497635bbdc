"""What range readings show around the robot: things it must not hit, and what no map explains, which is a person."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from robotos.actuation.localiser import Localiser
from robotos.actuation.zones import Points
from robotos.geometry import Pose

NEAR = 0.5  # m from the robot's centre; what is further away cannot be reached before the next scan but two
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

    def obstacles(self, pose: Pose, within: float = math.inf) -> Points:
        """Everything near, (n, 2), as seen from `pose`: no further than `within` metres, at most `NEAR`."""
        return _seen(self._obstacles, pose, within)

    def people(self, pose: Pose, within: float = math.inf) -> Points:
        """What is not on the map, (n, 2), as seen from `pose`: no further than `within`, at most the reach given."""
        return _seen(self._people, pose, within)


def _to_map(pose: Pose, points: Points) -> Points:
    c, s = math.cos(pose.yaw), math.sin(pose.yaw)
    return np.asarray(points @ np.array([[c, s], [-s, c]]) + (pose.x, pose.y))


def _seen(points: Points, pose: Pose, within: float) -> Points:
    if not len(points):
        return points
    dx, dy = points[:, 0] - pose.x, points[:, 1] - pose.y
    near = dx * dx + dy * dy <= within * within
    if not near.any():
        return _NONE
    dx, dy = dx[near], dy[near]
    c, s = math.cos(pose.yaw), math.sin(pose.yaw)
    return np.column_stack((c * dx + s * dy, c * dy - s * dx))
