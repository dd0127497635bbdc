from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.language.speech_text import ordinal, spoken, spoken_year


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dr. Smith came at 15:00. It is 3:30 pm.", "Doctor Smith came at three p m. It is three thirty p m."),
        ("at 3pm, or 7 a.m. The door is open.", "at three p m, or seven a m. The door is open."),
        ("at 3:30 p.m. or at 9 am. Then", "at three thirty p m or at nine a m. Then"),
        ("at 15:00:30", "at three p m"),
        ("on 2026-11-20", "on the twentieth of November twenty twenty-six"),
        ("2026-11-20T09:05", "the twentieth of November twenty twenty-six at nine oh five a m"),
        ("20 November 2026", "the twentieth of November twenty twenty-six"),
        ("November 3, 1999", "the third of November nineteen ninety-nine"),
        ("the 1st, 2nd, 23rd and 100th", "the first, second, twenty-third and one hundredth"),
        (
            "£3.50, $1 and €1,200.01",
            "three pounds and fifty pence, one dollar and one thousand two hundred euros and one cent",
        ),
        ("$0.99", "ninety-nine cents"),
        ("10-15 minutes, 5–10 m", "ten to fifteen minutes, five to ten metres"),
        ("½ l or 3/4", "one half l or three quarters"),
        ("0.3 m/s, 1 rad/s, 2 m²", "zero point three metres per second, one radian per second, two square metres"),
        (
            "25.5 °C, -4 °C and 70%",
            "twenty-five point five degrees Celsius, minus four degrees Celsius and seventy percent",
        ),
        ("It took 5 min. Then 3 m.", "It took five minutes. Then three metres."),
        (
            "min. 5 cm, max. 1 h, approx. 12 V",
            "at least five centimetres, at most one hour, approximately twelve volts",
        ),
        ("e.g. this, etc. And that etc.", "for example this, et cetera. And that et cetera."),
        ("5 + 3 = 8", "five plus three equals eight"),
        ("**bold** 😀 _x_", "bold x"),
        ('#5 (maybe) "so"', "number five maybe so"),
        ("I've cleaned it - all of it", "I've cleaned it, all of it"),
        ("version 1.2.3", "version one point two point three"),
    ],
)
def test_texts_are_read_aloud_as_people_do(text: str, said: str) -> None:
    assert spoken(text) == said


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40) | st.text(alphabet="0123456789 :.,%-–/£$€°²½abmnT#\n", max_size=30))
def test_nothing_that_is_spoken_is_left_to_spell_out(text: str) -> None:
    said = spoken(text)
    assert not re.search(r"[0-9%°²£$€#+=<>&@_*\"]", said)
    assert said == said.strip() and "  " not in said


@given(st.integers(0, 999_999))
def test_ordinals_differ_from_each_other_and_end_as_they_should(value: int) -> None:
    said = ordinal(value)
    assert said.endswith(("first", "second", "third", "th"))
    assert said != ordinal(value + 1)


def test_years() -> None:
    assert [spoken_year(year) for year in (1066, 1900, 1905, 1999, 2000, 2005, 2026)] == [
        "ten sixty-six", "nineteen hundred", "nineteen oh five", "nineteen ninety-nine", "two thousand",
        "two thousand and five", "twenty twenty-six",
    ]  # fmt: skip
