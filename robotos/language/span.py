"""A stretch of an utterance that is one piece."""

from __future__ import annotations

from dataclasses import dataclass

from robotos.kernel.calls import Kind


@dataclass(frozen=True, slots=True)
class Span:
    """Words `start` to `end` (exclusive) are one piece: text to keep as it was said, or a name not known yet."""

    start: int
    end: int
    kind: Kind = Kind.TEXT
