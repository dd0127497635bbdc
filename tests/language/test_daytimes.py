"""Times by their name in the home's day, days of the week, and what people say about when they eat."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from robotos.kernel.calls import Bindings
from robotos.kernel.recurrence import WEEKEND, WORKDAYS
from robotos.language import habits
from robotos.language.linker import link
from robotos.policy import load
from tests.language.home_names import LEXICON, NOW, shown


@pytest.mark.parametrize(
    ("text", "words", "named", "moment"),
    [
        ("always clean the kitchen after dinner", "clean the r1 every d1 at t1", "after dinner", "2026-11-20 19:45"),
        ("clean the kitchen after dinner", "clean the r1 at t1", "after dinner", "2026-11-20 19:45"),
        ("from now on clean the kitchen before breakfast", "from now on clean the r1 every d1 at t1",
         "before breakfast", "2026-11-21 07:00"),
        ("every evening after dinner clean the kitchen", "every d1 at t1 clean the r1", "after dinner",
         "2026-11-20 19:45"),
        ("clean the kitchen tomorrow after lunch", "clean the r1 at t1", "after lunch", "2026-11-21 13:15"),
        ("clean the kitchen after lunch tomorrow", "clean the r1 at t1", "after lunch", "2026-11-21 13:15"),
        ("clean the kitchen every monday after dinner", "clean the r1 every d1 at t1", "after dinner",
         "2026-11-23 19:45"),
        ("always clean the kitchen in the evening", "clean the r1 every d1 at t1", "evening", "2026-11-20 20:00"),
        ("in the mornings clean the kitchen", "every d1 at t1 clean the r1", "morning", "2026-11-21 09:00"),
        ("clean the kitchen at bedtime", "clean the r1 at t1", "bedtime", "2026-11-20 22:30"),
        ("clean the kitchen on weekdays", "clean the r1 every d1 at t1", "morning", "2026-11-23 09:00"),
        ("don't clean after dinner any more", "don't clean at t1 any more", "after dinner", "2026-11-20 19:45"),
    ],
)  # fmt: skip
def test_a_name_is_a_time(text: str, words: str, named: str, moment: str) -> None:
    linked = link(text, LEXICON, Bindings(), NOW, "owner", load().day)
    assert shown(linked) == words
    at = next(value for value in linked.bindings.values.values() if isinstance(value, datetime))
    assert getattr(at, "named", None) == named and f"{at:%Y-%m-%d %H:%M}" == moment


@pytest.mark.parametrize(
    ("text", "days"),
    [("clean the kitchen every weekday at seven", WORKDAYS), ("at weekends clean the kitchen at ten", WEEKEND)],
)
def test_some_days_of_the_week(text: str, days: tuple[int, ...]) -> None:
    linked = link(text, LEXICON, Bindings(), NOW, "owner", load().day)
    assert [value.days for value in linked.bindings.values.values() if hasattr(value, "days")] == [days]
    at = next(value for value in linked.bindings.values.values() if isinstance(value, datetime))
    assert at.hour in {7, 10}, "what recurs is by day"


@pytest.mark.parametrize(
    "text",
    [
        "what did you do after lunch", "clean the kitchen before dinner", "i had it there after lunch so look for it",
        "you cook dinner", "clean the kitchen after dinner that is at six", "when does grandma eat dinner",
    ],
)  # fmt: skip
def test_a_meal_in_a_story_a_question_or_a_deadline_stays_words(text: str) -> None:
    linked = link(text, LEXICON, Bindings(), NOW, "owner", load().day)
    assert not any(getattr(value, "named", "") for value in linked.bindings.values.values())


@pytest.mark.parametrize("text", ["always clean the kitchen after dinner", "clean the kitchen on weekdays"])
def test_without_the_homes_day_they_stay_words(text: str) -> None:
    linked = link(text, LEXICON, Bindings(), NOW)
    assert not any(isinstance(value, datetime) for value in linked.bindings.values.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dinner is at seven", ("dinner", time(19))),
        ("Our dinner's at half past six.", ("dinner", time(18, 30))),
        ("we usually have breakfast at 7:30", ("breakfast", time(7, 30))),
        ("lunch is at one", ("lunch", time(13))),
        ("we go to bed at eleven", ("bedtime", time(23))),
        ("remember that supper is at 18:15 every day", ("dinner", time(18, 15))),
        ("dinner is ready", None),
        ("dinner is at six tonight", None),
        ("let the guest know dinner is at six", None),
        ("dinner is at the table", None),
    ],
)
def test_when_dinner_is(text: str, told: tuple[str, time] | None) -> None:
    assert habits.told(text) == (habits.Told(*told) if told else None)


def test_asking_when_dinner_is() -> None:
    assert habits.asked("When is dinner?") == "dinner" and habits.asked("when is grandma back") == ""
