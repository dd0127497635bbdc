"""A low battery ends work, permits the way to the dock and nothing else, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from robotos.geometry import Pose
from tests.robot import Robot

MakeRobot = Callable[..., Robot]
STUDY = Pose(4.8, 0.7, 0.0)


def test_work_ends_and_the_robot_goes_home_and_charges(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(20.0)
    robot.rig.robot.set_battery(0.1)
    robot.finish()
    assert robot.results("clean") == ["EINTR"]
    assert robot.state.charging and robot.history("clean")[0].outcome == "interrupted"
    assert any("battery is low" in text.lower() for text in robot.said)
    assert robot.history("dock")[0].asked_by == "battery"


@pytest.mark.parametrize("order", ["clean r1", "goto r1", "move_by forward", "find o1", "resume"])
def test_below_the_reserve_other_orders_are_refused(make: MakeRobot, order: str) -> None:
    robot = make(battery=0.12, start=STUDY)
    robot.do({"find o1": "find the cup"}.get(order, "see to the kitchen"), order)
    expected = "ENOENT" if order == "resume" else "EPERM"
    assert robot.results(order.split(" ", maxsplit=1)[0]) == [expected]
    assert robot.rig.robot.truth.path == 0.0
    if expected == "EPERM":
        assert "12%" in robot.said[-1].replace(" ", "") and "dock" in robot.said[-1]


def test_below_the_reserve_questions_are_answered_and_the_way_home_is_permitted(make: MakeRobot) -> None:
    robot = make(battery=0.12, start=STUDY)
    robot.do("how full is your battery", "status battery")
    assert robot.results("status") == ["OK"]
    robot.do("go home", "dock")
    assert robot.results("dock") == ["OK"] and robot.state.charging


def test_a_paused_task_stays_where_it_is_and_cannot_be_taken_up(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(15.0)
    robot.say("hold on", "pause")
    robot.run(1.0)
    path = robot.rig.robot.truth.path
    robot.rig.robot.set_battery(0.1)
    robot.run(5.0)
    assert robot.rig.robot.truth.path == path, "hold on means hold on"
    robot.say("carry on", "resume")
    robot.run(2.0)
    assert robot.results("resume") == ["EPERM"] and robot.rig.robot.truth.path == path
    robot.say("go home then", "dock")
    robot.until(lambda: robot.state.charging)


def test_on_the_way_home_a_low_battery_changes_nothing(make: MakeRobot) -> None:
    robot = make(battery=0.151, start=STUDY)
    robot.say("go home", "dock")
    robot.run(3.0)
    robot.rig.robot.set_battery(0.1)
    robot.finish()
    assert robot.results("dock") == ["OK"] and len(robot.history("dock")) == 1
