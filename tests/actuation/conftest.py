"""A simulated robot with a gate on it: in this process on virtual time, or as two real processes in real time."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.actuation.client import Console, RemoteActuators
from robotos.actuation.gate import Gate, never
from robotos.clock import RealClock, VirtualClock
from robotos.geometry import Pose
from robotos.kernel.ports import BodyEvent, Sent
from robotos.navigation.home import Home, load_home
from robotos.policy import Policy, PolicyError, load
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.remote import RemoteRobot
from robotos.sim.robot import SimulatedRobot

ROOT = Path(__file__).parents[2]
APARTMENT = ROOT / "maps" / "apartment"
START_WITHIN = 30.0  # s for a process to start, on a busy machine
FAR_AWAY = -50.0  # m: people who are not there


class Rig:
    """The real firmware, link and gate on a simulated body. Nobody is at home until `person`."""

    def __init__(
        self,
        home: Home,
        start: Pose | None = None,
        policy: Policy | PolicyError | None = None,
        believed: Pose | None = None,
        seed: int = 1,
        behind: Callable[[], bool] = never,
    ) -> None:
        start = home.dock if start is None else start
        self.home = home
        self.clock = VirtualClock(datetime(2026, 11, 20, 15, 10))
        self.world = KinematicWorld(home, start, seed)
        for name in home.people:
            self.world.move_person(name, FAR_AWAY, FAR_AWAY)
        self.robot = SimulatedRobot(self.world, HostController(7))
        self.wire: list[bytes] = []
        self.link = Link(self.robot.transport, self.clock.now, self._trace)
        self.audit: list[dict[str, Any]] = []
        believed = start if believed is None else believed
        policy = load() if policy is None else policy
        self.gate = Gate(policy, home, self.link, self.clock, believed, self.audit.append, behind=behind)
        self.events: list[BodyEvent] = []
        self.pwm_seen = False

    def cycle(self, kernel: bool = True) -> None:
        """50 ms: five control periods of the robot, one cycle of the gate, one sign of life of the kernel."""
        for _ in range(5):
            self.robot.step()
            self.clock.advance(0.01)
        self.gate.cycle()
        if kernel:
            self.events += self.gate.poll()

    def run(self, seconds: float, v: float = 0.0, w: float = 0.0, kernel: bool = True) -> Rig:
        """Drive by a fresh order every 50 ms, or do nothing."""
        for _ in range(round(seconds / 0.05)):
            if v or w:
                self.gate.drive(v, w, 0.2)
            self.cycle(kernel)
        return self

    def ready(self) -> Rig:
        """Connected, localised and armed."""
        self.run(0.5)
        assert self.gate.engage("go there") == Sent()
        self.run(0.1)
        assert self.gate.state().armed
        return self

    def person(self, x: float, y: float) -> None:
        self.world.move_person("guest", x, y)

    @property
    def speed(self) -> float:
        """How fast the body really moves, m/s."""
        return abs(self.world.body.v)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def _trace(self, direction: str, frame: bytes) -> None:
        if direction == "tx":
            self.wire.append(frame)


class Child:
    """A module run as a process that tells on its standard output, in one JSON line, that it is ready."""

    def __init__(self, *arguments: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, env=environment, cwd=ROOT
        )

    def line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], START_WITHIN)[0], "the process says nothing"
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def end(self) -> None:
        self.process.kill()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


class Simulation:
    """A simulated robot behind a pty, in real time."""

    def __init__(self, directory: Path) -> None:
        self.child = Child("robotos.sim.serve", "--map", str(APARTMENT), "--socket", str(directory / "sim"))
        self.port = str(self.child.line()["port"])
        self.robot = RemoteRobot(directory / "sim", timeout=5.0)
        self._boots = 1

    def anew(self) -> Simulation:
        """Just switched on, on its dock."""
        self._boots += 1
        self.robot.call("stop_button", pressed=False)
        self.robot.call("reset_controller", boot_nonce=self._boots)
        self.robot.call("move_robot", where="dock")
        return self

    def end(self) -> None:
        self.robot.close()
        self.child.end()


class Processes:
    """A gate as a process before a simulated robot as another."""

    def __init__(self, directory: Path, simulation: Simulation) -> None:
        self.clock = RealClock()
        self.directory = directory
        self.children: list[Child] = []
        self.kernels: list[RemoteActuators] = []
        self.port, self.robot = simulation.port, simulation.robot

    def start_gate(self, *options: str) -> Child:
        gate = self._child(
            "robotos.actuation.server", "--port", self.port, "--map", str(APARTMENT), "--no-realtime",
            "--exit-with-parent", "--socket", str(self.directory / "gate"),
            "--console", str(self.directory / "console"), *options,
        )  # fmt: skip
        self.ready = gate.line()
        return gate

    def connect(self) -> RemoteActuators:
        """A kernel's connection, with the link to the controller up."""
        kernel = RemoteActuators(self.directory / "gate", self.clock)
        self.kernels.append(kernel)
        self.until(lambda: kernel.state().link_up, 5.0, kernel.poll)
        return kernel

    def console(self) -> Console:
        return Console(self.directory / "console", self.clock)

    def moving(self) -> bool:
        return bool(self.robot.view()["moving"])

    def drive(self, kernel: RemoteActuators) -> None:
        """One control period of a kernel that drives away from the dock."""
        kernel.poll()
        kernel.drive(0.1, 0.0, 0.2)
        time.sleep(0.02)

    def until(self, true: Callable[[], bool], within: float, each: Callable[[], object] = lambda: None) -> float:
        """Seconds until `true()`; fails when it doesn't become so."""
        began = self.clock.now()
        while not true():
            assert self.clock.now() - began < within, f"not within {within} s"
            each()
            time.sleep(0.002)
        return self.clock.now() - began

    def close(self) -> None:
        for kernel in self.kernels:
            kernel.close()
        for child in reversed(self.children):
            child.end()

    def _child(self, *arguments: str) -> Child:
        child = Child(*arguments)
        self.children.append(child)
        return child


@pytest.fixture(scope="session")
def home() -> Home:
    return load_home(APARTMENT)


@pytest.fixture
def rig(home: Home) -> Callable[..., Rig]:
    return lambda **options: Rig(home, **options)


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    running = Simulation(tmp_path_factory.mktemp("simulation"))
    yield running
    running.end()


@pytest.fixture
def processes(tmp_path: Path, simulation: Simulation) -> Iterator[Processes]:
    running = Processes(tmp_path, simulation.anew())
    yield running
    running.close()


@pytest.fixture
def child() -> Iterator[Callable[..., Child]]:
    begun: list[Child] = []

    def start(arguments: Sequence[str]) -> Child:
        begun.append(Child(*arguments))
        return begun[-1]

    yield start
    for one in begun:
        one.end()
