"""The self-test: it passes on the real binaries, fails on a board that lies, and works through a serial port."""

import contextlib
import os
import threading
import time
import tty

import pytest

from firmware_bridge.emulator import EmulatorMissingError
from firmware_bridge.selftest import CHECKS, EmulatedRig, PortRig, run_checks

NAMES = [name for name, _ in CHECKS]


def rig_of(board, kind=EmulatedRig):
    try:
        return kind(board)
    except EmulatorMissingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("board", ["mega2560", "uno"])
def test_the_emulated_boards_pass(board):
    outcomes = list(run_checks(rig_of(board)))
    assert [outcome.name for outcome in outcomes] == NAMES
    assert [outcome for outcome in outcomes if not outcome.passed] == []


class Numb(EmulatedRig):
    """Its sensors are not connected."""

    def press(self, **sensors):
        pass


class Stiff(EmulatedRig):
    """Its motors do not turn, and its watchdog is fed by somebody else."""

    def run(self, seconds):
        super().run(seconds)
        self._left.speed = self._left.way = self._right.speed = self._right.way = 0


class Deaf(EmulatedRig):
    """One byte in twenty never arrives."""

    count = 0

    def write(self, data):
        kept = bytearray()
        for byte in data:
            self.count += 1
            if self.count % 20:
                kept.append(byte)
        super().write(bytes(kept))


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [(Numb, {"bumper", "cliff", "stop button"}), (Stiff, {"drives"}), (Deaf, {"round trip", "deadlines"})],
)
def test_a_board_that_does_otherwise_fails(kind, wrong):
    failed = {outcome.name for outcome in run_checks(rig_of("uno", kind)) if outcome.passed is False}
    assert wrong <= failed


def test_a_line_that_is_silent_is_told_from_a_board():
    master, slave = os.openpty()
    tty.setraw(slave)
    rig = PortRig(os.ttyname(slave), moves=False)
    rig.boot_limit = 0.2
    outcomes = list(run_checks(rig))
    rig.close()
    os.close(master)
    assert outcomes[0].passed is False
    assert "says nothing" in outcomes[0].figure


def test_through_a_serial_port_in_real_time_it_leaves_out_what_needs_a_hand():
    emulated = rig_of("uno")
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    ended = threading.Event()

    def live():
        began = time.monotonic()
        while not ended.wait(0.001):
            with contextlib.suppress(BlockingIOError):
                emulated.write(os.read(master, 4096))
            emulated.run(max(0.0, min(0.05, time.monotonic() - began - emulated.now())))
            os.write(master, emulated.read())

    thread = threading.Thread(target=live)
    thread.start()
    rig = PortRig(os.ttyname(slave), moves=False)
    try:
        outcomes = {outcome.name: outcome for outcome in run_checks(rig)}
    finally:
        ended.set()
        thread.join()
        rig.close()
        os.close(master)
        os.close(slave)
    assert [name for name, outcome in outcomes.items() if outcome.passed is False] == []
    assert outcomes["handshake"].passed
    assert outcomes["silence stops"].passed
    assert "--wheels-free" in outcomes["drives"].figure
    assert outcomes["watchdog"].passed is None
