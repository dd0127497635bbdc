"""The compact instruction set: pages to tokens, and the calls a small model trained on it writes, token by token."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from robotos.cpu.engine import ModelError
from robotos.cpu.grammar import END, CallGrammar, Symbol, call_of, symbols_of
from robotos.errno import Errno
from robotos.kernel.calls import HANDLES_PER_KIND, Call, Exemplar, Handle, Kind, Result, Word
from robotos.kernel.ports import Instruction, Page, PageKind
from robotos.kernel.table import Syscall

PAGE_PIECES = {
    PageKind.STATE: "<|state|>",
    PageKind.USER: "<|user|>",
    PageKind.CALL: "<|call|>",
    PageKind.RESULT: "<|ret|>",
    PageKind.EXEMPLAR: "<|like|>",
}
END_PIECE = "<|end|>"
SPARE_PIECES = 32


class Writer(Protocol):
    """One call being written: told the logits, it picks the next token until the call is finished."""

    def choose(self, logits: NDArray[np.float32]) -> tuple[int, float]:
        """The next token and its probability among those the grammar allows."""

    @property
    def finished(self) -> bool: ...

    def call(self) -> Call:
        """The finished call."""


class InstructionSet(Protocol):
    """How one kind of model is asked for a call."""

    @property
    def prefix(self) -> Sequence[int]:
        """The tokens with which every prompt begins: worth evaluating before anybody asks anything."""

    def render(self, pages: Sequence[Page]) -> list[int]:
        """The prompt, up to where the model begins to write; an instruction with the same first pages begins alike."""

    def writer(self, instruction: Instruction) -> Writer: ...


def control_pieces(table: Sequence[Syscall]) -> list[str]:
    """Every control token of the compact set for this table, in the order a new vocabulary numbers them."""
    words = [row.name for row in table]
    for row in table:
        for operand in row.operands:
            words.extend([operand.keyword] if operand.keyword else [])
            words.extend(operand.literals)
    words.extend(errno.value for errno in Errno)
    words.extend(str(Handle(kind, i)) for kind in Kind for i in range(1, HANDLES_PER_KIND + 1))
    pieces = [*PAGE_PIECES.values(), END_PIECE, *(f"<{word}>" for word in words)]
    pieces.extend(f"<|spare{i}|>" for i in range(SPARE_PIECES))
    return list(dict.fromkeys(pieces))


class Compact:
    """One control token per opcode, keyword, literal, errno and handle; words in between are ordinary tokens.

    `pieces` gives the id of each control token, `tokenize` the ids of a word (never a control token). Control tokens
    are placed by this class alone, so that no text can become one.
    """

    def __init__(
        self, pieces: Mapping[str, int], tokenize: Callable[[str], Sequence[int]], table: Sequence[Syscall]
    ) -> None:
        missing = [piece for piece in control_pieces(table) if piece not in pieces and "spare" not in piece]
        if missing:
            raise ModelError(
                f"the model does not know {', '.join(missing[:5])}: it was trained for another syscall table; "
                "train it again with `robotos train`"
            )
        self._pieces = pieces
        self._tokenize = tokenize
        self._table = tuple(table)
        self._words: dict[str, tuple[int, ...]] = {}

    @property
    def prefix(self) -> Sequence[int]:
        """Nothing: these prompts consist of their pages alone."""
        return ()

    def render(self, pages: Sequence[Page]) -> list[int]:
        """Token ids of the pages in their order, and the opening of the call to be written."""
        tokens: list[int] = []
        for page in pages:
            tokens += self.page(page)
        return [*tokens, self._pieces[PAGE_PIECES[PageKind.CALL]]]

    def page(self, page: Page) -> list[int]:
        """Token ids of one page."""
        tokens = [self._pieces[PAGE_PIECES[page.kind]]]
        if isinstance(page.content, Call):
            return tokens + self.call_tokens(page.content)
        if isinstance(page.content, Result):
            mentions = (self._pieces[f"<{handle}>"] for handle in page.content.mentions)
            return [*tokens, self._pieces[f"<{page.content.errno.value}>"], *mentions]
        if isinstance(page.content, Exemplar):
            return tokens + self._outline(page.content)
        for word in page.content:
            tokens.extend(self.word(word))
        return tokens

    def _outline(self, exemplar: Exemplar) -> list[int]:
        """The calls of an exemplar without what they refer to: a few tokens that say what kind of order it is."""
        words = (word for call in exemplar.calls for word in call.split())
        return [self._pieces[f"<{word}>"] for word in words if not word.startswith("{")]

    def word(self, word: Word) -> tuple[int, ...]:
        """Token ids of one word (with the space before it) or handle."""
        if isinstance(word, Handle):
            return (self._pieces[f"<{word}>"],)
        known = self._words.get(word)
        if known is None:
            known = tuple(self._tokenize(" " + word))
            if len(self._words) < 4096:
                self._words[word] = known
        return known

    def symbol(self, symbol: Symbol) -> int:
        """The one token of a symbol of a call (`END` included)."""
        return self._pieces[END_PIECE if symbol == END else f"<{symbol}>"]

    def call_tokens(self, call: Call) -> list[int]:
        """A call as tokens, `<|end|>` included."""
        return [self.symbol(s) for s in (*symbols_of(call, self._table), END)]

    def writer(self, instruction: Instruction) -> CompactWriter:
        return CompactWriter(self, CallGrammar(instruction.calls, instruction.handles))


class CompactWriter:
    """Greedy choice among the tokens that the grammar allows, renormalised over them."""

    def __init__(self, isa: Compact, grammar: CallGrammar) -> None:
        self._isa = isa
        self._grammar = grammar
        self._state = grammar.start()

    def choose(self, logits: NDArray[np.float32]) -> tuple[int, float]:
        """The most probable allowed token; the first of equals, so that runs repeat."""
        symbols = self._grammar.allowed(self._state)
        if not symbols:
            raise ValueError("no call can be written with these calls and handles")
        tokens = [self._isa.symbol(symbol) for symbol in symbols]
        scores = logits[tokens].astype(np.float64)
        weights = np.exp(scores - scores.max())
        best = int(np.argmax(weights))
        self._state = self._grammar.advance(self._state, symbols[best])
        return tokens[best], float(weights[best] / weights.sum())

    @property
    def finished(self) -> bool:
        return self._state.ended

    def call(self) -> Call:
        return call_of(self._state)
