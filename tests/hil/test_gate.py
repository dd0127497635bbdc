"""The real gate on top of the real binary, in the simulated apartment: same outcome as with the core compiled here."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from firmware_bridge.controller import Controller
from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.actuation.gate import Gate
from robotos.clock import VirtualClock
from robotos.geometry import Pose
from robotos.kernel.ports import BodyEvent, Refused, Sent
from robotos.navigation.home import Home, load_home
from robotos.policy import load
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.robot import PERIOD, SimulatedRobot
from tests.hil import emulated

APARTMENT = Path(__file__).parents[2] / "maps" / "apartment"
AWAY = -50.0  # m: where nobody is in the way
# speed, turning rate, seconds: out of the dock, around, along the hall and back
PATH = ((0.2, 0.0, 2.0), (0.0, 1.0, 1.2), (0.25, 0.3, 2.0), (0.15, -0.5, 1.5), (-0.1, 0.0, 0.5), (0.3, 0.0, 1.0))
BRAKING_BOUND = 0.052  # m: v^2 / 2a from 0.306 m/s at 0.9 m/s^2


class GateRig:
    """World, controller, link and gate on one virtual clock; the gate's cycle is 50 ms."""

    def __init__(self, home: Home, controller: Controller, start: Pose | None = None) -> None:
        self.clock = VirtualClock(datetime(2026, 11, 20, 15, 10))
        self.world = KinematicWorld(home, start or home.dock, 1)
        for name in home.people:
            self.world.move_person(name, AWAY, AWAY)
        self.robot = SimulatedRobot(self.world, controller)
        self.gate = Gate(load(), home, Link(self.robot.transport, self.clock.now), self.clock, start or home.dock)
        self.events: list[BodyEvent] = []
        self.run(0.6)
        assert self.gate.state().link_up
        assert self.gate.engage("go there") == Sent()
        self.run(0.1)
        assert self.gate.state().armed

    def run(self, seconds: float, v: float = 0.0, w: float = 0.0) -> list[object]:
        """Drive by fresh orders; what the gate said to each."""
        answers: list[object] = []
        for _ in range(round(seconds / 0.05)):
            if v or w:
                answers.append(self.gate.drive(v, w, 0.2))
            for _ in range(5):
                self.robot.step(PERIOD)
                self.clock.advance(PERIOD)
            self.gate.cycle()
            self.events += self.gate.poll()
        return answers


@pytest.fixture(scope="module")
def home() -> Home:
    return load_home(APARTMENT)


@pytest.fixture
def make(home: Home) -> Callable[..., GateRig]:
    def one(board: str, start: Pose | None = None) -> GateRig:
        controller = emulated.make(board).controller if board else HostController(7)
        return GateRig(home, controller, start)

    return one


def test_a_path_through_the_apartment_ends_where_it_does_with_the_host_core(make: Callable[..., GateRig]) -> None:
    rigs = [make("mega2560"), make("")]
    for rig in rigs:
        for v, w, seconds in PATH:
            refused = [answer for answer in rig.run(seconds, v, w) if isinstance(answer, Refused)]
            assert refused == []
        rig.run(0.5)
        assert rig.world.bumper == 0
        assert rig.gate.state().pose.distance(rig.world.pose) < 0.08
    real, core = (rig.world.pose for rig in rigs)
    assert real.distance(core) < 0.05
    assert abs(math.remainder(real.yaw - core.yaw, math.tau)) < 0.05


@pytest.mark.parametrize("board", ["mega2560", ""], ids=["mega2560", "core"])
def test_from_full_speed_a_stop_comes_to_rest_within_the_braking_bound(
    make: Callable[..., GateRig], board: str
) -> None:
    rig = make(board)
    rig.run(2.5, 0.306)
    assert rig.world.body.v > 0.25
    before = rig.world.pose
    rig.gate.stop("enough")
    rig.run(1.0)
    assert not rig.world.moving
    assert rig.world.pose.distance(before) <= BRAKING_BOUND
    assert rig.gate.stop_confirmed
    assert isinstance(rig.gate.drive(0.1, 0.0, 0.2), Refused)


@pytest.mark.parametrize("board", ["mega2560", ""], ids=["mega2560", "core"])
def test_a_bump_latches_and_recover_backs_away(make: Callable[..., GateRig], board: str) -> None:
    rig = make(board)
    rig.run(1.5, 0.2)
    rig.robot.press_bumper("both", seconds=0.4)
    rig.run(0.5)
    assert rig.gate.state().latched == "bumper"
    assert not rig.world.moving
    start = rig.world.pose
    assert isinstance(rig.gate.recover(), Sent)
    for _ in range(40):
        rig.gate.recover()
        rig.run(0.05)
        if rig.gate.state().armed:
            break
    rig.run(0.3)
    assert rig.gate.state().latched == ""
    assert 0.01 < rig.world.pose.distance(start) < 0.31


@pytest.mark.parametrize("board", ["mega2560", ""], ids=["mega2560", "core"])
def test_a_reset_in_mid_drive_takes_the_owner_to_go_on(make: Callable[..., GateRig], board: str) -> None:
    rig = make(board)
    rig.run(1.5, 0.2)
    rig.robot.reset_controller(99)
    rig.run(1.0, 0.2)
    assert not rig.world.moving
    assert isinstance(rig.gate.engage("go there"), Refused), "words never suffice"
    assert rig.gate.arm("console") == Sent()
    rig.run(0.2)
    rig.run(0.5, 0.2)
    assert rig.world.moving


def test_without_a_lidar_the_gate_lets_no_board_drive(home: Home) -> None:
    """The small board has none: it may turn, and is refused a step forward."""
    rig = GateRig(home, emulated.make("uno").controller)
    assert all(isinstance(answer, Refused) for answer in rig.run(0.5, 0.2))
    assert not rig.world.moving
