"""When work may be done again, when it must be quiet, and what the home's own times of the day are.

Times are civil and without a zone: what the clock on the wall shows, so that "after dinner" stays after dinner when
summer time begins or ends.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from robotos.policy.section import Seconds, Section, TimeOfDay, time_of_day

_DAY: Final = timedelta(days=1)
_MOST_SPANS: Final = 8  # stretches of quiet that may follow on each other: more is a day without an end
QUIET_TASKS: Final = ("clean",)  # tasks that make noise and can be insisted upon ("do it anyway")

# The named times, and which of `DayTimes` each is reckoned from: (key, +1 after its end, 0 at it, -1 before it).
MEALS: Final = ("breakfast", "lunch", "dinner", "bedtime")
PARTS: Final = ("morning", "afternoon", "evening", "night")


class Repeats(Section):
    """How soon is too soon, s: for a room, else for the tool its floor wants or for the task, else for all."""

    default: Seconds = 3600.0
    rooms: dict[str, Seconds] = Field(default_factory=dict)
    tasks: dict[str, Seconds] = Field(default_factory=dict)

    @field_validator("rooms", "tasks")
    @classmethod
    def _named(cls, given: dict[str, float]) -> dict[str, float]:
        if not all(name.strip() and name == name.strip() for name in given):
            raise ValueError('a room or task is a name, such as {kitchen = "4h"}')
        return given

    def after(self, task: str, room: str, tool: str = "") -> float:
        """Seconds from the end of `task` in `room` within which it is too soon to do it again."""
        for known, name in ((self.rooms, room), (self.tasks, tool), (self.tasks, task)):
            if name in known:
                return known[name]
        return self.default


def _span(written: object) -> tuple[time, time]:
    pieces = re.split(r"\s*(?:-|–|to)\s*", written.strip()) if isinstance(written, str) else written
    if not isinstance(pieces, list | tuple) or len(pieces) != 2:
        raise ValueError('quiet hours are written like "20:00-09:00"')
    begin, end = time_of_day(pieces[0]), time_of_day(pieces[1])
    if begin == end:
        raise ValueError("quiet hours must begin and end at different times of the day")
    return begin, end


Span = Annotated[tuple[time, time], BeforeValidator(_span)]


class Quiet(Section):
    """Quiet hours, over midnight where they begin later in the day than they end; those of a room come on top."""

    begin: TimeOfDay | None = Field(default=None, alias="from")
    end: TimeOfDay | None = Field(default=None, alias="to")
    rooms: dict[str, Span] = Field(default_factory=dict)
    tasks: tuple[Literal["clean"], ...] = QUIET_TASKS
    running: Literal["finish", "stop"] = "finish"

    @model_validator(mode="after")
    def _both_ends(self) -> Self:
        if (self.begin is None) != (self.end is None):
            raise ValueError('quiet hours need both ends: from = "22:00" and to = "07:00"')
        if self.begin is not None and self.begin == self.end:
            raise ValueError("quiet hours must begin and end at different times of the day")
        for room in ("", *self.rooms):
            if self._over(room, datetime(2000, 1, 1, 12)) is None:
                raise ValueError(f"{f'{room} has' if room else 'there are'} no hours left that are not quiet")
        return self

    def until(self, task: str, room: str, at: datetime) -> datetime | None:
        """When `task` may be done in `room` (or, for "", anywhere), if `at` is within quiet hours; None if it is not.

        A moment at which they end is not within them.
        """
        if task not in self.tasks:
            return None
        end = self._over(room, at)
        return end if end is not None and end > at else None

    def _over(self, room: str, at: datetime) -> datetime | None:
        """The first moment from `at` on that is in no quiet hours of the room; None where there is none."""
        spans = [(self.begin, self.end)] if self.begin is not None and self.end is not None else []
        spans += [self.rooms[room]] if room in self.rooms else []
        for _ in range(_MOST_SPANS):
            ends = [_end(begin, end, at) for begin, end in spans if _within(begin, end, at.time())]
            if not ends:
                return at
            at = max(ends)
        return None


def _within(begin: time, end: time, at: time) -> bool:
    return begin <= at < end if begin < end else at >= begin or at < end


def _end(begin: time, end: time, at: datetime) -> datetime:
    over = datetime.combine(at.date(), end)
    return over if over > at else over + _DAY


class DayTimes(Section):
    """The home's day: when its meals are, and what "in the evening" means where no hour is said.

    The owner's own word ("dinner is at seven") goes before these; it is kept on the disk.
    """

    breakfast: TimeOfDay = time(8)
    lunch: TimeOfDay = time(12, 30)
    dinner: TimeOfDay = time(19)
    bedtime: TimeOfDay = time(22, 30)
    morning: TimeOfDay = time(9)
    afternoon: TimeOfDay = time(15)
    evening: TimeOfDay = time(20)
    night: TimeOfDay = time(20)
    meal: Seconds = 2700.0  # s that a meal takes: "after dinner" begins then
    ahead: Seconds = 3600.0  # s by which "before dinner" is ahead of it

    @field_validator("meal", "ahead")
    @classmethod
    def _short(cls, length: float) -> float:
        if length > 4 * 3600.0:
            raise ValueError("this is at most 4h")
        return length

    def clock(self, named: str, told: dict[str, time] | None = None) -> time | None:
        """The time of day of "after dinner", "before breakfast", "lunch", "morning"; None for a name that is none.

        `told`: what the owner said instead of the policy. Reckoning past midnight stays on the clock (00:15).
        """
        side, _, key = named.rpartition(" ")
        if key not in MEALS + PARTS or side not in {"", "after", "before"} or (side and key not in MEALS):
            return None
        base: time = (told or {}).get(key) or getattr(self, key)
        shift = {"after": self.meal if key != "bedtime" else 0.0, "before": -self.ahead}.get(side, 0.0)
        return (datetime.combine(datetime(2000, 1, 2), base) + timedelta(seconds=shift)).time()


class Schedules(Section):
    """What becomes of a planned call whose time has passed while the robot was off or could not take it."""

    late: Seconds = 3600.0  # s after its time up to which it is still done; past that it is left out, and told
