import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.actuation.areas import Areas
from robotos.actuation.zones import Braking
from robotos.geometry import Pose

R, MARGIN = 0.175, 0.05
BRAKE = Braking(0.9, 0.1)
STAIRWELL = 8.3  # m, x of its edge in the hallway


@pytest.fixture(scope="module")
def areas(home):
    return Areas(home, R, MARGIN, 0.02)


def towards(areas, x, sigma=0.0, wanted=0.3, yaw=0.0, forward=True, curvature=0.0):
    return areas.speed(Pose(x, 3.9, yaw), forward, curvature, sigma, wanted, BRAKE)


def test_far_from_the_stairs_nothing_is_limited(areas):
    assert towards(areas, 6.0) == 0.3


def test_it_stops_before_the_margin_of_the_stairs(areas):
    edge = STAIRWELL - R - MARGIN
    assert 0.0 < towards(areas, edge - 0.05) < 0.3
    assert towards(areas, edge - 0.001) < 0.05
    assert towards(areas, edge + 0.01) == 0.0


def test_the_margin_grows_with_the_uncertainty(areas):
    x = STAIRWELL - R - MARGIN - 0.15
    assert towards(areas, x, sigma=0.005) == 0.3
    assert towards(areas, x, sigma=0.08) == 0.0


def test_from_inside_the_margin_it_may_leave_and_go_along_but_not_deeper(areas):
    x = STAIRWELL - R - 0.04
    assert towards(areas, x) == 0.0
    assert towards(areas, x, yaw=math.pi) == 0.3
    assert towards(areas, x, forward=False) == 0.3
    assert towards(areas, x, yaw=math.pi / 2) == 0.3
    assert towards(areas, x, yaw=math.pi / 2 - 0.3) == 0.0


def test_outside_the_map_nothing_moves(areas):
    assert areas.speed(Pose(-5.0, -5.0, 0.0), True, 0.0, 0.0, 0.3, BRAKE) == 0.0
    assert areas.speed(Pose(math.nan, 3.9, 0.0), True, 0.0, 0.0, 0.3, BRAKE) == 0.0


@given(
    st.floats(7.0, STAIRWELL - R - MARGIN),
    st.floats(3.5, 4.3),
    st.floats(-math.pi, math.pi),
    st.booleans(),
    st.floats(-6.0, 6.0),
    st.floats(0.01, 0.306),
)
@settings(max_examples=200)
def test_who_brakes_from_the_allowed_speed_stays_out(areas, x, y, yaw, forward, curvature, wanted):
    speed = areas.speed(Pose(x, y, yaw), forward, curvature, 0.0, wanted, BRAKE)
    assert 0.0 <= speed <= wanted
    sign = 1.0 if forward else -1.0
    at_x, at_y, heading = x, y, yaw
    step = max(BRAKE.distance(speed), 1e-6) / 50
    for _ in range(50):
        heading += sign * step * curvature
        at_x, at_y = at_x + sign * step * math.cos(heading), at_y + sign * step * math.sin(heading)
        assert at_x <= STAIRWELL - R - MARGIN + 0.003


def test_walls_of_the_map_are_stopped_before_even_if_no_beam_meets_them(areas):
    assert areas.wall_speed(Pose(3.2, 3.9, -math.pi / 2), True, 0.0, 0.3, BRAKE) == 0.3
    assert areas.wall_speed(Pose(3.2, 3.2 + R + 0.012, -math.pi / 2), True, 0.0, 0.3, BRAKE) < 0.05
    assert areas.wall_speed(Pose(3.2, 3.2 + R + 0.015, 0.0), True, 0.0, 0.3, BRAKE) == 0.3
