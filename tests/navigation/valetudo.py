"""Valetudo map files for tests: drawn from letters, in both versions of the format."""

from __future__ import annotations

import copy
import json
from typing import Any

SIZE = 40  # pixels of the whole picture, square
LEFT, TOP = 5, 7  # where the drawing lies in it
PIXEL = 20  # cm, so that a robot fits into a drawing of letters


def layer_pixels(rows: list[str], letter: str) -> list[tuple[int, int]]:
    """(x, y) of a letter, y downwards."""
    return [(LEFT + x, TOP + y) for y, row in enumerate(rows) for x, found in enumerate(row) if found == letter]


def runs(pixels: list[tuple[int, int]]) -> list[int]:
    """[x, y, length, ...] as version 2 has it."""
    found: list[list[int]] = []
    for x, y in sorted(pixels, key=lambda pixel: (pixel[1], pixel[0])):
        if found and found[-1][1] == y and found[-1][0] + found[-1][2] == x:
            found[-1][2] += 1
        else:
            found.append([x, y, 1])
    return [value for run in found for value in run]


def map_of(rows: list[str], names: dict[str, dict[str, Any]], entities: list[dict[str, Any]], version: int = 2) -> Any:
    """A map: `#` is wall, `.` floor, other letters are segments with the metadata in `names`."""
    layers = []
    for letter, kind in {"#": "wall", ".": "floor", **dict.fromkeys(names, "segment")}.items():
        pixels = layer_pixels(rows, letter)
        if pixels:
            layer: dict[str, Any] = {"__class": "MapLayer", "type": kind, "metaData": names.get(letter, {})}
            if version == 1:
                layer["pixels"] = [value for pixel in pixels for value in pixel]
            else:
                layer |= {"pixels": [], "compressedPixels": runs(pixels)}
            layers.append(layer)
    made = {
        "__class": "ValetudoMap", "metaData": {"version": version}, "size": {"x": SIZE * PIXEL, "y": SIZE * PIXEL},
        "pixelSize": PIXEL, "layers": layers, "entities": entities,
    }  # fmt: skip
    return copy.deepcopy(made)  # tests spoil it


def entity(kind: str, *points: float, **about: Any) -> dict[str, Any]:
    """`points` are x, y in pixels of the drawing; they are written in cm of the picture."""
    scaled = [(value + (LEFT if i % 2 == 0 else TOP)) * PIXEL for i, value in enumerate(points)]
    return {"__class": "MapEntity", "type": kind, "metaData": about, "points": scaled}


FLAT = [
    "#################",
    "#aaaaaaaa#bbbbbb#",
    "#aaaaaaaa#bbbbbb#",
    "#aaaaaaaabbbbbbb#",
    "#aaaaaaaabbbbbbb#",
    "#aaaaaaaabbbbbbb#",
    "#aaaaaaaa#bbbbbb#",
    "#aaaaaaaa#bbbbbb#",
    "#aaaaaaaa#bbbbbb#",
    "#################",
]
NAMES = {"a": {"segmentId": "16", "name": "Kitchen", "material": "tile"}, "b": {"segmentId": "17"}}
CHARGER = entity("charger_location", 1.5, 4.5, angle=90)


def flat(*more: dict[str, Any], version: int = 2) -> Any:
    """Two rooms, 1.6 m x 1.6 m and 1.2 m x 1.6 m, with a charger at the west wall that faces east."""
    return map_of(FLAT, NAMES, [CHARGER, *more], version)


def text(value: Any) -> str:
    """As a file has it, one key a line."""
    return json.dumps(value, indent=1)
