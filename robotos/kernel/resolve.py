"""From a call as the processor wrote it to arguments a handler can trust: every operand checked against the table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from robotos.errno import Errno
from robotos.kernel.calls import Bindings, Call, Handle, Kind
from robotos.kernel.syscalls import BY_NAME
from robotos.kernel.table import Operand, Syscall

# Ranges of the numbers an order may contain. NaN is in none of them; larger ones are more often misheard than meant.
RANGES = {Kind.DISTANCE: (0.01, 10.0), Kind.ANGLE: (0.01, 4 * math.pi), Kind.NUMBER: (0, 100), Kind.DURATION: (0, 31e6)}


@dataclass(frozen=True, slots=True)
class Named:
    """A resolved handle: what kind of thing it is and what it stands for."""

    kind: Kind
    value: object


Argument = Named | str | Call
Arguments = dict[str, tuple[Argument, ...]]


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why a call cannot be carried out as written."""

    errno: Errno
    reason: str


def resolve(call: Call, bindings: Bindings) -> tuple[Syscall, Arguments] | Invalid:
    """The table row and the arguments of `call`, or what is wrong with it."""
    row = BY_NAME.get(call.name)
    if row is None:
        return Invalid(Errno.ENOSYS, f"there is no syscall {call.name!r}")
    known = {operand.name: operand for operand in row.operands}
    for name in call.operands:
        if name not in known:
            return Invalid(Errno.EINVAL, f"{call.name} has no operand {name!r}")
    arguments: Arguments = {}
    for operand in row.operands:
        values = call.operands.get(operand.name)
        if values is None:
            if operand.required:
                return Invalid(Errno.EINVAL, f"{call.name} needs {operand.name!r}")
            continue
        checked = _operand(call.name, operand, values, bindings)
        if isinstance(checked, Invalid):
            return checked
        arguments[operand.name] = checked
    return row, arguments


def _operand(
    name: str, operand: Operand, values: tuple[Handle | str | Call, ...], bindings: Bindings
) -> tuple[Argument, ...] | Invalid:
    if operand.flag:
        return ()
    if not values or (len(values) > 1 and not operand.many):
        return Invalid(Errno.EINVAL, f"{name}: {operand.name} takes {'some' if operand.many else 'one'}")
    checked: list[Argument] = []
    for value in values:
        one = _value(name, operand, value, bindings)
        if isinstance(one, Invalid):
            return one
        checked.append(one)
    return tuple(checked)


def _value(name: str, operand: Operand, value: Handle | str | Call, bindings: Bindings) -> Argument | Invalid:
    if isinstance(value, Call):
        return value if operand.call else Invalid(Errno.EINVAL, f"{name}: {operand.name} takes no call")
    if isinstance(value, str):
        if value in operand.literals:
            return value
        return Invalid(Errno.EINVAL, f"{name}: {operand.name} cannot be {value!r}")
    if not isinstance(value, Handle) or value.kind not in operand.kinds:
        return Invalid(Errno.EINVAL, f"{name}: {operand.name} cannot be {value!s}")
    if value not in bindings.values:
        return Invalid(Errno.EINVAL, f"{name}: nothing is known as {value}")
    return _bound(operand, value.kind, bindings.values[value])


def _bound(operand: Operand, kind: Kind, bound: object) -> Named | Invalid:
    """What a handle stands for, if it is what its kind promises."""
    if kind in RANGES:
        low, high = RANGES[kind]
        if isinstance(bound, bool) or not isinstance(bound, int | float) or not low <= bound <= high:
            return Invalid(Errno.ERANGE, f"{operand.name} must be between {low:g} and {high:g}")
        return Named(kind, bound if isinstance(bound, float) else float(bound))  # a float may say more than its value
    if kind is Kind.TIME:
        fits = isinstance(bound, datetime) and bound.tzinfo is None
    elif kind is Kind.PROCESS:
        fits = isinstance(bound, int) and not isinstance(bound, bool)
    else:
        fits = isinstance(bound, str) and bool(bound.strip())
    return Named(kind, bound) if fits else Invalid(Errno.EINVAL, f"{operand.name} is no {kind.name.lower()}")
