"""When a planned call comes round: by an interval, or by the calendar at a time of day that may be the home's own.

Due times are civil, as the clock on the wall shows them. A daily call therefore stays at its hour when summer time
begins or ends; one in the hour that is skipped comes as soon as that is over, and one in the hour that comes twice
comes once. No due time up to the one last handed out (`ran`) is ever taken again, wherever the clock is set to, except
after it was wrong by more than a day: then what it showed meanwhile tells nothing about the days to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

DAY: Final = 86400.0  # s
WRONG: Final = timedelta(days=1)  # by which the clock may be set back and what has run still counts as run
WORKDAYS: Final = (0, 1, 2, 3, 4)  # as `date.weekday` counts
WEEKEND: Final = (5, 6)


class NamedTime(datetime):
    """A time said by its name in the home's day: `at` is when that is by the policy alone.

    `named` as `DayTimes.clock` takes it ("after dinner"); `dated`: a day was said with it ("tomorrow after dinner").
    Equal only to the same moment under the same name, so that no handle mixes it up with an hour that was said.
    """

    named: str
    dated: bool

    @classmethod
    def of(cls, at: datetime, named: str, *, dated: bool = False) -> NamedTime:
        """The civil time `at` by its name."""
        made = cls(at.year, at.month, at.day, at.hour, at.minute)
        made.named, made.dated = named, dated
        return made

    def __eq__(self, other: object) -> bool:
        return getattr(other, "named", "") == getattr(self, "named", "") and datetime.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return datetime.__hash__(self)


class Recurrence(float):
    """Seconds from one time to the next, on some days of the week only (`date.weekday` numbers; none: on all)."""

    days: tuple[int, ...]

    @classmethod
    def of(cls, seconds: float, days: tuple[int, ...]) -> Recurrence:
        """An interval with its days."""
        made = cls(seconds)
        made.days = days
        return made

    def __eq__(self, other: object) -> bool:
        return getattr(other, "days", ()) == getattr(self, "days", ()) and float.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return float.__hash__(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a planned call keeps to besides its interval: a named time of the day, some days of the week."""

    named: str = ""
    days: tuple[int, ...] = ()


PLAIN: Final = Rule()


def on_days(moment: datetime, days: tuple[int, ...]) -> datetime:
    """The first moment from this one on, at its time of day, that is on one of the days; () is all of them."""
    while days and moment.weekday() not in days:
        moment += timedelta(days=1)
    return moment


def following(due: datetime, every: float, rule: Rule, after: datetime, clock: time | None = None) -> datetime:
    """The first due time later than `after`, of those that `due` is one of; it may be earlier than `due`.

    `every` in seconds, above 0; whole days go by the calendar at the time of `due`, or at `clock` where a name's time
    of day has come to be another. O(1) but for days of the week.
    """
    if every % DAY:
        steps = (after - due) // timedelta(seconds=every) + 1
        return due + steps * timedelta(seconds=every)
    step, at = round(every / DAY), clock or due.time()
    steps = (after.date() - due.date()).days // step
    found = _on(due.date(), steps * step, at)
    while found <= after or (rule.days and found.weekday() not in rule.days):
        steps += 1
        found = _on(due.date(), steps * step, at)
    return found


def _on(day: date, later: int, at: time) -> datetime:
    return datetime.combine(day + timedelta(days=later), at)


def run_up_to(ran: datetime, wall: datetime) -> datetime:
    """The moment up to which every due time counts as run, the clock showing `wall`."""
    return max(ran, wall) if ran - wall <= WRONG else wall
