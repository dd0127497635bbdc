"""Times of day, days and recurrences as people say them, resolved to the next such moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.mention import Mention, Ref
from robotos.language.numbers import UNITS, cardinal, quantity
from robotos.language.word_set import word_set

DAY: Final = 86400.0
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The hour meant by a part of the day named alone.
_PARTS: Final[Mapping[str, int]] = {"morning": 9, "afternoon": 15, "evening": 20, "night": 20}
_OVER: Final[Mapping[str, int]] = {"morning": 12, "afternoon": 18, "evening": 23, "night": 24}  # hour when it is past
_FIXED: Final[Mapping[str, int]] = {"noon": 12, "midday": 12, "midnight": 0, "noontime": 12}
_BEFORE: Final = word_set(
    """
    at by until till before after around about from for
    """
)
_SETTING: Final = frozenset({"it", "that", "this", "set", "schedule", "plan", "timer", "alarm", "reminder"})
_AROUND: Final = frozenset({"about", "around", "exactly", "roughly", "sharp", "precisely"})
_OCLOCK: Final = frozenset({"o'clock", "oclock"})
# A bare number is no time of day when one of these follows.
_COUNTED: Final = word_set("percent times more of things rooms room places people by point degrees or thirds")


@dataclass(frozen=True, slots=True)
class _When:
    """What has been said so far. `half`: 0 am, 12 pm; `offset`: days from today; `every`: seconds."""

    hour: int | None = None
    minute: int = 0
    half: int | None = None
    part: str = ""
    offset: int | None = None
    weekday: int | None = None
    every: float = 0.0

    @property
    def dated(self) -> bool:
        return self.offset is not None or self.weekday is not None


@dataclass(frozen=True, slots=True)
class _Step:
    when: _When
    length: int


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the utterance tells about its times: it repeats, or it names a day elsewhere."""

    now: datetime
    recurrent: bool = False
    offset: int | None = None


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
    when = _When()
    end = i
    clock_ok = bool(lead) and lead != "on" and (lead != "for" or (i > 0 and words[i - 1] in _SETTING))
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
        if rest[k] == "at" or rest[k] in _FIXED or rest[k][0].isdecimal():
            step = _clock(rest, k + 1 if rest[k] == "at" else k, _When(), rest[k] == "at")
            if step is not None:
                return True
    return False


def _mention(when: _When, lead: str, length: int, ctx: Context, *, lone: bool) -> Mention | None:
    if lone:
        return None
    timed = when.hour is not None or when.part or when.weekday is not None
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
        parts.append(Ref(Kind.TIME, resolve(when, ctx)))
    return Mention(length, tuple(parts))


def resolve(when: _When, ctx: Context) -> datetime:
    """The next moment after `ctx.now` that fits. A bare hour is the nearer of a.m. and p.m.; on a day named, or
    when it repeats, 1 to 6 are in the afternoon."""
    now = ctx.now
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


def _open(when: _When) -> bool:
    return when.hour is not None and when.half is None and 1 <= when.hour <= 12 and not when.part


def _guess(hour: int) -> int:
    return hour + 12 if 1 <= hour <= 6 else hour


def _hour(when: _When) -> int:
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


def _component(words: Sequence[str], j: int, when: _When, clock_ok: bool) -> _Step | None:
    for parse in (_recurrence, _day):
        step = parse(words, j, when)
        if step is not None:
            return step
    if when.hour is None:
        return _clock(words, j, when, clock_ok)
    return None


def _part_after(words: Sequence[str], j: int) -> str:
    return words[j] if j < len(words) and words[j] in _PARTS else ""


def _day(words: Sequence[str], j: int, when: _When) -> _Step | None:
    word = words[j]
    if tuple(words[j : j + 2]) == ("in", "the"):
        part = _part_after(words, j + 2)
        if part and not when.part:
            return _Step(replace(when, part=part), 3)
        return None
    if word == "at" and _part_after(words, j + 1) == "night" and not when.part:
        return _Step(replace(when, part="night"), 2)
    if when.dated:
        return (
            _Step(replace(when, part=word), 1) if when.offset is not None and word in _PARTS and not when.part else None
        )
    return _named_day(words, j, when)


