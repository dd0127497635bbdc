"""Reads the directory of a home: its layout, the map that names, the cells of rooms, and filter masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.map_server import load_map
from robotos.navigation.maps.assembling import Labels, Parts, assemble
from robotos.navigation.maps.errors import LayoutError, MapError
from robotos.navigation.maps.filters import KEEPOUT, TYPES, SpeedLimits, forbidden, speed_limits
from robotos.navigation.maps.home import Home, KeepOut
from robotos.navigation.maps.layout import LAYOUT, FilterPart, Layout, layout_of
from robotos.navigation.maps.outline import outlines
from robotos.navigation.maps.picture import read_labels
from robotos.navigation.maps.source import Source, read_yaml

LARGEST = 4_000_000  # cells: 100 m x 100 m at 5 cm; several distance fields of them are held in memory


def load_home(directory: Path) -> Home:
    """Read `layout.yaml` of a directory and the map it names.

    Raises:
        LayoutError: the layout is broken or does not fit the map.
        MapError: the map is missing or broken.
    """
    return assemble(read_parts(directory))


def read_parts(directory: Path) -> Parts:
    """The same before it is put together; `LayoutError` and `MapError` as of `load_home`."""
    source = read_yaml(directory / LAYOUT, LayoutError)
    layout = layout_of(source)
    grid = load_map(directory / layout.map)
    if grid.cells.size > LARGEST:
        raise MapError(
            f"{directory / layout.map}: {grid.shape[1]} x {grid.shape[0]} cells are too many for one home; crop the "
            "picture to it: `robotos map import` does"
        )
    masks, limits = _filters(source, layout, directory, grid)
    return Parts(layout, grid, _labels(source, layout, directory, grid), source.where, masks, limits)


def _labels(source: Source, layout: Layout, directory: Path, grid: OccupancyGrid) -> Labels | None:
    if layout.cells is None:
        return None
    picture = directory / layout.cells
    labels = read_labels(picture)
    if labels.shape != grid.shape:
        size = f"{grid.shape[1]} x {grid.shape[0]}"
        where = source.where(("cells",))
        raise LayoutError(
            f"{where}: {picture.name} is {labels.shape[1]} x {labels.shape[0]} pixels, the map {size}; make it as large"
        )
    return np.ascontiguousarray(labels[::-1])


def _filters(
    source: Source, layout: Layout, directory: Path, grid: OccupancyGrid
) -> tuple[tuple[KeepOut, ...], tuple[SpeedLimits, ...]]:
    areas: list[KeepOut] = []
    limits: list[SpeedLimits] = []
    for index, part in enumerate(layout.filters):
        mask = load_map(directory / part.mask)
        kind = kind_of(part)
        if kind == KEEPOUT:
            stem = Path(part.mask).stem
            polygons = outlines(forbidden(mask, grid), grid)
            areas += [KeepOut(f"{stem} {number}", polygon) for number, polygon in enumerate(polygons, 1)]
            continue
        try:
            limits.append(speed_limits(mask, kind, part.base, part.multiplier))
        except LayoutError as error:
            raise LayoutError(f"{source.where(('filters', index))}: {directory / part.mask}: {error}") from error
    return tuple(areas), tuple(limits)


def kind_of(part: FilterPart) -> str:
    """A filter's type by its name."""
    return TYPES[part.type] if isinstance(part.type, int) else part.type
