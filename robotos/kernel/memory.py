"""The context window as memory: pages of one conversation, the oldest exchanges evicted without asking the model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from robotos.kernel.calls import Bindings, Call, Handle, Result, Word
from robotos.kernel.ports import Page, PageKind

EXCHANGES = 2  # earlier exchanges that stay in the window
FRESH = 1800.0  # s after which an exchange no longer explains what is said now


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said and what came of it, with the time it ended."""

    pages: tuple[Page, ...]
    at: float


@dataclass(slots=True)
class Conversation:
    """The pages that every new utterance is read with, and what the handles in them stand for."""

    bindings: Bindings = field(default_factory=Bindings)
    exchanges: list[Exchange] = field(default_factory=list)

    def recent(self, now: float) -> tuple[Page, ...]:
        """Pages of the exchanges that still matter, oldest first."""
        fresh = [e for e in self.exchanges if now - e.at <= FRESH]
        return tuple(page for exchange in fresh[-EXCHANGES:] for page in exchange.pages)

    def commit(self, pages: tuple[Page, ...], now: float) -> list[Exchange]:
        """Add a finished exchange; returns those evicted for it, for the journal."""
        self.exchanges.append(Exchange(tuple(replace(page, pinned=False) for page in pages), now))
        evicted = self.exchanges[:-EXCHANGES]
        self.exchanges = self.exchanges[-EXCHANGES:]
        return evicted


def handles_in(pages: tuple[Page, ...]) -> tuple[Handle, ...]:
    """Every handle the pages mention, in order of first mention."""
    found: dict[Handle, None] = {}
    for page in pages:
        for handle in _handles(page.content):
            found.setdefault(handle)
    return tuple(found)


def _handles(content: tuple[Word, ...] | Call | Result) -> list[Handle]:
    if isinstance(content, Result):
        return []
    if isinstance(content, Call):
        found: list[Handle] = []
        for values in content.operands.values():
            for value in values:
                if isinstance(value, Handle):
                    found.append(value)
                elif isinstance(value, Call):
                    found.extend(_handles(value))
        return found
    return [word for word in content if isinstance(word, Handle)]


def user_page(words: tuple[Word, ...]) -> Page:
    """A page of what somebody said."""
    return Page(PageKind.USER, words, pinned=True)


def state_page(
    speaker: Handle,
    here: Handle | None = None,
    doing: Call | None = None,
    paused: bool = False,
    holding: Handle | None = None,
) -> Page:
    """The page that tells the processor what is going on: `at r1 doing clean r2 holding o1 from h1`.

    The one place that fixes this form: the assistant reads with it and the bundled model is trained on it.
    """
    words: list[Word] = []
    if here is not None:
        words += ["at", here]
    if doing is None:
        words.append("idle")
    else:
        words += ["paused" if paused else "doing", doing.name, *_handles(doing)]
    if holding is not None:
        words += ["holding", holding]
    words += ["from", speaker]
    return Page(PageKind.STATE, tuple(words))
