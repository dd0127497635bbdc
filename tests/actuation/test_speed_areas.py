"""The map's speed masks bind the gate: slow enough at the border, wherever the robot comes from, and free elsewhere."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.actuation.areas import Areas
from robotos.actuation.body import Body
from robotos.actuation.localiser import Localiser
from robotos.actuation.motion import PERSON_REACH, Motion
from robotos.actuation.speed_areas import SpeedAreas
from robotos.actuation.surroundings import Surroundings
from robotos.actuation.zones import Braking
from robotos.geometry import Pose, Twist
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.maps.filters import speed_limits
from robotos.policy import load

R = Body().radius
BRAKE = Braking(0.9, 0.1)
TOP = load().motion.max_speed
SLOW = 0.1


def masked(home, left, bottom, right, top, value=10, kind="speed_absolute", base=0.0, multiplier=0.01):
    """The home with a limit on a rectangle, metres."""
    xs, ys = home.grid.centres()
    inside = ((ys > bottom) & (ys < top))[:, None] & ((xs > left) & (xs < right))[None, :]
    mask = OccupancyGrid(np.where(inside, value, 0).astype(np.int8), home.grid.resolution, home.grid.origin)
    return replace(home, speed_limits=(speed_limits(mask, kind, base, multiplier),))


def motion_in(home):
    policy, body = load(), Body()
    clearance = policy.clearance
    areas = Areas(home, body.radius, clearance.keepout_margin, clearance.walls, policy.motion.max_speed)
    return Motion(policy, areas, Surroundings(Localiser(home.grid), PERSON_REACH), body)


def test_without_masks_nothing_is_limited(home):
    assert SpeedAreas(home, R, TOP).speed(5.0, 3.9, 0.1, BRAKE) == math.inf


def test_the_robot_is_slow_in_the_area_and_before_it(home):
    """Along the hallway towards an area that begins at x = 5 m."""
    motion = motion_in(masked(home, 5.0, 3.2, 6.0, 4.6))
    x, speed, reached = 3.0, 0.0, []
    while x < 6.5:
        clipped = motion.clip(Twist(TOP, 0.0), Pose(x, 3.9, 0.0), 0.0)
        speed = max(clipped.twist.v, speed - 0.9 * 0.1)  # no robot slows faster than that
        reached.append((x, speed))
        x += speed * 0.1
    inside = [v for x, v in reached if 5.0 - R <= x <= 6.0 + R]
    assert inside and max(inside) <= SLOW + 1e-9
    assert max(v for x, v in reached if x < 4.0) == pytest.approx(TOP)
    assert reached[-1][1] > SLOW, "and faster again behind it"


def test_turning_is_not_limited_and_arcs_stay_arcs(home):
    motion = motion_in(masked(home, 4.0, 3.2, 6.0, 4.6))
    pose = Pose(5.0, 3.9, 0.0)
    assert motion.clip(Twist(0.0, 1.5), pose, 0.0).twist == Twist(0.0, 1.5)
    clipped = motion.clip(Twist(0.3, 0.6), pose, 0.0)
    assert clipped.by[0] == "speed area" and clipped.twist.w / clipped.twist.v == pytest.approx(2.0)
    back = motion.clip(Twist(-0.3, 0.0), pose, 0.0)
    assert back.twist.v == pytest.approx(-SLOW)


def test_a_percentage_is_of_the_policys_top_speed(home):
    motion = motion_in(masked(home, 4.0, 3.2, 6.0, 4.6, 60, "speed_percent", 100.0, -1.0))
    assert motion.clip(Twist(TOP, 0.0), Pose(5.0, 3.9), 0.0).twist.v == pytest.approx(0.4 * TOP)


def test_an_unsure_robot_is_slow_earlier(home):
    areas = SpeedAreas(masked(home, 5.0, 3.2, 6.0, 4.6), R, TOP)
    sure, unsure = (areas.speed(4.6, 3.9, sigma, BRAKE) for sigma in (0.0, 0.1))
    assert SLOW <= unsure < sure


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=40), st.floats(0.3, 9.0), st.floats(0.3, 7.5))
def test_many_different_limits_are_never_rounded_up(home, values, x, y):
    """Under the robot's centre the speed is at most what the mask says there."""
    cells = np.zeros(home.grid.shape, dtype=np.int8)
    for index, value in enumerate(values):
        cells[:, index * 5 : index * 5 + 5] = value
    limits = speed_limits(OccupancyGrid(cells, home.grid.resolution, home.grid.origin), "speed_percent", 0.0, 1.0)
    areas = SpeedAreas(replace(home, speed_limits=(limits,)), R, TOP)
    assert min(areas.speed(x, y, 0.0, BRAKE), TOP) <= limits.at(x, y, TOP) + 1e-9


@pytest.mark.parametrize("at", [(math.nan, 1.0), (1e9, 0.0), (-90.0, 3.0)])
def test_where_nothing_is_known_the_limit_holds(home, at):
    areas = SpeedAreas(masked(home, 5.0, 3.2, 6.0, 4.6), R, TOP)
    assert areas.speed(*at, 0.0, BRAKE) == pytest.approx(SLOW)
