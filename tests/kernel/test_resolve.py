"""Every row of the table: right calls resolve, everything else is refused with a reason and nothing crashes."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.errno import Errno
from robotos.kernel.calls import HANDLES_PER_KIND, Bindings, Call, Handle, Kind
from robotos.kernel.resolve import RANGES, Invalid, Named, resolve
from robotos.kernel.syscalls import BY_NAME, TABLE
from robotos.kernel.table import Operand, Syscall

GOOD: dict[Kind, object] = {
    Kind.NUMBER: 2.0, Kind.DISTANCE: 1.0, Kind.ANGLE: 1.0, Kind.DURATION: 60.0, Kind.PROCESS: 3,
    Kind.TIME: datetime(2026, 11, 20, 16, 0),
}  # fmt: skip

HANDLES = st.builds(Handle, st.sampled_from(list(Kind)), st.integers(1, HANDLES_PER_KIND))
WORDS = st.sampled_from(["all", "here", "left", "back", "that", "battery", "", "force", "clean"])
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.datetimes(), st.binary(max_size=3),
    st.datetimes(timezones=st.just(UTC)), st.lists(st.integers(), max_size=2),
)  # fmt: skip
NAMES = st.sampled_from([*(row.name for row in TABLE), "fly", ""])
OPERANDS = st.sampled_from([*sorted({o.name for row in TABLE for o in row.operands}), "nonsense"])
CALLS = st.recursive(
    st.builds(Call, NAMES, st.dictionaries(OPERANDS, st.lists(HANDLES | WORDS, max_size=3).map(tuple), max_size=4)),
    lambda inner: st.builds(
        Call, NAMES, st.dictionaries(OPERANDS, st.lists(HANDLES | WORDS | inner, max_size=3).map(tuple), max_size=4)
    ),
    max_leaves=3,
)


@settings(max_examples=400)
@given(CALLS, st.dictionaries(HANDLES, VALUES, max_size=8))
def test_nothing_crashes_and_what_passes_is_what_the_table_promises(call: Call, values: dict[Handle, object]) -> None:
    resolved = resolve(call, Bindings(values))
    if isinstance(resolved, Invalid):
        assert resolved.errno is not Errno.OK and resolved.reason
        return
    row, arguments = resolved
    assert row is BY_NAME[call.name]
    operands = {operand.name: operand for operand in row.operands}
    assert {o.name for o in row.operands if o.required} <= set(arguments)
    for name, found in arguments.items():
        operand = operands[name]
        assert operand.many or len(found) <= 1
        for value in found:
            if isinstance(value, Named):
                assert value.kind in operand.kinds and fits(value)
            elif isinstance(value, str):
                assert value in operand.literals
            else:
                assert operand.call


def fits(named: Named) -> bool:
    if named.kind in RANGES:
        low, high = RANGES[named.kind]
        return isinstance(named.value, float) and low <= named.value <= high
    if named.kind is Kind.TIME:
        return isinstance(named.value, datetime) and named.value.tzinfo is None
    if named.kind is Kind.PROCESS:
        return type(named.value) is int
    return isinstance(named.value, str) and named.value != ""


def filled(row: Syscall, only_required: bool) -> tuple[Call, Bindings]:
    """A right call of a row: each operand with the first thing it takes."""
    bindings, operands = Bindings(), {}
    for operand in row.operands:
        if only_required and not operand.required:
            continue
        value, bindings = first(operand, bindings)
        operands[operand.name] = value
    return Call(row.name, operands), bindings


def first(operand: Operand, bindings: Bindings) -> tuple[tuple[Handle | str | Call, ...], Bindings]:
    if operand.flag:
        return (), bindings
    if operand.call:
        return (Call("dock"),), bindings
    if operand.literals:
        return (operand.literals[0],), bindings
    kind = sorted(operand.kinds)[0]
    bindings, handle = bindings.bind(kind, GOOD.get(kind, "kitchen"))
    return (handle,), bindings


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_row_resolves_when_it_is_written_right(row: Syscall) -> None:
    for only_required in (True, False):
        call, bindings = filled(row, only_required)
        resolved = resolve(call, bindings)
        assert not isinstance(resolved, Invalid), resolved


@pytest.mark.parametrize("row", [r for r in TABLE if any(o.required for o in r.operands)], ids=lambda row: row.name)
def test_every_row_refuses_when_something_is_missing_or_unbound(row: Syscall) -> None:
    call, bindings = filled(row, only_required=True)
    for name in call.operands:
        rest = {k: v for k, v in call.operands.items() if k != name}
        missing = resolve(Call(row.name, rest), bindings)
        assert isinstance(missing, Invalid) and missing.errno is Errno.EINVAL and name in missing.reason
    unbound = resolve(call, Bindings())
    if bindings.values:
        assert isinstance(unbound, Invalid) and unbound.errno is Errno.EINVAL
    extra = resolve(Call(row.name, {**call.operands, "nonsense": ()}), bindings)
    assert isinstance(extra, Invalid) and extra.errno is Errno.EINVAL


def test_an_unknown_syscall_is_not_there() -> None:
    answer = resolve(Call("explode"), Bindings())
    assert isinstance(answer, Invalid) and answer.errno is Errno.ENOSYS


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, -1.0, 0.0, 1e9, True, "1", None])
def test_numbers_that_are_none_or_out_of_range_are_refused(bad: object) -> None:
    handle = Handle(Kind.DISTANCE, 1)
    answer = resolve(Call("move_by", {"way": ("forward",), "metres": (handle,)}), Bindings({handle: bad}))
    assert isinstance(answer, Invalid) and answer.errno is Errno.ERANGE


@pytest.mark.parametrize("kind", list(RANGES))
def test_the_ends_of_each_range_belong_to_it(kind: Kind) -> None:
    operand = next((row, o) for row in TABLE for o in row.operands if kind in o.kinds)
    row, wanted = operand
    call, bindings = filled(row, only_required=True)
    handle = Handle(kind, 5)
    for value, ok in ((RANGES[kind][0], True), (RANGES[kind][1], True), (RANGES[kind][1] * 1.01, False)):
        given_call = Call(row.name, {**call.operands, wanted.name: (handle,)})
        answer = resolve(given_call, Bindings({**bindings.values, handle: value}))
        assert isinstance(answer, Invalid) is not ok, (value, answer)
