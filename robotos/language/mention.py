"""What a recogniser of names, numbers, times or quotes hands back: so many words, and what stands in their place."""

from __future__ import annotations

from dataclasses import dataclass

from robotos.kernel.calls import Kind


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that becomes a handle."""

    kind: Kind
    value: object


@dataclass(frozen=True, slots=True)
class Mention:
    """`length` words of the utterance, and the words and values that replace them."""

    length: int
    parts: tuple[str | Ref, ...]
