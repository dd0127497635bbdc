"""What one part of a soak is, what it found, and how findings of several chunks add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

Progress = Callable[[int], None]  # is told how many more are done


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must never happen did, and the command that shows it again."""

    what: str
    replay: str

    def plain(self) -> dict[str, str]:
        """As JSON has it."""
        return {"what": self.what, "replay": self.replay}


def again(part: str, seed: int, count: int) -> str:
    """What to type to do a chunk again."""
    return f"python -m robotos.soak.again {part} {seed} {count}"


@dataclass(frozen=True, slots=True)
class Part:
    """`counts`: how much of what was done. `figures`: the worst (greatest) value seen of each, its unit in its name."""

    counts: Mapping[str, int] = field(default_factory=dict)
    violations: Sequence[Violation] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    notes: Sequence[str] = ()  # such as what it ran on; the same one is kept once

    def __add__(self, other: Part) -> Part:
        """Both together."""
        counts = {
            name: self.counts.get(name, 0) + other.counts.get(name, 0) for name in {**self.counts, **other.counts}
        }
        figures = {
            name: max(part.figures[name] for part in (self, other) if name in part.figures)
            for name in {**self.figures, **other.figures}
        }
        notes = tuple(dict.fromkeys([*self.notes, *other.notes]))
        return Part(counts, (*self.violations, *other.violations), figures, notes)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "counts": dict(self.counts),
            "violations": [violation.plain() for violation in self.violations],
            "figures": dict(self.figures),
            "notes": list(self.notes),
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Self:
        """The inverse of `plain`."""
        violations = tuple(Violation(one["what"], one["replay"]) for one in plain["violations"])
        return cls(plain["counts"], violations, plain["figures"], tuple(plain["notes"]))


@dataclass(frozen=True, slots=True)
class Work:
    """A part before it is run: `run(count, seed, progress)` does so many `unit`s; an interruption loses a chunk.

    `missing` says why it cannot be run here, or None.
    """

    name: str
    purpose: str
    unit: str
    full: int
    quick: int
    chunk: int
    run: Callable[[int, int, Progress], Part]
    missing: Callable[[], str | None] = lambda: None
