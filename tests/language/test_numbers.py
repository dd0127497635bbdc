"""Numbers in words, and texts as they are pronounced."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.kernel.calls import Kind
from robotos.language.mention import Ref
from robotos.language.numbers import cardinal, quantity, spell
from robotos.language.speech_text import ordinal, spoken


@settings(deadline=None)
@given(st.integers(0, 999_999))
def test_spelled_numbers_are_read_back(value: int) -> None:
    words = spell(value).replace("-", " ").split()
    read = cardinal(words, 0)
    assert read is not None
    assert (read.value, read.length) == (value, len(words))


@settings(deadline=None)
@given(st.integers(0, 99_999).map(lambda n: n / 100))
def test_decimals_are_read_back(value: float) -> None:
    words = spell(value).replace("-", " ").split()
    read = cardinal(words, 0)
    assert read is not None
    assert read.value == pytest.approx(value)
    assert read.length == len(words)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("one full turn", 360.0),
        ("a whole circle", 360.0),
        ("all the way around", 360.0),
        ("two full circles", 720.0),
        ("half a turn", 180.0),
        ("a quarter turn", 90.0),
    ],
)
def test_turns_are_angles(text: str, degrees: float) -> None:
    found = quantity(text.split(), 0)
    assert found is not None and found.length == len(text.split())
    assert [(part.kind, part.value) for part in found.parts if isinstance(part, Ref)] == [
        (Kind.ANGLE, pytest.approx(math.radians(degrees)))
    ]


@pytest.mark.parametrize("text", ["a turn", "all the way around the table", "a full minute or so", "the whole flat"])
def test_not_every_turn_has_an_angle(text: str) -> None:
    found = quantity(text.split(), 0)
    assert found is None or not any(isinstance(part, Ref) and part.kind is Kind.ANGLE for part in found.parts)


@pytest.mark.parametrize("text", ["someone", "often", "weight", "kitchen", "the"])
def test_no_number_inside_words(text: str) -> None:
    assert cardinal([text], 0) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at 15:00.", "at three p m."),
        ("at 09:05", "at nine oh five a m"),
        ("at 12:00 and 0:00", "at noon and midnight"),
        ("97 % of it", "ninety-seven percent of it"),
        ("1 m, 2.5 m, 30 cm", "one metre, two point five metres, thirty centimetres"),
        ("on 3 December", "on the third of December"),
        ("in 2026", "in two thousand and twenty-six"),
        ("Hunter2", "Hunter two"),
        ("call 0123456", "call zero one two three four five six"),
        ("-4 °C", "minus four degrees Celsius"),
        ("1,200 steps", "one thousand two hundred steps"),
        ("no figures here", "no figures here"),
    ],
)
def test_figures_are_pronounced(text: str, said: str) -> None:
    assert spoken(text) == said


@settings(deadline=None)
@given(st.text(alphabet="0123456789 :.,%-abm°", max_size=30))
def test_nothing_spoken_holds_a_digit(text: str) -> None:
    assert not re.search(r"\d", spoken(text))


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 4, 11, 12, 20, 21, 22, 30, 31)] == [
        "first", "fourth", "eleventh", "twelfth", "twentieth", "twenty-first", "twenty-second", "thirtieth",
        "thirty-first",
    ]  # fmt: skip
