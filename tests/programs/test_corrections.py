"""What is said while an order is carried out: corrections of it, and orders for afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from robotos.kernel.calls import Call, Handle, Kind
from robotos.kernel.custody import QUEUED_TEXT
from robotos.kernel.ports import Page, PageKind
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


def read(robot: Robot) -> list[str]:
    """The pages that the processor decided by last, but for exemplars, in words."""
    return [shown(page) for page in robot.processor.seen[-1].pages]


def shown(page: Page) -> str:
    content = page.content
    return " ".join(map(str, content)) if isinstance(content, tuple) else str(content)


def where(robot: Robot, thing: str) -> str:
    return robot.rig.robot.truth.where()[thing]


@pytest.mark.parametrize("words", ["no, the study", "sorry, i meant the study", "not in there, in the study"])
def test_a_corrected_cleaning_takes_the_place_of_the_one_under_way(robot: Robot, words: str) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(5.0)
    robot.say(words, "kill current", "clean r2")
    robot.run(0.5)
    assert robot.results("clean") == ["ECANCELED"] and QUEUED_TEXT not in robot.said
    robot.finish()
    assert [(t.room, t.outcome) for t in robot.history("clean")] == [("study", "done"), ("kitchen", "interrupted")]


@pytest.mark.parametrize("words", ["and the study too", "clean the study", "don't forget the study"])
def test_one_more_room_comes_afterwards(robot: Robot, words: str) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(5.0)
    robot.say(words, "clean r2")
    robot.run(0.5)
    assert robot.results("clean") == [] and robot.said[-1] == QUEUED_TEXT


def test_the_same_cleaning_otherwise_is_begun_anew_and_goes_on_where_it_was(robot: Robot) -> None:
    robot.say("clean every room", "clean all")
    robot.run(5.0)
    robot.say("but leave the study out", "kill current", "clean all but r1")
    robot.finish(900.0)
    assert robot.results("clean") == ["ECANCELED", "OK"]
    assert {t.room for t in robot.history("clean") if t.outcome == "done"} == {"hall", "kitchen"}


def test_an_errand_put_right_does_not_go_on_with_the_cleaning_afterwards(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(5.0)
    robot.do("no, i meant go to the study", "kill current", "goto r2")
    assert robot.results("clean") == ["ECANCELED"] and robot.room == "study"


def test_another_thing_is_brought_and_what_was_taken_is_put_back(robot: Robot) -> None:
    robot.say("bring me the cup", "fetch o1 to h1")
    robot.until(lambda: robot.state.gripper_holding)
    said = robot.do("no, the book", "fetch o2 to h1")
    assert robot.results("fetch") == ["ECANCELED", "OK"] and "I'll put the red cup back first." in said
    assert where(robot, "red cup") == "counter" and where(robot, "book") == "owner"


def test_the_same_thing_for_somebody_else_is_not_put_back(robot: Robot) -> None:
    robot.say("bring me the cup", "fetch o1 to h1")
    robot.until(lambda: robot.state.gripper_holding)
    said = robot.do("not to me, to grandma", "fetch o1 to h2")
    assert where(robot, "red cup") == "grandma" and not any("back" in text for text in said)


def test_the_words_of_a_message_on_its_way_can_be_told_to_somebody_else(robot: Robot) -> None:
    robot.say("tell grandma dinner is ready", "say q1 to h1")
    robot.until(lambda: robot.moving)
    robot.say("no, tell me", "say q1 to h2")
    robot.run(0.3)
    call = Call("say", {"what": (Handle(Kind.TEXT, 1),), "to": (Handle(Kind.PERSON, 1),)})
    assert read(robot)[:2] == ["tell h1 q1", str(call)]
    assert "dinner is ready" in robot.said


def test_what_is_being_done_is_in_the_context_and_once_only(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(5.0)
    robot.say("how much is left", "status progress")
    robot.run(0.3)
    assert read(robot)[0] == "clean the r1"
    robot.finish()
    robot.do("thanks", "say thanks")
    calls = [page.content for page in robot.processor.seen[-1].pages if page.kind is PageKind.CALL]
    assert [call.name for call in calls if isinstance(call, Call)].count("clean") == 1


def test_a_name_after_a_question_completes_the_order(robot: Robot) -> None:
    robot.do("vacuum the attic", "ask x1")
    robot.say("the study", "clean r1")
    robot.run(0.3)
    pages = read(robot)
    assert pages[0].endswith("x1") and "ask" in pages[1] and "attic" in robot.said[0]
    robot.finish()
    assert robot.history("clean")[0].room == "study"
