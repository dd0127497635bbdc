"""Times of day, days and recurrences as people say them, resolved to the next such moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from robotos.kernel.calls import Kind
from robotos.kernel.recurrence import NamedTime
from robotos.language.clock import FIXED, Step, When, clock
from robotos.language.mention import Mention, Ref
from robotos.language.numbers import UNITS, cardinal
from robotos.language.settling import settled
from robotos.language.word_set import word_set
from robotos.policy.repeating import DayTimes

DAY: Final = 86400.0
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The hour meant by a part of the day named alone.
_PARTS: Final[Mapping[str, int]] = {"morning": 9, "afternoon": 15, "evening": 20, "night": 20}
_OVER: Final[Mapping[str, int]] = {"morning": 12, "afternoon": 18, "evening": 23, "night": 24}  # hour when it is past
_BEFORE: Final = word_set(
    """
    at by until till before after around about from for
    """
)
_SETTING: Final = frozenset({"it", "that", "this", "set", "schedule", "plan", "timer", "alarm", "reminder"})
_AROUND: Final = frozenset({"about", "around", "exactly", "roughly", "sharp", "precisely"})


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the utterance tells about its times: it repeats, or it names a day elsewhere.

    `previous`: the time named before, whose hour "twenty past" belongs to. `day`: the home's own times, where the
    linker knows them.
    """

    now: datetime
    recurrent: bool = False
    offset: int | None = None
    previous: datetime | None = None
    day: DayTimes | None = None


def context(words: Sequence[str], now: datetime) -> Context:
    """Look over the whole utterance for what bears on each time in it."""
    recurrent = any(w in {"every", "each", "daily", "weekly", "nightly"} for w in words)
    return Context(now, recurrent, 1 if "tomorrow" in words else None)


def time_phrase(words: Sequence[str], i: int, ctx: Context) -> Mention | None:
    """The time or recurrence that begins at word `i`: "at half past three", "every monday at ten", "tonight".

    The preposition stays a word; a recurrence becomes `every <duration>`, and `at <time>` where a time was named.
    """
    lead = words[i] if words[i] in _BEFORE or words[i] == "on" else ""
    j = i + (1 if lead else 0)
    when = When()
    end = i
    clock_ok = bool(lead) and lead != "on" and (lead != "for" or (i > 0 and words[i - 1] in _SETTING))
    clock_ok = clock_ok or (lead in {"", "for"} and settled(words, j))
    while j < len(words):
        step = _component(words, j, when, clock_ok)
        if step is None:
            if words[j] in {"at", "on", "in", "the", "by", "around", "about", "exactly", "for"} and end > i:
                clock_ok = words[j] != "on" and (clock_ok or words[j] in {"at", "by", "around", "about"})
                j += 1
                continue
            if words[j] in _AROUND and clock_ok and end == i:
                j += 1
                continue
            break
        when, j = step.when, j + step.length
        end = j
        clock_ok = False
    return _mention(when, lead, end - i, ctx, lone=_lone(words, i, end, ctx)) if end > i else None


def _lone(words: Sequence[str], i: int, end: int, ctx: Context) -> bool:
    """Whether a day stands alone here while a clock time stands elsewhere in the utterance."""
    if ctx.offset is None or tuple(words[i:end]) != ("tomorrow",):
        return False
    rest = [*words[:i], "|", *words[end:]]
    for k in range(len(rest)):
        if rest[k] == "at" or rest[k] in FIXED or rest[k][0].isdecimal():
            step = clock(rest, k + 1 if rest[k] == "at" else k, When(), rest[k] == "at")
            if step is not None:
                return True
    return False


