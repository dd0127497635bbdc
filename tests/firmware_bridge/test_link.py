"""The link: handshake, answers, repeats, loss and return, on virtual time."""

import pytest

from firmware_bridge.clock_estimate import ClockEstimate
from firmware_bridge.framing import controller_frame, parse_controller, parse_host
from firmware_bridge.link import Link
from firmware_bridge.messages import (
    SCHEMA_HASH,
    Arm,
    Clear,
    Drive,
    Flag,
    Gripper,
    Heartbeat,
    Hello,
    Reason,
    Recover,
    State,
    Stop,
    Tool,
    Welcome,
)
from firmware_bridge.transport import MemoryTransport, TransportFull, TransportLost


def test_it_comes_up_by_itself_and_says_why_it_was_not(rig):
    assert not rig.link.up
    assert rig.link.lost_reason == "no handshake yet"
    rig.run(0.15)
    assert rig.link.up
    assert rig.link.lost_reason == ""
    assert (rig.link.nonce, rig.link.resets) == (rig.nonce, 0)


def test_requests_are_answered(rig):
    rig.run(0.2)
    assert rig.ask(rig.link.drive(100, 0, rig.link.deadline_after(0.2))) == "EPERM"
    assert rig.ask(rig.link.arm()) == "OK"
    assert rig.ask(rig.link.drive(100, 0, rig.link.deadline_after(0.2))) == "OK"
    assert rig.ask(rig.link.tool(100, rig.link.deadline_after(0.2))) == "OK"
    assert rig.ask(rig.link.drive(1000, 0, rig.link.deadline_after(0.2))) == "ERANGE"
    assert rig.ask(rig.link.send(Gripper(1, 300, 0, 0, rig.link.deadline_after(0.2)))) == "OK"
    assert rig.outputs.gripper_close
    assert rig.link.acked(12345) is None


def test_an_unanswered_question_is_none_then_etimedout(rig):
    rig.run(0.2)
    request = rig.link.arm()
    assert rig.link.acked(request) is None
    rig.device.read()
    for _ in range(20):
        rig.device.read()
        rig.time += 0.05
        rig.link.poll()
    assert rig.link.acked(request) == "ETIMEDOUT"


def test_with_the_link_down_nothing_is_sent(rig):
    request = rig.link.send(Arm(rig.nonce))
    assert rig.link.acked(request) == "ETIMEDOUT"
    assert rig.frames == []


def test_a_drive_as_a_gate_does_it(rig):
    rig.drive()
    assert rig.link.state is not None
    assert rig.link.state.flags & Flag.ARMED
    assert rig.link.state.x_um > 150_000
    assert sum(isinstance(m, State) for m in rig.messages) >= 25
    assert rig.link.bad_frames == rig.link.missed_frames == 0


def test_lost_arms_are_repeated_and_lost_drives_are_not(rig):
    rig.run(0.2)
    rig.heartbeats = False
    rig.run(0.1)
    rig.frames.clear()
    arm, drive = rig.link.arm(), rig.link.drive(100, 0, rig.link.deadline_after(0.2))
    rig.device.read()  # both were lost on the way
    rig.run(0.2)
    sent = [parse_host(frame).message for way, frame in rig.frames if way == "tx"]
    assert sum(isinstance(message, Drive) for message in sent) == 1
    assert sum(isinstance(message, Arm) for message in sent) == 2
    assert rig.link.acked(arm) == "OK"
    assert rig.link.acked(drive) is None
    assert rig.still


def test_an_answer_that_was_lost_does_not_execute_twice(rig):
    rig.run(0.2)
    rig.link.arm()
    rig.controller.receive(rig.device.read())
    rig.controller.transmit()  # the answer is lost
    disarmed = rig.link.send(Heartbeat())
    rig.run(0.3)
    assert rig.link.acked(disarmed) == "OK"
    arms = [frame for way, frame in rig.frames if way == "tx" and isinstance(parse_host(frame).message, Arm)]
    assert len(arms) == 2
    assert arms[0] == arms[1]
    assert rig.outputs.enabled


def test_stop_is_written_at_once_and_confirmed(rig):
    rig.drive()
    rig.frames.clear()
    request = rig.link.stop_now(Reason.OWNER)
    assert isinstance(parse_host(rig.frames[0][1]).message, Stop)  # before the call returned
    rig.step()
    assert rig.still
    assert rig.ask(request) == "OK"
    rig.run(1.0)
    assert rig.still
    assert rig.link.state.reason == Reason.OWNER


def test_stop_is_repeated_until_it_is_confirmed(rig):
    rig.drive()
    request = rig.link.stop_now(Reason.OWNER)
    rig.device.read()
    rig.run(0.1)
    assert rig.still
    assert rig.link.acked(request) == "OK"


