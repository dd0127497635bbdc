"""Spoken numbers and quantities: "two and a half", "half an hour", "ninety degrees", and numbers back into words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.mention import Mention, Ref
from robotos.language.word_set import word_set

ONES: Final[tuple[str, ...]] = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS: Final[tuple[str, ...]] = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ONE: Final[Mapping[str, int]] = {word: value for value, word in enumerate(ONES)}
_TEN: Final[Mapping[str, int]] = {word: 10 * value for value, word in enumerate(TENS) if word} | {"fourty": 40}
_DIGIT: Final[Mapping[str, int]] = {word: value for value, word in enumerate(ONES[:10])} | {"oh": 0, "o": 0}
_SCALE: Final[Mapping[str, int]] = {"thousand": 1000, "million": 1_000_000}
STEP: Final = 0.5  # m, what "a step" is taken to be
FEW: Final = 3  # "a few minutes"

UNITS: Final[Mapping[str, tuple[Kind, float]]] = (
    dict.fromkeys(("second", "seconds", "sec", "secs"), (Kind.DURATION, 1.0))
    | dict.fromkeys(("minute", "minutes", "min", "mins"), (Kind.DURATION, 60.0))
    | dict.fromkeys(("hour", "hours", "hr", "hrs"), (Kind.DURATION, 3600.0))
    | dict.fromkeys(("day", "days"), (Kind.DURATION, 86400.0))
    | dict.fromkeys(("week", "weeks"), (Kind.DURATION, 604800.0))
    | dict.fromkeys(("month", "months"), (Kind.DURATION, 30 * 86400.0))
    | dict.fromkeys(("metre", "metres"), (Kind.DISTANCE, 1.0))
    | dict.fromkeys(("kilometre", "kilometres", "kilometer", "kilometers", "km"), (Kind.DISTANCE, 1000.0))
    | dict.fromkeys(("mile", "miles"), (Kind.DISTANCE, 1609.344))
    | dict.fromkeys(("centimetre", "centimetres", "cm"), (Kind.DISTANCE, 0.01))
    | dict.fromkeys(("millimetre", "millimetres", "mm", "millimeter", "millimeters"), (Kind.DISTANCE, 0.001))
    | dict.fromkeys(("foot", "feet", "ft"), (Kind.DISTANCE, 0.3048))
    | dict.fromkeys(("inch", "inches"), (Kind.DISTANCE, 0.0254))
    | dict.fromkeys(("yard", "yards"), (Kind.DISTANCE, 0.9144))
    | dict.fromkeys(("step", "steps", "pace", "paces"), (Kind.DISTANCE, STEP))
    | dict.fromkeys(("degree", "degrees", "deg"), (Kind.ANGLE, math.pi / 180))
    | dict.fromkeys(("radian", "radians", "rad"), (Kind.ANGLE, 1.0))
)
_LETTER_UNITS: Final[Mapping[str, tuple[Kind, float]]] = {  # only after digits: "2 m", "30 s", "1 h"
    "m": (Kind.DISTANCE, 1.0),
    "s": (Kind.DURATION, 1.0),
    "h": (Kind.DURATION, 3600.0),
}
_TURNS: Final = frozenset({"turn", "turns", "circle", "circles", "rotation", "rotations", "revolution", "spin"})
_PARTS_OF_TURN: Final[Mapping[str, float]] = {"half": 0.5, "quarter": 0.25} | dict.fromkeys(
    ("full", "whole", "complete", "entire"), 1.0
)
_ALL_AROUND: Final = frozenset({("all", "the", "way", "around"), ("all", "the", "way", "round")})
_AROUND_WHAT: Final = frozenset({("the",), ("a",), ("my",), ("our",), ("it",), ("me",), ("this",), ("that",)})
# After these "a minute" is a length of time; after others ("wait a minute", "give me a second") a figure of speech.
_LASTING: Final = word_set(
    "in for after within every each about another than nearly almost remain stay spend takes needs"
)
_IDIOMS: Final = frozenset({"second", "sec", "minute", "min", "step", "pace"})
_LONGER: Final = word_set("ago later and from more longer before")
_NEVER_MEANT: Final = frozenset({"second", "sec", "step", "pace"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number and how many words it took; `digits` when it was written in digits."""

    value: float
    length: int
    digits: bool = False


