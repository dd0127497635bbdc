"""Occupancy maps in the ROS `map_server` format: a YAML file beside a PGM or PNG picture.

Values are interpreted as Nav2's `nav2_map_server` does (`map_io.cpp`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, OccupancyGrid
from robotos.navigation.maps.errors import MapError
from robotos.navigation.maps.picture import Picture, read_picture
from robotos.navigation.maps.source import Source, read_yaml

__all__ = ["MapError", "ReadMap", "load_map", "picture_cells", "read_map", "save_map"]

FREE_THRESH = 0.25  # share of black below which a pixel is floor, unless the YAML file says otherwise
_FARTHEST = 1e6  # m


def _flag(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    image: str = Field(min_length=1, max_length=4096)
    resolution: float = Field(gt=0, le=10)
    origin: tuple[float, float, float]
    negate: Annotated[Literal[0, 1], BeforeValidator(_flag)] = 0
    occupied_thresh: float = Field(default=0.65, ge=0, le=1)
    free_thresh: float = Field(default=FREE_THRESH, ge=0, le=1)
    mode: Annotated[Literal["trinary", "scale", "raw"], BeforeValidator(_lower)] = "trinary"


@dataclass(frozen=True, eq=False)
class ReadMap:
    """A map as its files have it: `grid` is in a frame turned by `yaw` (radians) about the grid's origin."""

    grid: OccupancyGrid
    yaw: float


def load_map(path: Path) -> OccupancyGrid:
    """Read the map described by the YAML file `path`.

    Raises:
        MapError: a file is missing or broken, a key is missing or out of range, or the origin is turned.
    """
    source = read_yaml(path, MapError)
    header = _header(source)
    if header.origin[2] != 0.0:
        raise MapError(
            f"{source.where(('origin',))}: a yaw of {header.origin[2]} rad cannot be driven by; turn the picture and "
            f"set it to 0: `robotos map import {path.name} --out DIR` does"
        )
    return _read(source, header).grid


def read_map(path: Path) -> ReadMap:
    """The same, but the origin may be turned."""
    source = read_yaml(path, MapError)
    return _read(source, _header(source))


def save_map(path: Path, grid: OccupancyGrid) -> None:
    """Write `grid` as the YAML file `path` and a trinary PGM of the same name beside it."""
    picture = path.with_suffix(".pgm")
    shades = np.full(grid.shape, 205, dtype=np.uint8)  # the shade map_server uses for unknown
    shades[grid.free] = 254
    shades[grid.occupied] = 0
    Image.fromarray(np.ascontiguousarray(shades[::-1])).save(picture)
    text = (
        f"image: {picture.name}\nmode: trinary\nresolution: {grid.resolution}\n"
        f"origin: [{grid.origin.x}, {grid.origin.y}, 0.0]\nnegate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.196\n"
    )
    path.write_text(text, encoding="utf-8")


def _read(source: Source, header: _Header) -> ReadMap:
    picture = source.path.parent / header.image
    values = interpret(read_picture(picture), header)
    cells = np.ascontiguousarray(values[::-1])  # pictures start at the top, the map at the bottom
    x, y, yaw = header.origin
    return ReadMap(OccupancyGrid(cells, header.resolution, Pose(x, y)), yaw)


def _header(source: Source) -> _Header:
    try:
        header = _Header.model_validate(source.data)
    except ValidationError as error:
        raise MapError(f"{source.problem(error)}; correct that key (format: ROS map_server)") from error
    if max(abs(header.origin[0]), abs(header.origin[1])) > _FARTHEST or abs(header.origin[2]) > 4 * math.pi:
        raise MapError(f"{source.where(('origin',))}: x and y are metres, the yaw is radians; correct that key")
    free, full = header.free_thresh, header.occupied_thresh
    if free > full or (free == full and header.mode == "scale"):
        raise MapError(f"{source.where(('free_thresh',))}: is not below occupied_thresh; it must be the smaller one")
    return header


def picture_cells(picture: Picture, free_thresh: float = FREE_THRESH) -> NDArray[np.int8]:
    """Occupancy (H, W) of a picture without a YAML file, the top row first; `free_thresh` up to 0.65 as in one."""
    return interpret(picture, _Header(image="-", resolution=1.0, origin=(0.0, 0.0, 0.0), free_thresh=free_thresh))


def interpret(picture: Picture, header: _Header) -> NDArray[np.int8]:
    """Occupancy (H, W) of a picture, the top row first: -1 unknown, 0 free to 100 occupied.

    Of nav2_map_server: both thresholds are excluded; alpha is one more channel of the mean in trinary mode, makes what
    is not opaque unknown in scale mode, and doesn't count in raw mode, which knows neither thresholds nor `negate`.
    """
    shade = picture.brightness(with_alpha=header.mode == "trinary")
    if header.mode == "raw":
        value = np.floor(shade * 255.0 + 0.5)
        return np.where(value <= OCCUPIED, value, UNKNOWN).astype(np.int8)
    share = shade if header.negate else 1.0 - shade
    cells = np.full(share.shape, UNKNOWN, dtype=np.int8)
    if header.mode == "scale":
        between = (share - header.free_thresh) / (header.occupied_thresh - header.free_thresh)
        cells[:] = np.clip(np.rint(between * 100.0), FREE, OCCUPIED)
    cells[share > header.occupied_thresh] = OCCUPIED
    cells[share < header.free_thresh] = FREE
    if header.mode == "scale":
        cells[~picture.opaque] = UNKNOWN
    return cells
