"""A map about to become a home's directory: what an import found, before a person gives it better names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.maps.assembling import Labels, Parts, assemble
from robotos.navigation.maps.home import Home
from robotos.navigation.maps.layout import Layout
from robotos.navigation.maps.source import Key


@dataclass(frozen=True, eq=False)
class Draft:
    """`labels` (H, W) are the rooms' cells, row 0 at the bottom as in `grid`; `notes` say what was decided."""

    origin: Path
    layout: Layout
    grid: OccupancyGrid
    labels: Labels | None
    notes: tuple[str, ...] = ()
    masks: Mapping[str, OccupancyGrid] = field(default_factory=dict)  # filter masks by the names of their files

    def home(self) -> Home:
        """The home that loading the written directory gives; `LayoutError` where it cannot be one."""

        def where(keys: Sequence[Key]) -> str:
            return f"{self.origin}: {'.'.join(str(key) for key in keys)}"

        return assemble(Parts(self.layout, self.grid, self.labels, where))
