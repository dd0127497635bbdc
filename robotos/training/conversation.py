"""A conversation as it grows: handles, bound as the kernel binds them, pages, tokens, and what is to be learnt."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from robotos.cpu.grammar import END, Symbol, handle_or_word, parse_symbols
from robotos.cpu.isa import Compact
from robotos.errno import Errno
from robotos.kernel.calls import HANDLES_PER_KIND, Bindings, Handle, Kind, Result, Word
from robotos.kernel.ports import Page, PageKind
from robotos.kernel.syscalls import TABLE
from robotos.training.corpus import Pattern, Slot
from robotos.training.utterances import Ref


class LinkerMissError(LookupError):
    """The linker did not recognise something that the call needs."""


@dataclass(slots=True)
class Scope:
    """What the slots of one stretch of conversation stand for. Values are made up: the model never sees them."""

    speaker: str
    values: dict[str, object] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values["me"] = self.speaker

    def give(self, key: str, kind: Kind, rng: random.Random) -> None:
        """A value of its own for a slot; few of a kind, so that things come up again in one conversation."""
        self.kinds.setdefault(key, kind)
        if key in self.values:
            return
        taken = self.values.values()
        free = [v for v in ((kind.value, i) for i in range(HANDLES_PER_KIND - 2)) if v not in taken]
        self.values[key] = rng.choice(free) if free else (kind.value, key)

    def same(self, key: str, other: str) -> None:
        """Let a slot stand for the same as another one, if that one stands for anything."""
        if key not in self.values and other in self.values:
            self.values[key], self.kinds[key] = self.values[other], self.kinds[other]

    def give_words(self, words: Sequence[str | Ref], rng: random.Random) -> None:
        """Values for all that an utterance mentions."""
        for word in words:
            if isinstance(word, Ref):
                self.give(word.key, word.kind, rng)

    def give_call(self, pattern: Pattern, rng: random.Random) -> None:
        """Values for all that a call refers to."""
        for part in pattern:
            if isinstance(part, Slot):
                self.give(part.name, part.kind, rng)

    def kind_of(self, slot: Slot) -> Kind:
        """What the linker took the slot for, or what it should be."""
        return self.kinds.get(slot.name, slot.kind)


class Conversation:
    """Pages, tokens and targets. `keep_pages` False saves making pages that nobody looks at."""

    def __init__(self, isa: Compact, earlier_weight: float, keep_pages: bool) -> None:
        self._isa = isa
        self._call_piece = isa.render(())[0]
        self._earlier_weight = earlier_weight
        self._keep_pages = keep_pages
        self.bindings = Bindings()
        self.tokens: list[int] = []
        self.targets: list[tuple[int, float]] = []
        self.pages: list[Page] = []

    def bind(self, kind: Kind, value: object) -> Handle:
        """The handle for a value, as the kernel would bind it."""
        self.bindings, handle = self.bindings.bind(kind, value)
        return handle

    def words(self, words: Sequence[str | Ref], scope: Scope) -> tuple[Word, ...]:
        """The words with handles for what they mention."""
        return tuple(self.bind(w.kind, scope.values.get(w.key, w.key)) if isinstance(w, Ref) else w for w in words)

    def page(self, page: Page) -> None:
        """Add a page that is only read."""
        self.pages.append(page)
        self.tokens += self._isa.page(page)

    def result(self, errno: Errno, mentions: Sequence[Slot] = (), scope: Scope | None = None) -> None:
        """Add what a call answered, and handles for what the answer spoke of."""
        spoken = tuple(self.bind(scope.kind_of(s), scope.values.get(s.name, s.name)) for s in mentions) if scope else ()
        self.page(Page(PageKind.RESULT, Result(errno, mentions=spoken)))

    def symbols(self, pattern: Pattern, scope: Scope, bind: bool = False) -> list[Symbol]:
        """The call with handles for its slots; with `bind`, new ones where need be.

        Raises `LinkerMissError` for a slot that nothing has mentioned.
        """
        symbols: list[Symbol] = []
        for part in pattern:
            if not isinstance(part, Slot):
                symbols.append(handle_or_word(part))
                continue
            kind, value = scope.kind_of(part), scope.values.get(part.name, part.name)
            if bind:
                symbols.append(self.bind(kind, value))
                continue
            handle = next((h for h, v in self.bindings.values.items() if h.kind is kind and v == value), None)
            if handle is None:
                raise LinkerMissError(part.name)
            symbols.append(handle)
        return symbols

    def call(self, symbols: Sequence[Symbol], *, earlier: bool = False, learn: bool = True) -> None:
        """Add a call page, whose tokens are to be learnt."""
        self.tokens.append(self._call_piece)
        weight = self._earlier_weight if earlier else 1.0
        for symbol in (*symbols, END):
            if learn:
                self.targets.append((len(self.tokens), weight))
            self.tokens.append(self._isa.symbol(symbol))
        if self._keep_pages:
            self.pages.append(Page(PageKind.CALL, parse_symbols(symbols, TABLE)))
