"""From a stop that is asked for to the frame on the wire and to the motors, on a machine busy with other things."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from robotos.actuation.client import Console, Line, RemoteActuators
from robotos.actuation.dispatch import Role
from robotos.clock import RealClock
from robotos.kernel.ports import Refused, StopReport
from robotos.trials.motors import stopped
from robotos.trials.rig import Rig, TrialError

TURN = 0.8  # rad/s, on the spot: nothing is in the way of that
TTL = 0.2  # s
ORDERS_EVERY = 0.05  # s
TURNED = (0.15, 0.35)  # s before a stop
SETTLED = 0.06  # s after it: the robot stands, and the audit is written
HOPELESS = 0.15  # s for the answer to a stop
PRIORITY = 25  # of whoever asks: the instrument must not be part of what it measures


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. `wire` and `pwm` are seconds from the request; `confirmed` as the gate reported it.

    `wire` ends when the frame has been handed to the serial port's driver.
    """

    by: str
    wire: float
    pwm: float
    confirmed: bool


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """So many other processes that compute without a pause, at normal priority."""
    command = [sys.executable, "-c", "while True: pass"]
    loops = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


@contextlib.contextmanager
def prompt() -> Iterator[bool]:
    """This process at real-time priority, where the system allows it. Whether it does."""
    before = os.sched_getparam(0)
    policy = os.sched_getscheduler(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except PermissionError:
        yield False
        return
    try:
        yield True
    finally:
        os.sched_setscheduler(0, policy, before)


def stops(count: int, loops: int, seed: int, board: str | None = None) -> list[Stop]:
    """Stop a turning robot `count` times, by the stop line and the console in turn, besides `loops` busy processes.

    Raises:
        BootError, TrialError: it did not come to that.
    """
    clock, rng = RealClock(), Random(seed)
    with Rig(board, kernel=False) as rig, contextlib.ExitStack() as stack:
        rig.until(rig.link_up, "the link")
        actuators = RemoteActuators(rig.directory / "gate", clock)
        stack.callback(actuators.close)
        line = Line(rig.directory / "gate", clock, Role.STOP)
        stack.callback(line.close)
        console = Console(rig.directory / "console", clock)
        stack.callback(console.close)
        audit = Audit(rig.home / "audit.jsonl")
        stack.enter_context(busy(loops))  # before this process is raised: children inherit its priority
        stack.enter_context(prompt())
        found = []
        for number in range(count):
            _turn(actuators, rng.uniform(*TURNED))
            by, reason = ("console" if number % 2 else "stop line"), f"sample {number}"
            at = time.monotonic()
            answer = console.stop(reason) if number % 2 else line.ask("stop", reason, within=HOPELESS)
            time.sleep(SETTLED)
            pins = stopped(rig.motors(at), at)
            if not pins.moving or pins.wall is None:
                raise TrialError(f"stop {number}: the robot was to turn before it and to stand after it: {pins}")
            confirmed = isinstance(answer, StopReport) and answer.confirmed
            found.append(Stop(by, audit.stopped(reason) - at, pins.wall, confirmed))
        return found


class Audit:
    """The gate's audit trail, as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def stopped(self, reason: str) -> float:
        """When (monotonic seconds) the gate had written the stop with this reason. Raises `TrialError`."""
        with self._path.open(encoding="utf-8") as file:
            file.seek(self._read)
            lines = file.readlines()
            self._read = file.tell()
        for line in lines:
            entry = json.loads(line)
            if entry["call"] == "stop" and entry["reason"] == reason:
                return float(entry["at"])
        raise TrialError(f"the gate has no record of the stop {reason!r}")


def _turn(actuators: RemoteActuators, seconds: float) -> None:
    """Arm by the owner's word and turn on the spot."""
    actuators.poll()
    engaged = actuators.engage("owner: turn")
    if isinstance(engaged, Refused):
        raise TrialError(f"cannot be armed: {engaged.reason}")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        actuators.poll()
        sent = actuators.drive(0.0, TURN, TTL)
        if isinstance(sent, Refused):
            raise TrialError(f"may not turn: {sent.reason}")
        time.sleep(ORDERS_EVERY)
