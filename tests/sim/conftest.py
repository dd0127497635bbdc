"""A simulated robot with a link on it, in the apartment."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_bridge.controller import Controller
from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.geometry import Pose
from robotos.navigation.home import Home, load_home
from robotos.sim.kinematic import IDEAL, Imperfection, KinematicWorld
from robotos.sim.robot import SimulatedRobot

APARTMENT = Path(__file__).parents[2] / "maps" / "apartment"


@pytest.fixture(scope="session")
def home() -> Home:
    return load_home(APARTMENT)


@pytest.fixture
def world(home: Home) -> KinematicWorld:
    """On the dock, without errors of any kind."""
    return KinematicWorld(home, imperfection=IDEAL)


class Driver:
    """The least that a host must do to make a robot move."""

    def __init__(
        self,
        home: Home,
        start: Pose | None = None,
        seed: int = 0,
        flaws: Imperfection | None = None,
        controller: Controller | None = None,
    ) -> None:
        self.world = KinematicWorld(home, start, seed, flaws)
        self.robot = SimulatedRobot(self.world, controller or HostController(7), camera_seed=seed)
        self.link = Link(self.robot.transport, lambda: self.robot.now)
        self.run(0.5)
        assert self.link.up, self.link.lost_reason

    def run(self, seconds: float, v: int = 0, w: int = 0, tool: int = 0, armed: bool = False) -> None:
        """Drive at mm/s and mrad/s with fresh commands."""
        for _ in range(round(seconds / 0.05)):
            for _ in range(5):
                self.robot.step()
            self.link.poll()
            if armed:
                self.link.heartbeat()
                self.link.drive(v, w, self.link.deadline_after(0.2))
                self.link.tool(tool, self.link.deadline_after(0.2))

    def arm(self) -> None:
        request = self.link.arm()
        self.run(0.1, armed=True)
        assert self.link.acked(request) == "OK"

    def drive(self, seconds: float, v: int = 0, w: int = 0, tool: int = 0) -> None:
        self.run(seconds, v, w, tool, armed=True)
