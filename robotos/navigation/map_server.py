"""Occupancy maps in the ROS `map_server` format: a YAML file beside a PGM or PNG picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, OccupancyGrid


class MapError(Exception):
    """A map cannot be used; the message names the file, what is wrong and the cure."""


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    image: str
    resolution: float = Field(gt=0, le=10)
    origin: tuple[float, float, float]
    negate: Literal[0, 1] = 0
    occupied_thresh: float = Field(default=0.65, ge=0, le=1)
    free_thresh: float = Field(default=0.25, ge=0, le=1)
    mode: Literal["trinary", "scale", "raw"] = "trinary"


def load_map(path: Path) -> OccupancyGrid:
    """Read the map described by the YAML file `path`.

    Raises:
        MapError: a file is missing or broken, or a key is missing or out of range.
    """
    header = _header(path)
    picture = path.parent / header.image
    values = _picture(picture, header)
    cells = np.ascontiguousarray(values[::-1])  # pictures start at the top, the map at the bottom
    return OccupancyGrid(cells, header.resolution, Pose(header.origin[0], header.origin[1]))


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


def read_yaml(path: Path, error: type[Exception]) -> dict[str, Any]:
    """The mapping in a YAML file; `error` names the file and the line otherwise."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise error(f"{path}: no such file; name a directory or file that holds a map") from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        raise error(f"{path}: cannot be read ({unreadable}); check its permissions and that it is text") from unreadable
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        line = f" line {mark.line + 1}:" if mark is not None else ""
        problem = getattr(broken, "problem", broken)
        raise error(f"{path}:{line} not valid YAML ({problem}); correct that line") from broken
    if not isinstance(data, dict):
        raise error(f"{path}: holds {type(data).__name__} where keys and values are expected; see maps/apartment")
    return data


def first_problem(error: ValidationError) -> str:
    """The first key that failed validation and what is expected of it."""
    problem = error.errors()[0]
    key = ".".join(str(part) for part in problem["loc"])
    return f"{key}: {problem['msg']}" if key else str(problem["msg"])


def _header(path: Path) -> _Header:
    try:
        header = _Header.model_validate(read_yaml(path, MapError))
    except ValidationError as error:
        raise MapError(f"{path}: {first_problem(error)}; correct that key (format: ROS map_server)") from error
    if header.origin[2] != 0.0:
        raise MapError(f"{path}: origin: yaw {header.origin[2]} is not supported; turn the picture and set yaw to 0")
    if header.free_thresh > header.occupied_thresh:
        raise MapError(f"{path}: free_thresh: is above occupied_thresh; it must be the smaller one")
    return header


def _picture(path: Path, header: _Header) -> NDArray[np.int8]:
    try:
        with Image.open(path) as image:
            image.load()
            alpha = np.asarray(image.convert("RGBA"))[:, :, 3] if "A" in image.getbands() else None
            colour = np.asarray(image.convert("RGB"), dtype=float).mean(axis=2)
    except FileNotFoundError as error:
        raise MapError(f"{path}: no such picture; correct the key `image` of the map's YAML file") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise MapError(f"{path}: not a readable PGM or PNG picture ({error}); export it again") from error
    if header.mode == "raw":
        known = (colour >= 0) & (colour <= OCCUPIED)
        return np.where(known, colour, UNKNOWN).astype(np.int8)
    # map_server: darker is fuller, unless negated
    share = colour / 255.0 if header.negate else (255.0 - colour) / 255.0
    return _interpret(share, alpha, header)


def _interpret(share: NDArray[np.float64], alpha: NDArray[np.uint8] | None, header: _Header) -> NDArray[np.int8]:
    full = share > header.occupied_thresh
    empty = share < header.free_thresh
    cells = np.full(share.shape, UNKNOWN, dtype=np.int8)
    if header.mode == "scale":
        span = max(header.occupied_thresh - header.free_thresh, 1e-9)
        between = 1 + 98 * (share - header.free_thresh) / span
        cells[:] = np.clip(between, 1, 99).astype(np.int8)
        if alpha is not None:
            cells[alpha < 255] = UNKNOWN
    cells[full] = OCCUPIED
    cells[empty] = FREE
    if header.mode == "trinary" and alpha is not None:
        cells[alpha < 255] = UNKNOWN
    return cells
