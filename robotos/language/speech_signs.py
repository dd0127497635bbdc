"""How units, currencies, signs and abbreviations are read aloud: the tables of `speech_text`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def _plural(name: str) -> tuple[str, str]:
    return name, f"{name}s"


UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "m": _plural("metre"), "cm": _plural("centimetre"), "mm": _plural("millimetre"), "km": _plural("kilometre"),
    "m²": _plural("square metre"), "m2": _plural("square metre"), "cm²": _plural("square centimetre"),
    "m³": _plural("cubic metre"), "ms": _plural("millisecond"), "s": _plural("second"), "sec": _plural("second"),
    "min": _plural("minute"), "mins": _plural("minute"), "h": _plural("hour"), "hr": _plural("hour"),
    "hrs": _plural("hour"), "kg": _plural("kilogram"), "g": _plural("gram"), "l": _plural("litre"),
    "ml": _plural("millilitre"), "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "°": _plural("degree"), "%": ("percent", "percent"),
    "m/s": ("metre per second", "metres per second"), "km/h": ("kilometre per hour", "kilometres per hour"),
    "m/s²": ("metre per second squared", "metres per second squared"),
    "°/s": ("degree per second", "degrees per second"), "rad": _plural("radian"),
    "rad/s": ("radian per second", "radians per second"), "V": _plural("volt"), "mV": _plural("millivolt"),
    "W": _plural("watt"), "kW": _plural("kilowatt"), "Wh": _plural("watt hour"), "kWh": _plural("kilowatt hour"),
    "mA": _plural("milliamp"), "Ah": _plural("amp hour"), "mAh": _plural("milliamp hour"), "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"), "dB": _plural("decibel"), "kB": _plural("kilobyte"), "MB": _plural("megabyte"),
    "GB": _plural("gigabyte"),
}  # fmt: skip
"""What stands behind a number: the name for one, and for any other number."""

CURRENCIES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "£": (*_plural("pound"), "penny", "pence"),
    "$": (*_plural("dollar"), *_plural("cent")),
    "€": (*_plural("euro"), *_plural("cent")),
}  # fmt: skip
"""One and many of the unit, one and many of its hundredth."""

FRACTIONS: Final[Mapping[str, str]] = {
    "½": "one half", "¼": "one quarter", "¾": "three quarters", "⅓": "one third", "⅔": "two thirds",
    "1/2": "one half", "1/4": "one quarter", "3/4": "three quarters", "1/3": "one third", "2/3": "two thirds",
}  # fmt: skip

ABBREVIATIONS: Final[Mapping[str, str]] = {
    "Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missus", "Ms.": "Miz", "Prof.": "Professor", "e.g.": "for example",
    "i.e.": "that is", "etc.": "et cetera", "approx.": "approximately", "vs.": "versus", "a.m.": "a m", "p.m.": "p m",
    "max.": "at most", "min.": "at least", "incl.": "including", "temp.": "temperature",
}  # fmt: skip

SIGNS: Final[Mapping[str, str]] = {
    "&": "and", "+": "plus", "=": "equals", "×": "times", "±": "plus or minus", "≈": "about", "~": "about",
    "<": "less than", ">": "more than", "≤": "at most", "≥": "at least", "→": "to", "@": "at",
}  # fmt: skip

_MARKS: Final = frozenset("\"'(){}.,;:!?-–—/°²³%£$€#" + "".join(SIGNS) + "".join(FRACTIONS))
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "−": "-", "‑": "-", "\u00a0": " ", "…": "..."})
_ABBREVIATION: Final = re.compile(
    r"(?<![\w.])(?:" + "|".join(re.escape(short) for short in sorted(ABBREVIATIONS, key=len, reverse=True)) + ")",
    re.IGNORECASE,
)
_LOWER: Final = {short.lower(): words for short, words in ABBREVIATIONS.items()}

_TITLES: Final = frozenset({"dr.", "mr.", "mrs.", "ms.", "prof."})  # always followed by a capital


def cleaned(text: str) -> str:
    """`text` without what cannot be pronounced: pictures, control characters, marks of formatting."""
    plain = text.translate(_QUOTES)
    return "".join(c if c.isalnum() or c in _MARKS else " " for c in plain)


def written_out(text: str) -> str:
    """Abbreviations in full. The dot of one that ends a sentence stays: a capital follows it, or nothing."""

    def full(match: re.Match[str]) -> str:
        short, rest = match[0].lower(), text[match.end() :]
        if short == "min." and text[: match.start()].rstrip()[-1:].isdigit():
            return match[0]  # minutes, at the end of a sentence
        words = _LOWER[short]
        ends = short not in _TITLES and (not rest.strip() or re.match(r"\s+[A-Z]", rest) is not None)
        return words + ("." if ends else "")

    return _ABBREVIATION.sub(full, text)
