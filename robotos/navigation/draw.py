"""Draw a home's occupancy map from the rectangles in its layout file: `python -m robotos.navigation.draw DIRECTORY`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, OccupancyGrid
from robotos.navigation.home import LAYOUT, LayoutError, load_layout
from robotos.navigation.map_server import save_map
from robotos.navigation.maps.layout import layout_of
from robotos.navigation.maps.source import Source, read_yaml

Rectangle = tuple[float, float, float, float]  # x0, y0, x1, y1 in metres


class Drawing(BaseModel):
    """Rectangles in metres, painted in this order: floor, walls, openings (doors), furniture."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    resolution: float = Field(gt=0)
    bounds: Rectangle
    floor: tuple[Rectangle, ...]
    walls: tuple[Rectangle, ...]
    openings: tuple[Rectangle, ...] = ()
    furniture: dict[str, Rectangle] = {}


def draw(drawing: Drawing) -> OccupancyGrid:
    """The occupancy grid of a drawing; what no rectangle covers is unknown."""
    x0, y0, x1, y1 = drawing.bounds
    step = drawing.resolution
    cells = np.full((round((y1 - y0) / step), round((x1 - x0) / step)), UNKNOWN, dtype=np.int8)
    layers = (
        (drawing.floor, FREE),
        (drawing.walls, OCCUPIED),
        (drawing.openings, FREE),
        (tuple(drawing.furniture.values()), OCCUPIED),
    )
    for rectangles, value in layers:
        for left, bottom, right, top in rectangles:
            rows = slice(round((bottom - y0) / step), round((top - y0) / step))
            cells[rows, round((left - x0) / step) : round((right - x0) / step)] = value
    return OccupancyGrid(cells, step, Pose(x0, y0))


def load_drawing(directory: Path) -> Drawing:
    """The `drawing` of a directory's layout file; `LayoutError` where there is none or it is broken."""
    source = read_yaml(directory / LAYOUT, LayoutError)
    drawing = layout_of(source).drawing
    inner = Source(source.path, drawing, lambda keys: source.line(("drawing", *keys)))
    try:
        return Drawing.model_validate(drawing)
    except ValidationError as error:
        raise LayoutError(f"{inner.problem(error)}; correct the drawing (example: maps/apartment)") from error


def main(arguments: list[str]) -> int:
    """Write the map files of each directory named; 0 when all were written, 2 otherwise."""
    if not arguments:
        print("usage: python -m robotos.navigation.draw DIRECTORY...", file=sys.stderr)
        return 2
    for argument in arguments:
        directory = Path(argument)
        try:
            save_map(directory / load_layout(directory / LAYOUT).map, draw(load_drawing(directory)))
        except LayoutError as error:
            print(error, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
