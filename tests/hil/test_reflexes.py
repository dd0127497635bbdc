"""What stops the robot in the controller alone: contacts, edges, the button and its wire; and what stays stopped."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.messages import (
    RECOVER_TRAVEL_MM,
    Clear,
    Drive,
    Flag,
    Gripper,
    Heartbeat,
    Reason,
    Recover,
    Stop,
    Tool,
)

LIMIT_US = 10_000  # from the press to PWM zero
# The stop button's contacts are normally closed to ground: pressed, or its wire cut, the pin is an open circuit which
# the pull-up takes high. The emulator lets the pin float then, so without a pull-up nothing would be seen.
CAUSES = {
    "left bumper": ({"bumper": 1}, Reason.BUMPER),
    "right bumper": ({"bumper": 2}, Reason.BUMPER),
    "left cliff": ({"cliff": 1}, Reason.CLIFF),
    "right cliff": ({"cliff": 2}, Reason.CLIFF),
    "stop button or its cut wire": ({"stop_button": True}, Reason.STOP_BUTTON),
}
RELEASED = {"bumper": 0, "cliff": 0, "stop_button": False}
every_cause = pytest.mark.parametrize("cause", CAUSES)


def zero_after(bench, name):
    """When the pin went to zero for good (µs), among the edges since the last look."""
    edges = [edge for edge in bench.plant.take_edges() if edge.name == name]
    assert edges, f"{name} did not change"
    assert edges[-1].value == 0, f"{name} was left at {edges[-1].value}"
    return edges[-1].us


@pytest.mark.needs("moves", "virtual")
@every_cause
def test_a_cause_puts_the_duty_at_zero_within_10_ms_at_any_phase(bench, cause, record_property):
    """No host is involved: nothing is sent from half a period before the press until long after it."""
    sensor, reason = CAUSES[cause]
    bench.ready()
    worst = [0]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
    @given(st.integers(0, 9_999))
    def stops(phase):
        if bench.state().flags & Flag.LATCHED:
            bench.plant.press(**RELEASED)
            bench.run(0.02)
            bench.ready()
        bench.cruise(0.1)
        bench.drive(200, ttl=400)
        bench.plant.run_us(phase)
        assert not bench.still
        bench.plant.take_edges()
        pressed = bench.plant.us
        bench.plant.press(**sensor)
        bench.plant.run_us(30_000)
        edges = bench.plant.take_edges()
        for name in ("pwm_left", "pwm_right", "enabled"):
            last = [edge for edge in edges if edge.name == name][-1]
            assert last.value == 0
            assert last.us - pressed <= LIMIT_US
            worst[0] = max(worst[0], last.us - pressed)
        assert bench.reason() == reason

    stops()
    record_property("worst_us", worst[0])
    print(f"{bench.target.name}: {cause} to duty zero, worst {worst[0]} us")


@pytest.mark.needs("moves", "press")
@pytest.mark.lengthy
@every_cause
def test_it_stays_latched_through_release_and_new_orders(bench, cause):
    sensor, reason = CAUSES[cause]
    bench.ready().cruise(0.2)
    bench.plant.press(**sensor)
    bench.run(0.03)
    assert bench.send(Clear()) == "EBUSY"
    bench.plant.press(**RELEASED)
    bench.run(0.03)
    for _ in range(5):
        assert bench.beat() == "OK"
        assert bench.drive() == "EPERM"
        assert bench.send(Tool(100, bench.ms + 100)) == "EPERM"
        assert bench.send(Gripper(1, 0, 0, 0, bench.ms + 100)) == "EPERM"
        assert bench.arm() == "EPERM"
        assert bench.stays_still(0.03)
    assert bench.reason() == reason
    assert bench.send(Clear()) == "OK"
    assert bench.drive() == "EPERM"
    assert bench.arm() == "OK"
    bench.cruise(0.2)
    assert not bench.still


@pytest.mark.needs("press")
def test_the_button_latches_a_disarmed_robot_but_a_contact_does_not(bench):
    bench.hello()
    bench.plant.press(bumper=3, cliff=3)
    bench.run(0.03)
    state = bench.state()
    assert (state.reason, state.bumper, state.cliff) == (Reason.NONE, 3, 3)
    bench.plant.press(bumper=0, cliff=0, stop_button=True)
    bench.run(0.03)
    assert bench.reason() == Reason.STOP_BUTTON


@pytest.mark.needs("press")
@pytest.mark.parametrize("bits", [0, 1, 2, 3])
def test_each_sensor_is_reported_on_its_own_side(bench, bits):
    bench.hello()
    bench.plant.press(bumper=bits, cliff=3 - bits)
    bench.run(0.03)
    state = bench.state()
    assert (state.bumper, state.cliff) == (bits, 3 - bits)


@pytest.mark.needs("moves")
def test_a_stop_frame_stops_wheels_and_drivers_and_keeps_its_reason(bench):
    bench.ready().cruise(0.3)
    if bench.target.can("pins"):
        assert bench.plant.outputs.enabled
    for reason in (Reason.OWNER, Reason.GATE, Reason.OWNER):
        assert bench.send(Stop(reason, 0)) == "OK"
    bench.run(0.02)
    assert bench.still
    if bench.target.can("pins"):
        assert not bench.plant.outputs.enabled
    state = bench.state()
    assert state.reason == Reason.OWNER
    assert state.flags & (Flag.ARMED | Flag.LATCHED) == Flag.LATCHED
    assert bench.drive() == "EPERM"


@pytest.mark.needs("moves", "virtual")
def test_a_stop_frame_reaches_the_pins_within_a_period_of_its_last_byte(bench, record_property):
    worst = 0
    for phase in range(0, 10_000, 1_300):
        bench.ready().cruise(0.2)
        bench.drive(200, ttl=300)
        bench.plant.run_us(phase)
        bench.plant.take_edges()
        sent = bench.plant.us
        bench.post(Stop(Reason.OWNER, 0))
        bench.plant.run_us(20_000)
        edges = bench.plant.take_edges()
        for name in ("pwm_left", "pwm_right", "enabled"):
            worst = max(worst, [e for e in edges if e.name == name and not e.value][-1].us - sent)
    record_property("worst_us", worst)
    print(f"{bench.target.name}: stop frame to pins, worst {worst} us")
    assert worst <= 11_000


@pytest.mark.needs("moves", "virtual")
def test_a_stop_of_category_1_ramps_down_with_the_drivers_on_and_then_lets_go(bench):
    bench.ready().cruise(0.6, 300)
    bench.beat()
    bench.plant.take_edges()
    speed, sent = bench.plant.left.speed, bench.plant.us
    assert bench.send(Stop(Reason.GATE, 1)) == "OK"
    assert bench.send(Drive(100, 0, bench.ms + 200)) == "EPERM"
    bench.run(0.1)
    assert bench.plant.outputs.enabled
    assert 0.5 * speed < bench.plant.left.speed < speed
    for _ in range(10):
        bench.post(Heartbeat())
        bench.run(0.05)
    edges = bench.plant.take_edges()
    off = [edge for edge in edges if edge.name == "enabled"]
    assert [edge.value for edge in off] == [0]
    assert 0.2 < (off[0].us - sent) / 1e6 <= 0.511
    assert bench.still
    assert bench.plant.left.speed == pytest.approx(0.0, abs=0.01)
    assert bench.reason() == Reason.GATE


@pytest.mark.needs("moves", "virtual")
@pytest.mark.parametrize("then", ["stop 0", "bumper", "stop button", "silence"])
def test_anything_worse_ends_the_ramp_at_once(bench, then):
    bench.ready().cruise(0.6, 300)
    bench.beat()
    assert bench.send(Stop(Reason.GATE, 1)) == "OK"
    bench.run(0.05)
    assert not bench.still
    bench.plant.take_edges()
    at = bench.plant.us
    if then == "stop 0":
        bench.post(Stop(Reason.OWNER, 0))
    elif then == "silence":
        at += 150_000
        bench.run(0.15)
    else:
        bench.plant.press(**({"bumper": 1} if then == "bumper" else {"stop_button": True}))
    bench.plant.run_us(15_000)
    assert zero_after(bench, "enabled") - at <= 11_000
    assert bench.still


# ---------------------------------------------------------------- recover


def recover(bench, v=-80, w=0):
    bench.post(Heartbeat())
    return bench.send(Recover(v, w, bench.ms + 200))


def contact(bench, **sensor):
    bench.ready().cruise(0.3)
    bench.plant.press(**(sensor or {"bumper": 1}))
    bench.run(0.3)
    return bench


@pytest.mark.needs("moves", "press", "pins")
def test_recover_backs_away_slowly_and_never_forwards(bench):
    contact(bench)
    assert bench.state().flags & Flag.RECOVER_ALLOWED
    for v, w in ((1, 0), (-101, 0), (0, 100), (-95, 100), (-10, -200)):
        assert recover(bench, v, w) == "ERANGE"
    start = bench.plant.left.way
    for _ in range(16):
        assert recover(bench, -80) == "OK"
        bench.run(0.05)
    assert bench.plant.left.way - start == pytest.approx(-0.08 * 0.8, abs=0.02)
    bench.plant.press(**RELEASED)
    bench.run(0.3)
    assert bench.still
    assert bench.drive() == "EPERM"


@pytest.mark.needs("moves", "virtual")
def test_recover_goes_no_further_than_the_controller_allows(bench):
    contact(bench)
    start = bench.plant.left.way
    answers = []
    for _ in range(72):
        answers.append(recover(bench, -100))
        bench.run(0.05)
    assert answers[0] == "OK"
    assert answers[-1] == "EPERM"
    assert start - bench.plant.left.way == pytest.approx(RECOVER_TRAVEL_MM / 1000, abs=0.012)
    assert bench.still


@pytest.mark.needs("moves", "virtual")
@pytest.mark.parametrize("then", ["new contact", "stop button", "silence", "deadline"])
def test_recovering_ends_with(bench, then):
    contact(bench)
    assert recover(bench) == "OK"
    bench.run(0.05)
    assert not bench.still
    if then == "new contact":
        bench.plant.press(bumper=3)
    elif then == "stop button":
        bench.plant.press(stop_button=True)
    elif then == "silence":
        for _ in range(10):
            bench.send(Recover(-50, 0, bench.ms + 200))
            bench.run(0.02)
    else:
        bench.run(0.16)
    bench.run(0.012)
    assert bench.still
    if then != "deadline":
        assert then == "new contact" or recover(bench) == "EPERM"
