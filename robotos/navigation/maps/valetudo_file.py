"""The map that Valetudo, a free firmware of vacuum robots, records: a JSON file of pixel layers and entities.

Lengths in the file are centimetres, x to the right and y downwards from the upper left corner; pixels are counted in
`pixelSize`. Layers hold pixels as `pixels` [x, y, ...] (version 1) or as runs `compressedPixels` [x, y, length, ...]
(version 2). An `angle` is in degrees, 0 upwards, clockwise. From Valetudo's sources (`backend/lib/entities/map`), and
from the last steps of recorded paths where they say nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from robotos.geometry import Pose, wrap
from robotos.navigation.grid import Bools
from robotos.navigation.maps.errors import MapError
from robotos.navigation.maps.naming import sayable
from robotos.navigation.maps.source import Source, read_json

FARTHEST = 45_000  # cm: coordinates beyond that are no home's
LARGEST_SIDE = 20_000  # pixels of the whole picture, most of which is empty
LARGEST = 4_000_000  # cells of what is left when it is cropped to the home: as a home's
_MARGIN = 4  # cells left around the home
_CURE = "export the map again"

Pixels = NDArray[np.int64]  # (n, 3): x, y, length of runs


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _Size(_Model):
    x: int = Field(gt=0, le=FARTHEST)
    y: int = Field(gt=0, le=FARTHEST)


class _Layer(_Model):
    type: str
    metaData: dict[str, Any] = {}  # noqa: N815 the file's name
    pixels: list[Any] = []
    compressedPixels: list[Any] = []  # noqa: N815


class _Entity(_Model):
    type: str
    metaData: dict[str, Any] = {}  # noqa: N815
    points: list[float] = Field(default=[], max_length=2_000_000)


class _File(_Model):
    size: _Size
    pixelSize: float = Field(gt=0, le=100)  # noqa: N815
    metaData: dict[str, Any] = {}  # noqa: N815
    layers: list[_Layer] = Field(min_length=1, max_length=1000)
    entities: list[_Entity] = Field(default=[], max_length=10_000)


@dataclass(frozen=True, eq=False)
class Segment:
    """A room as the vacuum sees it: `mask` (H, W)."""

    ident: str
    name: str
    material: str
    mask: Bools


@dataclass(frozen=True, eq=False)
class Entity:
    """`points` (n, 2) in metres, y up."""

    kind: str
    points: NDArray[np.float64]
    label: str
    yaw: float | None


@dataclass(frozen=True, eq=False)
class ValetudoMap:
    """Masks (H, W), row 0 at the bottom; `origin` is the lower left corner of cell (0, 0), metres.

    The frame is the vacuum's own with y turned up: x is its x, y is the height of its picture minus its y. A map
    recorded later, with more rooms, therefore has the same coordinates.
    """

    floor: Bools
    wall: Bools
    segments: tuple[Segment, ...]
    entities: tuple[Entity, ...]
    resolution: float
    origin: Pose


def read_file(path: Path) -> ValetudoMap:
    """Read a map; `MapError` names the file, the line and the cure where it is broken."""
    source = read_json(path, MapError)
    try:
        file = _File.model_validate(source.data)
    except ValidationError as error:
        raise MapError(f"{source.problem(error)}; {_CURE}, or name another file (format: Valetudo map)") from error
    return _Reader(source, file).map()


class _Reader:
    def __init__(self, source: Source, file: _File) -> None:
        self._source, self._file = source, file
        self._step = file.pixelSize / 100.0
        self._columns, self._rows = (math.ceil(side / file.pixelSize) for side in (file.size.x, file.size.y))
        if max(self._columns, self._rows) > LARGEST_SIDE:
            self._fail(("size",), f"{self._columns} x {self._rows} pixels are too many")

    def map(self) -> ValetudoMap:
        file = self._file
        runs = [self._runs(index, layer) for index, layer in enumerate(file.layers)]
        kept = [run for run, layer in zip(runs, file.layers, strict=True) if layer.type in {"floor", "wall", "segment"}]
        everything = np.concatenate([np.empty((0, 3), dtype=np.int64), *kept])
        if not everything.size:
            self._fail(("layers",), "none of them holds a pixel of floor or wall")
        left, top = everything[:, 0].min() - _MARGIN, everything[:, 1].min() - _MARGIN
        right = (everything[:, 0] + everything[:, 2]).max() + _MARGIN
        bottom = everything[:, 1].max() + 1 + _MARGIN
        shape = int(bottom - top), int(right - left)
        if shape[0] * shape[1] > LARGEST:
            self._fail(("layers",), f"a home of {shape[1]} x {shape[0]} pixels is too large")
        masks = [_mask(run - (left, top, 0), shape) for run in runs]
        floor, wall = (self._union(masks, kind, shape) for kind in ("floor", "wall"))
        origin = Pose(float(left) * self._step, float(self._rows - bottom) * self._step)
        entities = tuple(self._entity(index, entity) for index, entity in enumerate(file.entities))
        return ValetudoMap(floor, wall, self._segments(masks), entities, self._step, origin)

    def _union(self, masks: list[Bools], kind: str, shape: tuple[int, int]) -> Bools:
        union = np.zeros(shape, dtype=bool)
        for layer, mask in zip(self._file.layers, masks, strict=True):
            if layer.type == kind:
                union |= mask
        return union

    def _segments(self, masks: list[Bools]) -> tuple[Segment, ...]:
        found = []
        for index, (layer, mask) in enumerate(zip(self._file.layers, masks, strict=True)):
            if layer.type == "segment" and mask.any():
                about = layer.metaData
                ident = _text(about.get("segmentId", about.get("id", index)))
                found.append(Segment(ident, _text(about.get("name", "")), _text(about.get("material", "")), mask))
        return tuple(found)

    def _runs(self, index: int, layer: _Layer) -> Pixels:
        key = "compressedPixels" if layer.compressedPixels else "pixels"
        values = layer.compressedPixels or layer.pixels
        width = 3 if layer.compressedPixels else 2
        limit = max(self._columns, self._rows)
        for at, value in enumerate(values):
            if type(value) is not int or not 0 <= value <= limit:
                said = f"{str(value)[:40]} is no pixel of a picture of {self._columns} x {self._rows}"
                self._fail(("layers", index, key, at), said)
        if len(values) % width:
            self._fail(("layers", index, key), f"{len(values)} numbers are not a multiple of {width}")
        table = np.array(values, dtype=np.int64).reshape(-1, width)
        runs = table if width == 3 else np.column_stack([table, np.ones(len(table), dtype=np.int64)])
        outside = (runs[:, 0] + runs[:, 2] > self._columns) | (runs[:, 1] >= self._rows) | (runs[:, 2] < 1)
        if outside.any():
            at = int(np.argmax(outside))
            x, y, length = runs[at].tolist()
            said = f"{length} pixels from ({x}, {y}) are not within a picture of {self._columns} x {self._rows}"
            self._fail(("layers", index, key, at * width), said)
        return runs

    def _entity(self, index: int, entity: _Entity) -> Entity:
        if len(entity.points) % 2:
            self._fail(("entities", index, "points"), "an odd number of coordinates")
        if any(abs(value) > FARTHEST for value in entity.points):
            self._fail(("entities", index, "points"), "a coordinate is further away than any home is large")
        points = np.array(entity.points, dtype=np.float64).reshape(-1, 2) / 100.0
        points[:, 1] = self._rows * self._step - points[:, 1]
        angle = entity.metaData.get("angle")
        known = isinstance(angle, int | float) and math.isfinite(angle) and abs(angle) < 1e6
        yaw = wrap(math.radians(90.0 - angle)) if known and angle is not None else None
        return Entity(entity.type, points, _text(entity.metaData.get("label", "")), yaw)

    def _fail(self, keys: tuple[str | int, ...], said: str) -> NoReturn:
        raise MapError(f"{self._source.where(keys)}: {said}; {_CURE}")


def _mask(runs: Pixels, shape: tuple[int, int]) -> Bools:
    """Runs (n, 3) of x, y, length with y downwards, painted onto (H, W) with row 0 at the bottom."""
    height, width = shape
    changes = np.zeros((height, width + 1), dtype=np.int32)
    inside = (runs[:, 0] >= 0) & (runs[:, 1] >= 0) & (runs[:, 1] < height) & (runs[:, 0] + runs[:, 2] <= width)
    x, y, length = runs[inside].T
    np.add.at(changes, (y, x), 1)
    np.add.at(changes, (y, x + length), -1)
    return np.ascontiguousarray((changes.cumsum(axis=1)[:, :width] > 0)[::-1])


def _text(value: object) -> str:
    return sayable(str(value)) if isinstance(value, str | int) else ""
