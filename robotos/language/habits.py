"""What is said about the home's own day: "dinner is at seven", "we usually eat at half past six", "when is dinner"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from robotos.language.clock import When, clock
from robotos.language.daytimes import MEALS
from robotos.language.tokens import normalise

_MEAL: Final = "breakfast|lunch|dinner|supper|bedtime|lunchtime|dinnertime"
_OFTEN: Final = r"(?:always |usually |normally |generally |now )?"
_LEAD: Final = r"(?:please )?(?:remember |note |remember that |note that )?(?:from now on )?(?:in this house )?"
_TAIL: Final = r"(?: every day| each day| from now on| here| in this house| these days| now| please)*"
_TOLD: Final = tuple(
    re.compile(_LEAD + pattern + _TAIL)
    for pattern in (
        rf"(?:our |the |my )?(?P<meal>{_MEAL})(?: time)?(?: is|'s| will be| starts| begins) {_OFTEN}at (?P<at>.+?)",
        rf"(?:we|i) {_OFTEN}(?:have|eat|take) (?:our |my )?(?P<meal>{_MEAL}) at (?P<at>.+?)",
        rf"(?:we|i) {_OFTEN}go to bed at (?P<at>.+?)",
    )
)
_ASKED: Final = re.compile(
    rf"(?:when|at what time|what time) (?:is|do we have|do we eat|do i have) (?:our |the |my )?(?P<meal>{_MEAL})"
    r"(?: time)?(?: again| please| here)*"
)
# Hours of the clock (1 to 12) that are before noon, of each; the others are after it. 12 is noon but for bedtime.
_MORNING: Final = {
    "breakfast": frozenset(range(1, 12)),
    "lunch": frozenset({10, 11}),
    "dinner": frozenset[int](),
    "bedtime": frozenset({1, 2, 3, 4, 12}),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A time of the home's day as somebody says it is, by its name in `DayTimes`."""

    name: str
    at: time


def told(text: str) -> Told | None:
    """What a whole sentence says about when a meal always is; None for any other sentence ("dinner is ready")."""
    plain = _plain(text)
    for pattern in _TOLD:
        found = pattern.fullmatch(plain)
        if found is None:
            continue
        name = MEALS[found.groupdict().get("meal") or "bedtime"]
        words = tuple(found["at"].split())
        step = clock(words, 0, When(), bare_ok=True)
        if step is not None and step.length == len(words) and step.when.hour is not None:
            return Told(name, _at(name, step.when))
    return None


def asked(text: str) -> str:
    """Which time of the home's day a question asks for; "" for any other sentence."""
    found = _ASKED.fullmatch(_plain(text))
    return MEALS[found["meal"]] if found is not None else ""


def _at(name: str, when: When) -> time:
    hour = (when.hour or 0) % 24
    if hour > 12 or when.hour in {0, 24}:
        return time(hour, when.minute)
    if when.half is not None:
        return time(hour % 12 + when.half, when.minute)
    morning = (hour or 12) in _MORNING[name]
    return time(hour % 12 + (0 if morning else 12), when.minute)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[.!,;?]+(?=\s|$)", " ", normalise(text).lower()).split())
