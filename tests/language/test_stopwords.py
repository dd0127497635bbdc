"""The stop reflex: nothing that means stop is missed, nothing else is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.language.stopwords import is_stop

STOPS = [
    "stop", "Stop!", "STOP", "robot stop", "stop robot", "hey robot, stop", "stop stop stop", "please stop now",
    "stop please", "halt", "freeze", "hold it", "emergency stop", "whoa stop", "stop moving", "stop it", "stop that",
    "don't move", "do not move", "stop right now", "stop immediately", "no stop", "no no no stop", "wait, stop",
    "stop right there", "can you stop", "could you please stop now", "i said stop", "oh my god stop", "stop everything",
    "stand still", "e-stop", "stop what you are doing", "stop stop you are going to hit the vase", "Stop! The cat!",
    "robot halt", "just stop", "stop now please robot", "dont move",
]  # fmt: skip
OTHERS = [
    "", "   ", "stop by the kitchen", "don't stop", "do not stop", "bus stop", "what is a stop", "wait", "hold on",
    "hang on a second", "never stop cleaning", "stop cleaning the kitchen at nine", "non stop", "where is the bus stop",
    "pause", "cancel", "clean the kitchen", "freeze the peas", "hold it for me", "now", "please", "robot",
    "the stop sign",
    "when will you stop", "why did you stop", "you stopped", "help", "hold the cup",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_stops(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", OTHERS)
def test_others(text: str) -> None:
    assert not is_stop(text)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["please", "robot", "now", "hey", "immediately", "no"]), max_size=4),
    st.sampled_from(["stop", "halt", "freeze", "hold it", "don't move"]),
    st.lists(st.sampled_from(["please", "robot", "now", "right now", "it", "moving"]), max_size=4),
)
def test_filler_around_a_stop_word_never_hides_it(before: list[str], stop: str, after: list[str]) -> None:
    assert is_stop(" ".join([*before, stop, *after]))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="sSfFhHdDeE"), max_size=60))
def test_without_a_stop_word_nothing_stops(text: str) -> None:
    assert not is_stop(text)
