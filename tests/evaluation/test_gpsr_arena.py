"""The arena and the staging of commands: always the same by seed, always as the command takes it for granted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from robotos.evaluation.gpsr.arena import OWNER, furnish, layout_of
from robotos.evaluation.gpsr.census import Census, candidates, census_of
from robotos.evaluation.gpsr.classes import MEMBERS, not_of_kind, of_kind, singular
from robotos.evaluation.gpsr.goals import Carry, Command, Count, Meet, NameOf
from robotos.evaluation.gpsr.grammar import parse
from robotos.evaluation.gpsr.staging import TEAM, stage, topic
from robotos.evaluation.names import checked
from robotos.evaluation.scenario import Scenario
from robotos.language.kinds import things_of_kind
from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import reachable
from robotos.navigation.home import Home, load_home
from robotos.policy import load
from robotos.sim.world import RADIUS

LINES = (
    "Bring me a banana from the stove",
    "Get a snack from the attic table and place it on the hat rack",
    "Find a toy in the cellar then take it and deliver it to Ole in the attic",
    "Go to the garden then look for a tennis ball and fetch it and put it on the stove",
    "Tell me how many foods there are on the window sill",
    "Tell me how many gadgets there are on the work bench",
    "Tell me the name of the person at the hat rack",
    "Tell the name of the person in the attic to the person at the hat rack",
    "Tell the name of the person at the window sill to the person at the hat rack",
    "Follow Ines from the stove to the cellar",
    "Guide Ole from the hat rack to the window sill",
    "Meet Ines at the letter box then find them in the attic",
    "Say hello to Ole in the cellar and tell the day of the week",
    "Meet Ines in the attic and follow them",
    "Tell me what is the heaviest object on the ladder",
    "Tell me how many standing persons are in the conservatory",
)


@pytest.fixture(scope="module")
def commands() -> Sequence[Command]:
    return [parse(line) for line in LINES]


@pytest.fixture(scope="module")
def census(commands: Sequence[Command]) -> Census:
    return census_of(commands)


@pytest.fixture(scope="module")
def home(census: Census, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return load_home(furnish(census, 3, tmp_path_factory.mktemp("arena")))


@pytest.fixture(scope="module")
def staged(commands: Sequence[Command], census: Census, home: Home) -> list[tuple[Command, Scenario]]:
    """Every supported command, with several seeds."""
    return [
        (command, checked(stage(command, number, census, home, seed), home))
        for number, command in enumerate(commands, 1)
        if command.errand is not None
        for seed in range(4)
    ]


# ---------------------------------------------------------------- census and arena


def test_the_census_knows_rooms_from_furniture(census: Census) -> None:
    assert census.rooms == ("cellar", "attic", "garden", "conservatory")
    assert {"stove", "hat rack", "letter box", "ladder", "work bench"} <= set(census.places)
    assert census.people == ("ole", "ines")
    assert set(census.kinds) == {"food", "gadget", "snack", "toy"}
    assert {"banana", "tennis ball"} <= set(census.things) and "toy" not in census.things


def test_there_are_things_of_every_kind_that_is_spoken_of(census: Census) -> None:
    for kind in census.kinds:
        assert len(of_kind(kind, census.things)) >= 3
    assert candidates(census, "banana") == ["banana"]
    assert set(candidates(census, "toy")) == set(of_kind("toy", census.things))


def test_the_arena_is_the_same_by_seed_and_another_by_another(census: Census) -> None:
    assert layout_of(census, 3) == layout_of(census, 3)
    assert layout_of(census, 3) != layout_of(census, 4)


@pytest.mark.parametrize("rooms", [1, 2, 3, 6])
@pytest.mark.parametrize("places", [1, 9, 40])
def test_every_arena_can_be_lived_in(rooms: int, places: int, tmp_path: Path) -> None:
    census = Census(
        tuple(f"room {n}" for n in range(rooms)), tuple(f"shelf {n}" for n in range(places)), ("banana",), (), ("ole",)
    )
    home = load_home(furnish(census, 5, tmp_path))
    keep = load().clearance
    floor = reachable(Costmap(home.grid, RADIUS, keep.walls, home.keepouts), home.grid.free, home.dock)
    assert set(home.places) == {"dock", *census.places} and set(home.rooms) == {"hallway", *census.rooms}
    for place in home.places.values():
        row, column = home.grid.to_cell(place.approach.x, place.approach.y)
        assert floor[row, column], f"nobody gets to the {place.name}"
        assert place.name == "dock" or home.room_at(place.approach.x, place.approach.y) == place.room


# ---------------------------------------------------------------- kinds


def test_no_thing_is_of_a_kind_and_not_of_it() -> None:
    every = [thing for members in MEMBERS.values() for thing in members] + ["cornflakes", "mystery"]
    for kind in (*MEMBERS, "object", "gadget"):
        assert not set(of_kind(kind, every)) & set(not_of_kind(kind, every))
    assert "apple" not in not_of_kind("food", every), "some say that an apple is a food"
    assert "mystery" not in not_of_kind("food", every), "nobody knows what it is"


def test_the_robot_and_the_judge_agree_on_the_standard_things() -> None:
    every = {thing: () for members in MEMBERS.values() for thing in members}
    for kind in MEMBERS:
        taken = set(things_of_kind(kind, every))
        assert set(of_kind(kind, list(every))) <= taken and not taken & set(not_of_kind(kind, list(every)))


@pytest.mark.parametrize(
    ("plural", "one"),
    [("dishes", "dish"), ("cleaning supplies", "cleaning supply"), ("toys", "toy"), ("batteries", "battery")],
)
def test_kinds_have_one_name(plural: str, one: str) -> None:
    assert singular(plural) == one


# ---------------------------------------------------------------- staging


def test_staging_is_the_same_by_seed(commands: Sequence[Command], census: Census, home: Home) -> None:
    assert stage(commands[0], 1, census, home, 7) == stage(commands[0], 1, census, home, 7)
    staged = {stage(commands[0], 1, census, home, seed).setup.model_dump_json() for seed in range(5)}
    assert len(staged) == 5


def test_what_is_asked_for_is_where_it_is_said_to_be(
    staged: Sequence[tuple[Command, Scenario]], census: Census, home: Home
) -> None:
    for command, scenario in staged:
        if not isinstance(command.errand, Carry):
            continue
        want, spot = scenario.expect.brought, command.errand.source.name
        assert want is not None
        where = {thing.name: thing.place for thing in home.things.values()} | scenario.setup.objects
        around = {spot} if spot in home.places else {p.name for p in home.places.values() if p.room == spot}
        there = {thing for thing in candidates(census, command.errand.what) if where[thing] in around}
        assert there == set(want.one_of), "all that could be meant, and no other"
        assert all(where[thing] != want.to for thing in there)
        assert all(scenario.setup.beliefs[thing] == home.things[thing].place for thing in scenario.setup.objects)


def test_as_many_are_there_as_are_to_be_counted(staged: Sequence[tuple[Command, Scenario]], home: Home) -> None:
    counts = set()
    for command, scenario in staged:
        if not isinstance(command.errand, Count):
            continue
        where = {thing.name: thing.place for thing in home.things.values()} | scenario.setup.objects
        there = [thing for thing, place in where.items() if place == command.errand.place.name]
        kind = singular(command.errand.kind)
        assert len(of_kind(kind, there)) == scenario.expect.counted
        assert set(there) == {*of_kind(kind, there), *not_of_kind(kind, there)}, "nothing doubtful among them"
        counts.add(scenario.expect.counted)
    assert len(counts) >= 3


def test_people_are_where_they_are_said_to_be(staged: Sequence[tuple[Command, Scenario]], home: Home) -> None:
    for command, scenario in staged:
        people = {name: at for name, at in scenario.setup.people.items() if at is not None}
        assert OWNER in people
        rooms = [home.room_at(*at) for at in people.values()]
        if isinstance(command.errand, Meet):
            assert home.room_at(*people[command.errand.person]) == _room(home, command.errand.where.name)
        if isinstance(command.errand, NameOf):
            room = _room(home, command.errand.where.name)
            listeners = command.errand.told_at is not None and room == _room(home, command.errand.told_at.name)
            assert rooms.count(room) == 1 + listeners
        for x, y in people.values():
            row, column = home.grid.to_cell(x, y)
            assert home.grid.free[row, column]


def _room(home: Home, spot: str) -> str:
    return home.places[spot].room if spot in home.places else spot


def test_an_unsupported_command_is_not_staged(commands: Sequence[Command], census: Census, home: Home) -> None:
    with pytest.raises(ValueError, match="nothing here measures"):
        stage(commands[14], 15, census, home, 1)


# ---------------------------------------------------------------- what is to be told

NOW = datetime(2026, 3, 31, 9, 5)  # a Tuesday


@pytest.mark.parametrize(
    ("words", "right", "wrong"),
    [
        ("the time", "It is 9:07.", "It is 10:07."),
        ("the time", "It is 09:05", "It is 9:50"),
        ("the day of the week", "It is Tuesday, the 31st of March.", "It is Wednesday."),
        ("what day is today", "Tuesday", "Monday"),
        ("what day is tomorrow", "Tomorrow is Wednesday.", "It is Tuesday."),
        ("the day of the month", "Tuesday, 31 March", "Tuesday, 1 March"),
        ("your teams name", f"We are {TEAM['name']}.", "We are a team."),
        ("your teams country", f"We come from {TEAM['country']}.", "I come from a factory."),
        ("something about yourself", "I'm a robot.", "Hello."),
    ],
)
def test_what_is_to_be_told_is_told_rightly_or_not(words: str, right: str, wrong: str) -> None:
    assert re.search(topic(words, NOW), right) and not re.search(topic(words, NOW), wrong)
