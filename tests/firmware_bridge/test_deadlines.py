"""Every motion has an end that was set when it was asked for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.messages import Drive, Gripper, Heartbeat, Tool


@settings(derandomize=True, deadline=None, max_examples=60)
@given(ttl=st.integers(20, 500), phase=st.integers(0, 9))
def test_pwm_is_zero_from_the_first_period_at_or_past_the_deadline(make_bench, ttl, phase):
    bench = make_bench().ready()
    deadline = bench.ms + ttl
    assert bench.send(Drive(300, 0, deadline)) == "OK"
    bench.us += phase * 1000  # the periods need not be aligned with the deadline
    while bench.us // 1000 < deadline:
        bench.send(Heartbeat())
        assert bench.tick().pwm_left > 0
    assert bench.us // 1000 - deadline < 10
    bench.tick()
    assert bench.still
    for _ in range(30):
        bench.send(Heartbeat())
        bench.tick()
        assert bench.still


def test_the_tool_ends_at_its_own_deadline(bench):
    bench.ready()
    assert bench.send(Tool(180, bench.ms + 95)) == "OK"
    duties = []
    for _ in range(12):
        bench.send(Heartbeat())
        duties.append((bench.us // 1000, bench.tick().tool_pwm))
    assert {duty for ms, duty in duties if ms < 95} == {180}
    assert {duty for ms, duty in duties if ms >= 95} == {0}


@pytest.mark.parametrize(
    ("ahead", "errno"),
    [(0, "ESTALE"), (-1, "ESTALE"), (-9999, "ESTALE"), (1, "OK"), (500, "OK"), (501, "ERANGE"), (2**31 - 1, "ERANGE")],
)
@pytest.mark.parametrize("kind", ["drive", "tool", "gripper"])
def test_deadlines_out_of_the_window_are_refused(bench, kind, ahead, errno):
    bench.us = 0
    bench.tick()
    bench.us = 20_000_000
    bench.ready()
    at = bench.ms + ahead
    message = {"drive": Drive(100, 0, at), "tool": Tool(100, at), "gripper": Gripper(1, 300, 0, 100, at)}[kind]
    assert bench.send(message) == errno
    outputs = bench.tick()
    if errno != "OK":
        assert (outputs.pwm_left, outputs.tool_pwm, outputs.gripper_close) == (0, 0, False)


def test_a_deadline_of_zero_is_no_deadline_and_refused(bench):
    bench.ready()
    assert bench.send(Drive(100, 0, 0)) == "EINVAL"
    assert bench.send(Tool(100, 0)) == "EINVAL"
    bench.tick()
    assert bench.still


def test_a_refused_command_leaves_the_running_one_alone(bench):
    bench.ready().cruise(0.5)
    assert bench.send(Drive(-300, 0, 0)) == "EINVAL"
    assert bench.tick().pwm_left > 0


@pytest.mark.parametrize(("v", "w"), [(307, 0), (-307, 0), (0, 2601), (0, -2601), (32767, 0), (-32768, 0)])
def test_velocities_out_of_range_are_refused(bench, v, w):
    bench.ready()
    assert bench.drive(v, w) == "ERANGE"
    bench.tick()
    assert bench.still


def test_controller_time_may_wrap(bench):
    bench.tick()
    bench.us = (2**32 - 100) * 1000
    bench.ready()
    assert bench.drive(200, ttl=200) == "OK"
    for _ in range(19):
        bench.send(Heartbeat())
        assert bench.tick().pwm_left > 0
    bench.tick()
    bench.tick()
    assert bench.still


def test_a_long_pause_while_disarmed_is_harmless(bench):
    bench.tick()
    bench.hello()
    bench.us += 8 * 3600 * 1_000_000
    bench.tick()
    assert bench.arm() == "OK"
    bench.cruise(1.0)
    assert bench.left.speed == pytest.approx(0.2, rel=0.05)