def test_stop_without_a_link_is_unconfirmed(rig):
    request = rig.link.stop_now(Reason.OWNER)
    rig.device.read()
    for _ in range(20):
        rig.time += 0.05
        rig.device.read()
        rig.link.poll()
    assert rig.link.acked(request) == "ETIMEDOUT"


def test_clear_and_arm_in_one_breath(rig):
    rig.drive()
    rig.link.stop_now(Reason.OWNER)
    rig.wanted = None
    rig.run(0.5)
    cleared, armed = rig.link.send(Clear()), rig.link.arm()
    assert rig.ask(cleared) == "OK"
    assert rig.link.acked(armed) == "OK"


# ---------------------------------------------------------------- loss


def test_a_cut_cable_is_noticed_at_the_next_call_and_stops_the_robot(rig):
    rig.drive()
    rig.host_end.cut()
    with pytest.raises(TransportLost):
        rig.host_end.read()
    with pytest.raises(TransportLost):
        rig.host_end.write(b"x")
    rig.link.poll()
    assert not rig.link.up
    assert "cut" in rig.link.lost_reason
    rig.run(0.25)
    assert rig.still


def test_the_cable_back_in_brings_the_link_but_no_motion(rig):
    rig.drive()
    rig.host_end.cut()
    rig.run(0.5)
    rig.host_end.mend()
    rig.run(1.0)
    assert rig.link.up
    assert rig.link.resets == 0
    assert rig.still
    assert rig.link.state.reason == Reason.LINK
    assert rig.ask(rig.link.arm()) == "EPERM"
    assert rig.ask(rig.link.send(Clear())) == "OK"
    assert rig.ask(rig.link.arm()) == "OK"
    rig.run(0.5)
    assert rig.left.speed > 0.2


def test_a_short_cut_latches_too(rig):
    rig.drive()
    rig.host_end.cut()
    rig.link.poll()
    rig.host_end.mend()
    rig.run(0.3)
    assert rig.link.up
    assert rig.still
    assert rig.link.state.reason == Reason.LINK


def test_silence_of_the_controller_is_noticed(rig):
    rig.drive()
    began = rig.time
    while rig.link.up:
        rig.time += 0.05
        rig.device.read()
        rig.link.poll()
    assert rig.time - began <= 0.35
    assert "silent" in rig.link.lost_reason


def test_a_controller_that_talks_but_does_not_listen_is_noticed(rig):
    rig.drive()
    for _ in range(100):
        rig.device.read()  # nothing from the host arrives
        rig.step()
    assert rig.still
    assert not rig.link.up
    assert "does not answer" in rig.link.lost_reason


def test_a_pause_of_the_caller_is_not_taken_for_silence(rig):
    rig.run(0.2)
    rig.time += 3600
    rig.link.poll()
    assert rig.link.up


def test_a_reset_is_seen_by_the_nonce(rig):
    rig.drive()
    rig.controller.reset(12)
    rig.run(0.4)
    assert rig.link.up
    assert rig.link.resets == 1
    assert rig.link.nonce == 12
    assert rig.still
    rig.run(1.0)
    assert rig.still
    assert rig.link.resets == 1
    assert abs(rig.link.state.ms - rig.link.controller_ms()) < 100  # its clock began anew


def test_the_same_nonce_again_is_still_a_lost_session(rig):
    rig.drive()
    rig.controller.reset(rig.nonce)
    rig.run(0.5)
    assert rig.link.up
    assert rig.still


def test_another_schema_is_refused_with_a_cure(rig):
    host_end, device = MemoryTransport.pair()
    link = Link(host_end, lambda: rig.time)
    device.write(controller_frame(0, Welcome(5, SCHEMA_HASH ^ 1, 0, 0, 100)))  # as it says at its boot
    link.poll()
    hello = parse_host(device.read()[:-1]).message
    assert isinstance(hello, Hello)
    device.write(controller_frame(1, Welcome(5, SCHEMA_HASH ^ 1, hello.token, 9, 100)))
    link.poll()
    assert not link.up
    assert "another schema" in link.lost_reason
    assert "flash" in link.lost_reason
    assert link.acked(link.arm()) == "ETIMEDOUT"


def test_a_second_host_takes_the_session_and_the_first_hears_of_it(rig):
    rig.drive()
    other_end, other_device = MemoryTransport.pair()
    other = Link(other_end, lambda: rig.time, seed=1)
    other_device.write(controller_frame(0, rig.link.state))
    other.poll()
    rig.controller.receive(other_device.read())
    rig.link.poll()
    rig.wanted = None
    rig.run(0.1)
    assert rig.still
    rig.run(0.3)
    assert rig.link.state.reason == Reason.LINK


