"""Takes in parts from layers that know nothing of a soak: they tell totals and say violations in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from robotos.soak.part import Part, Progress, Violation, again

TIMES = ("seconds", "per second")  # figures that say how fast this machine is, not how good the robot


class Foreign(Protocol):
    """What such a part returns."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How much of what was done."""

    @property
    def violations(self) -> Sequence[str]:
        """What must not have happened."""

    @property
    def figures(self) -> Mapping[str, float]:
        """What was measured."""


def adapted(
    name: str,
    run: Callable[[int, int, Callable[[int], None]], Foreign],
    count: int,
    seed: int,
    progress: Progress,
    per: int = 1,
) -> Part:
    """Run it. It tells totals, and `per` of them for each of `count`."""
    shown = 0

    def tell(total: int) -> None:
        nonlocal shown
        reached = min(total // per, count)
        progress(reached - shown)
        shown = reached

    found = run(count, seed, tell)
    figures = {key: value for key, value in found.figures.items() if not key.endswith(TIMES)}
    return Part(found.counts, [Violation(what, again(name, seed, count)) for what in found.violations], figures)