def _mention(when: When, lead: str, length: int, ctx: Context, *, lone: bool) -> Mention | None:
    if lone:
        return None
    timed = when.past or when.hour is not None or when.part or when.weekday is not None
    if not timed and not when.every and when.offset in {None, 0}:
        return None
    if when.part and when.hour is None and when.offset == 0 and ctx.now.hour >= _OVER[when.part]:
        return None  # "this morning" in the afternoon speaks of the past
    parts: list[str | Ref] = []
    if when.every:
        parts += ["every", Ref(Kind.DURATION, when.every)]
        lead = "at"
    if timed or when.offset or not when.every:
        parts += [lead] if lead else []
        parts.append(Ref(Kind.TIME, _by_name(when, resolve(when, ctx), ctx)))
    return Mention(length, tuple(parts))


def _by_name(when: When, at: datetime, ctx: Context) -> datetime:
    """A part of the day that no hour was said for keeps its name: when that is, is for the home to say."""
    usual = (_PARTS.get(when.part, -1), 0)
    if ctx.day is None or when.hour is not None or when.past or (at.hour, at.minute) != usual:
        return at
    return NamedTime.of(at, when.part, dated=when.dated or ctx.offset is not None)


def resolve(when: When, ctx: Context) -> datetime:
    """The next moment after `ctx.now` that fits. A bare hour is the nearer of a.m. and p.m.; on a day named, or
    when it repeats, 1 to 6 are in the afternoon."""
    now = ctx.now
    if when.past and when.hour is None:
        return _next_past(when.minute, ctx.previous or now)
    if not when.dated and ctx.offset is not None and when.part in {"", "morning"}:
        when = replace(when, offset=ctx.offset)
    hour, minute = _hour(when), when.minute
    base = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    open_half = _open(when)
    if when.weekday is not None:
        hour = _guess(hour) if open_half else hour
        days = (when.weekday - now.weekday()) % 7
        base = base.replace(hour=hour) + timedelta(days=days)
        return base if base > now else base + timedelta(days=7)
    if when.offset:
        hour = _guess(hour) if open_half else hour
        return base.replace(hour=hour) + timedelta(days=when.offset + (when.hour == 24))
    if open_half and (ctx.recurrent or when.every):
        base = base.replace(hour=_guess(hour))
    elif open_half:
        start = base.replace(hour=hour % 12)
        later = (start + timedelta(hours=12 * k) for k in range(4))
        return next(t for t in later if t > now)
    if when.part and when.hour is None and when.offset == 0 and base <= now:
        return now + timedelta(hours=1)  # later in the same part of the day
    if base <= now and (when.offset is None or when.hour in {0, 24}):
        base += timedelta(days=1)
    return base


def _next_past(minute: int, after: datetime) -> datetime:
    """The first moment after another at so many minutes past an hour."""
    found = after.replace(minute=minute, second=0, microsecond=0)
    return found if found > after else found + timedelta(hours=1)


def _open(when: When) -> bool:
    return when.hour is not None and when.half is None and 1 <= when.hour <= 12 and not when.part


def _guess(hour: int) -> int:
    return hour + 12 if 1 <= hour <= 6 else hour


def _hour(when: When) -> int:
    if when.hour is None:
        return _PARTS.get(when.part, 9)
    hour = when.hour % 24
    half = when.half
    if half is None and when.part and 1 <= hour <= 12:
        half = 0 if when.part == "morning" or (when.part == "night" and hour in {12, 1, 2, 3, 4}) else 12
    if half is None or hour > 12:
        return hour
    return hour % 12 + half


# ---------------------------------------------------------------- components


def _component(words: Sequence[str], j: int, when: When, clock_ok: bool) -> Step | None:
    for parse in (_recurrence, _day):
        step = parse(words, j, when)
        if step is not None:
            return step
    if when.hour is None and not when.past:
        return clock(words, j, when, clock_ok)
    return None


def _part_after(words: Sequence[str], j: int) -> str:
    return words[j] if j < len(words) and words[j] in _PARTS else ""


