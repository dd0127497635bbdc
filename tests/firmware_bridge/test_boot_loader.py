"""Boards that boot late or reset in mid-drive, behind a boot loader that any byte keeps from ending."""

import random
import time

import pytest

from firmware_bridge.framing import host_frame, parse_host, seal
from firmware_bridge.host import HostController, Inputs, Outputs
from firmware_bridge.link import Link
from firmware_bridge.messages import FULL_PWM_MM_S, UM_PER_TICK, Arm, Clear, Hello, Reason, State
from firmware_bridge.transport import MemoryTransport, PtyTransport, SerialTransport

PERIOD = 0.01
TICKS_PER_PWM = FULL_PWM_MM_S * PERIOD * 1000 / UM_PER_TICK / 255  # in one period
LOADER = 1.5  # s that a boot loader waits for an upload
PATIENCE = 10.0


class ResettableBoard:
    """A controller behind a boot loader: bytes that come while it listens put its end off, as on an Arduino Mega."""

    def __init__(self, device, loader=LOADER):
        self.device, self.loader = device, loader
        self.controller = HostController(1)
        self.outputs = Outputs(0, 0, 0, False, (0, 0, 0), False)
        self.eaten = b""
        self.boots = 0
        self.left = self.right = 0.0  # ticks; wheels without inertia
        self.noise = random.Random(4)
        self.starts_at = None
        self.resetting = True

    def reset(self):
        self.resetting = True

    def step(self, now):
        if self.resetting:
            self.resetting = False
            self.starts_at = now + self.loader
            self.outputs = Outputs(0, 0, 0, False, (0, 0, 0), False)
            self.device.write(self.noise.randbytes(3))  # the line glitches
        if self.starts_at is not None:
            self._load(now)
        else:
            self.controller.receive(self.device.read())
            self.outputs = self.controller.tick(round(now * 1e6), Inputs(round(self.left), round(self.right)))
            self.left += self.outputs.pwm_left * TICKS_PER_PWM
            self.right += self.outputs.pwm_right * TICKS_PER_PWM
            self.device.write(self.controller.transmit())

    def _load(self, now):
        found = self.device.read()
        self.eaten += found
        if found:
            self.starts_at = now + self.loader
        if now >= self.starts_at:
            self.boots += 1
            self.controller.reset(100 + self.boots)
            self.starts_at = None

    @property
    def still(self):
        return self.outputs.pwm_left == self.outputs.pwm_right == 0


class Desk:
    """Board and link on one virtual clock; the host's cycle is 50 ms, its poll 10 ms."""

    def __init__(self, loader=LOADER):
        self.time = 0.0
        self.host_end, device = MemoryTransport.pair()
        self.board = ResettableBoard(device, loader)
        self.sent = []
        self.link = Link(self.host_end, lambda: self.time, trace=self._trace)
        self.wanted = 0
        self.turn = 0

    def _trace(self, way, frame):
        if way == "tx":
            self.sent.append((self.time, parse_host(frame).message))

    def run(self, seconds):
        for _ in range(round(seconds / PERIOD)):
            self.board.step(self.time)
            self.link.poll()
            if self.turn % 5 == 0 and self.link.up:
                self.link.heartbeat()
                if self.wanted:
                    self.link.drive(self.wanted, 0, self.link.deadline_after(0.2))
            self.turn += 1
            self.time = self.turn * PERIOD

    def driving(self):
        self.run(self.board.loader + 0.3)
        request = self.link.arm()
        self.run(0.05)
        assert self.link.acked(request) == "OK"
        self.wanted = 200
        self.run(0.5)
        assert not self.board.still
        return self


def test_a_board_that_boots_late_is_left_alone_until_it_speaks():
    desk = Desk()
    desk.run(LOADER - 0.05)
    assert desk.sent == []
    assert "no handshake" in desk.link.lost_reason
    desk.run(0.15)
    assert desk.link.up
    assert desk.board.eaten == b""
    assert isinstance(desk.sent[0][1], Hello)


def test_a_host_that_greets_a_boot_loader_waits_for_ever():
    """That the board above is one on which the silence matters."""
    desk = Desk()
    for _ in range(100):
        desk.host_end.write(host_frame(0, 0, Hello(1, 1)))
        desk.run(0.1)
    assert not desk.link.up
    assert desk.board.boots == 0


@pytest.mark.parametrize("loader", [0.0, 0.5, LOADER])
def test_a_reset_in_mid_drive_ends_the_drive_and_the_link_finds_the_board_again(loader):
    desk = Desk(loader).driving()
    desk.board.reset()
    began = desk.time
    desk.run(0.3)
    assert desk.board.still
    desk.run(2 * loader + 0.6)  # what was sent before the silence was noticed may cost one more turn of the loader
    assert desk.link.up
    assert desk.link.resets == 1
    assert desk.link.nonce == 100 + desk.board.boots
    assert desk.board.still  # it wants to drive all along, but is not armed
    assert not any(isinstance(message, Arm) for at, message in desk.sent if at > began)
    request = desk.link.arm()
    desk.run(0.3)
    assert desk.link.acked(request) == "OK"
    assert not desk.board.still


def test_nothing_is_sent_into_the_silence_after_a_reset():
    desk = Desk().driving()
    desk.board.reset()
    began = desk.time
    desk.run(1.2)
    assert not desk.link.up
    assert max(at for at, _ in desk.sent) - began <= 0.35  # 0.25 s until the silence is noticed, and one cycle
    eaten = len(desk.board.eaten)
    desk.run(0.5)
    assert len(desk.board.eaten) == eaten


def test_on_a_pty_in_real_time():
    """The same through pyserial: late boot, handshake, drive, reset in mid-drive, handshake, no motion until armed."""
    pty = PtyTransport()
    board = ResettableBoard(pty, loader=0.4)
    transport = SerialTransport(pty.port)
    link = Link(transport, time.monotonic)
    board.resetting = True

    def until(done, each=lambda: None):
        began = time.monotonic()
        turn = 0
        while not done():
            assert time.monotonic() - began < PATIENCE, link.lost_reason
            board.step(time.monotonic())
            link.poll()
            if turn % 5 == 0:
                each()
            turn += 1
            time.sleep(0.005)

    def drive():
        link.heartbeat()
        link.drive(200, 0, link.deadline_after(0.2))

    def drive_whatever_it_takes():
        """On a machine so busy that a heartbeat comes late, arm again."""
        if link.state is not None and link.state.reason == Reason.LINK:
            link.send(Clear())
            link.arm()
        drive()

    try:
        until(lambda: link.up)
        assert board.eaten == b""
        request = link.arm()
        until(lambda: link.acked(request) is not None, link.heartbeat)
        until(lambda: not board.still, drive_whatever_it_takes)
        board.reset()
        until(lambda: not link.up, drive)
        assert board.still
        until(lambda: link.up, drive)
        assert link.resets == 1
        state = link.state
        until(lambda: link.state is not state, drive)
        assert board.still
        assert link.state.reason in (Reason.NONE, Reason.LINK)
    finally:
        transport.close()
        pty.close()


def test_a_board_with_another_schema_is_greeted_too():
    """Its reports are of a length that this schema lacks; it is alive all the same, and says what it speaks."""
    host, device = MemoryTransport.pair()
    now = [0.0]
    link = Link(host, lambda: now[0])
    device.write(seal(bytes((State.TYPE, 0)) + bytes(7)))
    link.poll()
    (frame,) = device.read().split(b"\0")[:-1]
    assert isinstance(parse_host(frame).message, Hello)
