"""What may be written next in a call, and GBNF for text models: both read off the rows of the syscall table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from robotos.kernel.calls import HANDLES_PER_KIND, Call, Handle, Kind
from robotos.kernel.table import Operand, Syscall

Symbol = str | Handle
"""One word of a call in linear form: an opcode, a keyword, a literal or a handle."""

END = ""
"""The symbol that closes a call."""

_NOT_NESTED = frozenset({"exit"})


class GrammarError(ValueError):
    """A symbol that the grammar does not allow where it stands."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One call being written: its row, the operand in hand (`index`), whether that one has begun, and its values."""

    row: Syscall
    index: int = 0
    begun: bool = False
    values: tuple[Symbol, ...] = ()
    done: tuple[tuple[str, tuple[Symbol, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where a call stands: one frame, or two while the nested call of a `do` is written."""

    frames: tuple[Frame, ...] = ()
    nesting: bool = False  # a `do` was written and its call has not begun
    ended: bool = False


class CallGrammar:
    """The calls that can be written with these rows and handles. Immutable; states are passed in and returned.

    A row is offered only if every required operand has at least one possible value, so there are no dead ends.
    """

    def __init__(self, calls: Sequence[Syscall], handles: Iterable[Handle]) -> None:
        self._handles: dict[Kind, list[Handle]] = {}
        for handle in sorted(set(handles), key=lambda h: (h.kind.value, h.index)):
            self._handles.setdefault(handle.kind, []).append(handle)
        plain = [row for row in calls if not any(op.call for op in row.operands)]
        self.nested = {row.name: row for row in plain if row.name not in _NOT_NESTED and self._possible(row)}
        self.rows = {row.name: row for row in calls if self._possible(row)}

    def start(self) -> State:
        """The state before the opcode."""
        return State()

    def allowed(self, state: State) -> tuple[Symbol, ...]:
        """The symbols that may come next, `END` among them when the call is complete; empty once it has ended."""
        if state.ended:
            return ()
        if state.nesting:
            return tuple(self.nested)
        if not state.frames:
            return tuple(self.rows)
        return tuple(self._next(state.frames[-1]))

    def advance(self, state: State, symbol: Symbol) -> State:
        """The state after `symbol`; raises `GrammarError` where it is not allowed."""
        if symbol not in self.allowed(state):
            raise GrammarError(f"`{symbol or 'end'}` cannot stand after `{text_of(state) or 'nothing'}`")
        if symbol == END:
            return replace(state, ended=True)
        if state.nesting or not state.frames:
            rows = self.nested if state.nesting else self.rows
            return State((*state.frames, Frame(rows[str(symbol)])))
        frame = self._take(state.frames[-1], symbol)
        return State((*state.frames[:-1], frame), nesting=frame.begun and frame.row.operands[frame.index].call)

    def _possible(self, row: Syscall) -> bool:
        return all(self.choices(op) or op.flag for op in row.operands if op.required and not op.call) and (
            bool(self.nested) if any(op.call for op in row.operands) else True
        )

    def choices(self, operand: Operand) -> list[Symbol]:
        """Every value the operand can take."""
        choices: list[Symbol] = list(operand.literals)
        for kind in sorted(operand.kinds):
            choices.extend(self._handles.get(kind, ()))
        return choices

    def first(self, operand: Operand) -> list[Symbol]:
        """The symbols with which the operand can begin."""
        if operand.keyword is None:
            return self.choices(operand)
        usable = operand.flag or operand.call or self.choices(operand)
        return [operand.keyword] if usable else []

    def _more(self, frame: Frame) -> list[Symbol]:
        """Values the operand in hand can still take."""
        operand = frame.row.operands[frame.index]
        if operand.flag or (frame.values and not operand.many) or len(frame.values) >= HANDLES_PER_KIND:
            return []
        return [symbol for symbol in self.choices(operand) if symbol not in frame.values]

    def _next(self, frame: Frame) -> list[Symbol]:
        symbols: list[Symbol] = []
        index = frame.index
        if frame.begun:
            symbols += self._more(frame)
            if not (frame.values or frame.row.operands[index].flag):
                return symbols
            index += 1
        for operand in frame.row.operands[index:]:
            symbols += self.first(operand)
            if operand.required:
                return symbols
        return [*symbols, END]

    def _take(self, frame: Frame, symbol: Symbol) -> Frame:
        if frame.begun and symbol in self._more(frame):
            return replace(frame, values=(*frame.values, symbol))
        frame = _close(frame)
        for index in range(frame.index, len(frame.row.operands)):
            operand = frame.row.operands[index]
            if symbol in self.first(operand):
                values = () if operand.keyword is not None else (symbol,)
                return replace(frame, index=index, begun=True, values=values)
        raise GrammarError(f"`{symbol}` fits no operand of `{frame.row.name}`")


def _close(frame: Frame) -> Frame:
    """The frame with the operand in hand put away."""
    if not frame.begun:
        return frame
    operand = frame.row.operands[frame.index]
    return replace(
        frame, index=frame.index + 1, begun=False, values=(), done=(*frame.done, (operand.name, frame.values))
    )


def call_of(state: State) -> Call:
    """The call that an ended state holds."""
    if not state.ended:
        raise GrammarError(f"`{text_of(state)}` is not finished")
    inner: Call | None = None
    for frame in reversed(state.frames):
        operands: dict[str, tuple[Handle | str | Call, ...]] = dict(_close(frame).done)
        if inner is not None:
            operands[frame.row.operands[frame.index].name] = (inner,)
        inner = Call(frame.row.name, operands)
    if inner is None:
        raise GrammarError("an empty call")
    return inner


def symbols_of(call: Call, rows: Iterable[Syscall]) -> list[Symbol]:
    """The call in linear form, without `END`; raises `GrammarError` for operands its row does not have."""
    table = {row.name: row for row in rows}
    if call.name not in table:
        raise GrammarError(f"no syscall `{call.name}`")
    row = table[call.name]
    unknown = set(call.operands) - {op.name for op in row.operands}
    if unknown:
        raise GrammarError(f"`{call.name}` has no operand {', '.join(sorted(unknown))}")
    symbols: list[Symbol] = [call.name]
    for operand in row.operands:
        if operand.name not in call.operands:
            continue
        if operand.keyword is not None:
            symbols.append(operand.keyword)
        for value in call.operands[operand.name]:
            symbols.extend(symbols_of(value, table.values()) if isinstance(value, Call) else [value])
    return symbols


def linear(call: Call, rows: Iterable[Syscall]) -> str:
    """The call as text, e.g. `schedule t1 do clean r1 force`."""
    return " ".join(str(symbol) for symbol in symbols_of(call, rows))


def parse_symbols(symbols: Iterable[Symbol], rows: Sequence[Syscall]) -> Call:
    """The call that the symbols (without `END`) spell; raises `GrammarError`."""
    listed = list(symbols)
    grammar = CallGrammar(rows, (s for s in listed if isinstance(s, Handle)))
    state = grammar.start()
    for symbol in [*listed, END]:
        state = grammar.advance(state, symbol)
    return call_of(state)


def parse_linear(text: str, rows: Sequence[Syscall]) -> Call:
    """The call that `linear` text spells; raises `GrammarError`."""
    return parse_symbols((handle_or_word(word) for word in text.split()), rows)


def handle_or_word(word: str) -> Symbol:
    """`r1` as a handle, anything else as it is."""
    if len(word) == 2 and word[0] in {k.value for k in Kind} and word[1].isdigit():
        index = int(word[1])
        if 1 <= index <= HANDLES_PER_KIND:
            return Handle(Kind(word[0]), index)
    return word


def text_of(state: State) -> str:
    """What has been written so far, for messages."""
    parts: list[str] = []
    for frame in state.frames:
        parts.append(frame.row.name)
        for name, values in _close(frame).done:
            operand = next(op for op in frame.row.operands if op.name == name)
            parts.extend([operand.keyword] if operand.keyword else [])
            parts.extend(str(v) for v in values)
    return " ".join(parts)


def gbnf(calls: Sequence[Syscall], handles: Iterable[Handle]) -> str:
    """The same calls as a GBNF text for llama.cpp's grammar sampler, in linear form, nested calls one level deep.

    `root` is one call; that repeated values differ is left to the parser.
    """
    grammar = CallGrammar(calls, handles)
    rows, nested = grammar.rows, grammar.nested
    lines = ["root ::= " + " | ".join(_rule(name) for name in rows)]
    if any(op.call for row in rows.values() for op in row.operands):
        lines.append("inner ::= " + " | ".join(_rule(name) for name in nested))
    for name, row in {**nested, **rows}.items():
        lines.append(f"{_rule(name)} ::= " + " ".join([f'"{name}"', *_operand_rules(grammar, row)]))
    return "\n".join(lines) + "\n"


def _rule(name: str) -> str:
    return "call-" + name.replace("_", "-")


def _operand_rules(grammar: CallGrammar, row: Syscall) -> list[str]:
    rules = []
    for operand in row.operands:
        if not grammar.first(operand):
            continue
        body = f'" {operand.keyword}"' if operand.keyword else ""
        if operand.call:
            body += ' " " inner'
        elif not operand.flag:
            values = " | ".join(f'"{value}"' for value in grammar.choices(operand))
            value = f'" " ({values})'
            body += f" ({value}){{1,{HANDLES_PER_KIND}}}" if operand.many else f" {value}"
        rules.append(body.strip() if operand.required else f"({body.strip()})?")
    return rules
