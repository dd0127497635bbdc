"""The laws of due times: each comes once, in its order, whatever is done to the clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.recurrence import DAY, PLAIN, WEEKEND, WORKDAYS, NamedTime, Recurrence, Rule, following, on_days

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31))
INTERVALS = st.sampled_from([60.0, 90.0, 1800.0, 3 * 3600.0, DAY, 2 * DAY, 7 * DAY])
DAYS = st.sampled_from([(), WORKDAYS, WEEKEND, (2,), (0, 3)])


@given(MOMENTS, INTERVALS, DAYS, MOMENTS)
def test_the_next_one_is_the_first_that_is_later(
    due: datetime, every: float, days: tuple[int, ...], after: datetime
) -> None:
    rule = Rule(days=days if every == DAY else ())
    found = following(due, every, rule, after)
    assert found > after
    assert not rule.days or found.weekday() in rule.days
    if not rule.days:
        assert (found - due) % timedelta(seconds=every) == timedelta(0)
        assert found - timedelta(seconds=every) <= after, "none was left out"
    assert following(due, every, rule, found) > found
    assert following(found, every, rule, after) == found, "whichever of them one counts from"


@given(MOMENTS, MOMENTS, st.times())
def test_a_name_keeps_its_days_and_takes_its_new_hour(due: datetime, after: datetime, clock: time) -> None:
    found = following(due, DAY, Rule("after dinner"), after, clock)
    assert found.time() == clock and timedelta(0) < found - after <= timedelta(days=1)


def test_workdays_leave_out_the_weekend() -> None:
    friday = datetime(2026, 11, 20, 9)
    assert following(friday, DAY, Rule(days=WORKDAYS), friday) == datetime(2026, 11, 23, 9)
    assert on_days(friday, WEEKEND) == datetime(2026, 11, 21, 9)


def test_a_name_is_not_mixed_up_with_an_hour() -> None:
    seven = datetime(2026, 11, 20, 19)
    named = NamedTime.of(seven, "dinner")
    assert named != seven and seven != named and named == NamedTime.of(seven, "dinner")
    assert named != NamedTime.of(seven, "after dinner") and hash(named) == hash(seven)
    assert named > datetime(2026, 11, 20, 18) and f"{named:%H:%M}" == "19:00"
    assert Recurrence.of(DAY, WORKDAYS) != DAY and Recurrence.of(DAY, WORKDAYS) == Recurrence.of(DAY, WORKDAYS)
    assert following(seven, DAY, PLAIN, seven) == seven + timedelta(days=1)
