"""How soon is too soon, quiet hours and the home's day, as policy writes them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.policy import DEFAULT, PolicyError, load
from robotos.policy.repeating import DayTimes, Quiet, Repeats
from robotos.policy.section import seconds

AT = datetime(2026, 11, 20)


@pytest.mark.parametrize(
    ("section", "lines", "key"),
    [
        ("repeats", 'rooms = {kitchen = "4x"}', "repeats.rooms.kitchen"),
        ("repeats", 'default = "-1h"', "repeats.default"),
        ("repeats", 'tasks = {wax = "2h"}', "repeats.tasks.wax"),
        ("repeats", '[repeats.rooms]\nkitchen = "4x"', "repeats.rooms.kitchen"),
        ("quiet", 'rooms = {bedroom = "9-8"}', "quiet.rooms.bedroom"),
        ("quiet", 'rooms = {bedroom = "09:00-09:00"}', "quiet.rooms.bedroom"),
        ("quiet", 'from = "25:00"', "quiet.from"),
        ("quiet", 'tasks = ["fetch"]', "quiet.tasks.0"),
        ("quiet", 'running = "halt"', "quiet.running"),
        ("day", 'dinner = "7pm"', "day.dinner"),
        ("day", 'brunch = "11:00"', "day.brunch"),
        ("day", 'meal = "1d"', "day.meal"),
        ("schedules", 'late = "soon"', "schedules.late"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, section: str, lines: str, key: str) -> None:
    kept = DEFAULT.read_text(encoding="utf-8").split("\n[repeats]")[0]
    text = f"{kept}\n[{section}]\n{lines}\n"
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    line = text.splitlines().index(lines.splitlines()[-1]) + 1
    with pytest.raises(PolicyError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}:{line}: {key}: ")


def test_one_end_of_quiet_hours_alone_is_no_quiet_hours(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(DEFAULT.read_text(encoding="utf-8").replace("# from =", "from ="), encoding="utf-8")
    with pytest.raises(PolicyError, match="quiet: quiet hours need both ends"):
        load(file)


def test_the_key_of_an_earlier_version_says_where_it_has_gone(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    text = DEFAULT.read_text(encoding="utf-8").replace("[tasks]", "[tasks]\nrepeat_after = 3600.0", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"tasks\.repeat_after: no such key: .*\[repeats\]"):
        load(file)


def test_a_room_goes_before_its_tool_and_that_before_all() -> None:
    repeats = Repeats(default=1.0, rooms={"kitchen": 2.0}, tasks={"mop": 3.0, "clean": 4.0})
    assert repeats.after("clean", "kitchen", "mop") == 2.0
    assert repeats.after("clean", "bath", "mop") == 3.0
    assert repeats.after("clean", "study") == 4.0
    assert Repeats(default=1.0).after("clean", "study") == 1.0


def test_lengths_of_time() -> None:
    assert (seconds("4h"), seconds("1h 30m"), seconds("2d"), seconds("90s"), seconds(5)) == (14400, 5400, 172800, 90, 5)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("21:59", None), ("22:00", "2026-11-21 07:00"), ("23:59", "2026-11-21 07:00"), ("00:00", "2026-11-20 07:00"),
        ("06:59", "2026-11-20 07:00"), ("07:00", None),
    ],
)  # fmt: skip
def test_over_midnight(at: str, until: str | None) -> None:
    quiet = Quiet.model_validate({"from": "22:00", "to": "07:00"})
    moment = datetime.combine(AT, time.fromisoformat(at))
    assert quiet.until("clean", "kitchen", moment) == (datetime.fromisoformat(until) if until else None)
    assert quiet.until("fetch", "kitchen", moment) is None


def test_a_rooms_hours_come_on_top() -> None:
    quiet = Quiet.model_validate({"from": "22:00", "to": "07:00", "rooms": {"bedroom": "20:00-09:00"}})
    evening = datetime(2026, 11, 20, 21)
    assert quiet.until("clean", "kitchen", evening) is None
    assert quiet.until("clean", "bedroom", evening) == datetime(2026, 11, 21, 9)


@given(st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_they_end_within_a_day_and_are_over_then(begin: time, end: time, at: datetime) -> None:
    begin, end = begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    if begin == end:
        return
    quiet = Quiet.model_validate({"from": begin, "to": end})
    until = quiet.until("clean", "", at)
    if until is not None:
        assert timedelta(0) < until - at <= timedelta(days=1)
        assert quiet.until("clean", "", until) is None
        assert quiet.until("clean", "", until - timedelta(minutes=1)) is not None


def test_the_homes_day() -> None:
    day = DayTimes()
    assert day.clock("after dinner") == time(19, 45) and day.clock("before breakfast") == time(7)
    assert day.clock("dinner", {"dinner": time(18)}) == time(18)
    assert day.clock("after dinner", {"dinner": time(18)}) == time(18, 45)
    assert day.clock("after bedtime") == time(22, 30) and day.clock("evening") == time(20)
    assert day.clock("after evening") is None and day.clock("tea") is None
