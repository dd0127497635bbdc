"""Calls that are made later: how one is written to disk, and what is due now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from robotos.kernel.calls import Bindings, Call, Handle, Kind, Taint
from robotos.kernel.mailbox import Message

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel

_NUMBERS = {Kind.NUMBER, Kind.DURATION, Kind.DISTANCE, Kind.ANGLE}


def dump(call: Call, bindings: Bindings) -> str:
    """The call with what its handles stand for, as JSON."""
    return json.dumps(_plain(call, bindings), sort_keys=True)


def _plain(call: Call, bindings: Bindings) -> dict[str, object]:
    def one(value: Handle | str | Call) -> object:
        if isinstance(value, Call):
            return {"call": _plain(value, bindings)}
        if isinstance(value, str):
            return value
        bound = bindings.values[value]
        return {"kind": value.kind.value, "value": bound.isoformat() if isinstance(bound, datetime) else bound}

    return {"name": call.name, "operands": {k: [one(v) for v in vs] for k, vs in call.operands.items()}}


def load(text: str) -> tuple[Call, Bindings]:
    """The reverse of `dump`, with fresh handles.

    Raises:
        ValueError: the text is not what `dump` wrote.
    """
    try:
        return _call(json.loads(text), Bindings())
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a scheduled call: {text!r}") from error


def _call(plain: Mapping[str, object], bindings: Bindings) -> tuple[Call, Bindings]:
    operands: dict[str, tuple[Handle | str | Call, ...]] = {}
    for name, values in cast("Mapping[str, list[object]]", plain["operands"]).items():
        read: list[Handle | str | Call] = []
        for value in values:
            if isinstance(value, str):
                read.append(value)
                continue
            entry = cast("Mapping[str, object]", value)
            if "call" in entry:
                nested, bindings = _call(cast("Mapping[str, object]", entry["call"]), bindings)
                read.append(nested)
                continue
            kind = Kind(cast(str, entry["kind"]))
            bound: object = entry["value"]
            if kind is Kind.TIME:
                bound = datetime.fromisoformat(cast(str, bound))
            elif kind in _NUMBERS:
                bound = float(cast(float, bound))
            bindings, handle = bindings.bind(kind, bound)
            read.append(handle)
        operands[name] = tuple(read)
    return Call(cast(str, plain["name"]), operands), bindings


def due(kernel: Kernel) -> list[Message]:
    """Messages to the assistant for every scheduled call whose time has come; repeating ones are planned anew."""
    wall, disk = kernel.ports.clock.wall(), kernel.ports.disk
    messages = []
    for entry in disk.planned():
        if entry.at > wall:
            continue
        kernel.journal("due", {"id": entry.id, "call": entry.call})
        if entry.every > 0:
            times = int((wall - entry.at).total_seconds() // entry.every) + 1
            disk.replan(entry.id, entry.at + timedelta(seconds=times * entry.every))
        else:
            disk.unplan(entry.id)
        messages.append(Message(0, "due", entry.call, Taint.OWNER))
    return messages