def cardinal(words: Sequence[str], i: int) -> Number | None:
    """The number that begins at word `i`, if one does: digits, or words up to the millions, with "point"."""
    if i >= len(words):
        return None
    if words[i][0].isdecimal():
        return _digits(words, i)
    whole = _whole(words, i)
    if whole is None:
        return None
    j = i + whole.length
    if j + 1 < len(words) and words[j] == "point" and words[j + 1] in _DIGIT:
        fraction, k = "", j + 1
        while k < len(words) and words[k] in _DIGIT:
            fraction += str(_DIGIT[words[k]])
            k += 1
        return Number(whole.value + float(f"0.{fraction}"), k - i)
    return whole


def _digits(words: Sequence[str], i: int) -> Number | None:
    try:
        value = float(words[i])
    except ValueError:
        return None  # a clock time such as 7:30
    length = 1
    if i + 1 < len(words) and words[i + 1] in _SCALE:
        value *= _SCALE[words[i + 1]]
        length = 2
    return Number(value, length, digits=True) if math.isfinite(value) else None


def _whole(words: Sequence[str], i: int) -> Number | None:
    total = current = 0
    j, seen = i, False
    last = math.inf  # the size of the last part: "twenty five" but not "five twenty"
    while j < len(words):
        word = words[j]
        if word in _TEN and last > 100:
            current, last = current + _TEN[word], 10
        elif word in _ONE and (last > 100 or (last == 10 and 0 < _ONE[word] < 10)):
            current, last = current + _ONE[word], 1
        elif word == "hundred" and (last in {1, math.inf}):
            current, last = max(current, 1) * 100, 101
        elif word in _SCALE and (seen or j == i):
            total, current, last = total + max(current, 1) * _SCALE[word], 0, 1001
        elif word in {"a", "an"} and j == i and j + 1 < len(words) and words[j + 1] in {"hundred", "thousand"}:
            current, last = 1, 1
        elif word == "a" and j == i and tuple(words[j + 1 : j + 2]) == ("dozen",):
            return Number(12, 2)
        elif (
            word == "and"
            and seen
            and last in {101, 1001}
            and j + 1 < len(words)
            and (words[j + 1] in _ONE or words[j + 1] in _TEN)
        ):
            last = 101
        else:
            break
        seen = True
        j += 1
    return Number(float(total + current), j - i) if seen else None


def amount(words: Sequence[str], i: int) -> Number | None:
    """A number with its fractions ("one and a half", "half a", "three quarters of an", "a couple of", "an")."""
    for pattern, value in _AMOUNTS:
        if tuple(words[i : i + len(pattern)]) == pattern:
            return Number(value, len(pattern))
    number = cardinal(words, i)
    if number is None:
        return Number(1, 1) if i < len(words) and words[i] in {"a", "an"} else None
    return _with_fraction(words, i, number)


_AMOUNTS: Final[tuple[tuple[tuple[str, ...], float], ...]] = (
    (("three", "quarters", "of", "an"), 0.75),
    (("three", "quarters", "of", "a"), 0.75),
    (("a", "quarter", "of", "an"), 0.25),
    (("a", "quarter", "of", "a"), 0.25),
    (("quarter", "of", "an"), 0.25),
    (("quarter", "of", "a"), 0.25),
    (("a", "couple", "of"), 2),
    (("couple", "of"), 2),
    (("a", "couple"), 2),
    (("half", "a", "dozen"), 6),
    (("a", "few"), FEW),
    (("half", "an"), 0.5),
    (("half", "a"), 0.5),
    (("a", "half"), 0.5),
    (("half",), 0.5),
)


def _with_fraction(words: Sequence[str], i: int, number: Number) -> Number:
    tail = tuple(words[i + number.length : i + number.length + 3])
    if tail in {("and", "a", "half"), ("and", "a", "quarter")}:
        return Number(number.value + (0.5 if tail[2] == "half" else 0.25), number.length + 3)
    return number


