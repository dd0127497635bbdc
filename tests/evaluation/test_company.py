"""What is expected about people and errands, judged on ends of the world that were made by hand: right and wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from robotos.evaluation.company import numbers_in
from robotos.evaluation.expect import failures
from robotos.evaluation.names import checked, home_at
from robotos.evaluation.recording import Added, Recording, Said
from robotos.evaluation.scenario import ScenarioError, parse
from robotos.evaluation.setting import Setting, set_up
from robotos.geometry import Pose
from robotos.kernel.ports import Usage
from robotos.policy import load
from tests.cottage import build
from tests.evaluation.conftest import Oracle

Make = Callable[..., "End"]


class End:
    """A world in which nothing has happened yet, to be changed by hand and then judged."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.robot = setting, setting.rig.robot
        self._said: list[Said] = []

    def robot_at(self, x: float, y: float) -> None:
        self.robot.world.move_robot(Pose(x, y))

    def say(self, text: str) -> None:
        world, truth = self.robot.world, self.robot.truth
        people = {name: (person.x, person.y) for name, person in world.people.items()}
        room = self.setting.home.room_at(world.pose.x, world.pose.y)
        self._said.append(Said(0.0, text, truth.where(), world.pose, room, False, {}, 0.0, 0.0, people))

    def failed(self) -> list[str]:
        setting, rig = self.setting, self.setting.rig
        nothing = Added((), (), 0, (), 0, {})
        return failures(
            Recording(
                setting.scenario, setting.home, setting.policy, setting.scenario.setup.time, 1.0, False, (),
                tuple(self._said), (), (), (), nothing, setting.before.things, rig.robot.truth, rig.robot.world.pose,
                False, {}, Usage(), (),
            )
        )  # fmt: skip


@pytest.fixture(scope="module")
def cottage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cottage")
    build(directory)
    return directory


@pytest.fixture
def end(cottage: Path, tmp_path: Path) -> Iterator[Make]:
    """Makes a world for what is to be expected at its end."""
    made: list[Setting] = []

    def make(expect: Mapping[str, Any], **setup: Any) -> End:
        line = {"id": "end", "map": str(cottage), "setup": setup, "turns": ["do it"], "expect": expect}
        home = home_at(cottage)
        scenario = checked(parse(json.dumps(line), "end:1"), home)
        made.append(set_up(scenario, home, load(), lambda clock: Oracle([]), tmp_path / str(len(made))))
        return End(made[-1])

    yield make
    for setting in made:
        setting.rig.close()


# ---------------------------------------------------------------- things


def test_a_thing_was_brought_and_no_other(end: Make) -> None:
    world = end({"brought": {"one_of": ["keys", "book"], "to": "granny"}})
    assert "nothing was moved" in world.failed()[0]
    world.robot.place_thing("book", "grandma")
    assert world.failed() == []
    world.robot.place_thing("red cup", "table")
    assert "the red cup was moved, too" in world.failed()[0]


def test_a_thing_that_was_there_already_was_not_brought(end: Make) -> None:
    assert end({"brought": {"one_of": ["keys"], "to": "table"}}).failed()


def test_a_thing_at_the_wrong_place_was_not_brought(end: Make) -> None:
    world = end({"brought": {"one_of": ["keys"], "to": "shelf"}})
    world.robot.place_thing("keys", "counter")
    assert "the keys is at counter" in world.failed()[0]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("There are three toys on the desk: the ball, the kite and the car.", {3}),
        ("There is one drink there.", {1}),
        ("There is a drink there.", {1}),
        ("I see no drinks on the desk.", {0}),
        ("I don't see any drinks.", {0}),
        ("There are 12.", {12}),
        ("Two of the four are mine.", {2, 4}),
        ("I'm going to count the toys on the desk.", set()),
    ],
)
def test_numbers_are_found_in_sentences(text: str, numbers: set[int]) -> None:
    assert numbers_in(text) == numbers


def test_the_last_number_said_counts(end: Make) -> None:
    world = end({"counted": 2})
    assert "no number" in world.failed()[0]
    world.say("I looked at three places.")
    assert "not 2" in world.failed()[0]
    world.say("There are two keys here.")
    assert world.failed() == []
    world.say("Or were there two or three?")
    assert world.failed()


