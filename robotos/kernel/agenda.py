"""Calls that are made later: how one is written to disk, and how it is told. When they are made is `due`'s business."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from robotos.kernel.calls import Bindings, Call, Handle, Kind, Taint
from robotos.kernel.recurrence import PLAIN, Rule
from robotos.kernel.storage import Planned

_NUMBERS = {Kind.NUMBER, Kind.DURATION, Kind.DISTANCE, Kind.ANGLE}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A call for later, what its handles stand for, on whose words it is made, and what its times keep to."""

    call: Call
    bindings: Bindings
    taint: Taint
    rule: Rule = PLAIN


def dump(call: Call, bindings: Bindings, taint: Taint, rule: Rule = PLAIN) -> str:
    """The call with what its handles stand for, as JSON.

    Raises:
        ValueError: a handle stands for nothing, or for what JSON cannot hold.
    """
    try:
        kept = {**_plain(call, bindings), "taint": taint.value}
        if rule != PLAIN:
            kept["rule"] = {"named": rule.named, "days": list(rule.days)}
        return json.dumps(kept, sort_keys=True, allow_nan=False)
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
        return Scheduled(call, bindings, Taint(plain["taint"]), _rule(plain.get("rule")))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a scheduled call: {text!r}") from error


def _rule(plain: object) -> Rule:
    if plain is None:
        return PLAIN
    kept = cast("Mapping[str, object]", plain)
    days = tuple(int(day) for day in cast("list[int]", kept["days"]))
    if not all(0 <= day < 7 for day in days):
        raise ValueError(f"no days of the week: {days}")
    return Rule(str(kept["named"]), days)


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
    """A scheduled call as it is told: `at`, `every` (s), `put_off` from where quiet hours moved it, and where it can be
    read, `call` with its `bindings`, `named` and `days`."""
    when: dict[str, object] = {"at": planned.at, "every": planned.every}
    if planned.due is not None and planned.at > planned.due:
        when["put_off"] = planned.due
    try:
        what = load(planned.call)
    except ValueError:  # written by another version: told as far as it can be read
        return when
    kept = {"named": what.rule.named, "days": what.rule.days}
    return {**when, **kept, "call": what.call, "bindings": what.bindings}
