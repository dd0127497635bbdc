"""Both worlds, the same robot and the same orders: a task ends in one as it ends in the other."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import pytest

from robotos.geometry import Pose
from robotos.navigation.coverage import reachable
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.world import KINEMATIC, MUJOCO, RADIUS
from tests.robot import Robot
from tests.robots import MakeRobot, cottage, make

__all__ = ["cottage", "make"]

Made = Callable[..., Robot]


@pytest.fixture(params=[KINEMATIC, MUJOCO])
def made(request: pytest.FixtureRequest, make: MakeRobot) -> Made:
    if request.param == MUJOCO and find_spec("mujoco") is None:
        pytest.skip("the physical world needs MuJoCo: pip install 'robotos[mujoco]'")

    def one(**options: object) -> Robot:
        robot = make(world=request.param, **options)
        assert isinstance(robot.rig.robot.world, InhabitedWorld)
        return robot

    return one


def test_it_goes_where_it_is_told(made: Made) -> None:
    robot = made()
    robot.do("go to the counter", "goto p1")
    assert robot.results("goto") == ["OK"]
    assert robot.rig.robot.world.pose.distance(robot.rig.home.places["counter"].approach) < 0.15
    assert robot.rig.robot.truth.touched == []
    assert robot.state.pose.distance(robot.rig.robot.world.pose) < 0.1, "it knows where it is"


def test_a_room_is_clean_and_the_book_says_what_is_so(made: Made) -> None:
    robot = made()
    robot.do("clean the kitchen", "clean r1", limit=600.0)
    record = robot.history("clean")[0]
    floor = reachable(robot.rig.kernel.ports.costmap, robot.rig.home.rooms["kitchen"].mask)
    really = robot.rig.robot.truth.coverage({"kitchen": floor})["kitchen"]
    assert (record.room, record.outcome) == ("kitchen", "done")
    assert record.coverage >= 0.95 and abs(really - record.coverage) < 0.03
    assert robot.rig.robot.truth.touched == []


def test_a_thing_is_brought_and_put_where_it_belongs(made: Made) -> None:
    robot = made()
    robot.do("bring me the cup", "fetch o1 to h1")
    assert robot.results("fetch") == ["OK"]
    assert robot.rig.robot.truth.where()["red cup"] == "owner"
    assert robot.history("fetch")[0].outcome == "done"


def test_stopped_it_stands_within_a_few_centimetres(made: Made) -> None:
    robot = made(start=Pose(0.6, 1.0, 0.0))
    robot.say("go to the shelf", "goto p1")
    robot.until(lambda: abs(robot.rig.robot.world.body.v) > 0.2)
    where = robot.rig.robot.world.pose
    robot.say("stop")
    robot.until(lambda: not robot.moving, 2.0)
    robot.run(1.0)
    assert where.distance(robot.rig.robot.world.pose) < 0.06
    assert not robot.moving and robot.running() == []


def test_a_person_in_the_way_is_not_touched(made: Made) -> None:
    robot = made(start=Pose(1.2, 1.0, 0.0))
    robot.rig.robot.move_person("grandma", 2.15, 1.05)  # in the only door
    robot.say("go to the counter", "goto p1")
    robot.run(20.0)
    assert robot.rig.robot.world.pose.distance(Pose(2.15, 1.05)) > RADIUS + PERSON_RADIUS + 0.25
    assert robot.rig.robot.truth.touched == [] and robot.running() != []
    robot.rig.robot.move_person("grandma", 0.3, 2.1)
    robot.finish()
    assert robot.results("goto") == ["OK"]


def test_what_it_bumps_into_stops_the_wheels_and_it_backs_off(made: Made) -> None:
    robot = made(start=Pose(1.0, 1.0, 0.0))
    robot.say("go to the counter", "goto p1")
    robot.until(lambda: abs(robot.rig.robot.world.body.v) > 0.15)
    robot.rig.robot.press_bumper("both", 0.3)
    robot.finish()
    assert robot.results("goto") == ["OK"]
    direct = Pose(1.0, 1.0).distance(robot.rig.home.places["counter"].approach)
    assert robot.rig.robot.truth.path > direct + 0.05, "it went back a little first"
