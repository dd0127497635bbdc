"""From a stop that is asked for to the frame on the wire and to the motors, on a machine busy with other things."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from robotos.actuation.client import Console, Line, RemoteActuators
from robotos.actuation.dispatch import Role
from robotos.clock import RealClock
from robotos.kernel.ports import Refused, StopReport
from robotos.trials.motors import stopped
from robotos.trials.rig import Rig, TrialError
from robotos.trials.witness import Witness, watched

TURN = 0.8  # rad/s, on the spot: nothing is in the way of that
TTL = 0.2  # s
ORDERS_EVERY = 0.05  # s
TURNED = (0.15, 0.35)  # s before a stop
SETTLED = 0.06  # s after it: the robot stands, and the audit is written
HOPELESS = 0.15  # s for the answer to a stop
ATTEMPTS = 3  # at a stop in which the machine stood still, or kept the simulated board from turning the wheels before
AFTERWARDS = 0.5  # s for the link to come up again before a stop is made again
PRIORITY = 25  # of whoever asks: the instrument must not be part of what it measures


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. `wire` and `pwm` are seconds from the request; `confirmed` as the gate reported it.

    `wire` ends when the frame has been handed to the serial port's driver. `again` says why each attempt before
    this one does not count: the machine kept a processor from running anything at all, which is not the gate's doing.
    """

    by: str
    wire: float
    pwm: float
    confirmed: bool
    again: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Machinery:
    """What a stop is asked for with, and measured by."""

    rig: Rig
    actuators: RemoteActuators
    line: Line
    console: Console
    audit: Audit
    witness: Witness


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """So many other processes that compute without a pause, at normal priority, for as long as this one lives."""
    command = [sys.executable, "-c", f"import os\nwhile os.getppid() == {os.getpid()}: sum(range(100_000))"]
    loops = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


@contextlib.contextmanager
def prompt() -> Iterator[bool]:
    """This process at real-time priority, where the system allows it, and without pauses of its own. Whether it is."""
    before = os.sched_getparam(0)
    policy = os.sched_getscheduler(0)
    raised = True
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except PermissionError:
        raised = False
    gc.collect()
    gc.freeze()
    gc.disable()  # a full collection takes tens of milliseconds
    try:
        yield raised
    finally:
        os.sched_setscheduler(0, policy, before)
        gc.enable()
        gc.unfreeze()


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
        witness = stack.enter_context(watched())
        parts = _Machinery(rig, actuators, line, console, Audit(rig.home / "audit.jsonl"), witness)
        stack.enter_context(busy(loops))  # before this process is raised: children inherit its priority
        stack.enter_context(prompt())
        return [_stop(parts, number, rng) for number in range(count)]


def _stop(parts: _Machinery, number: int, rng: Random) -> Stop:
    """One stop of a robot that turns, made again where it did not turn or the machine stood still."""
    by = "console" if number % 2 else "stop line"
    again: list[str] = []
    while True:
        if len(again) == ATTEMPTS:
            raise TrialError(f"the robot was to turn before a stop and to stand after it: {'; '.join(again)}")
        try:
            _turn(parts.actuators, rng.uniform(*TURNED))
        except TrialError as error:
            again.append(f"stop {number}: {error}")
            time.sleep(AFTERWARDS)
            continue
        reason = f"sample {number}.{len(again)}"
        at = time.monotonic()
        ask = parts.console.stop if number % 2 else _by_line(parts.line)
        answer = ask(reason)
        time.sleep(SETTLED)
        pins = stopped(parts.rig.motors(at), at)
        paused = parts.witness.paused(at, at + (pins.wall or SETTLED))
        if pins.moving and pins.wall is not None and (not paused or len(again) + 1 == ATTEMPTS):
            confirmed = isinstance(answer, StopReport) and answer.confirmed
            return Stop(by, parts.audit.stopped(reason) - at, pins.wall, confirmed, tuple(again))
        again.append(
            f"stop {number}: " + (f"the machine stood still for {paused * 1e3:.0f} ms" if paused else str(pins))
        )


def _by_line(line: Line) -> Callable[[str], object]:
    return lambda reason: line.ask("stop", reason, within=HOPELESS)


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
