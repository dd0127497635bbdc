"""What the owner teaches: names and phrases of their own, for good; and phrases like what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from robotos.kernel.calls import Call, Exemplar, Handle, Kind, Word
from robotos.kernel.ports import PageKind
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


def kinds(robot: Robot) -> list[PageKind]:
    """Pages the processor saw last."""
    return [page.kind for page in robot.processor.seen[-1].pages]


# ---------------------------------------------------------------- names


def test_a_name_of_the_owners_is_used_from_then_on(robot: Robot, restart: Callable[..., Robot]) -> None:
    said = robot.do("we call the study the lair", "alias x1 is r1")
    assert robot.results("alias") == ["OK"] and "lair" in said[-1] and "study" in said[-1]
    robot.do("go to the lair", "goto r1")
    assert robot.results("goto") == ["OK"] and robot.room == "study"
    again = restart()
    again.do("clean the lair", "clean r1")
    assert again.results("clean") == ["OK"] and again.history("clean")[0].room == "study"


def test_a_name_that_something_has_already_is_not_given_again(robot: Robot) -> None:
    said = robot.do("we call the study the kitchen", "alias r2 is r1")
    assert robot.results("alias") == ["EALREADY"] and "kitchen" in said[-1]
    robot.do('"charger" is what we call the shelf', "alias q1 is p1")
    robot.do('"the kitchen" is what we call the shelf', "alias q2 is p1")
    assert robot.results("alias")[1:] == ["EALREADY", "EALREADY"] and robot.rig.disk.aliases() == {}


@pytest.mark.parametrize("name", ["clean", "stop", "you", "12", "one too many words for names"])
def test_words_that_mean_something_become_no_name(robot: Robot, name: str) -> None:
    robot.do(f'"{name}" is what we call the shelf', "alias q1 is p1")
    assert robot.results("alias") == ["EINVAL"] and robot.rig.disk.aliases() == {}


def test_a_name_can_be_given_to_something_else(robot: Robot) -> None:
    robot.do("we call the study the lair", "alias x1 is r1")
    robot.do("no, the lair is the kitchen", "alias r1 is r2")
    assert robot.results("alias") == ["OK", "OK"] and robot.rig.disk.aliases() == {"lair": (Kind.ROOM, "kitchen")}


def test_a_name_is_forgotten(robot: Robot) -> None:
    robot.do("we call the study the lair", "alias x1 is r1")
    robot.do("forget that", "forget that")
    assert robot.rig.disk.aliases() == {}
    robot.do("we call the study the lair", "alias x1 is r1")
    robot.do("forget the name lair", "forget r1")
    assert robot.rig.disk.aliases() == {} and robot.results("forget") == ["OK", "OK"]


def test_forgetting_what_was_told_about_a_thing_leaves_its_name(robot: Robot) -> None:
    robot.do("we call the keys the jinglers", "alias x1 is o1")
    robot.do("the jinglers are on the shelf", "remember o1 at p1")
    robot.do("forget where the jinglers are", "forget o1")
    assert robot.results("forget") == ["OK"] and robot.rig.disk.aliases() == {"jinglers": (Kind.THING, "keys")}


def test_only_the_owner_teaches(robot: Robot) -> None:
    robot.do("we call the study the lair", "alias x1 is r1", speaker="grandma")
    robot.do('when i say "lights out" i mean go to your dock', "teach q1 do dock", speaker="grandma")
    assert robot.results("alias") == robot.results("teach") == ["EACCES"]
    assert robot.rig.disk.aliases() == {} and robot.rig.disk.taught() == []


# ---------------------------------------------------------------- phrases


def taught(
    robot: Robot, phrase: str = "lights out", order: str = "go to the study", call: str = "goto r1"
) -> list[str]:
    return robot.do(f'when i say "{phrase}" i mean {order}', f"teach q1 do {call}")


def test_a_taught_phrase_is_obeyed_without_thinking(robot: Robot, restart: Callable[..., Robot]) -> None:
    said = taught(robot)
    assert robot.results("teach") == ["OK"] and "lights out" in said[-1] and "study" in said[-1]
    thoughts = len(robot.processor.seen)
    robot.do("Robot, lights out!")
    assert robot.results("goto") == ["OK"] and robot.room == "study" and len(robot.processor.seen) == thoughts
    again = restart()
    again.do("go to the kitchen", "goto r1")
    again.do("lights out")
    assert again.room == "study"


def test_a_taught_order_is_part_of_the_conversation(robot: Robot) -> None:
    taught(robot)
    robot.do("lights out")
    robot.do("and now clean it", "clean r1")
    assert robot.history("clean")[0].room == "study"


def test_who_says_the_phrase_needs_the_right_to_what_it_means(robot: Robot) -> None:
    taught(robot, "wipe it", "forget the keys", "forget o1")
    robot.do("the keys are on the shelf", "remember o1 at p1")
    robot.do("wipe it", speaker="grandma")
    assert robot.results("forget") == ["EACCES"] and robot.rig.disk.where("keys").place == "shelf"
    robot.do("wipe it")
    assert robot.results("forget") == ["EACCES", "OK"]


def test_a_stop_is_a_stop_whatever_was_taught(robot: Robot) -> None:
    taught(robot, "stop it")
    assert robot.results("teach") == ["EINVAL"] and robot.rig.disk.taught() == []


DOCK_LATER = Call("schedule", {"when": (Handle(Kind.DURATION, 1),), "call": (Call("dock"),)})


@pytest.mark.parametrize(
    ("phrase", "call"),
    [("kitchen", Call("dock")), ("yes", Call("dock")), ("lights out", DOCK_LATER), ("lights out", Call("sit"))],
)
def test_what_cannot_be_taught(robot: Robot, phrase: str, call: Call) -> None:
    order = Call("teach", {"phrase": (Handle(Kind.TEXT, 1),), "call": (call,)})
    robot.do(f'when i say "{phrase}" i mean in two minutes', order)
    assert robot.results("teach") in (["EINVAL"], ["ENOSYS"]) and robot.rig.disk.taught() == []
    assert robot.rig.robot.truth.path == 0.0


@pytest.mark.parametrize("said", ["lights out please", "ok lights out", "so lights out then", "Lights out, now!"])
def test_what_is_said_around_a_phrase_changes_nothing(robot: Robot, said: str) -> None:
    taught(robot)
    robot.do(said)
    assert robot.room == "study" and robot.results("goto") == ["OK"]


@pytest.mark.parametrize("said", ["no lights out", "not lights out yet", "lights on", "when is lights out"])
def test_a_phrase_with_other_words_is_read_by_the_processor(robot: Robot, said: str) -> None:
    taught(robot)
    robot.do(said, "say unclear")
    assert robot.results("goto") == [] and robot.results("say") == ["OK"]


def test_a_forgotten_phrase_leaves_the_store(robot: Robot, store: Store) -> None:
    taught(robot)
    assert [phrase for phrase, _ in store.learnt] == ["lights out"]
    robot.do("forget that", "forget that")
    assert store.learnt == []


def test_a_phrase_is_forgotten(robot: Robot) -> None:
    taught(robot)
    robot.do("forget that", "forget that")
    assert robot.rig.disk.taught() == []
    robot.do("lights out", "say unclear")
    assert robot.results("goto") == []


# ---------------------------------------------------------------- phrases like it


class Store:
    """Finds the same exemplars for everything, and keeps what it is asked and told."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[Word, ...], int]] = []
        self.learnt: list[tuple[str, tuple[str, ...]]] = []
        self.broken = False

    def nearest(self, words: tuple[Word, ...], k: int) -> Sequence[Exemplar]:
        self.asked.append((words, k))
        if self.broken:
            raise OSError("no index")
        return [Exemplar("tidy {room} up", ("clean {room}",), 0.8), Exemplar("go to {room}", ("goto {room}",), 0.5)]

    def learn(self, phrase: str, calls: Sequence[str]) -> None:
        self.learnt.append((phrase, tuple(calls)))

    def unlearn(self, phrase: str) -> None:
        self.learnt = [one for one in self.learnt if one[0] != phrase]


