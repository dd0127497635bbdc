"""When handling things goes wrong: not there, not got hold of, dropped, the way blocked; what the disk knows then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.home import Home, KeepOut, Thing
from robotos.policy import Cleaning, load
from robotos.sim.flaws import Imperfection
from tests.robot import Robot

MakeRobot = Callable[..., Robot]
DOOR = (4.05, 1.05)  # m: the only way into the study


def where(robot: Robot, thing: str) -> str:
    return robot.rig.robot.truth.where()[thing]


def believed(robot: Robot, thing: str) -> str:
    belief = robot.rig.disk.where(thing)
    return belief.place if belief is not None else ""


def spoken(robot: Robot) -> str:
    return "\n".join(robot.said)


def carrying(robot: Robot) -> None:
    """Run until it is on its way with something, well away from where it took it."""
    robot.until(lambda: robot.rig.robot.world.holding)
    at = robot.rig.robot.world.pose
    robot.until(lambda: robot.rig.robot.world.pose.distance(at) > 0.8)


@pytest.mark.parametrize(("words", "order"), [("bring me the cup", "h1"), ("put the cup on the table", "p1")])
def test_what_is_dropped_on_the_way_is_taken_up_again(robot: Robot, words: str, order: str) -> None:
    robot.rig.robot.lose_thing()
    robot.say(words, f"fetch o1 to {order}")
    robot.finish()
    assert robot.results("fetch") == ["OK"] and "dropped the red cup" in spoken(robot)
    assert where(robot, "red cup") == believed(robot, "red cup") == ("owner" if order == "h1" else "table")
    assert robot.rig.robot.truth.touched == []


def test_what_is_dropped_and_taken_away_is_owned_up_to(robot: Robot) -> None:
    robot.say("bring me the cup", "fetch o1 to h1")
    carrying(robot)
    robot.rig.robot.drop_thing()
    del robot.rig.robot.world.things.spots["red cup"]
    robot.finish()
    assert robot.results("fetch") == ["ENOENT"]
    assert "dropped the red cup on the way" in robot.said[-1]
    assert believed(robot, "red cup") == "" and robot.history("fetch")[0].outcome == "failed"


def test_a_gripper_that_keeps_losing_things_gives_up_and_says_so(make: MakeRobot) -> None:
    robot = make(imperfection=replace(Imperfection(), drop_rate=5.0), seed=3)
    robot.do("bring me the cup", "fetch o1 to h1", limit=600.0)
    assert robot.results("fetch") == ["EIO"] and "keep dropping the red cup" in robot.said[-1]
    assert where(robot, "red cup") == "floor"
    assert robot.history("fetch")[0].outcome == "failed"


def test_a_gripper_that_misses_closes_again(robot: Robot) -> None:
    robot.rig.robot.miss_grasps(2)
    robot.do("take the cup", "pick o1")
    assert robot.results("pick") == ["OK"] and where(robot, "red cup") == "robot"


def test_a_gripper_that_only_misses_is_owned_up_to(robot: Robot) -> None:
    robot.rig.robot.miss_grasps(99)
    said = robot.do("take the cup", "pick o1")
    assert robot.results("pick") == ["EIO"] and "could not get hold" in said[-1]
    assert where(robot, "red cup") == believed(robot, "red cup") == "counter"


def test_bad_luck_is_the_same_for_the_same_seed(make: MakeRobot) -> None:
    def run(seed: int) -> list[str]:
        robot = make(imperfection=replace(Imperfection(), grasp_miss=0.5), seed=seed)
        robot.do("take the keys", "pick o1")
        return [robot.results("pick")[0], str(robot.rig.robot.world.body.grasps)]

    assert run(1) == run(1)
    assert len({tuple(run(seed)) for seed in range(4)}) > 1


def test_where_the_way_is_blocked_it_is_put_back_and_that_is_said(robot: Robot) -> None:
    robot.say("put the cup on the shelf", "fetch o1 to p1")
    robot.until(lambda: robot.rig.robot.world.holding)
    robot.rig.robot.move_person("grandma", *DOOR)
    robot.finish()
    assert robot.results("fetch") == ["EHOSTUNREACH"]
    assert where(robot, "red cup") == believed(robot, "red cup") == "counter"
    assert "put the red cup back on the counter" in robot.said[-1]
    assert robot.rig.robot.truth.touched == []


def test_what_lies_on_the_floor_is_found_told_and_taken(robot: Robot) -> None:
    things = robot.rig.robot.world.things
    things.fall("red cup", 3.4, 0.5)
    said = robot.do("find the cup", "find o1")
    assert robot.results("find") == ["OK"] and "on the kitchen floor" in said[-1]
    assert believed(robot, "red cup") == "kitchen floor"
    robot.do("bring me the cup", "fetch o1 to h1")
    assert where(robot, "red cup") == "owner"


def test_what_is_missed_beside_what_is_sought_is_unlearned(robot: Robot) -> None:
    robot.rig.robot.place_thing("keys", "shelf")
    robot.rig.disk.moved("keys", "counter", "told", robot.rig.clock.wall())
    robot.do("find the cup", "find o1")
    assert believed(robot, "keys") == "" and believed(robot, "red cup") == "counter"


# ---------------------------------------------------------------- tools


@pytest.fixture
def mopped(cottage: Home) -> Home:
    return replace(cottage, things={**cottage.things, "mop": Thing("mop", "counter")})


def wants(**tools: str) -> object:
    return load().model_copy(update={"cleaning": Cleaning(tools=tools)})


def test_the_mop_is_fetched_used_and_brought_back(make: MakeRobot, mopped: Home) -> None:
    robot = make(home=mopped, policy=wants(wood="mop"))
    held: set[str] = set()

    def watch() -> None:
        if robot.rig.robot.world.tool_on:
            held.add(robot.rig.robot.world.things.held)

    robot.rig.walkers.append(watch)
    robot.do("clean the study", "clean r1", limit=900.0)
    assert robot.results("clean") == ["OK"] and held == {"mop"}
    assert where(robot, "mop") == believed(robot, "mop") == "counter"
    assert "I have the mop for the study." in robot.said


def test_it_is_looked_for_and_brought_back_to_where_it_was(make: MakeRobot, mopped: Home) -> None:
    robot = make(home=mopped, policy=wants(wood="mop"), start=Pose(4.8, 1.2, 0.0))
    robot.rig.robot.place_thing("mop", "shelf")
    robot.say("clean the study", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)
    assert robot.rig.robot.world.things.held == "mop"
    robot.say("stop")
    robot.finish()
    robot.do("bring me the cup", "fetch o1 to h1")
    assert where(robot, "mop") == "shelf" and where(robot, "red cup") == "owner", "first it was put away"


def test_without_its_mop_a_room_is_swept_and_that_is_said(make: MakeRobot, mopped: Home) -> None:
    robot = make(home=mopped, policy=wants(wood="mop"))
    del robot.rig.robot.world.things.spots["mop"]
    robot.say("clean the study", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on, 300.0)
    assert "did not find the mop. I clean the study without the mop." in spoken(robot)
    assert believed(robot, "mop") == ""


def test_with_the_mop_it_keeps_off_what_is_to_stay_dry(make: MakeRobot, mopped: Home) -> None:
    mask = mopped.rooms["study"].mask
    rows, columns = np.nonzero(mask)
    grid = mopped.grid
    x, y = grid.origin.x + columns.mean() * grid.resolution, grid.origin.y + rows.mean() * grid.resolution
    rug = KeepOut("rug", np.array([(x - 0.3, y - 0.3), (x + 0.3, y - 0.3), (x + 0.3, y + 0.3), (x - 0.3, y + 0.3)]))
    home = replace(mopped, no_mop=(rug,))
    shrunk = ndimage.binary_erosion(home.no_mop_cells())  # where it believes to be is a centimetre off
    for tools, wet in (({"wood": "mop"}, False), ({}, True)):
        robot = make(home=home, policy=wants(**tools))
        robot.do("clean the study", "clean r1", limit=900.0)
        assert robot.results("clean") == ["OK"] and robot.history("clean")[0].coverage >= 0.95
        assert bool((robot.rig.robot.truth.swept & shrunk).any()) is wet


def test_other_floors_need_no_mop(make: MakeRobot, mopped: Home) -> None:
    robot = make(home=mopped, policy=wants(wood="mop"))
    robot.say("clean the hall", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)
    assert not robot.rig.robot.world.holding and len(robot.rig.robot.truth.rooms) == 1


@pytest.mark.parametrize("tools", [{"tiles": ""}, {"": "mop"}, {"tiles": " mop"}, {"tiles": 3}])
def test_a_policy_without_names_is_refused(tools: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="tools"):
        Cleaning.model_validate({"tools": tools})
