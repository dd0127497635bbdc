"""A Stop of category 0 cuts at once; one of category 1 latches at once and ramps the wheels down, drivers enabled."""

from itertools import pairwise

import pytest

from firmware_bridge.framing import host_body, seal
from firmware_bridge.messages import (
    MAX_ACCEL_MM_S2,
    RAMP_MS,
    Clear,
    Disarm,
    Drive,
    Flag,
    Gripper,
    Heartbeat,
    Reason,
    Recover,
    State,
    Stop,
    Tool,
)

TOP = 306


def stopping(bench, v=TOP, w=0, category=1):
    """At speed, tool on, then stopped."""
    bench.ready().cruise(1.0, v, w)
    assert bench.send(Tool(200, bench.ms + 400)) == "OK"
    bench.tick()
    assert bench.outputs.tool_pwm == 200
    assert bench.send(Stop(Reason.GATE, category)) == "OK"
    return bench


def ramp(bench, periods=60, beat=True):
    """What the wheels (PWM, m/s) and the enable line did, period by period."""
    rows = []
    for period in range(periods):
        if beat and period % 5 == 0:
            assert bench.send(Heartbeat()) == "OK"
        bench.tick()
        rows.append((bench.outputs.pwm_left, bench.left.speed, bench.outputs.enabled))
    return rows


def flags(bench):
    return Flag(bench.state().flags)


@pytest.mark.parametrize("category", [0, 2, 255])
def test_any_other_category_cuts_at_once(bench, category):
    stopping(bench, category=category)
    bench.tick()
    assert bench.still
    assert not bench.outputs.enabled
    assert bench.outputs.tool_pwm == 0
    assert Flag.RAMPING not in flags(bench)


def test_category_1_latches_and_disarms_at_once_with_the_tool_off(bench):
    stopping(bench)
    bench.tick()
    assert bench.outputs.tool_pwm == 0
    state = [m for m in bench.received if isinstance(m, State)][-1]
    seen = Flag(state.flags)
    assert state.ms == bench.ms  # told in that very period
    assert state.reason == Reason.GATE
    assert Flag.LATCHED in seen
    assert Flag.RAMPING in seen
    assert Flag.ARMED not in seen
    later = bench.ms + 100
    assert bench.send(Drive(100, 0, later)) == "EPERM"
    assert bench.send(Tool(1, later)) == "EPERM"
    assert bench.send(Gripper(1, 0, 0, 0, later)) == "EPERM"
    assert bench.arm() == "EPERM"


@pytest.mark.parametrize(("v", "w"), [(TOP, 0), (-TOP, 0), (150, 900), (0, 2600), (0, -2600)])
def test_category_1_ramps_down_with_the_drivers_enabled_and_then_lets_go(bench, v, w):
    rows = ramp(stopping(bench, v, w))
    enabled = [row[2] for row in rows]
    last = enabled.index(False)
    assert 0 < last * 10 <= RAMP_MS
    assert not any(enabled[last:])
    assert all(row[0] == 0 for row in rows[last:])
    assert abs(rows[last][1]) < 0.02
    assert Flag.RAMPING not in flags(bench)


def test_the_ramp_is_not_steeper_than_the_limit_and_never_speeds_up(bench):
    speeds = [TOP / 1000] + [row[1] for row in ramp(stopping(bench))]
    steps = [after - before for before, after in pairwise(speeds)]
    braking = [step for step, speed in zip(steps, speeds[1:], strict=True) if speed > 0.02]
    assert max(braking) < 0.003
    assert min(steps) > -MAX_ACCEL_MM_S2 / 1000 * 0.01 * 1.5
    assert min(speeds) > -0.01  # it does not roll back


