from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.cpu.grammar import (
    END,
    CallGrammar,
    GrammarError,
    call_of,
    gbnf,
    handle_or_word,
    linear,
    parse_linear,
    parse_symbols,
    symbols_of,
)
from robotos.kernel.calls import Call, Handle, Kind
from robotos.kernel.syscalls import BY_NAME, TABLE

R1, R2, R3 = (Handle(Kind.ROOM, i) for i in (1, 2, 3))
T1, O1, H1, D1 = Handle(Kind.TIME, 1), Handle(Kind.THING, 1), Handle(Kind.PERSON, 1), Handle(Kind.DURATION, 1)
MODEL_ROWS = tuple(row for row in TABLE if row.model)
EVERY_HANDLE = tuple(Handle(kind, i) for kind in Kind for i in (1, 2, 3))


@pytest.mark.parametrize(
    "text",
    [
        "clean r1 r2 but r3 times n1 force",
        "clean all but r1",
        "clean here force",
        "fetch o1 o2 from p1 to h1",
        "schedule t1 every d1 do clean r1 force",
        "schedule d1 do say q1 to h1",
        "history clean r1",
        "history",
        "move_by forward m1",
        "say hello",
        "exit",
        "kill current",
        "remember o1 at p1",
        "turn_by left",
    ],
)
def test_linear_text_survives_the_round_trip(text: str) -> None:
    call = parse_linear(text, TABLE)
    assert linear(call, TABLE) == text
    assert parse_symbols(symbols_of(call, TABLE), TABLE) == call


def test_operands_are_found_by_their_names() -> None:
    call = parse_linear("schedule t1 every d1 do clean r1 r2 but r3 force", TABLE)
    inner = Call("clean", {"rooms": (R1, R2), "but": (R3,), "force": ()})
    assert call == Call("schedule", {"when": (T1,), "every": (D1,), "call": (inner,)})


@pytest.mark.parametrize(
    "text",
    ["", "fly", "clean", "clean r1 r1", "clean but r1", "fetch o1", "goto o1", "schedule t1 do", "force clean r1",
     "schedule t1 do schedule t1 do dock", "schedule t1 do exit", "say hello bye", "clean r9", "dock r1",
     "clean force"],
)  # fmt: skip
def test_what_the_table_does_not_offer_is_refused(text: str) -> None:
    with pytest.raises(GrammarError):
        parse_linear(text, TABLE)


def test_a_call_with_foreign_operands_is_refused() -> None:
    with pytest.raises(GrammarError, match="no operand speed"):
        symbols_of(Call("dock", {"speed": ()}), TABLE)
    with pytest.raises(GrammarError, match="no syscall"):
        symbols_of(Call("launch"), TABLE)


def test_a_call_that_could_not_be_finished_is_not_begun() -> None:
    grammar = CallGrammar(MODEL_ROWS, [R1])
    offered = grammar.allowed(grammar.start())
    assert "clean" in offered and "goto" in offered
    assert "pick" not in offered and "fetch" not in offered and "schedule" not in offered


@given(data=st.data(), handles=st.sets(st.sampled_from(EVERY_HANDLE)))
def test_every_walk_ends_in_a_call_that_parses_and_uses_only_offered_handles(
    data: st.DataObject, handles: set[Handle]
) -> None:
    grammar = CallGrammar(MODEL_ROWS, handles)
    state = grammar.start()
    walk = []
    while allowed := grammar.allowed(state):
        walk.append(data.draw(st.sampled_from(allowed)))
        state = grammar.advance(state, walk[-1])
        assert len(walk) < 60
    call = call_of(state)
    assert parse_symbols([s for s in walk if s != END], TABLE) == call
    assert {s for s in walk if isinstance(s, Handle)} <= handles
    for name, values in call.operands.items():
        assert values or next(op for op in BY_NAME[call.name].operands if op.name == name).flag


@given(handles=st.sets(st.sampled_from(EVERY_HANDLE)))
def test_no_symbol_is_offered_twice(handles: set[Handle]) -> None:
    """What may begin an operand never collides with what may go on instead, or the parse would be ambiguous."""
    grammar = CallGrammar(TABLE, handles)
    for name in grammar.allowed(grammar.start()):
        state = grammar.advance(grammar.start(), name)
        for _ in range(4):
            allowed = grammar.allowed(state)
            assert len(set(allowed)) == len(allowed)
            following = [symbol for symbol in allowed if symbol != END]
            if not following:
                break
            state = grammar.advance(state, following[0])


def test_handles_are_told_from_words() -> None:
    assert handle_or_word("r1") == R1
    assert [handle_or_word(word) for word in ("r9", "r0", "z1", "do", "r10")] == ["r9", "r0", "z1", "do", "r10"]


def test_gbnf_names_only_what_can_be_written() -> None:
    text = gbnf(MODEL_ROWS, [R1, R2, T1])
    lines = dict(line.split(" ::= ") for line in text.splitlines())
    assert 'call-clean ::= "clean" (" " ("all" | "here" | "spot" | "r1" | "r2")){1,8}' in text
    assert "call-pick" not in lines
    assert "call-schedule" in lines["root"] and "call-schedule" not in lines["inner"]
    assert set(itertools.chain(lines["root"].split(" | "), lines["inner"].split(" | "))) <= set(lines)