def quantity(words: Sequence[str], i: int) -> Mention | None:
    """A duration, distance or angle that begins at word `i`."""
    turn = _part_of_turn(words, i)
    if turn is not None:
        return turn
    first = _with_unit(words, i)
    if first is None:
        return None
    kind, value, length = first
    j = i + length
    if tuple(words[j : j + 3]) == ("and", "a", "half"):
        return Mention(length + 3, (Ref(kind, value + 0.5 * _unit(words, j - 1)[1]),))
    k = j + 1 if j < len(words) and words[j] == "and" else j
    more = _with_unit(words, k)
    if more is not None and more[0] is kind and more[1] < value and kind is not Kind.ANGLE:
        return Mention(k + more[2] - i, (Ref(kind, value + more[1]),))
    return Mention(length, (Ref(kind, value),))


def _unit(words: Sequence[str], j: int) -> tuple[Kind, float]:
    return UNITS.get(words[j]) or _LETTER_UNITS[words[j]]


def _with_unit(words: Sequence[str], i: int) -> tuple[Kind, float, int] | None:
    number = amount(words, i)
    if number is None:
        return None
    j = i + number.length
    if j >= len(words):
        return None
    known = UNITS.get(words[j]) or (_LETTER_UNITS.get(words[j]) if number.digits else None)
    if known is None:
        return None
    if words[i] in {"a", "an", "one"} and number.length == 1 and _is_idiom(words, i, j):
        return None
    kind, factor = known
    return kind, number.value * factor, number.length + 1


def _is_idiom(words: Sequence[str], i: int, j: int) -> bool:
    """ "wait a second", "one moment", "take a step": no measure is meant."""
    before = words[i - 1] if i else ""
    after = words[j + 1] if j + 1 < len(words) else ""
    if words[j] in {"day", "days"}:
        return before == "it" or after == "off"  # call it a day, a day off
    if words[j] not in _IDIOMS:
        return False
    made = tuple(words[max(0, i - 2) : i]) == ("make", "it")
    return words[j] in _NEVER_MEANT or not (before in _LASTING or after in _LONGER or made)


def _part_of_turn(words: Sequence[str], i: int) -> Mention | None:
    """ "a half turn", "three quarters of a turn", "two full circles", "one full turn", "all the way around"."""
    if tuple(words[i : i + 4]) in _ALL_AROUND and tuple(words[i + 4 : i + 5]) not in _AROUND_WHAT:
        return _turned(1.0, 4)
    number = amount(words, i)
    if number is not None and i + number.length < len(words):
        j = i + number.length
        part = _PARTS_OF_TURN.get(words[j])
        if part is not None and j + 1 < len(words) and words[j + 1] in _TURNS:
            return _turned(number.value * part, number.length + 2)
        if number.value != 1 and words[j] in _TURNS:  # "a turn", "one spin" is any
            return _turned(number.value, number.length + 1)
    if words[i] in _PARTS_OF_TURN and i + 1 < len(words) and words[i + 1] in _TURNS:
        return _turned(_PARTS_OF_TURN[words[i]], 2)
    return None


def _turned(turns: float, length: int) -> Mention:
    return Mention(length, (Ref(Kind.ANGLE, turns * 2 * math.pi),))


# ---------------------------------------------------------------- back into words


def spell(value: float) -> str:
    """A number in words: 21 → "twenty-one", 2.5 → "two point five", -3 → "minus three"."""
    if not math.isfinite(value):
        return "an unknown number"
    if value < 0:
        return f"minus {spell(-value)}"
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    whole, _, fraction = text.partition(".")
    words = _spell_whole(int(whole))
    return f"{words} point {' '.join(ONES[int(d)] for d in fraction)}" if fraction else words


def _spell_whole(value: int) -> str:
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10] + (f"-{ONES[value % 10]}" if value % 10 else "")
    for size, name in ((1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            head, rest = divmod(value, size)
            if head >= 1000:
                return " ".join(ONES[int(d)] for d in str(value))
            joint = " and " if rest and rest < 100 else " "
            return f"{_spell_whole(head)} {name}" + (joint + _spell_whole(rest) if rest else "")
    raise AssertionError(value)