def test_a_lost_transport_is_opened_anew(rig):
    first, _ = MemoryTransport.pair()
    opened = []

    def reopen():
        opened.append(rig.time)
        if len(opened) == 1:
            raise TransportLost("no such port")
        return rig.host_end

    link = Link(first, lambda: rig.time, reopen=reopen)
    first.cut()
    rig.link = link
    rig.heartbeats = False
    rig.run(0.4)
    assert link.lost_reason == "no such port"
    rig.run(1.0)
    assert link.up
    assert len(opened) == 2


class Clogged(MemoryTransport):
    """A port whose other side has stopped reading."""

    clogged = False

    def write(self, data, urgent=False):
        if self.clogged and not urgent:
            raise TransportFull("full")
        super().write(data, urgent)


def test_frames_that_cannot_leave_are_not_hoarded_but_stop_goes(rig):
    rig.run(0.2)
    rig.host_end.__class__ = Clogged
    rig.host_end.clogged = True
    assert rig.link.acked(rig.link.drive(100, 0, rig.link.deadline_after(0.2))) == "EBUSY"
    assert rig.link.acked(rig.link.heartbeat()) == "EBUSY"
    assert rig.device.read() == b""
    rig.link.stop_now(Reason.OWNER)
    assert isinstance(parse_host(rig.device.read()[:-1]).message, Stop)


def test_a_stuck_pipe_hoards_two_orders_of_a_kind_at_most(rig):
    """The controller still talks, so the link stays up for a while; what it should hear does not leave the pipe."""
    rig.run(0.2)
    rig.ask(rig.link.arm())
    for _ in range(6):
        rig.controller.tick(round(rig.time * 1e6), rig.inputs)
        rig.device.write(rig.controller.transmit())
        rig.link.poll()
        rig.link.heartbeat()
        deadline = rig.link.deadline_after(0.2)
        requests = rig.link.drive(200, 0, deadline), rig.link.recover(0, 0, deadline), rig.link.tool(9, deadline)
        rig.time += 0.05
    assert rig.link.up
    assert [rig.link.acked(request) for request in requests] == ["EBUSY"] * 3
    waiting = [parse_host(frame).message for frame in rig.device.read().split(b"\0")[:-1]]
    assert sum(isinstance(message, Drive | Recover) for message in waiting) == 2
    assert sum(isinstance(message, Tool) for message in waiting) == 2


def test_orders_that_were_lost_do_not_count_as_under_way(rig):
    rig.drive()
    for _ in range(2):
        rig.link.drive(200, 0, rig.link.deadline_after(0.2))
    rig.device.read()  # a burst of noise
    assert rig.ask(rig.link.heartbeat()) == "OK"
    assert rig.ask(rig.link.drive(100, 0, rig.link.deadline_after(0.2))) == "OK"


def test_request_ids_wrap(rig):
    rig.run(0.2)
    rig.heartbeats = False
    for _ in range(70):
        for _ in range(1000):
            last = rig.link.heartbeat()
            rig.controller.receive(rig.device.read())
            rig.device.write(rig.controller.transmit())
            if last % 8 == 0:
                rig.link.poll()
    rig.link.poll()
    assert last < 65_536
    assert rig.link.acked(last) == "OK"


def test_the_trace_sees_both_ways(rig):
    rig.run(0.3)
    assert isinstance(parse_host(next(f for way, f in rig.frames if way == "tx")).message, Hello)
    assert isinstance(parse_controller(next(f for way, f in rig.frames if way == "rx")).message, Welcome)


# ---------------------------------------------------------------- clock


@pytest.mark.parametrize("drift", [-5000e-6, -40e-6, 5000e-6])  # a slow resonator, a crystal, a fast resonator
def test_the_clock_estimate_is_early_never_late(drift):
    """A late estimate would lengthen every deadline, and more each minute."""
    clock, true_ms = ClockEstimate(), lambda now: 5000 + now * 1000 * (1 + drift)
    for cycle in range(4000):
        now = cycle * 0.05
        delay = 0.002 + 0.045 * ((cycle * 7919) % 100) / 100
        clock.hear(int(true_ms(now - delay)), now)
        assert -50 <= clock.at(now) - true_ms(now) <= 0
        assert cycle < 200 or clock.at(now) - true_ms(now) >= -25


def test_the_clock_estimate_follows_a_wrap_and_a_reboot():
    clock = ClockEstimate()
    clock.hear(2**32 - 20, 0.0)
    assert clock.at(0.05) == 29
    clock.hear(30, 0.05)
    assert clock.at(0.06) == 39
    clock.reset()
    clock.hear(5, 10.0)
    assert clock.at(10.1) == 104


def test_a_deadline_is_never_the_refused_zero(rig):
    rig.run(0.2)
    rig.link._clock.reset()
    rig.link._clock.hear(2**32 - 200, rig.time)
    assert rig.link.deadline_after(0.2) == 1
