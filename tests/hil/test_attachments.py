"""Brush and gripper: what is ordered is on the pins, for as long as it may be."""

import pytest

from firmware_bridge.messages import Clear, Flag, Gripper, Heartbeat, Reason, Stop, Tool


def grip(bench, close, x=350, y=-120, z=80):
    bench.beat()
    return bench.send(Gripper(int(close), x, y, z, bench.ms + 150))


@pytest.mark.needs("gripper", "pins")
def test_the_gripper_closes_opens_and_reports_it(bench):
    bench.ready()
    for close in (True, False, True):
        assert grip(bench, close) == "OK"
        bench.run(0.05)
        assert bench.plant.outputs.gripper_close == close
        assert bool(bench.state().flags & Flag.GRIPPER_CLOSED) == close


@pytest.mark.needs("gripper", "virtual", "avr")
@pytest.mark.parametrize(("close", "us"), [(True, 2000), (False, 1000)])
def test_the_servo_pulse_is_as_long_as_the_order_says(bench, close, us):
    bench.ready()
    assert grip(bench, not close) == "OK"
    bench.run(0.05)
    assert grip(bench, close) == "OK"
    bench.run(0.05)
    length, period = bench.plant.board.servo_pulse()
    assert length == pytest.approx(us, abs=70)  # an eight-bit timer on the small board
    assert 14_000 <= period <= 21_000


@pytest.mark.needs("arm", "virtual")
def test_the_arm_is_told_on_every_change_and_once_a_second(bench):
    bench.ready()
    bench.plant.board.take_arm()
    assert grip(bench, True, 350, -120, 80) == "OK"
    bench.run(0.05)
    packets = bench.plant.board.take_arm()
    assert packets == arm_packet(1, 350, -120, 80)
    for _ in range(45):
        bench.post(Heartbeat())
        bench.run(0.05)
    repeated = bench.plant.board.take_arm()
    assert repeated == arm_packet(1, 350, -120, 80) * 2


def arm_packet(close, *aim):
    body = bytes((0xA5, close)) + b"".join(value.to_bytes(2, "little", signed=True) for value in aim)
    return body + bytes((sum(body) % 256,))


@pytest.mark.needs("gripper", "pins")
@pytest.mark.lengthy
@pytest.mark.parametrize("cause", ["stop frame", "stop button", "bumper", "silence", "new session"])
def test_the_gripper_holds_through_every_stop(bench, cause):
    bench.ready()
    assert grip(bench, True) == "OK"
    bench.run(0.05)
    if cause == "stop frame":
        assert bench.send(Stop(Reason.OWNER, 0)) == "OK"
    elif cause == "silence":
        bench.run(0.3)
    elif cause == "new session":
        bench.hello()
    else:
        bench.plant.press(**({"stop_button": True} if cause == "stop button" else {"bumper": 1}))
    bench.run(0.3)
    assert bench.plant.outputs.gripper_close
    state = bench.state()
    assert state.flags & Flag.GRIPPER_CLOSED
    assert state.flags & Flag.LATCHED
    assert grip(bench, False) == "EPERM"
    bench.plant.press(stop_button=False, bumper=0)
    bench.run(0.05)
    assert bench.send(Clear()) == "OK"
    assert bench.plant.outputs.gripper_close


@pytest.mark.needs("gripper", "virtual", "avr")
def test_the_gripper_holds_through_the_reset_line(bench):
    bench.ready()
    assert grip(bench, True) == "OK"
    bench.run(0.05)
    bench.plant.reset()
    bench.run(0.3)
    assert bench.plant.outputs.gripper_close
    length, _ = bench.plant.board.servo_pulse()
    assert length == pytest.approx(2000, abs=70)
    bench.ready()
    bench.run(0.3)
    assert bench.plant.outputs.gripper_close, "arming is no order to open"


@pytest.mark.needs("tool", "pins")
@pytest.mark.lengthy
@pytest.mark.parametrize("duty", [20, 90, 255])
def test_the_brush_turns_at_its_duty_and_stops_at_its_deadline(bench, duty):
    bench.ready()
    assert bench.send(Tool(duty, bench.ms + 150)) == "OK"
    bench.beat()
    bench.run(0.05)
    assert bench.plant.outputs.tool_pwm == pytest.approx(duty, abs=2)  # the small board has 250 steps
    assert bench.state().tool == duty
    bench.beat()
    bench.run(0.15)
    assert bench.plant.outputs.tool_pwm == 0
    assert bench.state().tool == 0


@pytest.mark.needs("tool", "virtual")
@pytest.mark.parametrize("cause", [{"bumper": 1}, {"cliff": 2}, {"stop_button": True}])
def test_contacts_and_button_stop_the_brush_within_10_ms(bench, cause):
    bench.ready()
    assert bench.send(Tool(200, bench.ms + 400)) == "OK"
    bench.run(0.03)
    bench.plant.run_us(4_700)
    bench.plant.take_edges()
    pressed = bench.plant.us
    bench.plant.press(**cause)
    bench.plant.run_us(15_000)
    off = [e.us for e in bench.plant.take_edges() if e.name == "tool_pwm" and not e.value]
    assert off
    assert off[0] - pressed <= 10_000
