"""What every section of the policy has in common, and how it writes lengths and times of day."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LENGTH: Final = re.compile(r"(?:\d+(?:\.\d+)?[smhd]\s*)+")
_PIECE: Final = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
LONGEST: Final = 366 * 86400.0  # s


class Section(BaseModel):
    """A table of the policy: nothing unknown in it, nothing changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


def seconds(written: object) -> float:
    """A length of time, s, from "4h", "1h 30m", "2d", or a number of seconds.

    Raises:
        ValueError: it is neither, is negative, or is longer than a year.
    """
    if isinstance(written, int | float) and not isinstance(written, bool):
        length = float(written)
    elif isinstance(written, str) and _LENGTH.fullmatch(written.strip()):
        length = sum(float(number) * _UNITS[unit] for number, unit in _PIECE.findall(written))
    else:
        raise ValueError('a length of time is written like "4h", "1h 30m", "2d" or 3600 (seconds)')
    if not 0 <= length <= LONGEST:
        raise ValueError("a length of time is between 0 and a year")
    return length


def time_of_day(written: object) -> time:
    """A time of day from "19:00", or TOML's own 19:00:00.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(written, time) and written.tzinfo is None:
        return written.replace(second=0, microsecond=0)
    found = _CLOCK.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise ValueError('a time of day is written like "19:00"')
    return time(int(found[1]), int(found[2]))


Seconds = Annotated[float, BeforeValidator(seconds)]
TimeOfDay = Annotated[time, BeforeValidator(time_of_day)]
