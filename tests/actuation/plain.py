"""The zones as first written, on whole arrays of points: what the faster ones of the gate must agree with."""

from __future__ import annotations

import math

import numpy as np

from robotos.actuation.areas import NOT_DEEPER, _Arc, _trace
from robotos.actuation.zones import (
    BEHIND,
    BRUSHING,
    BRUSHING_SPEED,
    GRAZING,
    HUGGING,
    PERSON_AHEAD,
    STRAIGHT,
    WALL_AHEAD,
)


def gaps(points, forward, curvature, radius, ahead):
    """How far a disc of `radius` around the robot's centre may travel before it touches each of `points`.

    `points` (n, 2) in the base frame; `radius` is one for all or (n,); `curvature` is w/v in 1/m (0: straight). Metres
    along the path, (n,); inf for points that are never touched. A point already inside the disc
    counts as touched at once when the motion approaches it (the cosine of its bearing is above `ahead`), otherwise
    not at all.
    """
    x = points[:, 0] if forward else -points[:, 0]
    y = points[:, 1]
    distance = np.hypot(x, y)
    with np.errstate(invalid="ignore", divide="ignore"):
        if abs(curvature) < STRAIGHT:
            gap = x - np.sqrt(radius * radius - y * y)  # NaN where the disc passes by
        else:
            turn = 1.0 / abs(curvature)
            side = y if curvature > 0 else -y
            centre = np.hypot(x, turn - side)  # of the point, from the centre of the turn
            cosine = (turn * turn + centre * centre - radius * radius) / (2 * turn * centre)
            gap = turn * np.mod(np.arctan2(x, turn - side) - np.arccos(cosine), 2 * math.pi)
    gap = np.where(gap >= 0.0, gap, np.inf)
    return np.where(distance <= radius, np.where(x > ahead * distance, 0.0, np.inf), gap)


def offsets(points, forward, curvature):
    """How far from each of `points` the robot's centre will pass, metres, (n,), if it stays on its arc long enough."""
    x = points[:, 0] if forward else -points[:, 0]
    if abs(curvature) < STRAIGHT:
        return np.abs(points[:, 1])
    turn = 1.0 / curvature
    return np.abs(np.hypot(x, points[:, 1] - turn) - abs(turn))


def wall_speed(points, forward, curvature, body, clearance, brake):
    """The fastest speed that stops short of every point, keeping `clearance`; inf where nothing is in the way.

    A robot that works its way along a wall may be a little nearer to it than `clearance`: it may move on along it, but
    hardly any nearer, and each time less.
    """
    if not len(points):
        return math.inf
    nearest = math.sqrt(float((points * points).sum(axis=1).min()))
    brushed = min(body + clearance, nearest - HUGGING * max(nearest - body, 0.0))
    radius = np.where(offsets(points, forward, curvature) < GRAZING * body, body + clearance, brushed)
    gap = float(gaps(points, forward, curvature, radius, WALL_AHEAD).min())
    limit = brake.speed(gap) if math.isfinite(gap) else math.inf
    return limit if nearest - body >= BRUSHING[1] else min(limit, _brushing_speed(points, forward, body))


def _brushing_speed(points, forward, body):
    distance = np.hypot(points[:, 0], points[:, 1])
    beside = distance[(points[:, 0] if forward else -points[:, 0]) > BEHIND * distance]
    room = float(beside.min()) - body if len(beside) else math.inf
    least, free = BRUSHING
    if room >= free:
        return math.inf
    return BRUSHING_SPEED * (1.0 + max(room - least, 0.0) / least)


def person_speed(points, forward, curvature, body, zones, brake):
    """The fastest speed near the people at `points`; inf where nobody is near.

    Approach: stop before the stop zone is entered. Slow zone, all around: `zones.speed`, reached by the time its
    border is.
    """
    if not len(points):
        return math.inf
    approach = float(gaps(points, forward, curvature, body + zones.stop, PERSON_AHEAD).min())
    limit = brake.speed(approach) if math.isfinite(approach) else math.inf
    edge = math.sqrt(float((points * points).sum(axis=1).min())) - body
    return min(limit, brake.speed(edge - zones.slow, zones.speed))


def areas_speed(areas, pose, forward, curvature, sigma, wanted, brake):
    """`Areas.speed` without its early way out: every point of the path is looked at."""
    start = areas.slack(pose.x, pose.y, sigma)
    if start <= -areas.radius:
        return 0.0
    floor = min(0.0, start - NOT_DEEPER) if start > -areas.margin / 2 else start - 1e-6
    arc = _Arc(pose, forward, curvature)
    reached = _trace(lambda x, y: areas.slack(x, y, sigma), arc, start, floor, brake.distance(wanted))
    if reached is None:
        return wanted
    return 0.0 if start < 0.0 else min(wanted, brake.speed(reached))


def areas_wall_speed(areas, pose, forward, curvature, wanted, brake):
    """`Areas.wall_speed`, the same."""
    start = areas._walls.at(pose.x, pose.y) - areas.radius
    floor = min(areas.clearance / 2, start - HUGGING * max(start, 0.0))
    arc = _Arc(pose, forward, curvature)
    need = brake.distance(wanted)
    reached = _trace(lambda x, y: areas._walls.at(x, y) - areas.radius, arc, start, floor, need)
    return wanted if reached is None else min(wanted, brake.speed(reached))


def motion_speed(motion, wanted, pose, sigma):
    """`Motion.clip` without any glance: (speed along the path, names) for a twist that moves."""
    forward, speed, curvature = wanted.v > 0, abs(wanted.v), wanted.w / wanted.v
    around, brake, body = motion._surroundings, motion._brake, motion._radius
    obstacles = np.array(around.obstacles(pose).points).reshape(-1, 2)
    obstacles = obstacles[np.hypot(*obstacles.T) <= body + motion._clearance + brake.distance(speed)]
    people = np.array(around.people(pose).points).reshape(-1, 2)
    reach = body + motion._zones.slow + motion._person_brake.distance(speed)
    people = people[np.hypot(*people.T) <= reach]
    limits = {
        "keepout": areas_speed(motion._areas, pose, forward, curvature, sigma, speed, brake),
        "wall": areas_wall_speed(motion._areas, pose, forward, curvature, speed, brake),
        "obstacle": wall_speed(obstacles, forward, curvature, body, motion._clearance, brake),
        "person": person_speed(people, forward, curvature, body, motion._zones, motion._person_brake),
    }
    by = tuple(name for name, limit in limits.items() if not limit >= speed)
    return min(speed, *limits.values()), by
