"""The gate's own process before the emulated board's, over a pty in real time: one drive, one stop, one death."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from robotos.actuation.client import RemoteActuators
from robotos.clock import RealClock
from robotos.kernel.ports import Refused, Sent
from robotos.sim.remote import RemoteRobot
from tests.hil import emulated

ROOT = Path(__file__).parents[2]
APARTMENT = ROOT / "maps" / "apartment"
PATIENCE = 30.0  # s for anything, on a busy machine


class Process:
    """A module run as a process that says in one JSON line that it is ready."""

    def __init__(self, *arguments: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, env=environment, cwd=ROOT
        )
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE)[0], f"{arguments[0]} says nothing"
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[RemoteRobot, Process, RemoteActuators]]:
    emulated.make("mega2560")  # skips where it can't be; and the firmware is built before anybody waits for it
    board = Process(
        "robotos.sim.serve", "--map", str(APARTMENT), "--socket", str(tmp_path / "sim"), "--board", "mega2560"
    )
    gate = Process(
        "robotos.actuation.server", "--port", board.ready["port"], "--map", str(APARTMENT), "--no-realtime",
        "--exit-with-parent", "--socket", str(tmp_path / "gate"), "--console", str(tmp_path / "console"),
    )  # fmt: skip
    robot = RemoteRobot(tmp_path / "sim", timeout=PATIENCE)
    kernel = RemoteActuators(tmp_path / "gate", RealClock())
    yield robot, gate, kernel
    kernel.close()
    robot.close()
    gate.end()
    board.end()


def until(true: Callable[[], bool], each: Callable[[], object] = lambda: None) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        each()
        time.sleep(0.01)


def test_the_gate_drives_and_stops_the_emulated_board_and_its_death_stops_it_too(
    running: tuple[RemoteRobot, Process, RemoteActuators],
) -> None:
    robot, gate, kernel = running

    def moving() -> bool:
        return bool(robot.view()["moving"])

    def drive() -> None:
        kernel.poll()
        kernel.drive(0.1, 0.0, 0.2)

    until(lambda: kernel.state().link_up, kernel.poll)
    assert kernel.engage("go there") == Sent()
    until(moving, drive)
    assert kernel.stop("enough").seconds < 1.0
    until(lambda: not moving(), kernel.poll)
    assert isinstance(kernel.drive(0.1, 0.0, 0.2), Refused)
    until(lambda: isinstance(kernel.engage("go on"), Sent), kernel.poll)
    until(moving, drive)
    gate.process.kill()
    until(lambda: not moving())
