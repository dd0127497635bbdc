"""The context window as memory: pages of one conversation, the oldest exchanges evicted without asking the model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from robotos.kernel.calls import Bindings, Call, Exemplar, Handle, Result, Taint, Word
from robotos.kernel.ports import Page, PageKind

EXCHANGES = 2  # earlier exchanges that stay in the window
FRESH = 1800.0  # s after which an exchange no longer explains what is said now


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said and what came of it so far, with the time of that; `by` is the process that answers the words."""

    pages: tuple[Page, ...]
    at: float
    by: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What "that" stands for: words somebody said or that were read, and where they came from."""

    text: str = ""
    source: Taint = Taint.SYSTEM


@dataclass(slots=True)
class Conversation:
    """The pages that every new utterance is read with, and what the handles in them stand for.

    A handle of a page that is still shown is never given another meaning: exchanges that end in whatever order are
    brought to the same bindings, and older ones leave the window where eight handles of a kind are not enough.
    """

    bindings: Bindings = field(default_factory=Bindings)
    exchanges: list[Exchange] = field(default_factory=list)
    subject: Subject = Subject()
    remembered: str = ""  # what was last written to the disk by somebody's words

    def window(self, now: float) -> tuple[Bindings, tuple[Page, ...]]:
        """The pages that still matter, oldest first, and the bindings of exactly their handles."""
        pages = _pages(self._fresh(now)[-EXCHANGES:])
        return self.bindings.keep(handles_in(pages)), pages

    def overtaken(self, by: int) -> bool:
        """Whether there is an exchange of this process here, and later words than its."""
        return any(exchange.by == by for exchange in self.exchanges[:-1])

    def commit(self, pages: tuple[Page, ...], bindings: Bindings, now: float, by: int = 0) -> list[Exchange]:
        """Add an exchange, whose handles are by `bindings`; returns those evicted for it, for the journal.

        One that the same process (`by`) has added while it was at work is brought up to date where it stands.
        """
        before, fresh = self.exchanges, self._fresh(now)
        earlier = next((fresh[:i] for i, exchange in enumerate(fresh) if by and exchange.by == by), None)
        later = [] if earlier is None else fresh[len(earlier) + 1 :]
        earlier = fresh[-(EXCHANGES - 1) :] if earlier is None else earlier
        while True:
            own = tuple(replace(page, pinned=False) for page in pages)
            ours = self.bindings.keep(handles_in(_pages([*earlier, *later])))
            own, ours = rebase(own, bindings, ours)
            if not ours.rebound or not earlier:
                break
            earlier = earlier[1:]
        if ours.rebound and later:  # its handles mean something else by now: it is out of date
            self.exchanges = later
        else:
            self.bindings = ours.keep(ours.values)
            self.exchanges = [*earlier, Exchange(own, now, by), *later]
        return [exchange for exchange in before if exchange not in self.exchanges and not (by and exchange.by == by)]

    def _fresh(self, now: float) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if now - exchange.at <= FRESH]


def _pages(exchanges: list[Exchange]) -> tuple[Page, ...]:
    return tuple(page for exchange in exchanges for page in exchange.pages)


def rebase(pages: tuple[Page, ...], theirs: Bindings, ours: Bindings) -> tuple[tuple[Page, ...], Bindings]:
    """The pages with our handles for what theirs stand for. Handles that stand for nothing are left out."""
    rebased = []
    for page in pages:
        content = page.content
        if isinstance(content, Call):
            content, ours = rebase_call(content, theirs, ours)
        elif isinstance(content, Result):
            mentions: list[Handle] = []
            for handle in content.mentions:
                if handle in theirs.values:
                    ours, own = ours.bind(handle.kind, theirs.values[handle])
                    mentions.append(own)
            content = replace(content, mentions=tuple(mentions))
        elif not isinstance(content, Exemplar):
            words: list[Word] = []
            for word in content:
                if not isinstance(word, Handle):
                    words.append(word)
                elif word in theirs.values:
                    ours, handle = ours.bind(word.kind, theirs.values[word])
                    words.append(handle)
            content = tuple(words)
        rebased.append(replace(page, content=content))
    return tuple(rebased), ours


def rebase_call(call: Call, theirs: Bindings, ours: Bindings) -> tuple[Call, Bindings]:
    """A call of another conversation with our handles for what it refers to."""
    operands: dict[str, tuple[Handle | str | Call, ...]] = {}
    for name, values in call.operands.items():
        kept: list[Handle | str | Call] = []
        for value in values:
            if isinstance(value, Call):
                nested, ours = rebase_call(value, theirs, ours)
                kept.append(nested)
            elif isinstance(value, str):
                kept.append(value)
            elif value in theirs.values:
                ours, handle = ours.bind(value.kind, theirs.values[value])
                kept.append(handle)
        operands[name] = tuple(kept)
    return Call(call.name, operands), ours


def handles_in(pages: tuple[Page, ...]) -> tuple[Handle, ...]:
    """Every handle the pages mention, in order of first mention."""
    found: dict[Handle, None] = {}
    for page in pages:
        for handle in _handles(page.content):
            found.setdefault(handle)
    return tuple(found)


def _handles(content: tuple[Word, ...] | Call | Result | Exemplar) -> list[Handle]:
    if isinstance(content, Exemplar):
        return []
    if isinstance(content, Result):
        return list(content.mentions)
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
