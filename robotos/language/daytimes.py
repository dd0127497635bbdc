"""Times by their name in the home's day: "after dinner", "on weekdays", "always ... in the evening".

Only a linker that was given the home's day reads these; without one the words stay words, and the robot asks when that
is. What is reckoned here is by the policy: the kernel knows what the owner has said since and goes by that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from robotos.kernel.calls import Kind
from robotos.kernel.recurrence import DAY, WEEKEND, WORKDAYS, NamedTime, Recurrence, on_days
from robotos.language.mention import Mention, Ref
from robotos.language.times import Context, time_phrase
from robotos.language.word_set import word_set
from robotos.policy.repeating import DayTimes

MEALS: Final[Mapping[str, str]] = {
    "breakfast": "breakfast", "lunch": "lunch", "dinner": "dinner", "supper": "dinner", "bedtime": "bedtime",
    "dinnertime": "dinner", "lunchtime": "lunch", "suppertime": "dinner",
}  # fmt: skip
_SIDES: Final = frozenset({"after", "before", "at"})
_OWN: Final = word_set("the our my")
_SOME_DAYS: Final[Mapping[str, tuple[int, ...]]] = {
    "weekday": WORKDAYS, "weekdays": WORKDAYS, "workday": WORKDAYS, "workdays": WORKDAYS, "weekend": WEEKEND,
    "weekends": WEEKEND,
}  # fmt: skip
_EVERY: Final = word_set("every each")
_EACH_DAY: Final = word_set("day night morning evening afternoon")
_PLURAL_PARTS: Final = {"mornings": "morning", "afternoons": "afternoon", "evenings": "evening", "nights": "night"}
_RECURRENT: Final = _EVERY | word_set("daily weekly nightly hourly weekdays workdays weekends")
# After a meal that an order is tied to, if anything: "after dinner please". Other words make it part of a story.
_FOLLOWS: Final = word_set(
    "please then instead too and tomorrow today tonight every each daily any anymore from on clean do go"
)
# Words of something that was, or is asked about: "what did you do after lunch".
_TOLD: Final = word_set("did had was were has been what which who why where how since whenever while during ate eaten")
_CLOCKED: Final = word_set("am pm o'clock oclock noon midnight")


def standing(words: Sequence[str]) -> bool:
    """Whether an order is meant to stand: "always", "from now on"; not "you always" or "not always"."""
    if any(tuple(words[k : k + 3]) == ("from", "now", "on") for k in range(len(words))):
        return True
    return any(w == "always" and words[max(0, k - 1) : k] not in _SUBJECTS for k, w in enumerate(words))


_SUBJECTS: Final = tuple((word,) for word in ("you", "i", "we", "they", "he", "she", "it", "not", "don't", "is", "are"))


def day_phrase(words: Sequence[str], i: int, ctx: Context) -> Mention | None:
    """The time by name, or on some days of the week, that begins at word `i`; `ctx.day` must be given."""
    day = ctx.day
    if day is None:
        return None
    if words[i] == "always" and standing(words) and _timed(words, ctx):
        return Mention(1, ())  # its "every day" stands with the time
    return _every_day_at_meal(words, i, ctx, day) or _some_days(words, i, ctx, day) or _meal(words, i, ctx, day)


def joined(found: Mention, words: Sequence[str], i: int, ctx: Context) -> Mention:
    """A day that was found at word `i`, with the meal that follows it: "every monday after dinner"."""
    end = i + found.length
    named = _named(words, end) if end < len(words) and ctx.day is not None else None
    timed = [part for part in found.parts if isinstance(part, Ref) and isinstance(part.value, datetime)]
    if named is None or ctx.day is None or len(timed) != 1 or any(_hour(word) for word in words[i:end]):
        return found
    clock, at = ctx.day.clock(named[0]), timed[0].value
    if clock is None or not isinstance(at, datetime):
        return found
    by_name = Ref(Kind.TIME, NamedTime.of(datetime.combine(at.date(), clock), named[0], dated=True))
    before = found.parts[: found.parts.index(timed[0])]
    before = (*before, "at") if before[-1:] != ("at",) else before
    return Mention(found.length + named[1], (*(part for part in before if part != "on"), by_name))


def _hour(word: str) -> bool:
    return word == "at" or word in _CLOCKED or word[0].isdecimal()


def stands(found: Mention, words: Sequence[str], ctx: Context) -> Mention:
    """A time of a standing order ("always at seven") with the "every day" that it leaves unsaid."""
    timed = [part for part in found.parts if isinstance(part, Ref) and part.kind is Kind.TIME]
    if ctx.day is None or not timed or recurrent(words) or not standing(words):
        return found
    return Mention(found.length, ("every", Ref(Kind.DURATION, DAY), "at", timed[0]))


def recurrent(words: Sequence[str]) -> bool:
    """Whether it is said that something repeats: "every", "daily", "on weekdays", "in the evenings"."""
    return any(word in _RECURRENT or word in _PLURAL_PARTS for word in words)


def day_of_meal(words: Sequence[str], i: int) -> bool:
    """Whether word `i` is the "tomorrow" of a meal that is named before it: "after lunch tomorrow"."""
    return words[i] == "tomorrow" and any(_named(words, k) is not None for k in range(i))


def _meal(words: Sequence[str], i: int, ctx: Context, day: DayTimes) -> Mention | None:
    """ "after dinner", "before breakfast", "at lunchtime"."""
    found = _named(words, i)
    if found is None or _TOLD.intersection(words) or _hour_said(words):
        return None
    named, length = found
    recurs = recurrent(words) or standing(words)
    after = words[i + length] if i + length < len(words) else ""
    ends = after in _FOLLOWS or not after
    # "before dinner", said once, is a time by which it is to be done: not one to wait for.
    if not recurs and (named.startswith("before ") or not (ends or i == 0)):
        return None
    return Mention(length, ("at", Ref(Kind.TIME, named_time(named, ctx.now, day, ctx.offset))))


def _named(words: Sequence[str], i: int) -> tuple[str, int] | None:
    """A meal with what stands before it, as `DayTimes.clock` takes it, and how many words that is."""
    if words[i] not in _SIDES:
        return None
    j = i + 1
    j += j < len(words) and words[j] in _OWN
    if j >= len(words) or words[j] not in MEALS:
        return None
    length = j + 1 - i
    if words[j + 1 : j + 2] and words[j + 1] == "time":
        length += 1
    side = "" if words[i] == "at" else words[i] + " "
    return side + MEALS[words[j]], length


def named_time(named: str, now: datetime, day: DayTimes, offset: int | None = None) -> NamedTime:
    """The next moment of that name after `now`, or the one so many days from today."""
    clock = day.clock(named)
    if clock is None:
        raise ValueError(f"no time of the day: {named!r}")
    at = datetime.combine(now.date() + timedelta(days=offset or 0), clock)
    if at <= now:
        at += timedelta(days=1)
    return NamedTime.of(at, named, dated=bool(offset))


def _hour_said(words: Sequence[str]) -> bool:
    """Whether the hour is said as well: "after dinner, that is at eight"."""
    return any(word in _CLOCKED or word[0].isdecimal() for word in words) or any(
        time_phrase(words, k, Context(datetime(2000, 1, 1))) for k, word in enumerate(words) if word == "at"
    )


def _every_day_at_meal(words: Sequence[str], i: int, ctx: Context, day: DayTimes) -> Mention | None:
    """ "every evening after dinner"."""
    if words[i] not in _EVERY or i + 2 >= len(words) or words[i + 1] not in _EACH_DAY:
        return None
    found = _named(words, i + 2)
    if found is None:
        return None
    at = named_time(found[0], ctx.now, day)
    return Mention(2 + found[1], ("every", Ref(Kind.DURATION, DAY), "at", Ref(Kind.TIME, at)))


def _some_days(words: Sequence[str], i: int, ctx: Context, day: DayTimes) -> Mention | None:
    """ "every weekday", "on weekdays", "at weekends", "in the evenings"; with a time of day where none is said."""
    if tuple(words[i : i + 2]) == ("in", "the") and i + 2 < len(words) and words[i + 2] in _PLURAL_PARTS:
        at: NamedTime = named_time(_PLURAL_PARTS[words[i + 2]], ctx.now, day)
        return Mention(3, ("every", Ref(Kind.DURATION, DAY), "at", Ref(Kind.TIME, at)))
    lead = words[i] in _EVERY | {"on", "at"}
    j = i + lead
    found = _days_at(words, j)
    if found is None or not (lead or words[j].endswith("s")):
        return None
    days, length = found
    if words[i] in {"on", "at"} and length == 1 and not words[j].endswith("s"):
        return None  # "at the weekend" is one of them
    length += lead
    every: tuple[str | Ref, ...] = ("every", Ref(Kind.DURATION, Recurrence.of(DAY, days)))
    rest = (*words[:i], "|", *words[i + length :])
    if _timed(rest, ctx):
        return Mention(length, every)
    first = on_days(named_time("morning", ctx.now, day), days)
    return Mention(length, (*every, "at", Ref(Kind.TIME, NamedTime.of(first, "morning"))))


def _days_at(words: Sequence[str], j: int) -> tuple[tuple[int, ...], int] | None:
    """Days of the week by one name, and how many words that is."""
    if tuple(words[j : j + 2]) == ("working", "day"):
        return WORKDAYS, 2
    return (_SOME_DAYS[words[j]], 1) if j < len(words) and words[j] in _SOME_DAYS else None


def _timed(words: Sequence[str], ctx: Context) -> bool:
    """Whether a time of day is said somewhere."""
    plain: Callable[[int], Mention | None] = lambda k: time_phrase(words, k, replace(ctx, day=None))  # noqa: E731
    found = (plain(k) or _named(words, k) for k in range(len(words)))
    return any(one is not None for one in found)
