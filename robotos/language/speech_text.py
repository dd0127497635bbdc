"""Texts as they are pronounced: times, numbers, units and signs in words, for a synthesiser that needs them so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from robotos.language.numbers import ONES, spell

_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)  # fmt: skip
_ORDINALS: Final[Mapping[int, str]] = {
    1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth",
    20: "twentieth", 30: "thirtieth",
}  # fmt: skip
_UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "m": ("metre", "metres"), "cm": ("centimetre", "centimetres"), "mm": ("millimetre", "millimetres"),
    "km": ("kilometre", "kilometres"), "min": ("minute", "minutes"), "s": ("second", "seconds"), "h": ("hour", "hours"),
    "°C": ("degree Celsius", "degrees Celsius"), "°": ("degree", "degrees"), "%": ("percent", "percent"),
    "m²": ("square metre", "square metres"), "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"),
}  # fmt: skip
_TIME: Final = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b(?!:)")
_DATE: Final = re.compile(rf"\b(\d{{1,2}}) ({_MONTHS})\b")
_QUANTITY: Final = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?) ?(m²|km|cm|mm|min|kg|°C|°|%|m|s|h|g)(?!\w)")
_THOUSANDS: Final = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")
_NUMBER: Final = re.compile(r"(?<![\d.])(-?)(\d+(?:\.\d+)?)")
_LONGEST: Final = 6  # digits of a number; more of them are read one by one, like a telephone number


def spoken(text: str) -> str:
    """`text` without a digit, ready to be read aloud. "15:00" becomes "three p m", "97 %" "ninety-seven percent"."""
    text = text.replace("&", " and ").replace("\u2212", "-")
    text = _TIME.sub(lambda m: spoken_time(int(m[1]), int(m[2])), text)
    text = _DATE.sub(lambda m: f"the {ordinal(int(m[1]))} of {m[2]}", text)
    text = _THOUSANDS.sub(lambda m: m[0].replace(",", ""), text)
    text = _QUANTITY.sub(_quantity, text)
    text = _NUMBER.sub(_number, text)
    text = re.sub(r"\d", lambda m: f" {spell(int(m[0]))} ", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def spoken_time(hour: int, minute: int) -> str:
    """A time of day on the twelve-hour clock: "noon", "three p m", "half past three p m", "nine oh five a m"."""
    if minute == 0 and hour in {0, 12}:
        return "noon" if hour else "midnight"
    mark = "a m" if hour < 12 else "p m"
    name = ONES[hour % 12 or 12]
    if minute == 0:
        return f"{name} {mark}"
    return f"{name} {f'oh {spell(minute)}' if minute < 10 else spell(minute)} {mark}"


def ordinal(value: int) -> str:
    """1 → "first", 21 → "twenty-first" (1 to 99)."""
    if value in _ORDINALS:
        return _ORDINALS[value]
    if value > 20 and value % 10:
        return f"{spell(value - value % 10)}-{ordinal(value % 10)}"
    return spell(value) + "th"


def _quantity(match: re.Match[str]) -> str:
    value = float(match[1])
    one, many = _UNITS[match[2]]
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
