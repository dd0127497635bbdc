"""What becomes of questions in vain, and of orders about rooms that nobody knows."""

from __future__ import annotations

from datetime import datetime

import pytest

from robotos.kernel.calls import Bindings, Call, Kind
from robotos.kernel.ports import Decoded, Usage
from robotos.language.elsewhere import is_elsewhere
from robotos.language.linker import Lexicon, link
from robotos.programs.second_thoughts import CANNOT, reconsidered

HOME = Lexicon(
    rooms={"kitchen": (), "hallway": ()}, places={"desk": ()}, things={"book": ()}, people={"owner": (), "cat": ()}
)
NOW = datetime(2026, 11, 20, 15, 10)


def after(said: str, call: Call, *, exemplars: bool = True) -> Call:
    linked = link(said, HOME, Bindings(), NOW)
    decoded = Decoded(1, call, 0.9, Usage(1, 0, 1, 0.0))
    return reconsidered(decoded, linked.words, linked.bindings, exemplars=exemplars).call


def asking(said: str) -> Call:
    bindings = link(said, HOME, Bindings(), NOW).bindings
    return Call("ask", {"about": tuple(h for h in bindings.values if h.kind is Kind.UNKNOWN)})


@pytest.mark.parametrize(
    "said", ["drive to the supermarket", "roll down the staircase", "drive over the cat's tail", "go to the school"]
)
def test_nobody_is_asked_what_a_supermarket_is(said: str) -> None:
    assert asking(said).operands["about"]
    assert after(said, asking(said)) == CANNOT


@pytest.mark.parametrize("said", ["bring me my wallet", "go to the playroom", "clean the garage", "fetch the umbrella"])
def test_what_may_be_in_a_home_is_asked_about(said: str) -> None:
    assert after(said, asking(said)) == asking(said)


@pytest.mark.parametrize("said", ["clean the garage", "please go to the attic", "vacuum the whole cellar now"])
def test_without_exemplars_an_unknown_room_is_asked_about_and_not_denied(said: str) -> None:
    assert after(said, CANNOT, exemplars=False) == asking(said)
    assert after(said, CANNOT) == CANNOT  # with them the model knows better


@pytest.mark.parametrize("said", ["water the plants on the balcony", "throw the book off the balcony"])
def test_what_no_robot_does_stays_denied(said: str) -> None:
    assert after(said, CANNOT, exemplars=False) == CANNOT


def test_an_unknown_room_is_no_reason_to_clean_all_of_them() -> None:
    everything = Call("clean", {"rooms": ("all",)})
    assert after("mop the whole garage", everything) == asking("mop the whole garage")
    assert after("clean the whole house and go to the garage", everything) == everything


def test_a_known_room_is_left_alone() -> None:
    linked = link("clean the kitchen, not the garage", HOME, Bindings(), NOW)
    (kitchen,) = [h for h in linked.bindings.values if h.kind is Kind.ROOM]
    clean = Call("clean", {"rooms": (kitchen,)})
    assert after("clean the kitchen, not the garage", clean) == clean


@pytest.mark.parametrize("noun", ["stairs", "the big supermarket", "toes", "dinner"])
def test_nouns_of_nowhere_in_a_home(noun: str) -> None:
    assert is_elsewhere(noun)


@pytest.mark.parametrize("noun", ["garage", "wallet", "lamp", "passport", "zorble", "fruit bowl", "screwdriver"])
def test_nouns_of_some_home(noun: str) -> None:
    assert not is_elsewhere(noun)
