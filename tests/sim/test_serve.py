from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_bridge.emulator import EmulatorMissingError, power_up
from firmware_bridge.link import Link
from firmware_bridge.transport import SerialTransport
from robotos.sim.remote import RemoteRobot, SimulationError, SimulationLostError

ROOT = Path(__file__).parents[2]
DEADLINE = 20.0


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "robotos.sim.serve", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], DEADLINE)
    assert ready, "the simulation printed nothing"
    return process.stdout.readline()


@dataclass
class Served:
    process: subprocess.Popen[str]
    port: str
    robot: RemoteRobot
    path: Path


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    board = getattr(request, "param", "")
    if board:
        try:
            power_up(board)  # builds what the process needs, once
        except EmulatorMissingError as error:
            pytest.skip(str(error))
    path = tmp_path / "sim.sock"
    process = start("--map", "maps/apartment", "--socket", str(path), "--start", "coffee table", "--board", board)
    try:
        port = json.loads(first_line(process))["port"]
        robot = RemoteRobot(path)
        yield Served(process, port, robot, path)
        robot.close()
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE)


@pytest.mark.parametrize("served", ["", "mega2560"], indirect=True)
def test_a_link_over_the_pty_drives_the_robot_in_real_time(served: Served) -> None:
    link = Link(SerialTransport(served.port), time.monotonic)
    deadline = time.monotonic() + DEADLINE
    armed = None
    while served.robot.truth()["motion"]["degrees"] < 20 and time.monotonic() < deadline:
        link.poll()
        if link.up:
            armed = link.arm() if armed is None else armed
            link.heartbeat()
            link.drive(0, 800, link.deadline_after(0.3))
        select.select([], [], [], 0.03)
    assert served.robot.truth()["motion"]["degrees"] >= 20
    link.close()


def test_camera_events_and_refusals_cross_the_socket(served: Served) -> None:
    assert "red cup" in {one.label for one in served.robot.detect()}
    served.robot.call("place_thing", name="odd name", place="coffee table")
    assert "odd name" in {one.label for one in served.robot.detect()}
    served.robot.call("move_person", name="guest", x=7.5, y=6.0)
    assert served.robot.truth()["people"]["guest"] == [7.5, 6.0, True]
    served.robot.call("move_robot", where="kitchen")
    assert served.robot.view()["pose"][1] > 4.7
    for do, arguments, message in (
        ("explode", {}, "no command"),
        ("set_battery", {"level": 7}, "between 0 and 1"),
        ("set_battery", {"level": float("nan")}, "finite"),
        ("move_person", {"name": "guest", "x": "east", "y": 0}, "x"),
        ("place_note", {"place": "attic", "text": "x"}, "attic"),
        ("cliff", {"depth": 3}, "depth"),
    ):
        with pytest.raises(SimulationError, match=message):
            served.robot.call(do, **arguments)
    assert served.robot.truth()["battery"] > 0.9


def test_garbage_is_answered_and_a_second_client_still_served(served: Served) -> None:
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as raw:
        raw.settimeout(DEADLINE)
        raw.connect(str(served.path))
        raw.sendall(b"\xff\x00 not json\n[1, 2]\n")
        answers = b""
        while answers.count(b"\n") < 2:
            answers += raw.recv(4096)
        assert all("error" in json.loads(line) for line in answers.splitlines())
    assert served.robot.view()["moving"] is False


def test_the_socket_is_for_its_owner_only_and_goes_with_the_process(served: Served) -> None:
    assert served.path.stat().st_mode & 0o777 == 0o600
    served.process.terminate()
    assert served.process.wait(timeout=DEADLINE) == 0
    assert not served.path.exists()
    with pytest.raises(SimulationLostError, match="does not answer"):
        served.robot.view()
    with pytest.raises(SimulationLostError, match="no simulation"):
        RemoteRobot(served.path)


def test_it_ends_when_its_parent_does(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'robotos.sim.serve', '--map', 'maps/apartment',"
        f" '--socket', {str(tmp_path / 's')!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
    )
    parent = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=True
    )
    pid = int(parent.stdout)
    deadline = time.monotonic() + DEADLINE
    while (tmp_path / "s").exists() and time.monotonic() < deadline:
        select.select([], [], [], 0.02)
    assert not (tmp_path / "s").exists(), f"process {pid} lives on"
    assert os.getppid() != pid


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--map", "maps/nowhere"), "nowhere"),
        (("--map", "maps/apartment", "--start", "attic"), "attic"),
        (("--map", "maps/apartment", "--board", "abacus"), "mega2560"),
    ],
)
def test_what_cannot_start_says_so_in_one_line(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    process = start(*arguments, "--socket", str(tmp_path / "s"))
    _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 2
    assert message in err
    assert len(err.strip().splitlines()) == 1
