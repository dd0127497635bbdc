"""Calls that are made later: how one is written to disk, and what is due now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from robotos.errno import Errno
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Taint
from robotos.kernel.mailbox import Message
from robotos.kernel.ports import Planned

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel

LATEST = 3600.0  # s after its time up to which a call is still made: the robot may have been switched off then

_NUMBERS = {Kind.NUMBER, Kind.DURATION, Kind.DISTANCE, Kind.ANGLE}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A call for later, what its handles stand for, and on whose words it is made."""

    call: Call
    bindings: Bindings
    taint: Taint


def dump(call: Call, bindings: Bindings, taint: Taint) -> str:
    """The call with what its handles stand for, as JSON.

    Raises:
        ValueError: a handle stands for nothing, or for what JSON cannot hold.
    """
    try:
        return json.dumps({**_plain(call, bindings), "taint": taint.value}, sort_keys=True, allow_nan=False)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{call} cannot be kept for later: {error!r}") from error


def _plain(call: Call, bindings: Bindings) -> dict[str, object]:
    def one(value: Handle | str | Call) -> object:
        if isinstance(value, Call):
            return {"call": _plain(value, bindings)}
        if isinstance(value, str):
            return value
        bound = bindings.values[value]
        return {"kind": value.kind.value, "value": bound.isoformat() if isinstance(bound, datetime) else bound}

    return {"name": call.name, "operands": {k: [one(v) for v in vs] for k, vs in call.operands.items()}}


def load(text: str) -> Scheduled:
    """The reverse of `dump`, with fresh handles.

    Raises:
        ValueError: the text is not what `dump` wrote.
    """
    try:
        plain = json.loads(text)
        call, bindings = _call(plain, Bindings())
        return Scheduled(call, bindings, Taint(plain["taint"]))
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


def entry(planned: Planned) -> dict[str, object]:
    """A scheduled call as it is told: `at`, `every` (s) and, where it can be read, `call` with its `bindings`."""
    when: dict[str, object] = {"at": planned.at, "every": planned.every}
    try:
        what = load(planned.call)
    except ValueError:  # written by another version: told as far as it can be read
        return when
    return {**when, "call": what.call, "bindings": what.bindings}


def deliver_due(kernel: Kernel) -> None:
    """Hand every scheduled call whose time has come to the assistant; repeating ones are planned anew.

    A call whose mailbox is full stays due. One that is later than `LATEST` is not made: the owner is told.
    """
    wall = kernel.ports.clock.wall()
    for due in kernel.ports.disk.planned():
        if due.at > wall:
            continue
        late = (wall - due.at).total_seconds()
        kernel.journal("due", {"id": due.id, "call": due.call, "late": round(late, 1)})
        if late > LATEST:
            kernel.note(0, "kernel", "event", f"missed: planned for {due.at:%Y-%m-%d %H:%M}", Errno.ETIMEDOUT)
            kernel.speak(0, f"I was not there at {due.at:%H:%M}, and left out what was planned for then.")
        elif not kernel.deliver(Message(0, "due", due.call)):
            continue
        _next_time(kernel, due, wall)


def _next_time(kernel: Kernel, due: Planned, wall: datetime) -> None:
    if due.every <= 0:
        kernel.ports.disk.unplan(due.id)
        kernel.planned_by.pop(due.id, None)
        return
    times = int((wall - due.at).total_seconds() // due.every) + 1
    kernel.ports.disk.replan(due.id, due.at + timedelta(seconds=times * due.every))
