"""Sentences with their names taken out: each handle becomes a word for its kind, so that new names cost nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from robotos.kernel.calls import Handle, Kind, Word
from robotos.language.tokens import tokenise

SLOT = re.compile(r"\{(\w+)\}")
_KIND_WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ROOM: "room",
        Kind.PLACE: "table",
        Kind.THING: "object",
        Kind.PERSON: "person",
        Kind.CATEGORY: "item",
        Kind.NUMBER: "three",
        Kind.TIME: "noon",
        Kind.DURATION: "hour",
        Kind.DISTANCE: "metre",
        Kind.ANGLE: "ninety degrees",
        Kind.TEXT: "something",
        Kind.UNKNOWN: "gadget",
        Kind.PROCESS: "task",
    }
)
SLOT_KINDS: Mapping[str, Kind] = MappingProxyType({kind.name.lower(): kind for kind in Kind})
_ORDINALS = ("", "other ", "third ", "fourth ")
_BEFORE_TIMES = frozenset(
    [
        "at",
        "on",
        "in",
        "by",
        "before",
        "after",
        "until",
        "till",
        "around",
        "about",
        "for",
        "from",
        "since",
        "past",
        "every",
    ]
)
_ME = Handle(Kind.PERSON, 0)  # no conversation has a handle with this number


def of_words(words: Iterable[Word]) -> str:
    """A linked utterance as the encoder reads it; in place of the handle for who speaks it has the word "me"."""
    spelled: list[str] = []
    order: list[Handle] = []
    for word in words:
        if isinstance(word, str):
            spelled.append(word)
            continue
        if word == _ME:
            spelled.append("me")
            continue
        if word not in order:
            order.append(word)
        before = sum(handle.kind is word.kind for handle in order[: order.index(word)])
        if word.kind is Kind.TIME and (not spelled or spelled[-1] not in _BEFORE_TIMES):
            spelled.append("at")
        spelled.append(_ORDINALS[min(before, len(_ORDINALS) - 1)] + _KIND_WORDS[word.kind])
    return " ".join(spelled)


def of_line(line: str, kinds: Mapping[str, Kind] = SLOT_KINDS) -> str:
    """A line of the corpus, names as slots (`clean the {room}`), as the encoder reads it."""
    return of_words(words_of_line(line, kinds))


def words_of_line(line: str, kinds: Mapping[str, Kind] = SLOT_KINDS) -> Sequence[Word]:
    """The words of a line as the linker spells them, with a handle in place of each slot; `kinds` by slot name.

    The handle of `{me}` has the number 0: it is the speaker, whoever that is.

    Raises:
        ValueError: a slot of no kind.
    """
    words: list[Word] = []
    numbers: dict[str, Handle] = {}
    for i, part in enumerate(SLOT.split(line)):
        if i % 2 == 0:
            words.extend(token.word for token in tokenise(part))
            continue
        if part == "me":
            words.append(_ME)
            continue
        kind = kinds.get(part.rstrip("234"))
        if kind is None:
            raise ValueError(f"{{{part}}} is no slot; slots are: {', '.join(kinds)}, me")
        words.append(numbers.setdefault(part, Handle(kind, len(numbers) + 1)))
    return words
