"""Times of the clock as people say them: "half past three", "a quarter to seven", "nine oh five", "15:30"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from robotos.language.numbers import UNITS, cardinal, quantity
from robotos.language.word_set import word_set

FIXED: Final[Mapping[str, int]] = {"noon": 12, "midday": 12, "midnight": 0, "noontime": 12}
_ARTICLES: Final = word_set("the a an my our your his her their me him it us them this that")
_AFTER_TO: Final = frozenset({"", "and", "or", "please", "then"})  # "at ten to"
_OCLOCK: Final = frozenset({"o'clock", "oclock"})
# A bare number is no time of day when one of these follows.
_COUNTED: Final = word_set("percent times more of things rooms room places people by point degrees or thirds")


@dataclass(frozen=True, slots=True)
class When:
    """What has been said so far. `half`: 0 am, 12 pm; `offset`: days from today; `every`: seconds.

    `past`: only the minutes were said ("at twenty past"); the hour is that of the time before.
    """

    hour: int | None = None
    minute: int = 0
    half: int | None = None
    part: str = ""
    offset: int | None = None
    weekday: int | None = None
    every: float = 0.0
    past: bool = False

    @property
    def dated(self) -> bool:
        return self.offset is not None or self.weekday is not None


@dataclass(frozen=True, slots=True)
class Step:
    """What is known after reading `length` more words."""

    when: When
    length: int


def clock(words: Sequence[str], j: int, when: When, bare_ok: bool) -> Step | None:
    """The time of the clock that begins at word `j`; a lone number is one only where `bare_ok`."""
    if j >= len(words):
        return None
    if words[j] in FIXED:
        return Step(replace(when, hour=FIXED[words[j]], half=FIXED[words[j]]), 1)
    relative = _relative(words, j, when, bare_ok)
    if relative is not None:
        return relative
    return _hours_minutes(words, j, when, bare_ok)


def _relative(words: Sequence[str], j: int, when: When, bare_ok: bool) -> Step | None:
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
    if hour is None and k < len(words) and words[k] in FIXED:
        value, length, half = FIXED[words[k]], 1, FIXED[words[k]]
    elif hour is not None and hour.value == int(hour.value) and 0 <= hour.value <= 24:
        value, length, half = int(hour.value), hour.length, None
    else:
        return _minutes_only(words, j, k, minutes, when, bare_ok)
    total = value * 60 + (-minutes if link in {"to", "before", "till"} else minutes)
    total %= 24 * 60 if half is not None or value > 12 else 12 * 60
    h = total // 60
    if half is None and value <= 12:
        h = h or 12
    found = replace(when, hour=h, minute=total % 60, half=(12 if h >= 12 else 0) if half is not None else None)
    return _marked(words, k + length, found, j)


def _minutes_only(words: Sequence[str], j: int, k: int, minutes: int, when: When, bare_ok: bool) -> Step | None:
    """ "at twenty past", "half past": word `k` follows "past" or "to"; whether the hour may be left out."""
    link, after = words[k - 1], words[k] if k < len(words) else ""
    if link not in {"past", "to"} or after in _ARTICLES or not (bare_ok or not after):
        return None
    if link == "to" and (not bare_ok or after not in _AFTER_TO):
        return None  # "at ten to the kitchen" gives a whole hour
    return Step(replace(when, past=True, minute=minutes if link == "past" else 60 - minutes), k - j)


def _hours_minutes(words: Sequence[str], j: int, when: When, bare_ok: bool) -> Step | None:
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


def _marked(words: Sequence[str], k: int, when: When, j: int) -> Step:
    """Take in "o'clock", "am" or "pm" and "sharp" after a clock time."""
    if k < len(words) and words[k] in _OCLOCK:
        k += 1
    mark = _meridiem(words, k)
    if mark:
        when, k = replace(when, half=0 if mark == "am" else 12), k + 1
    if k < len(words) and words[k] in {"sharp", "exactly"}:
        k += 1
    return Step(when, k - j)