def test_words_are_for_who_hears_them(end: Make) -> None:
    world = end({"said_to": {"person": "grandma", "words": "Hello"}}, people={"grandma": [1.5, 0.8]})
    world.robot_at(3.0, 1.0)
    world.say("Hello!")  # 1.5 m away, but behind a wall
    assert "did not hear" in world.failed()[0]
    world.robot_at(0.8, 0.8)
    world.say("Good day.")
    assert world.failed()
    world.say("Hello!")
    assert world.failed() == []


def test_both_things_are_to_be_said(end: Make) -> None:
    world = end({"said_to": {"person": "grandma", "words": "Friday", "also": "(?i)hello"}}, robot="table")
    world.say("It is Friday.")
    assert "(?i)hello" in world.failed()[0]
    world.say("Hello!")
    assert world.failed() == []


# ---------------------------------------------------------------- people


def test_a_person_ends_in_a_room_or_at_a_place(end: Make) -> None:
    world = end({"person_at": {"grandma": "study"}})
    assert "grandma is in the hall" in world.failed()[0]
    world.robot.move_person("grandma", 5.0, 1.0)
    assert world.failed() == []
    world = end({"person_at": {"grandma": "counter"}})
    world.robot.move_person("grandma", 4.9, 1.8)
    assert "in the study" in world.failed()[0]
    world.robot.move_person("grandma", 2.9, 1.0)
    assert world.failed() == []


def test_the_robot_ends_beside_a_person_or_in_sight_of_them(end: Make) -> None:
    for key in ("beside", "in_sight"):
        world = end({key: "grandma"})
        world.robot_at(3.0, 1.0)
        assert "in the kitchen" in world.failed()[0]
        world.robot_at(1.2, 1.0)
        assert world.failed() == []


def test_who_is_out_is_nowhere(end: Make) -> None:
    world = end({"beside": "grandma", "person_at": {"grandma": "hall"}}, people={"grandma": None})
    assert [why.split(": ")[1] for why in world.failed()] == ["grandma is not there"] * 2


def test_an_unknown_person_is_named_before_anything_runs(end: Make) -> None:
    for expect in (
        {"beside": "uncle"},
        {"person_at": {"uncle": "hall"}},
        {"said_to": {"person": "uncle", "words": ""}},
    ):
        with pytest.raises(ScenarioError, match="no person 'uncle'"):
            end(expect)


# ---------------------------------------------------------------- walking


def walks(end: Make, **walk: Any) -> End:
    return end({}, people={"grandma": [1.5, 0.8], "owner": None}, walks={"grandma": walk})


def test_nobody_walks_before_the_robot_has_come_up_to_them(end: Make) -> None:
    world = walks(end, to=[5.0, 1.0])
    world.robot_at(3.0, 1.0)
    world.setting.rig.run(10.0)
    assert world.robot.world.people["grandma"].x == 1.5


def test_who_walks_somewhere_waits_for_the_robot_or_not(end: Make) -> None:
    for waits in (True, False):
        world = walks(end, to=[5.0, 1.0], waits=waits)
        world.robot_at(1.0, 1.6)
        world.setting.rig.run(30.0)
        assert (world.robot.world.people["grandma"].room == "study") is not waits


def test_who_goes_along_stays_behind_the_robot(end: Make) -> None:
    world = walks(end)
    world.robot_at(0.8, 0.8)
    rig = world.setting.rig
    rig.run(8.0)
    assert world.robot.world.people["grandma"].x == 1.5, "the robot has not gone anywhere"
    for step in range(80):
        world.robot_at(0.8 + 0.05 * step, 1.0)
        rig.run(0.2)
    rig.run(5.0)
    person, pose = world.robot.world.people["grandma"], world.robot.world.pose
    assert person.room == "kitchen" and 1.2 < pose.distance(Pose(person.x, person.y)) < 2.2


def test_the_same_end_is_judged_by_every_key_that_is_given(end: Make) -> None:
    world = end({"beside": "grandma", "counted": 1})
    world.robot_at(3.0, 1.0)
    assert [why.split(":")[0] for why in world.failed()] == ["counted", "beside"]
