"""Where a number alone is a time of the clock, since a plan is made or moved to it: "make it six", "rather ten"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from robotos.language.numbers import cardinal
from robotos.language.word_set import word_set

_MOVING: Final = word_set("move moved change changed shift push postpone delay reschedule put set bring switch book")
_PLANNING: Final = word_set("schedule book plan pencil put")
_MAKING: Final = frozenset(
    {("make", "it"), ("make", "that"), ("make", "this"), ("be",), ("rather",), ("prefer",), ("meant",), ("strikes",),
     ("no",), ("sorry",), ("than",), ("said",), ("once", "it", "is"), ("when", "it", "is"), ("until", "it", "is"),
     ("as", "soon", "as", "it", "is"), ("after", "it", "is")}
)  # fmt: skip
# What may follow such a number; anything else would be counted by it.
_AFTER: Final = word_set("please instead not i is would will suits then sorry rather after and today if")
_TENS: Final = frozenset({5.0, 10.0, 20.0, 25.0})
_COUNTING: Final = word_set("count from between counting degrees turn turning rotate")
_VERBS: Final = frozenset({("would",), ("is",), ("suits",), ("will",)})
LATEST: Final = 12  # o'clock


def settled(words: Sequence[str], i: int) -> bool:
    """Whether a number at word `i` is a time of the clock without "at" or "o'clock"."""
    number = cardinal(words, i)
    if number is None or words[i] in {"one", "o", "oh", "zero", "a", "an"} or not 1 <= number.value <= 60:
        return False
    k = i + number.length
    if _to_the_hour(words, i, k, number.value):
        return True
    if number.value > LATEST or number.value != int(number.value) or (k < len(words) and words[k] not in _AFTER):
        return False
    before = tuple(words[:i])
    if any(before[-len(said) :] == said for said in _MAKING):
        return True
    if before[-1:] == ("to",):
        return any(word in _MOVING for word in before)
    if before[-1:] == ("for",):
        return any(word in _PLANNING for word in before)
    verb = tuple(words[k : k + 1]) in _VERBS
    return verb and k + 1 < len(words) and before in {(), ("no",), ("i", "think"), ("actually",)}


def _to_the_hour(words: Sequence[str], i: int, k: int, minutes: float) -> bool:
    """ "ten to eight", but not "count from ten to eight"."""
    if minutes not in _TENS or k >= len(words) or words[k] != "to" or any(word in _COUNTING for word in words[:i]):
        return False
    hour = cardinal(words, k + 1)
    counted = tuple(words[k + 2 : k + 3]) in {("times",), ("metres",)}
    return hour is not None and 1 <= hour.value <= LATEST and not counted
