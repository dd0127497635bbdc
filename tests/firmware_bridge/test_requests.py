"""Sessions, request ids and refusals."""

import pytest

from firmware_bridge.framing import host_body, host_frame, seal
from firmware_bridge.messages import (
    SCHEMA_HASH,
    Ack,
    Arm,
    Clear,
    Disarm,
    Drive,
    Flag,
    Gripper,
    Heartbeat,
    Reason,
    Stop,
    Tool,
    Welcome,
)


def test_the_handshake_tells_hash_and_nonce(bench):
    bench.tick()
    assert bench.received[0] == Welcome(bench.nonce, SCHEMA_HASH, 0, 0, 0)
    welcome = bench.hello(token=77)
    assert (welcome.nonce, welcome.schema, welcome.token) == (bench.nonce, SCHEMA_HASH, 77)
    assert welcome.session != 0
    assert bench.hello(token=77).session == welcome.session
    assert bench.hello(token=78).session != welcome.session


def test_another_schema_cannot_arm(bench):
    bench.tick()
    bench.hello(schema=SCHEMA_HASH ^ 1)
    assert bench.arm() == "EPERM"
    assert bench.drive() == "EPERM"
    bench.tick()
    assert bench.still
    bench.hello(token=2)
    assert bench.arm() == "OK"


@pytest.mark.parametrize("message", [Drive(100, 0, 150), Tool(100, 150), Gripper(1, 1, 1, 1, 150)])
def test_nothing_moves_unless_armed(bench, message):
    bench.tick()
    bench.hello()
    assert bench.send(message) == "EPERM"
    outputs = bench.tick()
    assert (outputs.pwm_left, outputs.tool_pwm, outputs.gripper_close, outputs.enabled) == (0, 0, False, False)


def test_disarm_ends_motion_without_a_latch_and_needs_no_heartbeat(bench):
    bench.ready().cruise(0.5)
    assert bench.send(Disarm()) == "OK"
    bench.tick()
    assert bench.still
    assert not bench.outputs.enabled
    for _ in range(100):
        bench.tick()
    assert bench.state().flags & (Flag.ARMED | Flag.LATCHED) == 0
    assert bench.arm() == "OK"


def test_arming_is_for_this_boot_only(bench):
    bench.tick()
    bench.hello()
    assert bench.send(Arm(bench.nonce + 1)) == "ESTALE"
    assert bench.drive() == "EPERM"


def test_a_frame_of_another_session_is_stale(bench):
    bench.ready()
    for session in (0, bench.session ^ 1):
        assert bench.send(Drive(100, 0, bench.ms + 100), session=session) == "ESTALE"
    bench.tick()
    assert bench.still


def test_a_repeated_id_gets_the_same_answer_and_does_nothing(bench):
    bench.ready()
    bench.send(Heartbeat())
    assert bench.send(Drive(200, 0, bench.ms + 300), request=50) == "OK"
    bench.tick()
    assert bench.send(Disarm(), request=51) == "OK"
    assert bench.send(Arm(bench.nonce), request=52) == "OK"
    for _ in range(3):
        assert bench.send(Drive(200, 0, bench.ms + 300), request=50) == "OK"  # the old answer ...
        bench.tick()
        assert bench.still  # ... and no second execution


def test_an_older_order_never_overrides_a_newer_one(bench):
    bench.ready()
    assert bench.send(Drive(0, 0, bench.ms + 300), request=60) == "OK"
    assert bench.send(Drive(300, 0, bench.ms + 300), request=59) == "ESTALE"
    assert bench.send(Disarm(), request=63) == "OK"
    assert bench.send(Arm(bench.nonce), request=62) == "ESTALE"
    assert bench.send(Stop(Reason.OWNER, 0), request=66) == "OK"
    assert bench.send(Clear(), request=65) == "ESTALE"


def test_a_late_repeat_of_an_unanswered_request_is_still_executed(bench):
    bench.tick()
    bench.hello()
    assert bench.send(Heartbeat(), request=5) == "OK"
    assert bench.send(Arm(bench.nonce), request=4) == "OK"
    assert bench.drive() != ""
    bench.tick()
    assert bench.outputs.enabled


@pytest.mark.parametrize(("jump", "errno"), [(1, "OK"), (1024, "OK"), (1025, "ESTALE"), (-31, "OK"), (-32, "ESTALE")])
def test_the_window_of_request_ids(bench, jump, errno):
    bench.request = 65_530  # across the wrap
    bench.tick()
    bench.hello()
    assert bench.send(Heartbeat(), request=(65_530 + 40) % 65536) == "OK"
    assert bench.send(Heartbeat(), request=(65_530 + 40 + jump) % 65536) == errno


def test_a_replayed_earlier_boot_moves_nothing(make_bench):
    """All frames of a drive, recorded and played into the next boot of the same controller."""
    recorded: list[bytes] = []
    bench = make_bench().ready()
    first_session = bench.session
    for _ in range(10):
        bench.request += 1
        recorded.append(host_frame(first_session, bench.request, Arm(bench.nonce)))
        bench.request += 1
        recorded.append(host_frame(first_session, bench.request, Drive(300, 0, bench.ms + 400)))
    bench.controller.reset(bench.nonce + 1)
    bench.us = 0
    bench.nonce += 1
    bench.request = 0
    bench.ready()
    assert bench.session != first_session
    for frame in recorded:
        bench.raw(frame)
        bench.tick()
        assert bench.still


def test_a_new_host_stops_what_the_old_one_drove(bench):
    bench.ready().cruise(0.5)
    bench.hello(token=99)
    bench.tick()
    assert bench.still
    assert bench.state().reason == Reason.LINK
    assert bench.drive() == "EPERM"


@pytest.mark.parametrize("payload", [b"", b"\0" * 7, b"\0" * 9])
def test_a_wrong_length_is_refused(bench, payload):
    bench.ready()
    bench.request += 1
    bench.raw(seal(host_body(bench.session, bench.request, Drive.TYPE, payload)))
    assert bench.received[-1] == Ack(bench.request, 22)


def test_a_reset_forgets_everything(bench):
    bench.ready().cruise(0.5)
    old_session = bench.session
    bench.controller.reset(0xABCD)
    bench.tick()
    assert bench.still
    assert any(isinstance(m, Welcome) and m.nonce == 0xABCD and m.session == 0 for m in bench.received)
    assert bench.send(Drive(100, 0, 100), session=old_session) == "ESTALE"
    assert bench.send(Arm(bench.nonce), session=old_session) == "ESTALE"


def test_the_gripper_does_as_told_and_keeps_it(bench):
    bench.ready()
    assert bench.send(Gripper(1, 400, -50, 120, bench.ms + 200)) == "OK"
    outputs = bench.tick()
    assert (outputs.gripper_close, outputs.gripper_aim_mm) == (True, (400, -50, 120))
    bench.send(Stop(Reason.OWNER, 0))
    for _ in range(100):
        assert bench.tick().gripper_close
    assert bench.send(Gripper(2, 0, 0, 0, bench.ms + 200)) == "ERANGE"
    assert bench.send(Gripper(0, 0, 0, 0, bench.ms + 200)) == "EPERM"
    assert bench.tick().gripper_close
