"""The link through pyserial over a real pty, with the controller running in real time on a thread of its own."""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager

import pytest

from firmware_bridge.host import HostController, Inputs, Outputs
from firmware_bridge.link import Link
from firmware_bridge.messages import Clear, Drive, Reason, Scan, State
from firmware_bridge.transport import PtyTransport, SerialTransport, TransportFull, TransportLost

PATIENCE = 10.0  # s; every wait ends, however busy the machine is


class Board:
    """A controller behind a pty, one period every 10 ms of real time until `end`."""

    def __init__(self, nonce: int = 3) -> None:
        self.pty = PtyTransport()
        self.port = self.pty.port
        self.controller = HostController(nonce)
        self.outputs = Outputs(0, 0, 0, False, (0, 0, 0), False)
        self.reset_to: int | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        turn = 0
        while not self._end.wait(0.01):
            if self.reset_to is not None:
                self.controller.reset(self.reset_to)
                self.reset_to = None
            self.controller.receive(self.pty.read())
            ranges = (1000,) * 72 if turn % 10 == 0 else None
            self.outputs = self.controller.tick(time.monotonic_ns() // 1000, Inputs(0, 0, ranges_mm=ranges))
            self.pty.write(self.controller.transmit())
            turn += 1

    def end(self) -> None:
        self._end.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def pull_cable(self) -> None:
        self.end()
        self.pty.close()

    @property
    def still(self) -> bool:
        return self.outputs.pwm_left == 0 and self.outputs.pwm_right == 0


@contextmanager
def board_and_link():
    board = Board()
    transport = SerialTransport(board.port)
    try:
        yield board, Link(transport, time.monotonic)
    finally:
        transport.close()
        board.end()
        board.pty.close()


def until(link: Link, done: Callable[[], bool], each: Callable[[], object] = lambda: None) -> float:
    """Poll the link until `done`; seconds it took. Fails after `PATIENCE`."""
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < PATIENCE, link.lost_reason
        link.poll()
        each()
        time.sleep(0.005)
    return time.monotonic() - began


def asked(link: Link, request: int, each: Callable[[], object] = lambda: None) -> str | None:
    until(link, lambda: link.acked(request) is not None, each)
    return link.acked(request)


def drive_on(link: Link) -> Callable[[], None]:
    def each() -> None:
        link.heartbeat()
        link.drive(200, 0, link.deadline_after(0.2))

    return each


def get_going(link: Link, board: Board) -> None:
    """Drive until the wheels turn. On a machine so busy that a heartbeat comes late, arm again."""
    drive = drive_on(link)

    def each() -> None:
        if link.state is not None and link.state.reason == Reason.LINK:
            link.send(Clear())
            link.arm()
        drive()

    until(link, lambda: board.outputs.pwm_left > 0, each)


def test_handshake_arm_drive_and_stop():
    with board_and_link() as (board, link):
        until(link, lambda: link.up)
        assert link.nonce == 3
        assert asked(link, link.arm(), link.heartbeat) == "OK"
        get_going(link, board)
        assert asked(link, link.stop_now(Reason.OWNER)) == "OK"
        until(link, lambda: board.still)
        until(link, lambda: link.state is not None and link.state.reason == Reason.OWNER)
        assert asked(link, link.send(Drive(100, 0, link.deadline_after(0.2)))) == "EPERM"
        assert board.still


def test_all_messages_get_through_in_real_time():
    with board_and_link() as (_, link):
        messages = []
        began = time.monotonic()
        while sum(isinstance(m, Scan) for m in messages) < 3 or sum(isinstance(m, State) for m in messages) < 6:
            assert time.monotonic() - began < PATIENCE
            messages += link.poll()
            time.sleep(0.005)
        assert link.bad_frames == 0
        assert link.missed_frames == 0


def test_silence_of_the_host_stops_the_robot():
    with board_and_link() as (board, link):
        until(link, lambda: link.up)
        assert asked(link, link.arm(), link.heartbeat) == "OK"
        get_going(link, board)
        began = time.monotonic()
        while not board.still:
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.002)
        until(link, lambda: link.state is not None and link.state.reason == Reason.LINK)


def test_a_cut_cable_is_noticed():
    board = Board()
    transport = SerialTransport(board.port)
    link = Link(transport, time.monotonic)
    until(link, lambda: link.up)
    board.pull_cable()
    until(link, lambda: not link.up)
    assert board.port in link.lost_reason
    with pytest.raises(TransportLost):
        transport.read()
    with pytest.raises(TransportLost):
        transport.write(b"x")


def test_a_reset_is_noticed():
    with board_and_link() as (board, link):
        until(link, lambda: link.up)
        assert asked(link, link.arm(), link.heartbeat) == "OK"
        get_going(link, board)
        board.reset_to = 4
        until(link, lambda: link.resets == 1 and link.up, drive_on(link))
        assert (link.nonce, board.still) == (4, True)


def test_the_cable_comes_back():
    boards = [Board()]
    link = Link(SerialTransport(boards[0].port), time.monotonic, reopen=lambda: SerialTransport(boards[-1].port))
    until(link, lambda: link.up)
    boards[0].pull_cable()
    until(link, lambda: not link.up)
    boards.append(Board(nonce=5))
    until(link, lambda: link.up)
    assert link.resets == 1
    assert boards[1].still
    link.close()
    boards[1].pull_cable()


def test_a_port_that_is_not_there_is_named():
    with pytest.raises(TransportLost, match="/dev/no-such-port"):
        SerialTransport("/dev/no-such-port")


def test_a_full_port_is_told_from_a_lost_one_and_a_stop_still_goes():
    pty = PtyTransport()
    transport = SerialTransport(pty.port)
    frame = b"\x55" * 63 + b"\0"
    taken = 0
    with pytest.raises(TransportFull):
        for _ in range(10_000):
            transport.write(frame)
            taken += 1
    transport.write(b"urgent\0", urgent=True)
    data = b""
    began = time.monotonic()
    while not data.endswith(b"urgent\0"):
        assert time.monotonic() - began < PATIENCE
        data += pty.read()
        transport.read()  # which also sends what waited
    assert data == frame * taken + b"urgent\0"
    transport.close()
    pty.close()


def test_a_closed_pty_says_so():
    pty = PtyTransport()
    pty.close()
    pty.close()
    with pytest.raises(TransportLost):
        pty.read()
