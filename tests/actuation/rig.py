"""A simulated robot with a gate on it, on virtual time: the real firmware, the real link, the real gate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.actuation.gate import Gate
from robotos.clock import VirtualClock
from robotos.geometry import Pose
from robotos.kernel.ports import BodyEvent
from robotos.navigation.home import Home, load_home
from robotos.policy import Policy, PolicyError, load
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.robot import SimulatedRobot

ROOT = Path(__file__).parents[2]
APARTMENT = ROOT / "maps" / "apartment"


class Rig:
    def __init__(
        self,
        home: Home,
        start: Pose | None = None,
        policy: Policy | PolicyError | None = None,
        believed: Pose | None = None,
        seed: int = 1,
        people: bool = False,
    ) -> None:
        start = home.dock if start is None else start
        self.home = home
        self.clock = VirtualClock(datetime(2026, 11, 20, 15, 10))
        self.world = KinematicWorld(home, start, seed)
        if not people:
            for name in home.people:
                self.world.move_person(name, -50.0, -50.0)
        self.robot = SimulatedRobot(self.world, HostController(7))
        self.link = Link(self.robot.transport, self.clock.now)
        self.audit: list[dict[str, object]] = []
        self.gate = Gate(
            load() if policy is None else policy, home, self.link, self.clock, believed or start, self.audit.append
        )
        self.events: list[BodyEvent] = []
        self.period = 0
        self.each_step: list[Callable[[], None]] = []

    def cycle(self, kernel: bool = True) -> None:
        """50 ms: five control periods of the robot, one of the gate, one sign of life of the kernel."""
        for _ in range(5):
            self.robot.step()
            self.clock.advance(0.01)
            for watch in self.each_step:
                watch()
        self.gate.cycle()
        if kernel:
            self.events += self.gate.poll()

    def run(self, seconds: float, v: float = 0.0, w: float = 0.0, kernel: bool = True) -> None:
        """Drive by a fresh command every 50 ms."""
        for _ in range(round(seconds / 0.05)):
            if v or w:
                self.gate.drive(v, w, 0.2)
            self.cycle(kernel)

    def ready(self, order: str = "go") -> Rig:
        """Connected, localised and armed."""
        self.run(0.5)
        answer = self.gate.engage(order)
        assert answer.__class__.__name__ == "Sent", answer
        self.run(0.1)
        assert self.gate.state().armed
        return self

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    @property
    def speed(self) -> float:
        return self.world.body.speed if hasattr(self.world.body, "speed") else abs(self.gate.state().twist.v)


def apartment() -> Home:
    return load_home(APARTMENT)
