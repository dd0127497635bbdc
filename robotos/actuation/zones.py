"""How fast the robot may go on its arc so that it can still stop before walls and people.

Around people there are three zones, by the distance from edge to edge: within the *stop* zone nobody is approached,
within the *slow* zone the speed is limited all around, and on the way to either (the *approach* zone, as deep as
braking takes) the speed falls so that it is low enough at the border. Written point by point: of the few that are near
enough to matter, a loop is through before numpy has begun.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Points = Sequence[tuple[float, float]]  # (x, y) in the base frame, metres, nearest first

STRAIGHT = 0.1  # 1/m; over the distances at stake a flatter arc is a straight line to within 2 mm
GRAZING = 0.94  # of the robot's radius: what the path passes further out than this is brushed past, not run into
HUGGING = 0.3  # share of the present distance by which the robot may come nearer to what it brushes past
BRUSHING = (0.006, 0.0115)  # m from the edge at which brushing past is down to `BRUSHING_SPEED`, and free
BRUSHING_SPEED = 0.04  # m/s, at which a touch does no harm; the pose is off by some of that distance
ROUNDING = 1e-9  # m
BEHIND = -0.3  # cosine: things further back are left, not brushed past
WALL_AHEAD = 0.3  # cosine (73 degrees): of what is touched already, things further to the side are passed
PERSON_AHEAD = 0.1  # cosine (84 degrees): nearer people further to the side are passed, not approached

_TURN = 2 * math.pi


@dataclass(frozen=True, slots=True)
class Braking:
    """What the robot does when told to stop: it goes on for `reaction` seconds, then slows by `deceleration` m/s^2."""

    deceleration: float
    reaction: float

    def distance(self, speed: float) -> float:
        """Metres travelled from `speed` (m/s, not negative) to standstill."""
        return speed * self.reaction + speed * speed / (2 * self.deceleration)

    def speed(self, gap: float, final: float = 0.0) -> float:
        """The fastest speed from which `final` is reached within `gap` metres: the inverse of `distance`."""
        if gap <= 0.0:
            return final
        at = self.deceleration * self.reaction
        return max(final, math.sqrt(at * at + 2 * self.deceleration * gap + final * final) - at)


def gap(x: float, y: float, forward: bool, curvature: float, radius: float, ahead: float) -> float:
    """How far a disc of `radius` around the robot's centre may travel before it touches the point (x, y).

    Base frame, metres; `curvature` is w/v in 1/m (0: straight). Inf for a point that is never touched. One that is
    already inside the disc counts as touched at once when the motion approaches it (the cosine of its bearing is above
    `ahead`), otherwise not at all.
    """
    if not forward:
        x = -x
    distance = math.sqrt(x * x + y * y)
    if distance <= radius:
        return 0.0 if x > ahead * distance else math.inf
    if abs(curvature) < STRAIGHT:
        room = radius * radius - y * y
        found = x - math.sqrt(room) if room >= 0.0 else -1.0
        return found if found >= 0.0 else math.inf
    turn = 1.0 / abs(curvature)
    aside = turn - y if curvature > 0 else turn + y
    centre = math.sqrt(x * x + aside * aside)  # of the point, from the centre of the turn
    if turn * centre == 0.0:
        return math.inf
    cosine = (turn * turn + centre * centre - radius * radius) / (2 * turn * centre)
    if not -1.0 <= cosine <= 1.0:
        return math.inf  # the disc passes by
    return turn * ((math.atan2(x, aside) - math.acos(cosine)) % _TURN)


def wall_speed(points: Points, forward: bool, curvature: float, body: float, clearance: float, brake: Braking) -> float:
    """The fastest speed that stops short of every point, keeping `clearance`; inf where nothing is in the way.

    A robot that works its way along a wall may be a little nearer to it than `clearance`: it may move on along it, but
    hardly any nearer, and each time less.
    """
    if not points:
        return math.inf
    x, y = points[0]
    nearest = math.sqrt(x * x + y * y)
    kept = body + clearance
    brushed = min(kept, nearest - HUGGING * max(nearest - body, 0.0))
    grazing = GRAZING * body
    straight = -STRAIGHT < curvature < STRAIGHT
    turn = 0.0 if straight else 1.0 / curvature
    around = abs(turn)
    least = math.inf
    for x, y in points:
        offset = abs(y) if straight else abs(math.sqrt(x * x + (y - turn) * (y - turn)) - around)
        radius = kept if offset < grazing else brushed
        if offset > radius:
            continue  # passed by, and not yet touched: nothing is further from the path than from the robot
        least = min(least, gap(x, y, forward, curvature, radius, WALL_AHEAD))
    limit = brake.speed(least) if least < math.inf else math.inf
    return limit if nearest - body >= BRUSHING[1] else min(limit, _brushing_speed(points, forward, body))


def passing_bend(points: Points, body: float, clearance: float) -> float:
    """The curvature, 1/m, up to which everything is passed by at `wall_speed` inf; negative: not told by a glance.

    The path of a disc that turns with curvature k passes a point at distance r, y to its side, no nearer than
    (2 |y| - k r^2) / (2 + k r), as the point's distance from the centre of the turn is at most 1/k + r.
    """
    if not points:
        return math.inf
    x, y = points[0]
    nearest = math.sqrt(x * x + y * y)
    if nearest - body < BRUSHING[1]:
        return -1.0
    brushed = min(body + clearance, nearest - HUGGING * (nearest - body)) + ROUNDING
    least = math.inf
    for x, y in points:
        square = x * x + y * y
        least = min(least, 2 * (abs(y) - brushed) / (square + brushed * math.sqrt(square)))
    return least


def _brushing_speed(points: Points, forward: bool, body: float) -> float:
    nearest = math.inf
    for x, y in points:
        distance = math.sqrt(x * x + y * y)
        if (x if forward else -x) > BEHIND * distance:
            nearest = min(nearest, distance)
    room, (least, free) = nearest - body, BRUSHING
    if room >= free:
        return math.inf
    return BRUSHING_SPEED * (1.0 + max(room - least, 0.0) / least)


@dataclass(frozen=True, slots=True)
class PersonZones:
    """Edge-to-edge distances, m: none nearer than `stop` is approached; within `slow`, `speed` m/s is the limit."""

    stop: float
    slow: float
    speed: float


def person_speed(
    points: Points, forward: bool, curvature: float, body: float, zones: PersonZones, brake: Braking
) -> float:
    """The fastest speed near the people at `points`; inf where nobody is near.

    Approach: stop before the stop zone is entered. Slow zone, all around: `zones.speed`, reached by the time its
    border is.
    """
    if not points:
        return math.inf
    kept = body + zones.stop
    approach = math.inf
    straight = -STRAIGHT < curvature < STRAIGHT
    turn = 0.0 if straight else 1.0 / curvature
    around = abs(turn)
    for x, y in points:
        offset = abs(y) if straight else abs(math.sqrt(x * x + (y - turn) * (y - turn)) - around)
        if offset <= kept:
            approach = min(approach, gap(x, y, forward, curvature, kept, PERSON_AHEAD))
    limit = brake.speed(approach) if approach < math.inf else math.inf
    x, y = points[0]
    return min(limit, brake.speed(math.sqrt(x * x + y * y) - body - zones.slow, zones.speed))
