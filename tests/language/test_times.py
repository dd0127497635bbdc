"""Times of day, days and recurrences."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.home_names import NOW, read, shown, values

DAY = 86400.0


@pytest.mark.parametrize(
    ("text", "words", "moment"),
    [
        ("at three", "at t1", "2026-11-21 03:00"),
        ("at 15:30", "at t1", "2026-11-20 15:30"),
        ("at half past three", "at t1", "2026-11-20 15:30"),
        ("at half three", "at t1", "2026-11-20 15:30"),
        ("at quarter to seven", "at t1", "2026-11-20 18:45"),
        ("at a quarter to seven", "at t1", "2026-11-20 18:45"),
        ("at twenty past six in the evening", "at t1", "2026-11-20 18:20"),
        ("at five past midnight", "at t1", "2026-11-21 00:05"),
        ("at 7.30 pm", "at t1", "2026-11-20 19:30"),
        ("at 7 p.m.", "at t1", "2026-11-20 19:00"),
        ("three o'clock", "t1", "2026-11-21 03:00"),
        ("at three thirty", "at t1", "2026-11-20 15:30"),
        ("at nine oh five", "at t1", "2026-11-20 21:05"),
        ("at noon", "at t1", "2026-11-21 12:00"),
        ("at midnight", "at t1", "2026-11-21 00:00"),
        ("tonight", "t1", "2026-11-20 20:00"),
        ("at 9 tonight", "at t1", "2026-11-20 21:00"),
        ("this evening", "t1", "2026-11-20 20:00"),
        ("this afternoon", "t1", "2026-11-20 16:10"),
        ("tomorrow morning", "t1", "2026-11-21 09:00"),
        ("tomorrow", "t1", "2026-11-21 09:00"),
        ("tomorrow at three", "t1", "2026-11-21 15:00"),
        ("at nine tomorrow", "at t1", "2026-11-21 09:00"),
        ("the day after tomorrow at nine fifteen", "t1", "2026-11-22 09:15"),
        ("on friday morning", "on t1", "2026-11-27 09:00"),
        ("next monday at ten", "t1", "2026-11-23 10:00"),
        ("in the morning", "t1", "2026-11-21 09:00"),
        ("until six", "until t1", "2026-11-20 18:00"),
    ],
)
def test_the_next_such_moment(text: str, words: str, moment: str) -> None:
    linked = read(text)
    assert shown(linked) == words
    assert values(linked)["t1"] == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("text", "words", "every", "moment"),
    [
        ("every day at nine", "every d1 at t1", DAY, "2026-11-21 09:00"),
        ("daily at seven thirty", "every d1 at t1", DAY, "2026-11-21 07:30"),
        ("every morning at eight", "every d1 at t1", DAY, "2026-11-21 08:00"),
        ("every evening", "every d1 at t1", DAY, "2026-11-20 20:00"),
        ("every monday at ten", "every d1 at t1", 7 * DAY, "2026-11-23 10:00"),
        ("at nine every monday", "every d1 at t1", 7 * DAY, "2026-11-23 09:00"),
        ("on saturdays at ten", "every d1 at t1", 7 * DAY, "2026-11-21 10:00"),
        ("every other day", "every d1", 2 * DAY, None),
        ("every two hours", "every d1", 7200.0, None),
        ("once a week", "every d1", 7 * DAY, None),
    ],
)
def test_recurrence(text: str, words: str, every: float, moment: str | None) -> None:
    linked = read(text)
    assert shown(linked) == words
    assert values(linked)["d1"] == every
    assert values(linked).get("t1") == (datetime.fromisoformat(moment) if moment else None)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("in three minutes", "d1", 180.0),
        ("in half an hour", "d1", 1800.0),
        ("for an hour and a half", "d1", 5400.0),
        ("in two and a half hours", "d1", 9000.0),
        ("in three quarters of an hour", "d1", 2700.0),
        ("one hour and twenty minutes", "d1", 4800.0),
        ("for 90 s", "d1", 90.0),
        ("a couple of minutes", "d1", 120.0),
        ("three metres", "m1", 3.0),
        ("a metre and a half", "m1", 1.5),
        ("half a metre", "m1", 0.5),
        ("50 cm", "m1", 0.5),
        ("1.5m", "m1", 1.5),
        ("two steps", "m1", 1.0),
    ],
)
def test_measures_are_no_times(text: str, kind: str, value: float) -> None:
    assert values(read(text)) == {kind: pytest.approx(value)}


@pytest.mark.parametrize("text", ["did you clean this morning", "yesterday", "last night", "today", "every time"])
def test_what_is_past_or_vague_stays_a_word(text: str) -> None:
    assert values(read(text)) == {}


def test_a_day_named_elsewhere_counts_for_the_time() -> None:
    linked = read("tomorrow clean the kitchen at nine")
    assert shown(linked) == "tomorrow clean the r1 at t1"
    assert values(linked)["t1"] == datetime(2026, 11, 21, 9, 0)


@settings(deadline=None)
@given(st.integers(0, 23), st.integers(0, 59), st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)))
def test_a_written_time_is_met_within_a_day(hour: int, minute: int, now: datetime) -> None:
    moment = values(read(f"at {hour:02d}:{minute:02d} sharp", now=now))["t1"]
    assert isinstance(moment, datetime)
    assert timedelta(0) < moment - now <= timedelta(days=1)
    assert moment.minute == minute
    assert moment.hour % 12 == hour % 12


@settings(deadline=None)
@given(st.integers(1, 12), st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)))
def test_a_bare_hour_is_the_nearer_half_of_the_day(hour: int, now: datetime) -> None:
    moment = values(read(f"at {hour}", now=now))["t1"]
    assert isinstance(moment, datetime)
    assert timedelta(0) < moment - now <= timedelta(hours=12)


def test_now_is_what_it_is_told() -> None:
    assert values(read("at nine", now=NOW.replace(hour=7)))["t1"] == NOW.replace(hour=9, minute=0)
