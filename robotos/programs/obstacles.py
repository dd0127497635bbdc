"""What is in the way now: what the range readings show and the map does not, and what was bumped into."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from robotos.geometry import Pose
from robotos.kernel.ports import BodyState
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.navigation.localise import unmapped
from robotos.policy import Policy

Point = tuple[float, float]

MARGIN = 0.04  # m kept beyond the distance at which the gate stops before people: what is planned must be drivable
BUMP_KEEP = 0.02  # m kept from the edge of what was touched
BODY_RADIUS = 0.175  # m, of the robot
ROOM_TO_LEAVE = 0.03  # m by which what stands close to the robot is taken to be further off, so that it can drive away
CONTACT_SIDE = {1: 0.6, 2: -0.6}  # rad from straight ahead, by the bits of bumper or cliff sensor


def seen(state: BodyState, home: Home, within: float = math.inf) -> tuple[Point, ...]:
    """Points (m, map frame) that the newest scan shows and the map does not, `within` metres of the robot."""
    if state.scan is None:
        return ()
    points = np.asarray(unmapped(state.pose, state.scan.ranges, home.grid)).reshape(-1, 2)
    away = np.hypot(points[:, 0] - state.pose.x, points[:, 1] - state.pose.y)
    return tuple((float(x), float(y)) for x, y in points[away <= within])


def touched(state: BodyState) -> Point:
    """Where the contact is that the controller reports."""
    side = CONTACT_SIDE.get(state.bumper | state.cliff, 0.0)
    reach = BODY_RADIUS + 0.025
    point = state.pose.compose(Pose(reach * math.cos(side), reach * math.sin(side)))
    return point.x, point.y


def around(costmap: Costmap, pose: Pose, points: Sequence[Point], bumps: Sequence[Point], policy: Policy) -> Costmap:
    """The costmap with `points` kept at the distance people are owed, and `bumps` not run into again.

    What stands nearer than that already is kept no nearer: the robot's own spot stays free.
    """
    keep = policy.clearance.person_stop + MARGIN
    far = [point for point in points if _gap(pose, point) >= keep + ROOM_TO_LEAVE]
    near = [point for point in points if _gap(pose, point) < keep + ROOM_TO_LEAVE]
    if far:
        costmap = costmap.blocked(far, keep)
    for point in near:
        costmap = costmap.blocked([point], max(0.0, _gap(pose, point) - ROOM_TO_LEAVE))
    return costmap.blocked(bumps, BUMP_KEEP) if bumps else costmap


def _gap(pose: Pose, point: Point) -> float:
    return math.hypot(point[0] - pose.x, point[1] - pose.y) - BODY_RADIUS
