"""Meeting, finding, leading and following people: where they are said to be, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from robotos.geometry import Pose
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


def near(robot: Robot, person: str) -> bool:
    world = robot.rig.robot.world
    somebody = world.people[person]
    return world.pose.distance(Pose(somebody.x, somebody.y)) < 1.1


def rooms(robot: Robot) -> set[str]:
    return {room for _, room in robot.rig.robot.truth.rooms}


# ---------------------------------------------------------------- meeting


def test_somebody_is_met_where_they_are_said_to_be(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 3.4, 0.5)
    said = robot.do("visit grandma in the kitchen", "goto h1 at r1")
    assert robot.results("goto") == ["OK"] and near(robot, "grandma") and "kitchen" in said[-1]


def test_somebody_who_is_not_there_is_not_looked_for_elsewhere(robot: Robot) -> None:
    said = robot.do("visit grandma in the kitchen", "goto h1 at r1")
    assert robot.results("goto") == ["ENOENT"] and said[-1] == "I don't see Grandma in the kitchen."
    assert robot.room == "kitchen" and "study" not in rooms(robot)
    assert robot.history("goto")[0].outcome == "failed"


def test_somebody_is_met_at_a_place(robot: Robot) -> None:
    robot.do("meet me at the shelf", "goto h1 at p1")
    assert robot.results("goto") == ["OK"] and near(robot, "owner") and robot.room == "study"


# ---------------------------------------------------------------- finding


def test_somebody_is_found_and_told_of_but_not_crowded(robot: Robot) -> None:
    said = robot.do("where has grandma got to, go and look", "find h1")
    assert robot.results("find") == ["OK"] and said[-1] == "Grandma is in the hall."
    said = robot.do("look for me in the kitchen", "find h2 at r2")
    assert robot.results("find")[-1] == "ENOENT" and said[-1] == "I don't see you in the kitchen."
    assert robot.history("find")[0].outcome == "failed"


def test_somebody_who_is_nowhere_is_not_found(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 40.0, 40.0)
    said = robot.do("find grandma", "find h1")
    assert robot.results("find") == ["ENOENT"] and said[-1] == "I can't find Grandma."


# ---------------------------------------------------------------- leading


def test_somebody_is_led_and_waited_for(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 0.8, 0.9)
    robot.say("take grandma to the study", "lead h1 to r1")
    robot.until(lambda: "Please follow me." in robot.said)
    for x in (2.4, 3.2, 4.2):  # she comes along behind
        robot.until(lambda x=x: robot.rig.robot.world.pose.x > min(x + 0.9, 4.9), 200.0)
        robot.rig.robot.move_person("grandma", x, 0.9)
    robot.finish(400.0)
    assert robot.results("lead") == ["OK"] and robot.room == "study"
    assert robot.said[-1] == "We are in the study." and robot.history("lead")[0].outcome == "done"


def test_somebody_who_stays_behind_is_not_said_to_have_come(robot: Robot) -> None:
    said = robot.do("take grandma to the study", "lead h1 to r1", limit=600.0)
    assert robot.room == "study" and "This way, please." in said
    assert said[-1] == "I'm in the study, but I don't see Grandma here."
    assert robot.history("lead")[0].outcome == "failed"


def test_nobody_is_led_nowhere(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 40.0, 40.0)
    said = robot.do("take grandma to the study", "lead h1 to r1")
    assert robot.results("lead") == ["ENOENT"] and said[-1] == "I can't find Grandma."


def test_leading_is_cancelled_like_any_order(robot: Robot) -> None:
    robot.say("take me to the kitchen", "lead h1 to r1")
    robot.until(lambda: robot.moving)
    robot.say("stop")
    robot.run(1.0)
    assert not robot.moving and robot.history("lead")[0].outcome == "interrupted"


# ---------------------------------------------------------------- following


def test_somebody_is_followed_until_both_are_there(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 1.5, 0.9)
    robot.say("follow grandma to the kitchen", "follow h1 to r1")
    robot.run(15.0)
    assert robot.running() == ["turn", "follow"], "she has not gone anywhere yet"
    robot.rig.robot.move_person("grandma", 3.6, 0.9)
    robot.finish(300.0)
    assert robot.results("follow") == ["OK"] and robot.room == "kitchen"
    assert robot.said[-1] == "We are in the kitchen."
