"""Whole tasks by the real programs, on the real binary, on virtual time: the outcome is that of the host core."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from firmware_bridge.controller import Controller
from robotos.geometry import Pose
from robotos.navigation.coverage import reachable
from tests.hil import emulated
from tests.robot import Robot
from tests.robots import cottage, make

__all__ = ["cottage", "make"]

MakeRobot = Callable[..., Robot]


@pytest.fixture
def board() -> Controller:
    return emulated.make("mega2560").controller


def harmless(robot: Robot) -> bool:
    """Nobody was touched, and no wall faster than the gate allows."""
    return all(not touch.person and touch.speed < 0.05 for touch in robot.rig.robot.truth.touched)


def test_going_to_a_room(make: MakeRobot, board: Controller) -> None:
    ends = []
    for options in ({"controller": board}, {}):
        robot = make(**options)
        robot.do("go to the kitchen", "goto r1")
        assert robot.results("goto") == ["OK"]
        assert robot.room == "kitchen"
        assert robot.history("goto")[0].outcome == "done"
        assert robot.rig.robot.truth.touched == []
        ends.append(robot.rig.robot.world.pose)
    assert ends[0].distance(ends[1]) < 0.1


@pytest.mark.thorough
def test_cleaning_a_spot(make: MakeRobot, board: Controller) -> None:
    areas = []
    for options in ({"controller": board}, {}):
        robot = make(start=Pose(3.1, 1.0, 0.0), **options)
        robot.do("clean here", "clean spot")
        assert robot.results("clean") == ["OK"]
        assert harmless(robot)
        areas.append(int(robot.rig.robot.truth.swept.sum()))
    assert areas[0] == pytest.approx(areas[1], rel=0.1)


@pytest.mark.thorough
def test_cleaning_a_room(make: MakeRobot, board: Controller) -> None:
    shares, times = [], []
    for options in ({"controller": board}, {}):
        robot = make(**options)
        began = robot.rig.clock.now()
        said = robot.do("clean the hall", "clean r1")
        times.append(robot.rig.clock.now() - began)
        record = robot.history("clean")[0]
        assert robot.results("clean") == ["OK"]
        assert (record.room, record.outcome) == ("hall", "done")
        assert "is clean" in said[-1]
        floor = reachable(robot.rig.kernel.ports.costmap, robot.rig.home.rooms["hall"].mask)
        shares.append(robot.rig.robot.truth.coverage({"hall": floor})["hall"])
        assert harmless(robot)
    assert min(shares) >= 0.95
    assert abs(shares[0] - shares[1]) < 0.03
    assert times[0] == pytest.approx(times[1], rel=0.2)


def test_stopped_in_the_middle_of_a_task_it_stays_stopped(make: MakeRobot, board: Controller) -> None:
    robot = make(controller=board)
    robot.say("go to the study", "goto r1")
    robot.until(lambda: robot.moving)
    robot.rig.robot.stop_button(True)
    robot.run(1.0)
    robot.rig.robot.stop_button(False)
    robot.run(2.0)
    assert not robot.moving
    assert robot.state.latched == "stop_button"
