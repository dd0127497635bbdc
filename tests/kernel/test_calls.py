"""Handles: bound once, never two meanings, and honest about the ones that had to change theirs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.calls import HANDLES_PER_KIND, Bindings, Handle, Kind

KINDS = st.sampled_from([Kind.ROOM, Kind.THING, Kind.NUMBER])
VALUES = st.one_of(st.text(max_size=3), st.integers(0, 12))


@given(st.lists(st.tuples(KINDS, VALUES), max_size=40))
def test_what_is_bound_is_what_the_handle_stands_for(bound: list[tuple[Kind, object]]) -> None:
    bindings = Bindings()
    for kind, value in bound:
        before = bindings
        bindings, handle = bindings.bind(kind, value)
        assert bindings.values[handle] == value
        assert handle.kind is kind and 1 <= handle.index <= HANDLES_PER_KIND
        changed = {h for h, v in before.values.items() if bindings.values.get(h) != v}
        assert changed <= bindings.rebound, "a handle that changed its meaning is reported"


@given(st.lists(VALUES, max_size=30), st.sets(st.integers(1, HANDLES_PER_KIND)))
def test_a_free_handle_is_taken_before_an_old_one_is_rebound(values: list[object], kept: set[int]) -> None:
    bindings = Bindings()
    for value in values:
        bindings, _ = bindings.bind(Kind.ROOM, value)
    bindings = bindings.keep(Handle(Kind.ROOM, index) for index in kept)
    assert not bindings.rebound
    room = HANDLES_PER_KIND - len(bindings.values)
    for number in range(room):
        bindings, _ = bindings.bind(Kind.ROOM, f"new {number}")
    assert not bindings.rebound
    bindings, handle = bindings.bind(Kind.ROOM, "one too many")
    assert bindings.rebound == {handle}


def test_the_same_value_keeps_its_handle() -> None:
    bindings, first = Bindings().bind(Kind.ROOM, "kitchen")
    bindings, _ = bindings.bind(Kind.ROOM, "study")
    again, second = bindings.bind(Kind.ROOM, "kitchen")
    assert second == first and again is bindings
    _, other = bindings.bind(Kind.PLACE, "kitchen")
    assert other == Handle(Kind.PLACE, 1), "another kind is another thing"
