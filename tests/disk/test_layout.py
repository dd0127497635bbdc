"""Importing the default home: complete, repeatable, and never against what the robot has learnt."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import SqliteDisk, open_disk
from robotos.navigation.home import Home, Thing, load_home

APARTMENT = Path(__file__).parents[2] / "maps" / "apartment"


@pytest.fixture(scope="module")
def home() -> Home:
    return load_home(APARTMENT)


@pytest.fixture
def disk(clock: VirtualClock) -> SqliteDisk:
    return open_disk(Path(":memory:"), clock, index=False)


def test_the_apartment(disk: SqliteDisk, home: Home) -> None:
    disk.import_home(home)
    assert set(disk.rooms()) == set(home.rooms)
    fridge = disk.place("fridge")
    assert fridge is not None
    assert (fridge.room, fridge.approach) == ("kitchen", home.places["fridge"].approach)
    assert disk.place("moon") is None
    cup = disk.where("red cup")
    assert cup is not None
    assert (cup.place, cup.source) == ("coffee table", "layout")
    assert {b.thing for b in disk.things_at("coffee table")} == {"red cup", "remote control"}
    assert set(disk.things()) == set(home.things)


def test_importing_again_changes_nothing_and_respects_what_was_learnt(disk: SqliteDisk, home: Home) -> None:
    disk.import_home(home)
    disk.moved("red cup", "desk", "seen", datetime(2026, 11, 20, 15, 20))
    disk.moved("vase", "", "seen", datetime(2026, 11, 20, 15, 20))
    disk.import_home(home)
    assert len(disk.sightings("book")) == 1
    assert [b.place for b in disk.sightings("red cup")] == ["desk", "coffee table"]
    vase = disk.where("vase")
    assert vase is not None
    assert vase.place == ""


def test_a_new_layout_replaces_only_what_the_old_one_said(disk: SqliteDisk, home: Home) -> None:
    disk.import_home(home)
    disk.moved("red cup", "desk", "seen", datetime(2026, 11, 20, 15, 20))
    things = {"book": Thing("book", "desk"), "red cup": Thing("red cup", "sofa")}
    disk.import_home(replace(home, things=things))
    book, cup = disk.where("book"), disk.where("red cup")
    assert book is not None
    assert cup is not None
    assert (book.place, cup.place) == ("desk", "desk")
