"""What a long test has to say in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a soak: what was done how often, what went wrong (nothing, if all is well), what was measured."""

    name: str
    counts: Mapping[str, int]
    violations: tuple[str, ...]
    figures: Mapping[str, float]
