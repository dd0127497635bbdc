"""Whom words are for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.listening.attention import Attention, AttentionSettings, Called, Ignored, Taken

NAMES = ("robot", "marvin the third")


def attention(always: bool = False) -> Attention:
    return Attention(AttentionSettings(NAMES, 8.0, always), ("grandma", "anna"))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("robot clean the kitchen", "clean the kitchen"), ("hey robot go home", "go home"),
        ("ok so robot go home", "go home"), ("go home robot", "go home"), ("marvin the third go home", "go home"),
        ("please robot stop by the kitchen", "stop by the kitchen"),
    ],
)  # fmt: skip
def test_its_name_makes_words_its_own(said: str, text: str) -> None:
    assert attention().judge(said, 0, 1) == Taken(text, "its name")


@pytest.mark.parametrize(
    "said",
    ["clean the kitchen", "the robot is in the kitchen", "i bought a robot", "our new robot", "marvin go home",
     "turn left at the third light", "he is a robot i think"],
)  # fmt: skip
def test_what_only_speaks_of_it_is_not_for_it(said: str) -> None:
    assert attention().judge(said, 0, 1) == Ignored("its name was not said")


@pytest.mark.parametrize("said", ["stop", "robot stop", "stop stop stop", "hold it", "freeze"])
def test_stop_words_always_pass(said: str) -> None:
    assert isinstance(attention().judge(said, 0, 1), Taken)


def test_its_name_alone_opens_its_ears_for_a_while() -> None:
    one = attention()
    assert one.judge("hey robot", 0.0, 1.0) == Called()
    assert one.judge("clean the kitchen", 8.9, 10.0) == Taken("clean the kitchen", "an answer")
    assert isinstance(one.judge("clean the kitchen", 9.1, 10.0), Ignored)


def test_an_answer_needs_no_name_but_nobody_elses_either() -> None:
    one = attention()
    one.spoke(10.0)
    assert isinstance(one.judge("yes please", 12.0, 13.0), Taken)
    assert one.judge("anna have you seen my keys", 12.0, 13.0) == Ignored("said to somebody else")
    assert one.judge("hey alexa play music", 12.0, 13.0) == Ignored("said to somebody else")
    assert isinstance(one.judge("grandma is in the study", 12.0, 13.0), Taken)
    assert isinstance(one.judge("grandma's room", 12.0, 13.0), Taken)
    assert isinstance(one.judge("tell grandma that dinner is ready", 12.0, 13.0), Taken)
    assert isinstance(one.judge("yes please", 18.5, 19.0), Ignored)


def test_a_key_that_is_held_makes_everything_its_own() -> None:
    one = attention()
    one.press(5.0)
    assert isinstance(one.judge("clean the kitchen", 4.8, 6.0), Taken)
    one.release(7.0)
    assert isinstance(one.judge("and the hall", 6.9, 8.0), Taken)
    assert isinstance(one.judge("and the hall", 7.1, 8.0), Ignored)
    assert isinstance(one.judge("and the hall", 3.0, 4.0), Ignored)


def test_who_speaks_over_it_speaks_to_it() -> None:
    assert isinstance(attention().judge("no the other one", 3.0, 4.0, over_robot=True), Taken)


def test_always_listening_is_a_choice() -> None:
    assert isinstance(attention(always=True).judge("clean the kitchen", 0, 1), Taken)
    assert isinstance(attention(always=True).judge("anna come here", 0, 1), Ignored)


@given(st.lists(st.sampled_from(["robot", "the", "clean", "kitchen", "hey", "stop", "anna", "is"]), max_size=8))
def test_no_words_are_lost_but_its_name_and_what_calls_it(words: list[str]) -> None:
    judged = attention().judge(" ".join(words), 0, 1)
    if isinstance(judged, Taken):
        left = judged.text.split()
        assert " ".join(left) in " ".join(words)
        assert len(words) - len(left) <= 4
