"""Reading a result's data: each key with the type it should have, or nothing. A wrong type is treated as absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from robotos.kernel.calls import Bindings, Call, Result


def text(result: Result, key: str) -> str:
    """A string, "" when there is none."""
    value = result.data.get(key)
    return value if isinstance(value, str) else ""


def number(result: Result, key: str) -> float | None:
    """A number that is no bool."""
    value = result.data.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def moment(result: Result, key: str) -> datetime | None:
    """A civil time."""
    value = result.data.get(key)
    return value if isinstance(value, datetime) else None


def texts(result: Result, key: str) -> list[str]:
    """A list of strings."""
    return [item for item in items(result, key) if isinstance(item, str)]


def items(result: Result, key: str) -> Sequence[object]:
    """A list or tuple of anything."""
    value = result.data.get(key)
    return value if isinstance(value, list | tuple) else ()


def call(data: Mapping[str, object]) -> tuple[Call, Bindings] | None:
    """The call and its bindings under `call` and `bindings`; None unless both are there."""
    found, bindings = data.get("call"), data.get("bindings")
    return (found, bindings) if isinstance(found, Call) and isinstance(bindings, Bindings) else None


def rooms(result: Result) -> list[tuple[str, float, str]]:
    """What came of each room of a cleaning: name, share of its floor, outcome."""
    found = []
    for item in items(result, "rooms"):
        if isinstance(item, list | tuple) and len(item) == 3:
            room, share, outcome = item
            if isinstance(room, str) and isinstance(share, int | float) and isinstance(outcome, str):
                found.append((room, float(share), outcome))
    return found


def skipped(result: Result) -> list[tuple[str, datetime]]:
    """Rooms that were left out because they were cleaned so recently, and when that was."""
    return pairs(result, "skipped")


def pairs(result: Result, key: str) -> list[tuple[str, datetime]]:
    """A list of names, each with a civil time."""
    found = []
    for item in items(result, key):
        if isinstance(item, list | tuple) and len(item) >= 2 and isinstance(item[1], datetime):
            found.append((str(item[0]), item[1]))
    return found