def test_a_ramp_that_finds_no_end_is_cut_off_after_half_a_second(bench):
    stopping(bench)
    bench.left.strength = bench.right.strength = 0.0  # the wheels ...
    began = bench.ms
    for period in range(70):
        if period % 5 == 0:
            bench.send(Heartbeat())
        bench.left.way += 0.002  # ... are pushed along from outside
        bench.right.way += 0.002
        bench.tick()
        assert bench.outputs.enabled == (bench.ms < began + RAMP_MS)
        assert bench.still == (not bench.outputs.enabled)


@pytest.mark.parametrize(
    ("what", "first"),
    [("bumper", 1), ("cliff", 1), ("stop_button", True)],
)
def test_a_contact_or_the_button_ends_the_ramp_in_the_same_period(bench, what, first):
    ramp(stopping(bench), 5)
    assert not bench.still
    bench.tick(**{what: first})
    assert bench.still
    assert not bench.outputs.enabled
    assert bench.state().reason == Reason.GATE  # the first reason stays


def test_a_stop_of_category_0_ends_the_ramp_and_one_of_category_1_does_not_begin_another(bench):
    ramp(stopping(bench), 10)
    assert bench.send(Stop(Reason.OWNER, 1)) == "OK"
    assert not bench.still
    rows = ramp(bench, 45)
    assert [row[2] for row in rows].index(False) * 10 <= RAMP_MS - 100
    other = type(bench)()
    ramp(stopping(other), 5)
    assert other.send(Stop(Reason.OWNER, 0)) == "OK"
    other.tick()
    assert other.still
    assert not other.outputs.enabled
    assert other.send(Stop(Reason.OWNER, 1)) == "OK"  # and once it is cut, nothing ramps
    assert not ramp(other, 1)[0][2]


def test_a_ramp_needs_heartbeats(bench):
    rows = ramp(stopping(bench), 40, beat=False)
    off = [row[2] for row in rows].index(False)
    assert off * 10 <= 200
    assert rows[off][0] == 0


@pytest.mark.parametrize("message", [Disarm(), Clear()])
def test_disarm_and_clear_end_the_ramp(bench, message):
    ramp(stopping(bench), 5)
    assert bench.send(message) == "OK"
    bench.tick()
    assert bench.still
    assert not bench.outputs.enabled


def test_a_new_session_ends_the_ramp(bench):
    ramp(stopping(bench), 5)
    bench.hello(token=99)
    bench.tick()
    assert bench.still
    assert not bench.outputs.enabled


def test_a_strangers_stop_never_ramps(bench):
    bench.ready().cruise(1.0)
    assert bench.send(Stop(Reason.GATE, 1), session=bench.session ^ 1) == "OK"
    bench.tick()
    assert bench.still
    assert not bench.outputs.enabled


@pytest.mark.parametrize("payload", [b"", b"\x11", b"\x11\x01\x00"])
def test_a_stop_of_another_length_stops_at_once(bench, payload):
    """A host with another schema can do nothing here but stop."""
    bench.ready().cruise(1.0)
    bench.raw(seal(host_body(bench.session, bench.request + 1, Stop.TYPE, payload)))
    bench.tick()
    assert bench.still
    assert bench.state().reason == Reason.HOST


def test_a_standing_robot_has_nothing_to_ramp(bench):
    bench.ready()
    bench.tick()
    assert bench.outputs.enabled
    assert bench.send(Stop(Reason.GATE, 1)) == "OK"
    bench.tick()
    assert not bench.outputs.enabled
    assert Flag.RAMPING not in flags(bench)


def test_while_recovering_every_stop_is_at_once(bench):
    bench.ready().cruise(0.5)
    bench.tick(bumper=1)
    bench.tick(bumper=0)
    for _ in range(20):
        assert bench.send(Heartbeat()) == "OK"
        assert bench.send(Recover(-100, 0, bench.ms + 100)) == "OK"
        bench.tick()
    assert not bench.still
    assert bench.send(Stop(Reason.GATE, 1)) == "OK"
    bench.tick()
    assert bench.still
    assert not bench.outputs.enabled
    assert bench.send(Recover(-100, 0, bench.ms + 100)) == "EPERM"
