"""What a recogniser writes for the rooms of a home, and what the owner's own words must not become."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.calls import Bindings, Kind
from robotos.language.linker import Lexicon, link
from robotos.language.misheard import room_heard
from robotos.language.sounds import sounds, unlike

NOW = datetime(2026, 11, 20, 15, 10)
HOME = Lexicon(
    rooms={"bathroom": (), "bedroom": (), "living room": (), "kitchen": ()},
    places={"desk": ()},
    things={"vase": (), "book": ()},
    people={"owner": (), "guest": ()},
)
WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


def meant(text: str, lexicon: Lexicon = HOME) -> list[object]:
    return list(link(text, lexicon, Bindings(), NOW).bindings.values.values())


@pytest.mark.parametrize(
    ("said", "room"),
    [
        ("clean the vase room", "bathroom"),
        ("vacuum the leaving room please", "living room"),
        ("go to the path room", "bathroom"),
        ("clean the vase room at four", "bathroom"),
    ],
)
def test_a_room_that_sounds_like_one_of_the_home_is_that_one(said: str, room: str) -> None:
    assert meant(said)[0] == room


@pytest.mark.parametrize("other", ["spare", "dining", "laundry", "red", "book", "back", "storage", "zorble"])
def test_rooms_of_other_homes_are_nobodys_bathroom(other: str) -> None:
    assert not {"bathroom", "bedroom", "living room"}.intersection(map(str, meant(f"clean the {other} room")))


def test_a_name_that_the_home_or_its_owner_has_is_not_misheard() -> None:
    assert meant("clean the vase room", replace(HOME, rooms={**HOME.rooms, "vase room": ()}))[0] == "vase room"
    taught = HOME.with_aliases({"vase room": (Kind.ROOM, "kitchen")})
    assert meant("clean the vase room", taught)[0] == "kitchen"


def test_two_rooms_that_sound_alike_are_not_guessed_between() -> None:
    assert room_heard(("bat", "room"), 0, ("bathroom", "bedroom")) == ""  # 0.33 and 0.23
    assert room_heard(("bat", "room"), 0, ("bedroom",)) == "bedroom"


@given(WORD, WORD)
def test_likeness_is_the_same_both_ways_and_none_to_itself(one: str, other: str) -> None:
    assert unlike(one, one) == 0
    assert unlike(one, other) == pytest.approx(unlike(other, one))
    assert 0 <= unlike(one, other) <= 1


def test_spelling_does_not_count_where_the_sound_is_the_same() -> None:
    assert sounds("leaving") == sounds("living")
    assert unlike("bid", "bed") < unlike("bad", "bed") < unlike("bag", "bed")


@pytest.mark.parametrize("said", ["what colour is the vase", "which thing is the book", "how heavy is the vase"])
def test_a_question_gives_nothing_a_name(said: str) -> None:
    assert not link(said, HOME, Bindings(), NOW).unknown


def test_a_statement_gives_a_name() -> None:
    assert link("the urn is the vase", HOME, Bindings(), NOW).unknown == ("urn",)
    assert link("what we call the den is the kitchen", HOME, Bindings(), NOW).unknown == ("den",)


@pytest.mark.parametrize("said", ["mop the garage", "mop the whole garage", "go to our entire cellar"])
def test_an_unknown_room_is_one_however_much_of_it(said: str) -> None:
    assert link(said, HOME, Bindings(), NOW).unknown
