import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.actuation.zones import Braking, PersonZones, gap, person_speed, wall_speed

R = 0.175
BRAKE = Braking(0.9, 0.1)
ZONES = PersonZones(0.3, 1.0, 0.15)


def on_arc(travelled, forward, curvature):
    arc = travelled if forward else -travelled
    yaw = curvature * arc
    if abs(curvature) < 1e-9:
        return arc, 0.0
    return math.sin(yaw) / curvature, (1 - math.cos(yaw)) / curvature


@given(
    st.floats(-1.0, 1.0),
    st.floats(-1.0, 1.0),
    st.booleans(),
    st.one_of(st.just(0.0), st.floats(-8.0, 8.0).filter(lambda k: abs(k) > 0.2)),
    st.floats(0.15, 0.5),
)
@settings(max_examples=300)
def test_a_disc_touches_a_point_just_where_it_is_said_to(x, y, forward, curvature, radius):
    if math.hypot(x, y) <= radius + 1e-3:
        return
    room = gap(x, y, forward, curvature, radius, 0.3)
    turn = 2 * math.pi / abs(curvature) if curvature else 3.0
    for travelled in np.linspace(0.0, min(room, turn, 3.0) * 0.999, 60):
        px, py = on_arc(float(travelled), forward, curvature)
        assert math.hypot(x - px, y - py) > radius - 1e-3
    if math.isfinite(room):
        px, py = on_arc(room, forward, curvature)
        assert math.hypot(x - px, y - py) == pytest.approx(radius, abs=1e-3)


@given(st.floats(0.0, 0.4))
def test_the_speed_for_a_gap_is_the_one_that_needs_it(speed):
    assert BRAKE.speed(BRAKE.distance(speed)) == pytest.approx(speed, abs=1e-9)
    assert BRAKE.speed(-0.1) == 0.0


def wall(distance, bearing, half=0.6):
    """Points of a flat wall `distance` from the robot's centre, seen under `bearing`."""
    along = np.linspace(-half, half, 61)
    c, s = math.cos(bearing), math.sin(bearing)
    points = zip(distance * c - along * s, distance * s + along * c, strict=True)
    return sorted(points, key=lambda at: math.hypot(*at))


def test_it_stops_before_a_wall_ahead_and_keeps_the_clearance():
    assert wall_speed(wall(0.5, 0.0), True, 0.0, R, 0.02, BRAKE) >= 0.306
    assert wall_speed(wall(0.25, 0.0), True, 0.0, R, 0.02, BRAKE) < 0.25
    assert wall_speed(wall(0.195, 0.0), True, 0.0, R, 0.02, BRAKE) == pytest.approx(0.0, abs=1e-6)
    assert wall_speed(wall(0.18, 0.0), True, 0.0, R, 0.02, BRAKE) == 0.0


def test_a_wall_behind_does_not_matter():
    assert wall_speed(wall(0.18, math.pi), True, 0.0, R, 0.02, BRAKE) == math.inf
    assert wall_speed(wall(0.18, 0.0), False, 0.0, R, 0.02, BRAKE) == math.inf


@pytest.mark.parametrize("clearance", [0.02, 0.012, 0.03])
@pytest.mark.parametrize("side", [math.pi / 2, -math.pi / 2])
def test_along_a_wall_it_moves_at_full_speed(clearance, side):
    assert wall_speed(wall(R + clearance, side), True, 0.0, R, 0.02, BRAKE) >= 0.306
    assert wall_speed(wall(R + clearance, side), False, 0.0, R, 0.02, BRAKE) >= 0.306


def test_along_a_wall_that_is_nearly_touched_it_creeps():
    assert 0.03 <= wall_speed(wall(R + 0.003, math.pi / 2), True, 0.0, R, 0.02, BRAKE) <= 0.05


def test_turning_into_the_wall_beside_is_limited_and_turning_away_is_not():
    beside = wall(R + 0.02, math.pi / 2)
    assert wall_speed(beside, True, 6.0, R, 0.02, BRAKE) < 0.22
    assert wall_speed(beside, True, -6.0, R, 0.02, BRAKE) >= 0.306


def person(distance, bearing):
    """The near side of somebody 0.2 m across whose edge is `distance` from the robot's edge."""
    x, y = (R + distance + 0.2) * math.cos(bearing), (R + distance + 0.2) * math.sin(bearing)
    turn = bearing + math.pi + np.linspace(-1.0, 1.0, 9)
    points = zip(x + 0.2 * np.cos(turn), y + 0.2 * np.sin(turn), strict=True)
    return sorted(points, key=lambda at: math.hypot(*at))


def test_nobody_in_the_stop_zone_is_approached():
    for bearing in (0.0, 0.5, -0.8, 1.2):
        assert person_speed(person(0.25, bearing), True, 0.0, R, ZONES, BRAKE) == 0.0
    assert person_speed(person(0.25, math.pi), True, 0.0, R, ZONES, BRAKE) == pytest.approx(0.15)


@given(st.floats(0.31, 0.98), st.floats(-math.pi, math.pi))
def test_within_the_slow_zone_it_is_slow_whatever_the_direction(distance, bearing):
    assert person_speed(person(distance, bearing), True, 0.0, R, ZONES, BRAKE) <= 0.15


@given(st.floats(1.0, 2.0))
def test_it_is_slow_by_the_time_it_reaches_the_slow_zone(distance):
    limit = person_speed(person(distance, 0.0), True, 0.0, R, ZONES, BRAKE)
    needs = limit * BRAKE.reaction + (limit**2 - 0.15**2) / (2 * BRAKE.deceleration)
    assert limit >= 0.15
    assert needs <= distance - 1.0 + 1e-3 or limit == pytest.approx(0.15)


def test_nobody_near_is_no_limit():
    assert person_speed((), True, 0.0, R, ZONES, BRAKE) == math.inf
    assert wall_speed((), True, 0.0, R, 0.02, BRAKE) == math.inf