def _named_day(words: Sequence[str], j: int, when: _When) -> _Step | None:
    word = words[j]
    if word == "tonight":
        return _Step(replace(when, offset=0, part="night"), 1)
    if word == "today":
        return _Step(replace(when, offset=0), 1)
    if word == "this" and _part_after(words, j + 1):
        return _Step(replace(when, offset=0, part=words[j + 1]), 2)
    skip = 1 if word == "the" else 0
    if tuple(words[j + skip : j + skip + 3]) == ("day", "after", "tomorrow"):
        return _Step(replace(when, offset=2), 3 + skip)
    if word == "tomorrow":
        part = _part_after(words, j + 1)
        return _Step(replace(when, offset=1, part=part or when.part), 2 if part else 1)
    skip = 1 if word in {"on", "next", "this", "coming"} else 0
    if tuple(words[j : j + 2]) == ("on", "next"):
        skip = 2
    day = words[j + skip] if j + skip < len(words) else ""
    weekly = day.endswith("s") and day[:-1] in _WEEKDAYS
    if day not in _WEEKDAYS and not weekly:
        return None
    part = _part_after(words, j + skip + 1)
    found = replace(when, weekday=_WEEKDAYS.index(day.removesuffix("s")), part=part or when.part)
    return _Step(replace(found, every=7 * DAY) if weekly else found, skip + 1 + bool(part))


_ADVERBS: Final[Mapping[str, float]] = {"daily": DAY, "weekly": 7 * DAY, "hourly": 3600.0, "nightly": DAY}


def _recurrence(words: Sequence[str], j: int, when: _When) -> _Step | None:
    if when.every:
        return None
    word = words[j]
    if word in _ADVERBS:
        return _Step(replace(when, every=_ADVERBS[word], part="night" if word == "nightly" else when.part), 1)
    if tuple(words[j : j + 2]) in {("once", "a"), ("once", "an"), ("once", "every")} and words[j + 2 : j + 3]:
        unit = UNITS.get(words[j + 2])
        return _Step(replace(when, every=unit[1]), 3) if unit and unit[0] is Kind.DURATION else None
    if word not in {"every", "each"} or j + 1 >= len(words):
        return None
    k = j + 1
    other = 2 if words[k] in {"other", "second"} and k + 1 < len(words) else 1
    k += other - 1
    return _every(words, k, other, when, k - j)


def _every(words: Sequence[str], k: int, other: int, when: _When, before: int) -> _Step | None:
    word = words[k]
    if word in _WEEKDAYS or word.removesuffix("s") in _WEEKDAYS:
        part = _part_after(words, k + 1)
        day = _WEEKDAYS.index(word.removesuffix("s"))
        found = replace(when, every=7 * DAY * other, weekday=day, part=part or when.part)
        return _Step(found, before + 1 + bool(part))
    if word in _PARTS or word in _FIXED:
        if word in _FIXED:
            return _Step(replace(when, every=DAY * other, hour=_FIXED[word], half=_FIXED[word]), before + 1)
        return _Step(replace(when, every=DAY * other, part=word), before + 1)
    number = cardinal(words, k)
    count, k2 = (number.value, k + number.length) if number else (1.0, k)
    if tuple(words[k : k + 2]) == ("half", "hour"):
        return _Step(replace(when, every=1800.0 * other), before + 2)
    unit = UNITS.get(words[k2]) if k2 < len(words) else None
    if unit is None or unit[0] is not Kind.DURATION:
        return None
    part = _part_after(words, k2 + 1) if words[k2] == "day" else ""
    return _Step(replace(when, every=count * unit[1] * other, part=part or when.part), before + k2 - k + 1 + bool(part))


# ---------------------------------------------------------------- the clock


def _clock(words: Sequence[str], j: int, when: _When, bare_ok: bool) -> _Step | None:
    if j >= len(words):
        return None
    if words[j] in _FIXED:
        return _Step(replace(when, hour=_FIXED[words[j]], half=_FIXED[words[j]]), 1)
    relative = _relative(words, j, when, bare_ok)
    if relative is not None:
        return relative
    return _hours_minutes(words, j, when, bare_ok)


