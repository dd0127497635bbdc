"""Wheel loops and odometry: speeds reached, lines straight, turns as asked, way counted."""

import math

import pytest

from firmware_bridge.messages import MAX_ACCEL_MM_S2, UM_PER_TICK, WHEEL_BASE_MM, Ack, Drive, Flag, Heartbeat, State

SPEEDS = [(200, 0), (306, 0), (-200, 0), (60, 0), (0, 1500), (0, -2000), (150, 800)]


def mean_speed(bench, seconds, v, w):
    """Mean of v (mm/s) and w (mrad/s) as the controller measures them, over so long a drive."""
    since = len(bench.received)
    bench.cruise(seconds, v, w)
    states = bench.all(State, since)[2:]
    return sum(s.v_mm_s for s in states) / len(states), sum(s.w_mrad_s for s in states) / len(states)


@pytest.mark.needs("moves")
@pytest.mark.lengthy
@pytest.mark.parametrize(("v", "w"), SPEEDS)
def test_speed_is_within_3_percent_one_second_after_the_order(bench, v, w):
    bench.ready().cruise(1.0, v, w)
    seen_v, seen_w = mean_speed(bench, 0.5, v, w)
    assert seen_v == pytest.approx(v, abs=max(0.03 * abs(v), 4))
    assert seen_w == pytest.approx(w, abs=max(0.03 * abs(w), 40))


@pytest.mark.needs("moves", "virtual")
@pytest.mark.parametrize(("strength", "load"), [(0.8, 0.0), (1.2, 0.0), (1.0, 25.0)])
def test_the_loop_makes_up_for_a_weak_a_strong_and_a_loaded_motor(bench, strength, load):
    bench.ready()
    bench.plant.left.strength, bench.plant.left.load = strength, load
    bench.cruise(1.5, 200)
    assert bench.plant.left.speed == pytest.approx(0.2, rel=0.02)
    assert bench.plant.right.speed == pytest.approx(0.2, rel=0.02)


@pytest.mark.needs("moves", "virtual")
def test_a_start_ramps_and_does_not_overshoot(bench):
    bench.ready()
    speeds = []
    bench.plant.watch = lambda: speeds.append((bench.plant.us, bench.plant.left.speed))
    bench.cruise(1.0, 300)
    assert max(speed for _, speed in speeds) < 0.300 * 1.05
    at = next(us for us, speed in speeds if speed > 0.01)
    up = next(us for us, speed in speeds if speed > 0.27)
    assert (up - at) / 1e6 == pytest.approx(0.3, abs=0.08)  # 0.26 m/s at 0.9 m/s^2
    steps = [(b - a) / 0.05 for (_, a), (_, b) in zip(speeds, speeds[50:], strict=False)]
    assert max(steps) < MAX_ACCEL_MM_S2 / 1000 * 1.25


@pytest.mark.needs("moves", "virtual")
def test_a_line_is_straight_with_motors_of_different_strength(bench):
    bench.ready()
    bench.plant.left.strength = 0.9
    bench.cruise(3.0, 250)
    track = bench.plant.track
    assert track.x > 0.6
    assert abs(track.y) < 0.03
    assert abs(track.yaw) < 0.05


@pytest.mark.needs("moves", "virtual")
@pytest.mark.parametrize("w", [1000, -1000])
def test_a_turn_is_on_the_spot_and_as_far_as_asked(bench, w):
    bench.ready().cruise(2.0, 0, w)
    bench.run(0.5)
    track = bench.plant.track
    assert math.hypot(track.x, track.y) < 0.005
    assert abs(track.yaw) == pytest.approx(2.0, rel=0.08)


@pytest.mark.needs("moves", "press")
def test_odometry_agrees_with_the_truth_to_a_millimetre_and_a_milliradian(bench):
    bench.ready()
    for v, w, seconds in ((250, 0, 0.6), (200, 1200, 1.0), (-150, -300, 0.6), (0, -2000, 0.6), (300, 100, 0.8)):
        bench.cruise(seconds, v, w)
    bench.run(0.6)
    state, track = bench.state(), bench.plant.track
    assert state.x_um / 1e6 == pytest.approx(track.x, abs=0.001)
    assert state.y_um / 1e6 == pytest.approx(track.y, abs=0.001)
    assert math.remainder(state.yaw_urad / 1e6 - track.yaw, math.tau) == pytest.approx(0.0, abs=0.001)


@pytest.mark.needs("moves", "press")
def test_no_encoder_edge_is_lost_at_full_speed_with_the_wire_full_both_ways(bench):
    """After the drive the heading is a multiple of the tick difference, so a single lost edge would show."""
    bench.ready()
    since = len(bench.received)
    end = bench.plant.now() + 1.5
    sent = []
    while bench.plant.now() < end:
        sent += [bench.post(message) for message in _burst(bench)]
        bench.run(0.01)
    bench.run(0.6)
    plant = bench.plant
    assert max(plant.left.way, plant.right.way) > (0.1 if bench.target.realtime else 0.35)  # a busy machine is slow
    state = bench.state()
    one_tick = 1.2e-4 if bench.target.realtime else 2e-5  # time goes on between the report and the look at the wheels
    turned = (plant.right.ticks - plant.left.ticks) * UM_PER_TICK / 1000 / WHEEL_BASE_MM
    assert math.remainder(state.yaw_urad / 1e6 - turned, math.tau) == pytest.approx(0.0, abs=one_tick)
    along = (plant.left.ticks + plant.right.ticks) / 2 * UM_PER_TICK
    assert math.hypot(state.x_um, state.y_um) <= along + 200
    assert _lost(bench, since, sent) == []
    assert bench.bad_frames == 0


def _burst(bench):

    return [Heartbeat(), Drive(300, 60, bench.ms + 200), Heartbeat(), Heartbeat()]


def _lost(bench, since, sent):

    answered = {ack.request for ack in bench.all(Ack, since)}
    return [request for request in sent if request not in answered]


@pytest.mark.needs("moves", "virtual")
def test_wheels_pushed_by_hand_are_counted_while_disarmed(bench):
    bench.hello()
    assert not bench.state().flags & Flag.ARMED
    bench.plant.left.way = bench.plant.right.way = 0.0
    for _ in range(100):
        bench.plant.left.way -= 0.001
        bench.plant.right.way -= 0.001
        bench.run(0.005)
    bench.run(0.02)
    assert bench.state().x_um == pytest.approx(-100_000, abs=UM_PER_TICK * 2)
