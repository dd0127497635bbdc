"""A robot that does not know where it is stands still and says so; what it was doing goes on by the owner's word."""

from __future__ import annotations

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel import whereabouts
from robotos.programs import driving
from tests.robot import Robot


def _carried_off(robot: Robot) -> None:
    """On its way to the study, somebody takes it back to the kitchen."""
    robot.say("go to the study", "goto r1")
    robot.until(lambda: robot.rig.robot.world.moving)
    robot.run(1.0)
    robot.rig.robot.world.move_robot(Pose(3.1, 1.0, 0.5))
    robot.until(lambda: robot.state.located == "lost", 5.0)


def test_lost_it_stops_says_so_finds_itself_and_waits(robot: Robot) -> None:
    _carried_off(robot)
    robot.until(lambda: robot.state.located == "tracking", 10.0)
    robot.run(1.0)
    assert whereabouts.LOST in robot.said
    assert f"{whereabouts.AGAIN}, in the kitchen.{whereabouts.CARRY_ON}" in robot.said
    path = robot.rig.robot.truth.path
    robot.run(5.0)
    assert robot.rig.robot.truth.path == path and robot.state.latched == "pose_lost"


def test_by_the_owners_word_it_goes_on_with_what_it_was_doing(robot: Robot) -> None:
    _carried_off(robot)
    robot.until(lambda: robot.state.located == "tracking", 10.0)
    robot.say("carry on", "resume")
    robot.finish()
    assert robot.room == "study" and robot.results("goto") == ["OK"]


def test_an_order_to_a_lost_robot_is_refused(robot: Robot) -> None:
    robot.rig.robot.world.scan = lambda: (65535,) * 72  # type: ignore[method-assign]
    robot.until(lambda: robot.state.located == "lost", 5.0)
    robot.do("go to the study", "goto r1")
    assert robot.rig.robot.truth.path == 0.0
    assert robot.results("goto") == [Errno.EPERM.value]


def test_asked_where_it_is_a_lost_robot_does_not_guess(robot: Robot) -> None:
    robot.rig.robot.world.move_robot(Pose(3.1, 1.0, 0.5))
    robot.rig.robot.world.scan = lambda: (65535,) * 72  # type: ignore[method-assign]
    robot.until(lambda: robot.state.located == "lost", 5.0)
    assert robot.do("where are you", "status position") == ["I don't know where I am."]


def test_blind_it_asks_for_its_dock_once_and_gives_up_in_the_end(robot: Robot) -> None:
    robot.say("go to the study", "goto r1")
    robot.until(lambda: robot.rig.robot.world.moving)
    robot.run(1.0)
    scan = robot.rig.robot.world.scan
    robot.rig.robot.world.scan = lambda: (65535,) * 72  # type: ignore[method-assign]
    robot.run(30.0)
    assert robot.said.count(whereabouts.NOWHERE) == 1
    robot.rig.robot.world.scan = scan  # type: ignore[method-assign]
    robot.until(lambda: robot.state.located == "tracking", 15.0)
    robot.say("carry on", "resume")
    robot.finish()
    assert robot.room == "study"


def test_who_carries_an_idle_robot_is_told_nothing(robot: Robot) -> None:
    robot.rig.robot.world.move_robot(Pose(3.1, 1.0, 0.5))
    robot.until(lambda: robot.state.located == "lost", 5.0)
    robot.until(lambda: robot.state.located == "tracking", 10.0)
    robot.run(1.0)
    assert robot.said == []
    robot.do("go to the study", "goto r1")
    assert robot.room == "study"


def test_the_wait_of_a_program_has_an_end() -> None:
    assert 0.0 < driving.LOOK_AGAIN < driving.LOST_FOR < 600.0
