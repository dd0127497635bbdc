"""Words about standing orders that need no thought: when dinner is, and which of what is planned is to stop.

The processor's table knows to cancel what is planned only as a whole; which part of it the words mean is decided here,
by the rooms, things, people and times in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from robotos.kernel.api import Sys
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result, Word
from robotos.kernel.trap import TrapRefusedError
from robotos.language import habits, phrasing
from robotos.language.answers import day_time_told

HALF = 12  # h, half a day as the clock has it
SCHEDULED = Call("kill", {"target": ("scheduled",)})
_NAMES = frozenset({Kind.ROOM, Kind.PLACE, Kind.THING, Kind.PERSON})
_NEGATED = frozenset({"don't", "not", "never", "no", "stop", "needn't", "quit"})
# "cancel the kitchen cleaning": of what runs while it runs; of what is planned while nothing does.
_CANCEL = frozenset({"cancel", "scrap", "drop", "delete", "remove", "unschedule"})
_WORK = frozenset({"cleaning", "vacuuming", "mopping", "sweeping", "planned", "plan", "schedule", "scheduled", "every"})
_NO_LONGER = (("any", "more"), ("anymore",), ("any", "longer"), ("no", "longer"), ("no", "more"), ("from", "now", "on"))


async def home_day(sys: Sys, text: str) -> Result | None:
    """Keep or answer when a meal is, if that is all the words are about; None when they are about something else."""
    told = habits.told(text)
    if told is not None:
        try:
            result = await sys.tell_time(told.name, told.at)
        except TrapRefusedError as refused:
            result = Result(refused.errno, reason="When meals are is for the owner to say.")
        await sys.speak(day_time_told(told.name, told.at) if result.ok else result.reason)
        return result
    asked = habits.asked(text)
    known = (await sys.told_times()).get(asked) if asked else None
    if known is None:
        return None
    await sys.speak(day_time_told(asked, known, told=False))
    return Result(data={"name": asked, "clock": known})


async def no_longer(sys: Sys, words: Sequence[Word], bindings: Bindings) -> Result | None:
    """Cancel the plans meant by "don't clean after dinner any more" or "cancel the study cleaning"; None for none."""
    spoken = [word for word in words if isinstance(word, str)]
    ended = bool(_NEGATED.intersection(spoken)) and any(_has(spoken, phrase) for phrase in _NO_LONGER)
    cancelled = bool(_CANCEL.intersection(spoken[:3]) and _WORK.intersection(spoken))
    if not ended and (not cancelled or (await sys.situation()).doing is not None):
        return None
    return await _cancel(sys, await _meant(sys, words, bindings), bindings)


async def of_what_is_planned(sys: Sys, call: Call, words: Sequence[Word], bindings: Bindings) -> Result | None:
    """Cancel only what the words name, where the processor wrote `kill scheduled`; None when they name nothing."""
    if call != SCHEDULED or not _mentioned(words, bindings):
        return None
    meant = await _meant(sys, words, bindings)
    if meant or any(kind in _NAMES for kind, _ in _mentioned(words, bindings)):
        return await sys.unplan(meant)
    return None  # a time of which nothing is planned: "cancel what is planned for today"


async def _cancel(sys: Sys, numbers: Sequence[int], bindings: Bindings) -> Result | None:
    if not numbers:
        return None
    result = await sys.unplan(numbers)
    await sys.speak(phrasing.report(SCHEDULED, result, bindings, await sys.wall()))
    return result


async def _meant(sys: Sys, words: Sequence[Word], bindings: Bindings) -> list[int]:
    """Numbers of the plans that fit everything the words mention; none where they mention nothing."""
    mentioned = _mentioned(words, bindings)
    names = {(kind, value) for kind, value in mentioned if kind in _NAMES}
    times = [value for kind, value in mentioned if kind is Kind.TIME and isinstance(value, datetime)]
    if not names and not times:
        return []
    return [
        number
        for number, entry in await sys.planned()
        if (not names or names & _names(entry)) and (not times or any(_at(entry, at) for at in times))
    ]


def _mentioned(words: Sequence[Word], bindings: Bindings) -> list[tuple[Kind, object]]:
    handles = [word for word in words if isinstance(word, Handle) and word in bindings.values]
    wanted = _NAMES | {Kind.TIME}
    return [(handle.kind, bindings.values[handle]) for handle in handles if handle.kind in wanted]


def _names(entry: Mapping[str, object]) -> set[tuple[Kind, object]]:
    bindings = entry.get("bindings")
    return (
        {(handle.kind, value) for handle, value in bindings.values.items()} if isinstance(bindings, Bindings) else set()
    )


def _at(entry: Mapping[str, object], at: datetime) -> bool:
    """Whether an entry is planned for that time of the day, by its name if it was named."""
    planned = entry.get("put_off") or entry.get("at")
    named = getattr(at, "named", "")
    if named and entry.get("named"):
        return bool(named == entry.get("named"))
    if not isinstance(planned, datetime) or planned.minute != at.minute:
        return False
    return planned.hour % HALF == at.hour % HALF  # "at ten" does not say which of the two


def _has(words: Sequence[str], phrase: Sequence[str]) -> bool:
    return any(tuple(words[k : k + len(phrase)]) == tuple(phrase) for k in range(len(words)))
