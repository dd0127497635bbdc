"""A picture of a run: the map, the swept floor, the way of the robot, the things that were moved."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from robotos.evaluation.recording import Recording

SCALE = 5  # pixels a cell
WALL, FLOOR, UNKNOWN, SWEPT, KEEP_OUT = (60, 60, 60), (250, 250, 250), (205, 205, 205), (196, 226, 196), (250, 215, 215)
WAY, START, END, PERSON, THING = (30, 90, 200), (30, 150, 60), (200, 40, 40), (170, 90, 190), (220, 140, 20)


def draw(recording: Recording, directory: Path) -> Path:
    """Write `directory`/ID.png, made when missing, and return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / (re.sub(r"[^\w.-]", "_", recording.scenario.id) + ".png")
    image = Image.fromarray(np.flipud(_floor(recording))).resize(_size(recording), Image.Resampling.NEAREST)
    _trace(recording, ImageDraw.Draw(image))
    image.save(path)
    return path


def _floor(recording: Recording) -> NDArray[np.uint8]:
    """(H, W, 3), bottom row first."""
    grid = recording.home.grid
    colours = np.full((*grid.shape, 3), UNKNOWN, dtype=np.uint8)
    colours[grid.free] = FLOOR
    colours[grid.cells > 0] = WALL
    for area in recording.home.keepouts:
        colours[grid.polygon(area.polygon) & grid.free] = KEEP_OUT
    colours[recording.truth.swept & grid.free] = SWEPT
    return colours


def _size(recording: Recording) -> tuple[int, int]:
    height, width = recording.home.grid.shape
    return width * SCALE, height * SCALE


def _trace(recording: Recording, pen: ImageDraw.ImageDraw) -> None:
    track = [_pixel(recording, x, y) for _, x, y, _ in recording.truth.track]
    if len(track) > 1:
        pen.line(track, fill=WAY, width=1)
    for person in recording.truth.people.values():
        _dot(pen, _pixel(recording, person.x, person.y), 6, PERSON)
    after = recording.things_after
    for thing, at in after.items():
        place = recording.home.places.get(at)
        if place is not None and recording.things_before.get(thing) != at:
            _dot(pen, _pixel(recording, place.x, place.y), 4, THING)
    _dot(pen, track[0], 5, START)
    _dot(pen, track[-1], 5, END)


def _pixel(recording: Recording, x: float, y: float) -> tuple[float, float]:
    grid = recording.home.grid
    height = grid.shape[0] * SCALE
    scale = SCALE / grid.resolution
    return (x - grid.origin.x) * scale, height - (y - grid.origin.y) * scale


def _dot(pen: ImageDraw.ImageDraw, at: tuple[float, float], radius: int, colour: tuple[int, int, int]) -> None:
    x, y = at
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
