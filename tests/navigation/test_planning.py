"""Costmap, planner and tracker: ways keep their distance, and the robot keeps to the way."""

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.geometry import Pose, wrap
from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.planner import Unreachable, length, plan
from robotos.navigation.tracking import Arrived, Tracker


def least_slack(costmap, path):
    points = [
        (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) for a, b in pairwise(path) for t in np.linspace(0, 1, 60)
    ]
    return float(costmap.slack_at(*np.array(points).T).min())


def test_every_place_is_reached_from_every_other(home, costmap):
    poses = [home.dock, *(place.approach for place in home.places.values())]
    for start in poses:
        for goal in poses:
            path = plan(costmap, start, goal)
            assert not isinstance(path, Unreachable)
            assert path[-1] == pytest.approx((goal.x, goal.y))
            if len(path) > 1 and length(path) > 0.01:
                assert least_slack(costmap, path) >= -0.002


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_ways_are_nearly_as_short_as_the_grid_allows(costmap, one, other):
    cells = np.argwhere(costmap.free)
    a, b = cells[one % len(cells)], cells[other % len(cells)]
    unit = Costmap(costmap.grid, lattice=np.where(costmap.lattice >= 0, 1.0, -1.0))  # no dislike of walls
    optimum = unit.network.distances(tuple(a))[tuple(b)]
    path = plan(costmap, Pose(*costmap.grid.to_world(*a)), Pose(*costmap.grid.to_world(*b)))
    if isinstance(path, Unreachable):
        assert not np.isfinite(optimum)
    else:
        assert length(path) <= 1.10 * optimum + 0.1


def test_no_way_says_why(home, costmap):
    on_stairs = plan(costmap, home.dock, Pose(9.2, 3.9))
    assert isinstance(on_stairs, Unreachable) and "keep-out" in on_stairs.reason
    shut = costmap.blocked(
        [(x, 4.65) for x in np.arange(2.2, 3.1, 0.1)] + [(3.95, y) for y in np.arange(5.2, 6.2, 0.1)]
    )
    behind = plan(shut, home.dock, home.places["kitchen table"].approach)
    assert isinstance(behind, Unreachable) and "blocked" in behind.reason


def test_tolerance_takes_the_nearest_point(home, costmap):
    sofa = Pose(6.0, 7.2)
    assert isinstance(plan(costmap, home.dock, sofa), Unreachable)
    path = plan(costmap, home.dock, sofa, tolerance=0.6)
    assert not isinstance(path, Unreachable)
    assert math.dist(path[-1], (6.0, 7.2)) <= 0.6


def test_a_person_is_kept_away_from(home, costmap):
    around = costmap.blocked([(5.0, 3.9)], keep=0.30)
    path = plan(around, Pose(4.0, 3.9), Pose(6.0, 3.9))
    assert not isinstance(path, Unreachable)
    xy = np.array([np.array(a) + t * (np.array(b) - a) for a, b in pairwise(path) for t in np.linspace(0, 1, 50)])
    assert np.hypot(*(xy - (5.0, 3.9)).T).min() >= 0.175 + 0.30 - 0.005
    assert costmap.allows(5.0, 3.9) and not around.allows(5.0, 3.9)


def test_keepouts_hold_the_disc_off(costmap):
    assert not costmap.allows(8.15, 3.9)
    assert costmap.allows(8.3 - 0.175 - 0.13, 3.9)


def test_a_large_map_is_planned_at_once():
    rng = np.random.default_rng(2)
    cells = np.zeros((400, 400), dtype=np.int8)
    for row, column in rng.integers(5, 390, (60, 2)):
        cells[row : row + 8, column : column + 8] = 100
    costmap = Costmap(OccupancyGrid(cells, 0.05, Pose(0, 0)))
    starts = [Pose(*costmap.grid.to_world(*cell)) for cell in np.argwhere(costmap.free)[[0, -1]]]
    first = plan(costmap, *starts)
    assert not isinstance(first, Unreachable)
    began = time.process_time()
    plan(costmap, *starts)
    assert time.process_time() - began < 0.5  # goal 0.05 s; a crowded machine gets ten times that


@pytest.mark.parametrize("place", ["desk", "fridge", "bed", "sofa", "washing machine"])
def test_tracking_holds_the_line(home, costmap, driver, place):
    path = plan(costmap, home.dock, home.places[place].approach)
    assert not isinstance(path, Unreachable)
    robot = driver(home.grid, home.dock)
    legs = list(pairwise(path))
    worst = 0.0

    def passed(_, pose):
        nonlocal worst
        worst = max(worst, min(from_leg(a, b, pose) for a, b in legs))

    arrived = robot.follow(Tracker(path, final_yaw=home.places[place].approach.yaw), passed)
    assert worst <= 0.03
    assert arrived.error <= 0.02
    assert abs(wrap(robot.pose.yaw - home.places[place].approach.yaw)) <= 0.06


def from_leg(a, b, pose):
    span = math.dist(a, b)
    along = min(max(((pose.x - a[0]) * (b[0] - a[0]) + (pose.y - a[1]) * (b[1] - a[1])) / span, 0.0), span)
    return math.hypot(pose.x - a[0] - along * (b[0] - a[0]) / span, pose.y - a[1] - along * (b[1] - a[1]) / span)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=5),
    st.floats(-3.1, 3.1),
    st.floats(0.05, 0.3),
)
def test_tracking_any_polyline_ends_within_its_limits(points, yaw, speed):
    pose = Pose(points[0][0], points[0][1], yaw)
    tracker = Tracker(tuple(points), speed, 1.5)
    for _ in range(20000):
        command = tracker.steer(pose)
        if isinstance(command, Arrived):
            assert command.error <= 0.05
            return
        assert 0.0 <= command.v <= speed + 1e-9 and abs(command.w) <= 1.5 + 1e-9
        pose = pose.compose(Pose(command.v * 0.05, 0.0, command.w * 0.05))
    raise AssertionError("never arrived")


def test_a_slight_bend_soon_after_a_corner_is_driven_slowly():
    """The bend after one that was turned on the spot counts like any other: at full speed the wheels would cut it."""
    path = ((0.0, 0.0), (0.4, -0.3), (0.44, -0.29), (0.54, -0.29), (1.2, -0.29))
    pose, tracker, fastest = Pose(0.0, 0.0), Tracker(path), 0.0
    for _ in range(4000):
        command = tracker.steer(pose)
        if isinstance(command, Arrived):
            break
        if 0.40 <= pose.x <= 0.43:
            fastest = max(fastest, command.v)
        pose = pose.compose(Pose(command.v * 0.02, 0.0, command.w * 0.02))
    assert isinstance(command, Arrived)
    assert fastest <= 0.2
