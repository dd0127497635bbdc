"""One measured figure, its goal, and whether it is met."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
)
_GOAL = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None where it was not measured; `note` then says why, and else how. `goal` such as `<= 5`, or ""."""

    name: str
    value: float | None
    unit: str
    goal: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.goal and not _GOAL.fullmatch(self.goal):
            raise ValueError(f"{self.name}: a goal is a comparison such as '<= 5', not {self.goal!r}")
        if self.value is None and not self.note:
            raise ValueError(f"{self.name}: a figure that was not measured says why")

    @property
    def met(self) -> bool | None:
        """None where there is no goal or no value."""
        found = _GOAL.fullmatch(self.goal)
        if found is None or self.value is None:
            return None
        return _COMPARISONS[found[1]](self.value, float(found[2]))

    def plain(self) -> dict[str, Any]:
        """The figure as JSON has it."""
        told = {"name": self.name, "value": self.value, "unit": self.unit, "goal": self.goal, "met": self.met}
        return {**told, "note": self.note} if self.note else told
