"""Any of a kind, back where it was, how many, and where it was said to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from robotos.navigation.home import Home, Thing
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


@pytest.fixture
def larder(make: MakeRobot, cottage: Home) -> Robot:
    """The cottage with a pear on the counter, an apple on the shelf, and a second cup on the table."""
    more = {
        "pear": Thing("pear", "counter"),
        "apple": Thing("apple", "shelf"),
        "green cup": Thing("green cup", "table"),
    }
    return make(home=replace(cottage, things={**cottage.things, **more}))


def where(robot: Robot, thing: str) -> str:
    return robot.rig.robot.truth.where()[thing]


def believed(robot: Robot, thing: str) -> str:
    belief = robot.rig.disk.where(thing)
    return belief.place if belief is not None else ""


# ---------------------------------------------------------------- any of a kind


def test_the_nearest_of_a_kind_is_brought_and_named(larder: Robot) -> None:
    said = larder.do("bring me a piece of fruit", "fetch c1 to h1")
    assert larder.results("fetch") == ["OK"] and where(larder, "pear") == "owner" and where(larder, "apple") == "shelf"
    assert any("the pear" in text for text in said[:-1]) and said[-1] == "Here is the pear."


def test_from_the_place_that_is_named_what_is_seen_there_is_brought(larder: Robot) -> None:
    larder.do("bring grandma a piece of fruit from the shelf", "fetch c1 from p1 to h1")
    assert where(larder, "apple") == "grandma" and where(larder, "pear") == "counter"
    larder.rig.robot.place_thing("pear", "table")
    said = larder.do("bring me a piece of fruit from the counter", "fetch c1 from p1 to h1")
    assert larder.results("fetch")[-1] == "ENOENT" and "fruit" in said[-1] and where(larder, "pear") == "table"


def test_two_of_a_kind_are_two_things(larder: Robot) -> None:
    larder.do("bring grandma a piece of fruit and then another", "fetch c1 to h1", "fetch c1 to h1")
    assert where(larder, "apple") == where(larder, "pear") == "grandma"


def test_kinds_and_things_together(larder: Robot) -> None:
    larder.do("bring grandma a piece of fruit and the book", "fetch c1 o1 to h1")
    assert where(larder, "book") == where(larder, "pear") == "grandma"


def test_of_a_kind_the_home_has_not_nothing_is_looked_for(larder: Robot) -> None:
    for text, order in (("bring me a toy", "fetch c1 to h1"), ("find a toy", "find c1")):
        said = larder.do(text, order)
        assert "toy" in said[-1] and larder.results(order.split(" ")[0]) == ["ENOENT"]
    assert larder.rig.robot.truth.path == 0.0


def test_what_somebody_has_in_hand_is_left_to_them(larder: Robot) -> None:
    larder.do("bring grandma a piece of fruit", "fetch c1 to h1")
    larder.do("bring me a piece of fruit", "fetch c1 to h2")
    assert {where(larder, "apple"), where(larder, "pear")} == {"owner", "grandma"}
    said = larder.do("get me a piece of fruit again", "fetch c1 to h2")
    assert larder.results("fetch")[-1] == "ENOENT" and "any" in said[-1]


def test_one_of_a_kind_is_found_and_named(larder: Robot) -> None:
    said = larder.do("find a piece of fruit", "find c1")
    assert said[-1] == "The pear is on the counter."
    said = larder.do("look for a piece of fruit in the study", "find c1 at r1")
    assert "apple" in said[-1] and "shelf" in said[-1]
    said = larder.do("look for a piece of fruit in the hall", "find c1 at r2")
    assert larder.results("find")[-1] == "ENOENT" and "don't see a fruit in the hall" in said[-1]


# ---------------------------------------------------------------- where it is said to be


def test_a_thing_is_looked_for_only_where_it_is_said_to_be(robot: Robot) -> None:
    said = robot.do("look for the book in the kitchen", "find o1 at r1")
    assert robot.results("find") == ["ENOENT"] and "don't see the book in the kitchen" in said[-1]
    assert believed(robot, "book") == "shelf", "it was not looked for where it is believed to be"
    assert "study" not in {room for _, room in robot.rig.robot.truth.rooms}
    said = robot.do("look for the cup in the kitchen", "find o2 at r1")
    assert robot.results("find")[-1] == "OK" and "counter" in said[-1]


# ---------------------------------------------------------------- back where it was


def test_back_where_it_was_taken_from(robot: Robot) -> None:
    robot.do("take the cup to the shelf", "fetch o1 to p1")
    said = robot.do("put it back where it was", "fetch o1 to back")
    assert where(robot, "red cup") == believed(robot, "red cup") == "counter" and "back" in said[-1]


def test_back_is_where_it_really_was_not_where_it_was_believed_to_be(robot: Robot) -> None:
    robot.rig.robot.place_thing("red cup", "table")
    robot.do("take the cup to the shelf", "fetch o1 to p1")
    robot.do("put it back", "fetch o1 to back")
    assert where(robot, "red cup") == "table"


def test_back_of_what_nobody_has_moved_is_told(robot: Robot) -> None:
    said = robot.do("put the book back", "fetch o1 to back")
    assert robot.results("fetch") == ["EALREADY"] and "already" in said[-1] and robot.rig.robot.truth.path == 0.0


def test_back_where_it_belongs_when_somebody_has_moved_it(robot: Robot) -> None:
    robot.do("the book is on the table", "remember o1 at p1")
    robot.rig.robot.place_thing("book", "table")
    robot.do("put the book back", "fetch o1 to back")
    assert where(robot, "book") == "shelf"


def test_what_is_held_is_put_back(robot: Robot) -> None:
    robot.do("take the keys", "pick o1")
    said = robot.do("put it back", "put back")
    assert where(robot, "keys") == "table" and robot.results("put") == ["OK"] and "table" in said[-1]
    robot.do("put it back", "put back")
    assert robot.results("put")[-1] == "ENOENT"


def test_back_is_known_after_a_restart(robot: Robot, restart: Callable[..., Robot]) -> None:
    robot.do("take the keys to the shelf", "fetch o1 to p1")
    again = restart()
    again.rig.robot.place_thing("keys", "shelf")
    again.do("put the keys back where they were", "fetch o1 to back")
    assert where(again, "keys") == "table"


# ---------------------------------------------------------------- how many


@pytest.mark.parametrize(
    ("text", "order", "words"),
    [
        ("how many cups are in the kitchen", "count c1 at r1", "There is one cup in the kitchen: the red cup."),
        ("how many cups are on the table", "count c1 at p1", "There is one cup on the table: the green cup."),
        ("how many toys are on the table", "count c1 at p1", "I see no toys on the table."),
        ("how many people are in the study", "count people at r1", "There is one person in the study: you."),
        ("how many people are in the kitchen", "count people at r1", "I see nobody in the kitchen."),
        ("is grandma in the hall", "count h1 at r1", "Grandma is in the hall."),
        ("is grandma in the kitchen", "count h1 at r1", "I don't see Grandma in the kitchen."),
    ],
)
def test_counted(larder: Robot, text: str, order: str, words: str) -> None:
    assert larder.do(text, order)[-1] == words


@pytest.mark.parametrize("at", [(4.6, 0.4), (5.2, 1.9)])  # behind whoever faces the shelf, and beside
def test_people_near_a_place_are_there(robot: Robot, at: tuple[float, float]) -> None:
    robot.rig.robot.move_person("owner", 40.0, 40.0)
    robot.rig.robot.move_person("grandma", *at)
    said = robot.do("how many people are at the shelf", "count people at p1")
    assert robot.results("count") == ["OK"] and said[-1] == "There is one person at the shelf: Grandma."


def test_people_as_near_on_the_other_side_of_a_wall_are_not(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 1.8, 1.9)
    said = robot.do("how many people are at the counter", "count people at p1")
    assert robot.results("count") == ["OK"] and said[-1].startswith("I see nobody")


def test_everybody_is_counted_once_and_animals_are_no_people(make: MakeRobot, cottage: Home) -> None:
    cat = replace(cottage.people["grandma"], name="cat", aliases=(), animal=True, x=1.6, y=0.5)
    robot = make(home=replace(cottage, people={**cottage.people, "cat": cat}))
    robot.rig.robot.move_person("owner", 1.2, 0.4)
    said = robot.do("how many people are in the hall", "count people at r1")
    assert said[-1] in {"There are two people in the hall: you and Grandma.",
                        "There are two people in the hall: Grandma and you."}  # fmt: skip