def _relative(words: Sequence[str], j: int, when: _When, bare_ok: bool) -> _Step | None:
    """ "half past three", "a quarter to seven", "twenty past six", "half three"."""
    k = j + 1 if words[j] == "a" else j
    if k >= len(words):
        return None
    if words[k] in {"half", "quarter"}:
        minutes, k = (30 if words[k] == "half" else 15), k + 1
    else:
        number = cardinal(words, k)
        if number is None or number.value != int(number.value) or not 0 < number.value < 60:
            return None
        minutes, k = int(number.value), k + number.length
        if k < len(words) and words[k] in {"minutes", "minute"}:
            k += 1
        elif k < len(words) and words[k] == "to" and (not bare_ok or (j > 0 and words[j - 1] == "from")):
            return None  # "from ten to five" counts, it tells no time
    link = words[k] if k < len(words) else ""
    if link in {"past", "to", "after", "before", "till"}:
        k += 1
    elif not (minutes == 30 and bare_ok and words[k - 1] == "half"):
        return None
    hour = cardinal(words, k)
    if hour is None and k < len(words) and words[k] in _FIXED:
        value, length, half = _FIXED[words[k]], 1, _FIXED[words[k]]
    elif hour is not None and hour.value == int(hour.value) and 0 <= hour.value <= 24:
        value, length, half = int(hour.value), hour.length, None
    else:
        return None
    total = value * 60 + (-minutes if link in {"to", "before", "till"} else minutes)
    total %= 24 * 60 if half is not None or value > 12 else 12 * 60
    h = total // 60
    if half is None and value <= 12:
        h = h or 12
    found = replace(when, hour=h, minute=total % 60, half=(12 if h >= 12 else 0) if half is not None else None)
    return _marked(words, k + length, found, j)


def _hours_minutes(words: Sequence[str], j: int, when: _When, bare_ok: bool) -> _Step | None:
    """ "15:30", "3 pm", "three o'clock", "three thirty", "nine oh five"; a lone number only where `bare_ok`."""
    read = _digital(words[j]) if words[j][0].isdecimal() else None
    if read is not None:
        hour, minute, k, explicit = read[0], read[1], j + 1, ":" in words[j]
        leading = words[j].startswith("0")
        if not explicit and not bare_ok and not _meridiem(words, k):
            return None
        found = replace(when, hour=hour, minute=minute, half=0 if leading and hour < 12 else None)
    else:
        number = cardinal(words, j)
        if number is None or number.value != int(number.value) or not 0 <= number.value <= 24:
            return None
        k = j + number.length
        minute, k = _minutes(words, k)
        found = replace(when, hour=int(number.value), minute=minute)
        explicit = False
    if k < len(words) and words[k] in _OCLOCK:
        explicit, k = True, k + 1
    elif tuple(words[k : k + 2]) == ("o", "clock"):
        explicit, k = True, k + 2
    explicit = explicit or bool(_meridiem(words, k))
    if not explicit and (not bare_ok or (k < len(words) and words[k] in _COUNTED) or quantity(words, j) is not None):
        return None
    return _marked(words, k, found, j)


def _digital(word: str) -> tuple[int, int] | None:
    hour, _, rest = word.replace(".", ":").partition(":")
    if not rest and len(hour) in {3, 4}:
        hour, rest = hour[:-2], hour[-2:]
    if not hour.isdecimal() or (rest and (len(rest) != 2 or not rest.isdecimal())):
        return None
    h, m = int(hour), int(rest or 0)
    return (h, m) if h <= 24 and m < 60 else None


def _minutes(words: Sequence[str], k: int) -> tuple[int, int]:
    if k + 1 < len(words) and words[k] in {"oh", "o", "zero"}:
        digit = cardinal(words, k + 1)
        if digit is not None and 0 < digit.value < 10:
            return int(digit.value), k + 1 + digit.length
    number = cardinal(words, k)
    after = k + number.length if number is not None else k
    if number is None or number.value != int(number.value) or not 10 <= number.value < 60:
        return 0, k
    if after < len(words) and (words[after] in UNITS or words[after] in _COUNTED - {"and"}):
        return 0, k
    return int(number.value), after


def _meridiem(words: Sequence[str], k: int) -> str:
    return words[k] if k < len(words) and words[k] in {"am", "pm"} else ""


def _marked(words: Sequence[str], k: int, when: _When, j: int) -> _Step:
    """Take in "o'clock", "am" or "pm" and "sharp" after a clock time."""
    if k < len(words) and words[k] in _OCLOCK:
        k += 1
    mark = _meridiem(words, k)
    if mark:
        when, k = replace(when, half=0 if mark == "am" else 12), k + 1
    if k < len(words) and words[k] in {"sharp", "exactly"}:
        k += 1
    return _Step(when, k - j)
