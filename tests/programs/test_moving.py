"""Going places, so many metres, so many degrees, home to the charger; and people on the way."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from robotos.geometry import Pose
from tests.robot import Robot

MakeRobot = Callable[..., Robot]
MIDDLE = Pose(3.1, 1.0, 0.0)  # of the kitchen


@pytest.mark.parametrize("room", ["hall", "kitchen", "study"])
def test_to_a_room(robot: Robot, room: str) -> None:
    robot.do(f"go to the {room}", "goto r1")
    assert robot.results("goto") == ["OK"] and robot.room == room
    assert robot.history("goto")[0].outcome == "done" and robot.history("goto")[0].detail == room


@pytest.mark.parametrize("place", ["table", "counter", "shelf"])
def test_to_a_place_and_facing_it(robot: Robot, place: str) -> None:
    robot.do(f"go to the {place}", "goto p1")
    pose, spot = robot.rig.robot.world.pose, robot.rig.home.places[place]
    assert pose.distance(spot.approach) < 0.08
    assert abs(math.remainder(math.atan2(spot.y - pose.y, spot.x - pose.x) - pose.yaw, 2 * math.pi)) < 0.2


@pytest.mark.parametrize(("way", "sign"), [("forward", 1.0), ("back", -1.0)])
def test_so_many_metres(make: MakeRobot, way: str, sign: float) -> None:
    robot = make(start=Pose(3.1 - sign * 0.3, 1.0, 0.0))
    robot.do(f"go {way} half a metre", f"move_by {way} m1")
    truth = robot.rig.robot.truth
    assert truth.forward == pytest.approx(sign * 0.5, abs=0.03)
    assert abs(math.degrees(truth.turn)) < 5.0
    assert robot.results("move_by") == ["OK"]


@pytest.mark.parametrize(
    ("words", "order", "degrees"),
    [
        ("turn left", "turn_by left", 90.0),
        ("turn right by forty five degrees", "turn_by right a1", -45.0),
        ("turn around", "turn_by around", 180.0),
        ("turn left by 360 degrees", "turn_by left a1", 360.0),
        ("make one full turn to the left", "turn_by left a1", 360.0),
        ("turn all the way around", "turn_by around a1", 360.0),
    ],
)
def test_so_many_degrees(make: MakeRobot, words: str, order: str, degrees: float) -> None:
    robot = make(start=MIDDLE)
    robot.do(words, order)
    truth = robot.rig.robot.truth
    assert math.degrees(truth.turn) == pytest.approx(degrees, abs=4.0)
    assert truth.path < 0.05 and robot.results("turn_by") == ["OK"]


def test_a_wall_ends_the_metres_honestly(make: MakeRobot) -> None:
    robot = make(start=Pose(3.1, 0.6, -math.pi / 2))
    said = robot.do("go forward two metres", "move_by forward m1")
    assert robot.results("move_by") == ["EHOSTUNREACH"] and "way" in said[-1]
    assert robot.rig.robot.truth.touched == []


def test_running_into_something_unseen_it_backs_away_and_can_go_on(make: MakeRobot) -> None:
    robot = make(start=MIDDLE)
    robot.say("go forward half a metre", "move_by forward")
    robot.until(lambda: robot.moving)
    robot.run(0.5)
    robot.rig.robot.press_bumper("both", 0.6)
    robot.finish()
    assert robot.results("move_by") == ["EHOSTUNREACH"] and robot.state.bumper == 0
    robot.do("go to the hall", "goto r1")
    assert robot.results("goto") == ["OK"]


@pytest.mark.parametrize("start", [Pose(4.8, 0.7, 2.0), Pose(1.0, 1.2, 0.0), Pose(0.9, 0.45, 3.0)])
def test_home_and_charging(make: MakeRobot, start: Pose) -> None:
    robot = make(start=start, battery=0.5)
    said = robot.do("go home", "dock")
    assert robot.results("dock") == ["OK"] and robot.state.charging and "charging" in said[-1]
    before = robot.state.battery
    robot.rig.pass_idle(1800.0)
    robot.run(1.0)
    assert robot.state.battery > before + 0.1


def test_on_the_dock_there_is_nothing_to_do(robot: Robot) -> None:
    said = robot.do("go home", "dock")
    assert robot.results("dock") == ["OK"] and robot.rig.robot.truth.path == 0.0 and "dock" in said[-1]


# ---------------------------------------------------------------- people


def test_in_the_doorway_it_waits_asks_and_gives_up(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 2.15, 1.05)
    said = robot.do("go to the kitchen", "goto r1")
    assert robot.results("goto") == ["EHOSTUNREACH"] and robot.history("goto")[0].outcome == "failed"
    assert [text for text in said if "Excuse me" in text] == ["Excuse me, may I come through?"], "it asks once"
    assert robot.rig.robot.truth.touched == []


def test_when_they_step_aside_it_goes_on(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 2.15, 1.05)
    robot.say("go to the kitchen", "goto r1")
    robot.run(12.0)
    robot.rig.robot.move_person("grandma", 0.3, 2.1)
    robot.finish()
    assert robot.results("goto") == ["OK"] and robot.room == "kitchen"


def test_around_somebody_in_the_middle_of_a_room(make: MakeRobot) -> None:
    robot = make(start=Pose(2.5, 0.5, 0.0))
    robot.rig.robot.move_person("grandma", 3.1, 0.3)
    robot.do("go to the study", "goto r1")
    truth = robot.rig.robot.truth
    assert robot.results("goto") == ["OK"] and truth.touched == []
    assert truth.near["grandma"].approach_in_stop_zone < 0.03


def test_somebody_steps_up_to_the_standing_robot_and_it_leaves_them_alone(make: MakeRobot) -> None:
    robot = make(start=MIDDLE)
    robot.rig.robot.move_person("grandma", 3.6, 1.0)
    robot.do("go to the hall", "goto r1")
    assert robot.results("goto") == ["OK"] and robot.rig.robot.truth.touched == []


def test_to_a_person_where_they_usually_are(robot: Robot) -> None:
    robot.do("come here", "goto h1")
    world = robot.rig.robot.world
    owner = world.people["owner"]
    assert robot.results("goto") == ["OK"]
    assert math.hypot(owner.x - world.pose.x, owner.y - world.pose.y) <= 1.1


def test_to_a_person_wherever_they_are(robot: Robot) -> None:
    robot.rig.robot.move_person("owner", 3.7, 0.5)
    robot.do("come here", "goto h1")
    world = robot.rig.robot.world
    assert robot.results("goto") == ["OK"] and robot.room == "kitchen"
    assert math.hypot(3.7 - world.pose.x, 0.5 - world.pose.y) <= 1.1
    assert robot.rig.robot.truth.touched == []


def test_a_person_who_is_not_at_home_is_not_found(robot: Robot) -> None:
    robot.rig.robot.move_person("owner", 40.0, 40.0)
    said = robot.do("come here", "goto h1")
    assert robot.results("goto") == ["ENOENT"] and "can't find you" in said[-1]
    assert robot.history("goto")[0].outcome == "failed"


def test_following_somebody_through_the_home_until_told_otherwise(robot: Robot) -> None:
    robot.rig.robot.move_person("owner", 1.6, 0.5)
    robot.say("follow me", "follow h1")
    robot.run(10.0)
    for x in (2.0, 2.4, 2.8, 3.2, 3.6, 4.0, 4.4, 4.8, 5.2):
        robot.rig.robot.move_person("owner", x, 1.05)
        robot.run(2.0)
    robot.run(10.0)
    world = robot.rig.robot.world
    assert robot.running() == ["turn", "follow"]
    assert math.hypot(5.2 - world.pose.x, 1.05 - world.pose.y) < 1.3
    assert robot.rig.robot.truth.touched == [] and robot.rig.robot.truth.near["owner"].approach_in_stop_zone < 0.03
    robot.say("go to the hall", "goto r1")
    robot.finish()
    assert robot.results("follow") == ["ECANCELED"] and robot.room == "hall"


def test_somebody_lost_from_sight_is_looked_for(robot: Robot) -> None:
    robot.rig.robot.move_person("owner", 1.6, 0.5)
    robot.say("follow me", "follow h1")
    robot.run(10.0)
    robot.rig.robot.move_person("owner", 5.2, 0.4)
    robot.until(lambda: robot.room == "study", 120.0)
    robot.rig.robot.move_person("owner", 40.0, 40.0)
    robot.finish()
    assert robot.results("follow") == ["ENOENT"] and robot.history("follow")[0].outcome == "failed"
