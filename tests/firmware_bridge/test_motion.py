"""Wheel loops, acceleration limit and odometry, on motors of first order."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.messages import MAX_ACCEL_MM_S2, Heartbeat

V_AND_W = [(300, 0), (-300, 0), (150, 0), (40, 0), (0, 1000), (0, -2600), (200, 800), (-100, 300)]


def speeds(bench):
    v = (bench.left.speed + bench.right.speed) / 2
    return v, (bench.right.speed - bench.left.speed) / 0.235


def hold(bench, seconds, v, w):
    """Drive and give the body velocity of every period."""
    track = []
    for period in range(round(seconds * 100)):
        if period % 5 == 0:
            bench.send(Heartbeat())
            assert bench.drive(v, w) == "OK"
        bench.tick()
        track.append(speeds(bench))
    return track


@pytest.mark.parametrize(("v", "w"), V_AND_W)
@pytest.mark.parametrize(("strength", "load"), [(1.0, 0), (0.9, 15), (1.1, 0)], ids=["nominal", "weak", "strong"])
def test_velocity_reaches_the_setpoint_and_stays(bench, v, w, strength, load):
    for wheel in (bench.left, bench.right):
        wheel.strength, wheel.load = strength, load
    track = hold(bench.ready(), 3.0, v, w)
    settled = track[120:]
    for found_v, found_w in settled:
        assert found_v * 1000 == pytest.approx(v, rel=0.05, abs=3)
        assert found_w * 1000 == pytest.approx(w, rel=0.05, abs=30)
    assert max(abs(found) for found, _ in track) * 1000 <= abs(v) * 1.03 + 3


def test_acceleration_and_braking_are_limited(bench):
    track = [v for v, _ in hold(bench.ready(), 1.0, 300, 0) + hold(bench, 1.0, 0, 0) + hold(bench, 1.0, -300, 0)]
    fastest = max(abs(b - a) for a, b in pairwise(track)) / 0.01
    assert fastest <= MAX_ACCEL_MM_S2 / 1000 * 1.15
    assert track[199] == pytest.approx(0.0, abs=0.002)


def test_at_rest_the_pwm_is_exactly_zero(bench):
    hold(bench.ready(), 1.0, 200, 500)
    hold(bench, 1.0, 0, 0)
    assert bench.still


def test_a_curve_too_fast_for_the_wheels_keeps_its_shape(bench):
    v, w = hold(bench.ready(), 2.0, 300, 2000)[-1]
    assert w / v == pytest.approx(2000 / 300, rel=0.03)
    assert bench.right.speed <= 0.365


def test_a_short_gap_in_the_orders_is_no_jerk_and_no_overshoot(bench):
    bench.ready().cruise(1.0, 300)
    for _ in range(20):
        bench.send(Heartbeat())
        bench.tick()
    before = bench.left.speed
    assert before < 0.25  # the deadline had passed
    track = [v for v, _ in hold(bench, 1.0, 300, 0)]
    assert before > 0.05
    assert max(after - now for now, after in pairwise([before, *track])) / 0.01 <= MAX_ACCEL_MM_S2 / 1000 * 1.5
    assert max(track) <= 0.306 * 1.02
    assert track[-1] == pytest.approx(0.3, rel=0.02)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.integers(-300, 300), st.integers(-1500, 1500)), min_size=1, max_size=5))
def test_odometry_follows_the_wheels(make_bench, legs):
    bench = make_bench().ready()
    x = y = yaw = 0.0
    for v, w in legs:
        for period in range(50):
            if period % 5 == 0:
                bench.send(Heartbeat())
                bench.drive(v, w)
            left, right = bench.left.way, bench.right.way
            bench.tick()
            left, right = bench.left.way - left, bench.right.way - right
            turn = (right - left) / 0.235
            x += (left + right) / 2 * math.cos(yaw + turn / 2)
            y += (left + right) / 2 * math.sin(yaw + turn / 2)
            yaw += turn
    for wheel in (bench.left, bench.right):
        wheel.strength = 0.0
    for _ in range(100):
        left, right = bench.left.way, bench.right.way
        bench.tick()
        left, right = bench.left.way - left, bench.right.way - right
        turn = (right - left) / 0.235
        x += (left + right) / 2 * math.cos(yaw + turn / 2)
        y += (left + right) / 2 * math.sin(yaw + turn / 2)
        yaw += turn
    state = bench.state()
    assert state.x_um * 1e-6 == pytest.approx(x, abs=0.001)
    assert state.y_um * 1e-6 == pytest.approx(y, abs=0.001)
    assert math.remainder(state.yaw_urad * 1e-6 - yaw, math.tau) == pytest.approx(0, abs=0.002)
    assert abs(state.yaw_urad) <= 3_141_593


def test_encoders_that_start_anywhere_or_wrap_don_t_move_the_pose(make_bench):
    for start in (2**31 - 3, -5, 123_456):
        bench = make_bench()
        bench.left.way = bench.right.way = start * 25e-6
        bench.tick()
        bench.left.way += 10.5 * 25e-6
        bench.right.way += 10.5 * 25e-6
        bench.tick()
        assert abs(bench.state().x_um - 250) <= 25


def test_the_same_inputs_give_the_same_bytes(make_bench):
    def run():
        bench = make_bench().ready().cruise(1.0, 200, 500)
        return bench.received, bench.outputs

    assert run() == run()


def test_snapshot_and_restore_repeat_the_future(make_bench):
    bench = make_bench().ready().cruise(0.5, 200, 500)
    saved, inputs, us = bench.controller.snapshot(), bench.inputs, bench.us
    first = [bench.controller.tick(us + i * 10_000, inputs) for i in range(20)]
    other = make_bench()
    other.controller.restore(saved)
    assert [other.controller.tick(us + i * 10_000, inputs) for i in range(20)] == first
    with pytest.raises(ValueError, match="another build"):
        other.controller.restore(saved[:-1])


def test_a_scan_of_the_wrong_size_is_refused(bench):
    with pytest.raises(ValueError, match="72 readings"):
        bench.tick(ranges_mm=(1, 2, 3))