def _day(words: Sequence[str], j: int, when: When) -> Step | None:
    word = words[j]
    if tuple(words[j : j + 2]) == ("in", "the"):
        part = _part_after(words, j + 2)
        if part and not when.part:
            return Step(replace(when, part=part), 3)
        return None
    if word == "at" and _part_after(words, j + 1) == "night" and not when.part:
        return Step(replace(when, part="night"), 2)
    if when.dated:
        return (
            Step(replace(when, part=word), 1) if when.offset is not None and word in _PARTS and not when.part else None
        )
    return _named_day(words, j, when)


def _named_day(words: Sequence[str], j: int, when: When) -> Step | None:
    word = words[j]
    if word == "tonight":
        return Step(replace(when, offset=0, part="night"), 1)
    if word == "today":
        return Step(replace(when, offset=0), 1)
    if word == "this" and _part_after(words, j + 1):
        return Step(replace(when, offset=0, part=words[j + 1]), 2)
    skip = 1 if word == "the" else 0
    if tuple(words[j + skip : j + skip + 3]) == ("day", "after", "tomorrow"):
        return Step(replace(when, offset=2), 3 + skip)
    if word == "tomorrow":
        part = _part_after(words, j + 1)
        return Step(replace(when, offset=1, part=part or when.part), 2 if part else 1)
    skip = 1 if word in {"on", "next", "this", "coming"} else 0
    if tuple(words[j : j + 2]) == ("on", "next"):
        skip = 2
    day = words[j + skip] if j + skip < len(words) else ""
    weekly = day.endswith("s") and day[:-1] in _WEEKDAYS
    if day not in _WEEKDAYS and not weekly:
        return None
    part = _part_after(words, j + skip + 1)
    found = replace(when, weekday=_WEEKDAYS.index(day.removesuffix("s")), part=part or when.part)
    return Step(replace(found, every=7 * DAY) if weekly else found, skip + 1 + bool(part))


_ADVERBS: Final[Mapping[str, float]] = {"daily": DAY, "weekly": 7 * DAY, "hourly": 3600.0, "nightly": DAY}


def _recurrence(words: Sequence[str], j: int, when: When) -> Step | None:
    if when.every:
        return None
    word = words[j]
    if word in _ADVERBS:
        return Step(replace(when, every=_ADVERBS[word], part="night" if word == "nightly" else when.part), 1)
    if tuple(words[j : j + 2]) in {("once", "a"), ("once", "an"), ("once", "every")} and words[j + 2 : j + 3]:
        unit = UNITS.get(words[j + 2])
        return Step(replace(when, every=unit[1]), 3) if unit and unit[0] is Kind.DURATION else None
    if word not in {"every", "each"} or j + 1 >= len(words):
        return None
    k = j + 1
    other = 2 if words[k] in {"other", "second"} and k + 1 < len(words) else 1
    k += other - 1
    return _every(words, k, other, when, k - j)


def _every(words: Sequence[str], k: int, other: int, when: When, before: int) -> Step | None:
    word = words[k]
    if word in _WEEKDAYS or word.removesuffix("s") in _WEEKDAYS:
        part = _part_after(words, k + 1)
        day = _WEEKDAYS.index(word.removesuffix("s"))
        found = replace(when, every=7 * DAY * other, weekday=day, part=part or when.part)
        return Step(found, before + 1 + bool(part))
    if word in _PARTS or word in FIXED:
        if word in FIXED:
            return Step(replace(when, every=DAY * other, hour=FIXED[word], half=FIXED[word]), before + 1)
        return Step(replace(when, every=DAY * other, part=word), before + 1)
    number = cardinal(words, k)
    count, k2 = (number.value, k + number.length) if number else (1.0, k)
    if tuple(words[k : k + 2]) == ("half", "hour"):
        return Step(replace(when, every=1800.0 * other), before + 2)
    unit = UNITS.get(words[k2]) if k2 < len(words) else None
    if unit is None or unit[0] is not Kind.DURATION:
        return None
    part = _part_after(words, k2 + 1) if words[k2] == "day" else ""
    return Step(replace(when, every=count * unit[1] * other, part=part or when.part), before + k2 - k + 1 + bool(part))
