"""Texts as they are pronounced: times, dates, numbers, money and units in words, for a synthesiser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from robotos.language.numbers import ONES, spell
from robotos.language.speech_signs import CURRENCIES, FRACTIONS, SIGNS, UNITS, cleaned, written_out

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ORDINALS: Final[Mapping[str, str]] = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_NAMES: Final = "|".join(MONTHS)
_YEAR: Final = r"(?:,? (\d{4}))?(?!\d)"
_ISO: Final = re.compile(r"(?<![\d-])(\d{4})-(0\d|1[0-2])-([0-2]\d|3[01])(?:T(?=\d\d:)|(?![\d-]))")
_DAY_MONTH: Final = re.compile(rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_NAMES})\b{_YEAR}")
_MONTH_DAY: Final = re.compile(rf"\b({_NAMES}) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]){_YEAR}")
_TIME: Final = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?![\d:])(?: ?([ap]) ?m\b)?", re.I)
_HOUR: Final = re.compile(r"\b(1[0-2]|[1-9]) ?([ap]) ?m\b", re.I)
_MONEY: Final = re.compile(r"([£$€]) ?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d\d))?(?![\d.]*\d)")
_UNIT: Final = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_RANGE: Final = re.compile(r"(?<![\w.,:/-])(\d{1,3}(?:\.\d+)?) ?[-–—] ?(\d{1,3}(?:\.\d+)?)(?![\w.:/-]*\d)")
_FRACTION: Final = re.compile("|".join(one if len(one) == 1 else rf"(?<![\w/.]){one}(?![\w/.])" for one in FRACTIONS))
_ORDINAL: Final = re.compile(r"(?<![\w.])(\d{1,6})(?:st|nd|rd|th)\b", re.I)
_QUANTITY: Final = re.compile(rf"(?<![\w.])(-?\d+(?:\.\d+)?) ?({_UNIT})(?![\w²³/])")
_THOUSANDS: Final = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")
_NUMBER: Final = re.compile(r"(?<![\d.])(-?)(\d+(?:\.\d+)?)")
_VERSION: Final = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d])")
_SIGN: Final = re.compile("|".join(re.escape(sign) for sign in SIGNS))
_DASH: Final = re.compile(r"\s*[–—]\s*|\s+-+\s+")
_LONGEST: Final = 6  # digits of a number; more of them are read one by one, like a telephone number


def spoken(text: str) -> str:
    """`text` without a digit or a sign: "15:00" becomes "three p m", "97 %" "ninety-seven percent"."""
    text = written_out(cleaned(text))
    text = _ISO.sub(lambda m: _iso(m[1], m[2], m[3]) + (" at " if m[0].endswith("T") else ""), text)
    text = _DAY_MONTH.sub(lambda m: _date(m[1], m[2], m[3]), text)
    text = _MONTH_DAY.sub(lambda m: _date(m[2], m[1], m[3]), text)
    text = _TIME.sub(_time, text)
    text = _HOUR.sub(lambda m: f"{ONES[int(m[1])]} {m[2].lower()} m", text)
    text = _MONEY.sub(_money, text)
    text = _THOUSANDS.sub(lambda m: m[0].replace(",", ""), text)
    text = _RANGE.sub(lambda m: f"{m[1]} to {m[2]}" if float(m[1]) < float(m[2]) else m[0], text)
    text = _FRACTION.sub(lambda m: f" {FRACTIONS[m[0]]} ", text)
    text = _ORDINAL.sub(lambda m: ordinal(int(m[1])), text)
    text = _QUANTITY.sub(_quantity, text)
    text = _VERSION.sub(lambda m: m[0].replace(".", " point "), text)
    text = re.sub(r"(?<!\w)#(?=\d)", "number ", text)
    text = _NUMBER.sub(_number, text)
    text = re.sub(r"\d", lambda m: f" {spell(int(m[0]))} " if m[0].isdecimal() else " ", text)
    text = _SIGN.sub(lambda m: f" {SIGNS[m[0]]} ", _DASH.sub(", ", text))
    return _tidied(re.sub(r"[%°²³£$€#\"()]", " ", text))


def spoken_time(hour: int, minute: int) -> str:
    """A time of day on the twelve-hour clock: "noon", "three p m", "three thirty p m", "nine oh five a m"."""
    if minute == 0 and hour in {0, 12}:
        return "noon" if hour else "midnight"
    mark = "a m" if hour < 12 else "p m"
    name = ONES[hour % 12 or 12]
    if minute == 0:
        return f"{name} {mark}"
    return f"{name} {f'oh {spell(minute)}' if minute < 10 else spell(minute)} {mark}"


def ordinal(value: int) -> str:
    """1 → "first", 21 → "twenty-first", 100 → "one hundredth" (from 0 on)."""
    words = spell(value)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    if last in _ORDINALS:
        return words[:cut] + _ORDINALS[last]
    return words[:-1] + "ieth" if last.endswith("y") else words + "th"


def spoken_year(value: int) -> str:
    """1999 → "nineteen ninety-nine", 2026 → "twenty twenty-six", 2005 → "two thousand and five"."""
    century, rest = divmod(value, 100)
    if value % 1000 < 10 or not 1000 < value < 10_000:
        return spell(value)
    if rest == 0:
        return f"{spell(century)} hundred"
    return f"{spell(century)} {f'oh {spell(rest)}' if rest < 10 else spell(rest)}"


def _iso(year: str, month: str, day: str) -> str:
    if int(month) == 0 or int(day) == 0:
        return f"{year} {month} {day}"
    return _date(day, MONTHS[int(month) - 1], year)


def _date(day: str, month: str, year: str | None) -> str:
    if not 1 <= int(day) <= 31:
        return f"{day} {month} {year or ''}".strip()
    return f"the {ordinal(int(day))} of {month}" + (f" {spoken_year(int(year))}" if year else "")


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if match[3] is None:
        return spoken_time(hour, minute)
    afternoon = match[3].lower() == "p"
    return spoken_time(hour % 12 + 12 * afternoon if hour <= 12 else hour, minute)


def _money(match: re.Match[str]) -> str:
    one, many, cent, cents = CURRENCIES[match[1]]
    whole, part = int(match[2].replace(",", "")), int(match[3] or 0)
    said = [f"{_spell(str(whole))} {one if whole == 1 else many}"] if whole or not part else []
    if part:
        said.append(f"{spell(part)} {cent if part == 1 else cents}")
    return " and ".join(said)


def _quantity(match: re.Match[str]) -> str:
    value = float(match[1])
    one, many = UNITS[match[2]]
    return f"{_spell(match[1])} {one if value == 1 else many}"


def _number(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1] if match.start() else " "
    after = match.string[match.end()] if match.end() < len(match.string) else " "
    sign = "minus " if match[1] and not before.isalnum() else (" " if match[1] else "")
    words = _spell(match[2])
    return f"{' ' if before.isalnum() and not match[1] else ''}{sign}{words}{' ' if after.isalnum() else ''}"


def _spell(digits: str) -> str:
    whole = digits.lstrip("-").partition(".")[0]
    if len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0"):
        return " ".join("point" if d == "." else ("minus" if d == "-" else ONES[int(d)]) for d in digits)
    return spell(float(digits))


def _tidied(text: str) -> str:
    """Single spaces, none before a comma or full stop."""
    return re.sub(r" +(?=[,.;:!?](?:\s|$))", "", re.sub(r"\s{2,}", " ", text)).strip()
