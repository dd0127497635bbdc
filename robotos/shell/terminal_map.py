"""A home as coloured characters: two map pixels a character, the upper one in the foreground."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from robotos.geometry import Pose
from robotos.navigation.home import Home

Picture = NDArray[np.uint8]  # (height, width, 3)

WALL, UNKNOWN, STAIRS = (70, 74, 84), (24, 25, 29), (96, 40, 40)
FLOORS = {"tiles": (52, 60, 74), "wood": (74, 62, 48), "carpet": (66, 54, 72)}
CLEANED, ROBOT, NOSE, DOCK = (64, 160, 104), (250, 204, 92), (255, 255, 255), (110, 150, 220)
RADIUS = 0.175  # m


class TerminalMap:
    """Draws one home over and over; `columns` characters wide."""

    def __init__(self, home: Home, columns: int = 72) -> None:
        self._home = home
        grid = home.grid
        self._step = max(1, math.ceil(grid.shape[1] / columns))
        self._base = self._shrink(self._floors())

    def _floors(self) -> Picture:
        home, grid = self._home, self._home.grid
        picture = np.empty((*grid.shape, 3), dtype=np.uint8)
        picture[:] = UNKNOWN
        picture[grid.free] = FLOORS["tiles"]
        for room in home.rooms.values():
            picture[room.mask] = FLOORS.get(room.floor, FLOORS["tiles"])
        picture[grid.occupied] = WALL
        for area in home.keepouts:
            picture[grid.polygon(area.polygon)] = STAIRS
        return picture

    def _shrink(self, picture: Picture) -> Picture:
        """Every `step`-th pixel, the north side up."""
        half = self._step // 2
        return np.ascontiguousarray(picture[half :: self._step, half :: self._step][::-1])

    def draw(self, robot: Pose, cleaned: NDArray[np.bool_]) -> Text:
        """The picture with the cleaned floor (H, W) and the robot on it."""
        picture = self._base.copy()
        half = self._step // 2
        small = cleaned[half :: self._step, half :: self._step][::-1]
        picture[small] = (0.35 * picture[small] + 0.65 * np.array(CLEANED)).astype(np.uint8)
        self._disc(picture, self._home.dock, 0.12, DOCK)
        self._disc(picture, robot, RADIUS, ROBOT)
        self._disc(picture, robot.compose(Pose(RADIUS, 0.0)), 0.06, NOSE)
        return _characters(picture)

    def _disc(self, picture: Picture, pose: Pose, radius: float, colour: tuple[int, int, int]) -> None:
        grid = self._home.grid
        size = grid.resolution * self._step
        height = picture.shape[0]
        rows, columns = np.mgrid[0:height, 0 : picture.shape[1]]
        xs = grid.origin.x + (columns + 0.5) * size
        ys = grid.origin.y + (height - rows - 0.5) * size
        near = (xs - pose.x) ** 2 + (ys - pose.y) ** 2 <= max(radius, 0.6 * size) ** 2
        picture[near] = colour


def _characters(picture: Picture) -> Text:
    if picture.shape[0] % 2:
        picture = np.concatenate([picture, np.full((1, *picture.shape[1:]), UNKNOWN[0], dtype=np.uint8)])
    text = Text(no_wrap=True, overflow="crop")
    for upper, lower in zip(picture[0::2], picture[1::2], strict=True):
        for (r, g, b), (r2, g2, b2) in zip(upper.tolist(), lower.tolist(), strict=True):
            text.append("▀", style=f"rgb({r},{g},{b}) on rgb({r2},{g2},{b2})")
        text.append("\n")
    return text
