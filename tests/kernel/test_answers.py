"""What is asked of the disk and of the work under way, and what an answer leaves in the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result
from robotos.kernel.ports import PageKind
from robotos.programs.mentions import MOST, answer_page
from tests.robot import Robot


def cleaned(robot: Robot, room: str, hours: float, outcome: str = "done", share: float = 1.0) -> None:
    """An earlier cleaning, so many hours ago."""
    ended, disk = robot.rig.clock.wall() - timedelta(hours=hours), robot.rig.disk
    task = disk.begin_task("clean", room, "owner", ended - timedelta(minutes=20))
    disk.end_task(task, outcome, share, ended)


# ---------------------------------------------------------------- what was told


def test_a_question_finds_what_was_told_in_other_words(robot: Robot) -> None:
    robot.do("the window cleaner wants forty euros", "say ok")
    robot.do("remember that", "remember that")
    said = robot.do("how much did the window cleaner ask for", "recall words")
    assert robot.results("recall") == ["OK"] and said[-1].startswith("You told me:") and "forty euros" in said[-1]


def test_what_was_not_told_is_not_made_up(robot: Robot) -> None:
    robot.rig.disk.remember("the window cleaner comes on friday", "owner", robot.rig.clock.wall())
    for question in ("when does the chimney sweep come", "what is the capital of peru"):
        said = robot.do(question, "recall words")
        assert said[-1] == "I know nothing about that."
    assert robot.results("recall") == ["ENOENT", "ENOENT"]


def test_it_says_from_whom_it_has_it(robot: Robot) -> None:
    robot.rig.disk.remember("the gas man comes at noon", "paper", robot.rig.clock.wall())
    assert "paper" in robot.do("when is the gas man due, when does he come", "recall words")[-1]


# ---------------------------------------------------------------- what was done


def test_every_room_cleaned_today_is_told_with_its_time(robot: Robot) -> None:
    cleaned(robot, "hall", 30.0)
    cleaned(robot, "kitchen", 4.0)
    cleaned(robot, "study", 2.0)
    cleaned(robot, "kitchen", 1.0, "interrupted", 0.2)
    said = robot.do("what have you cleaned so far", "history clean")
    assert said[-1] == "Today I cleaned the kitchen at 11:10 and the study at 13:10."


def test_what_was_only_begun_is_told_as_such(robot: Robot) -> None:
    cleaned(robot, "kitchen", 4.0)
    cleaned(robot, "study", 2.0, "interrupted", 0.4)
    said = robot.do("what have you cleaned so far", "history clean")
    assert "kitchen at 11:10." in said[-1] and "began to clean the study" in said[-1] and "40 %" in said[-1]


def test_with_nothing_today_it_is_the_last_time(robot: Robot) -> None:
    cleaned(robot, "hall", 30.0)
    cleaned(robot, "kitchen", 60.0)
    said = robot.do("when did you clean last", "history clean")
    assert "the hall yesterday" in said[-1] and "kitchen" not in said[-1]


# ---------------------------------------------------------------- what comes next


@pytest.mark.parametrize("order", ["status progress", "status schedule"])
def test_the_rooms_and_orders_that_come_next_are_named(robot: Robot, order: str) -> None:
    robot.say("clean the kitchen and the study", "clean r1 r2")
    robot.until(lambda: robot.moving)
    robot.say("and then the hall", "clean r3")
    robot.run(1.0)
    robot.say("what comes next", order)
    robot.run(0.5)
    assert "After that comes the study." in robot.said[-1] and "clean the hall" in robot.said[-1]


def test_the_share_told_is_of_the_room_that_is_being_cleaned(robot: Robot) -> None:
    robot.say("clean the hall and the kitchen", "clean r1 r2")
    robot.until(lambda: bool(robot.history("clean")) and robot.history("clean")[0].room == "kitchen", 600.0)
    robot.say("how far are you", "status progress")
    robot.run(0.5)
    assert robot.said[-1].startswith("0 % of the kitchen is done"), robot.said[-1]


# ---------------------------------------------------------------- what it spoke of


def mentions(robot: Robot) -> list[tuple[Kind, object]]:
    """What the newest answer in the conversation spoke of."""
    bindings, pages = robot.rig.kernel.conversation.window(robot.rig.clock.now())
    result = next(page.content for page in reversed(pages) if page.kind is PageKind.RESULT)
    assert isinstance(result, Result)
    return [(handle.kind, bindings.values[handle]) for handle in result.mentions]


@pytest.mark.parametrize(
    ("text", "order", "spoken"),
    [
        ("what is on the counter", "recall p1", [(Kind.THING, "red cup")]),
        ("where is the book", "recall o1", [(Kind.PLACE, "shelf")]),
        ("where is grandma", "recall h1", [(Kind.ROOM, "hall")]),
        ("look what is on the counter", "look p1", [(Kind.THING, "red cup")]),
        ("find the cup", "find o1", [(Kind.PLACE, "counter")]),
        ("who is in the study, how many people", "count people at r1", [(Kind.PERSON, "owner")]),
        ("what colour is the cup", "say cannot", []),
    ],
)
def test_an_answer_leaves_handles_for_what_it_spoke_of(
    robot: Robot, text: str, order: str, spoken: list[tuple[Kind, object]]
) -> None:
    robot.do(text, order)
    assert mentions(robot) == spoken


def test_rooms_that_were_cleaned_are_spoken_of(robot: Robot) -> None:
    cleaned(robot, "kitchen", 4.0)
    cleaned(robot, "study", 2.0)
    robot.do("what have you cleaned so far", "history clean")
    assert mentions(robot) == [(Kind.ROOM, "kitchen"), (Kind.ROOM, "study")]


def test_what_was_spoken_of_can_be_brought(robot: Robot) -> None:
    robot.do("what is on the counter", "recall p1")
    robot.do("bring that to me", "fetch o1 to h1")
    assert robot.rig.robot.truth.where()["red cup"] == "owner"
    assert Handle(Kind.THING, 1) in robot.processor.seen[-2].handles, "and the processor was offered it"


def test_what_one_call_found_the_next_can_use(robot: Robot) -> None:
    robot.do("see what is on the counter and bring it to me", "look p1", "fetch o1 to h1")
    assert robot.results("fetch") == ["OK"] and robot.rig.robot.truth.where()["red cup"] == "owner"


def test_no_handle_is_taken_from_another_meaning_for_it() -> None:
    bindings = Bindings()
    for number in range(8):
        bindings, _ = bindings.bind(Kind.THING, f"thing {number}")
    call = Call("recall", {"about": (Handle(Kind.PLACE, 1),)})
    page, after = answer_page(call, Result(data={"things": ["lamp", "thing 3"]}), bindings)
    assert isinstance(page.content, Result) and page.content.mentions == (Handle(Kind.THING, 4),)
    assert after.values == bindings.values and not after.rebound


def test_an_answer_speaks_of_a_few_things_at_most() -> None:
    call = Call("recall", {"about": (Handle(Kind.PLACE, 1),)})
    page, bindings = answer_page(call, Result(data={"things": list("abcdef")}), Bindings())
    assert isinstance(page.content, Result) and len(page.content.mentions) == MOST == len(bindings.values)