@pytest.fixture
def store(robot: Robot) -> Store:
    store = Store()
    robot.rig.kernel.ports = replace(robot.rig.kernel.ports, exemplars=store)
    return store


def test_exemplars_are_shown_after_the_words_and_not_remembered(robot: Robot, store: Store) -> None:
    robot.do("bring me the cup to the study", "goto r1")
    assert kinds(robot)[-5:] == [
        PageKind.USER, PageKind.EXEMPLAR, PageKind.EXEMPLAR, PageKind.CALL, PageKind.RESULT,
    ]  # fmt: skip
    words, _ = store.asked[0]
    assert "me" in words and Handle(Kind.ROOM, 1) in words, "whoever speaks is `me`, other names are handles"
    robot.do("and the kitchen", "goto r2")
    assert kinds(robot).count(PageKind.EXEMPLAR) == 2 and len(store.asked) == 2


def test_without_the_store_the_processor_reads_all_the_same(robot: Robot, store: Store) -> None:
    store.broken = True
    robot.do("go to the study", "goto r1")
    assert robot.room == "study" and PageKind.EXEMPLAR not in kinds(robot)
    assert any(e.kind == "event" and "nearest failed" in e.text for e in robot.entries), "and it is in the log"


def test_what_is_taught_goes_to_the_store_with_slots_for_names(robot: Robot, store: Store) -> None:
    taught(robot, "spick and span", "clean the study twice", "clean r1 times n1")
    assert store.learnt == [("spick and span", ("clean {room} times {number}",))]


# ---------------------------------------------------------------- what is no saying


def test_no_order_is_read_from_noise(robot: Robot) -> None:
    robot.do("clean " * 300, "clean all")
    assert robot.processor.seen == [] and robot.rig.robot.truth.path == 0.0 and "understand" in robot.said[-1]


def test_a_vague_time_is_asked_about(robot: Robot) -> None:
    said = robot.do("clean the study some other time", "say when")
    assert robot.rig.kernel.asked == 1 and "time" in said[-1] and robot.rig.robot.truth.path == 0.0
