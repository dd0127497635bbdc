"""A home made for a set of commands: its rooms on both sides of a corridor, their furniture along the walls.

Everything is drawn from the census and a seed, and written as a map directory like any other home's.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from robotos.evaluation.gpsr.census import CORRIDORS, Census
from robotos.navigation.draw import draw, load_drawing
from robotos.navigation.home import LAYOUT
from robotos.navigation.map_server import save_map

WALL = 0.1  # m
CORRIDOR = 1.8  # m wide
DEPTH = 4.4  # m of a room, from the corridor to its back wall
NARROWEST = 4.2  # m of a room's width
DOOR = 1.0  # m
PIECE = 0.7  # m of a piece of furniture along the wall
JUT = 0.45  # m of it into the room
INTO = 0.2  # m from its front edge to where things lie
STAND = 0.27  # m before its front edge: where the robot stands
APART = 1.25  # m between the middles of two pieces
FLOORS = ("wood", "tiles", "carpet")
OWNER = "owner"


@dataclass(frozen=True, slots=True)
class _Slot:
    """A piece of furniture: its rectangle, the point where things lie, and where to stand."""

    rectangle: tuple[float, float, float, float]
    at: tuple[float, float]
    approach: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A room: its inner rectangle, and whether its door is in the wall below."""

    x0: float
    y0: float
    x1: float
    y1: float
    door_below: bool

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def furnish(census: Census, seed: int, directory: Path) -> Path:
    """Write the home's layout and map into `directory` (made when missing); the directory, for `load_home`."""
    directory.mkdir(parents=True, exist_ok=True)
    layout = layout_of(census, seed)
    (directory / LAYOUT).write_text(yaml.safe_dump(layout, sort_keys=False, allow_unicode=True), encoding="utf-8")
    save_map(directory / layout["map"], draw(load_drawing(directory)))
    return directory


def layout_of(census: Census, seed: int) -> dict[str, Any]:
    """The layout as `load_home` reads it. Same census and seed: same home, to the last digit."""
    chance = random.Random(f"arena {seed}")
    corridor = next((room for room in census.rooms if room in CORRIDORS), CORRIDORS[0])
    inside = _divided(census, corridor, chance)
    cells, length = _cells(inside)
    placed = {
        name: (room, slot)
        for room, names in inside.items()
        for name, slot in zip(names, _slots(cells[room]), strict=False)
    }
    beyond = _beyond(cells, length)
    dock = _partition(cells)
    return {
        "name": f"arena {seed}",
        "map": "arena.yaml",
        "dock": [dock, CORRIDOR - 0.25, -90.0],
        "rooms": _rooms(cells, corridor, length, chance),
        "places": {"dock": _dock(dock, corridor), **{name: _place(*placed[name]) for name in placed}},
        "things": {thing: {"place": chance.choice(list(placed))} for thing in census.things},
        "people": _people(census, cells, chance),
        "drawing": _drawing(cells, [slot for _, slot in placed.values()], beyond),
    }


# ---------------------------------------------------------------- who is where


def _divided(census: Census, corridor: str, chance: random.Random) -> dict[str, list[str]]:
    """Room to its furniture: by name where one holds the other's ("kitchen table"), else evenly."""
    rooms = [room for room in census.rooms if room != corridor] or ["room"]
    inside: dict[str, list[str]] = {room: [] for room in rooms}
    rest: list[str] = []
    for place in census.places:
        home = next((room for room in rooms if room in place or place in room), None)
        (inside[home] if home is not None else rest).append(place)
    chance.shuffle(rest)
    for place in rest:
        inside[min(rooms, key=lambda room: len(inside[room]))].append(place)
    return inside


def _cells(inside: Mapping[str, Sequence[str]]) -> tuple[dict[str, _Cell], float]:
    """Room to its cell, alternately above and below the corridor, and the corridor's length."""
    rows: tuple[list[str], list[str]] = ([], [])
    for index, room in enumerate(inside):
        rows[index % 2].append(room)
    widths = {room: _width(len(names)) for room, names in inside.items()}
    length = max(sum(widths[room] + WALL for room in row) - WALL for row in rows if row)
    cells: dict[str, _Cell] = {}
    for row, above in zip(rows, (True, False), strict=True):
        spare = (length - sum(widths[room] + WALL for room in row) + WALL) / len(row) if row else 0.0
        x = 0.0
        y0, y1 = (CORRIDOR + WALL, CORRIDOR + WALL + DEPTH) if above else (-WALL - DEPTH, -WALL)
        for room in row:
            cells[room] = _Cell(_round(x), y0, _round(x + widths[room] + spare), y1, door_below=above)
            x += widths[room] + spare + WALL
    return cells, _round(length)


def _width(pieces: int) -> float:
    """Metres in which so many pieces fit: four at the side walls, the others at the back."""
    return _round(max(NARROWEST, 2 * (JUT + 0.55) + PIECE + max(0, pieces - 5) * APART + 0.1))


def _slots(cell: _Cell) -> list[_Slot]:
    """Where furniture can stand, back wall first."""
    up = 1.0 if cell.door_below else -1.0
    door, back = (cell.y0, cell.y1) if cell.door_below else (cell.y1, cell.y0)
    first, last = cell.x0 + JUT + 0.55 + PIECE / 2, cell.x1 - JUT - 0.55 - PIECE / 2
    count = int((last - first) / APART + 1e-6) + 1
    step = (last - first) / (count - 1) if count > 1 else 0.0
    slots = [_against((first + i * step, back), (0.0, -up)) for i in range(count)]
    for off in (2.6, 1.2):
        slots += [_against((cell.x0, door + up * off), (1.0, 0.0)), _against((cell.x1, door + up * off), (-1.0, 0.0))]
    return slots


def _against(wall: tuple[float, float], into: tuple[float, float]) -> _Slot:
    """A piece with its back at a point of a wall; `into` is the unit vector into the room."""
    (x, y), (dx, dy) = wall, into
    half = PIECE / 2
    corners = [(x + side * half * abs(dy) + d * dx, y + side * half * abs(dx) + d * dy)
               for side in (-1, 1) for d in (0.0, JUT)]  # fmt: skip
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]

    def out(metres: float) -> tuple[float, float]:
        return _round(x + metres * dx), _round(y + metres * dy)

    rectangle = (_round(min(xs)), _round(min(ys)), _round(max(xs)), _round(max(ys)))
    return _Slot(rectangle, out(JUT - INTO), out(JUT + STAND))


# ---------------------------------------------------------------- the layout's parts


def _rooms(cells: Mapping[str, _Cell], corridor: str, length: float, chance: random.Random) -> dict[str, Any]:
    rooms = {corridor: {"outline": _outline(0.0, 0.0, length, CORRIDOR), "floor": "tiles"}}
    for room, cell in cells.items():
        outline = _outline(cell.x0, cell.y0, cell.x1, cell.y1)
        rooms[room] = {"outline": outline, "floor": chance.choice(FLOORS)}
    return rooms


def _outline(x0: float, y0: float, x1: float, y1: float) -> list[list[float]]:
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def _place(room: str, slot: _Slot) -> dict[str, Any]:
    return {"room": room, "at": [*slot.at, 0.75], "approach": list(slot.approach)}


def _dock(x: float, corridor: str) -> dict[str, Any]:
    return {"room": corridor, "at": [x, CORRIDOR - 0.1, 0.05], "approach": [x, CORRIDOR - 0.7, -90.0]}


def _partition(cells: Mapping[str, _Cell]) -> float:
    """Where on the upper wall of the corridor no door is: between two rooms, or beside the only one's door."""
    above = [cell for cell in cells.values() if cell.door_below]
    return above[0].x1 if len(above) > 1 else _round(above[0].x0 + 0.8)


def _people(census: Census, cells: Mapping[str, _Cell], chance: random.Random) -> dict[str, Any]:
    """Where everybody usually is; the owner in the first room, the others anywhere. Commands move them."""
    found: dict[str, Any] = {}
    for index, name in enumerate((OWNER, *(person for person in census.people if person != OWNER))):
        room = chance.choice(list(cells)) if index else next(iter(cells))
        cell = cells[room]
        door, up = (cell.y0, 1.0) if cell.door_below else (cell.y1, -1.0)
        x, y = (cell.middle - 1.1, door + up * 0.45) if not index else (cell.middle + 0.4, door + up * 1.9)
        found[name] = {"room": room, "at": [_round(x), _round(y)]}
    found[OWNER]["aliases"] = ["me", "myself"]
    return found


# ---------------------------------------------------------------- the drawing


def _beyond(cells: Mapping[str, _Cell], length: float) -> tuple[float, float, float, float]:
    """The home's outer rectangle."""
    ys = [y for cell in cells.values() for y in (cell.y0, cell.y1)]
    return 0.0, min(0.0, *ys), length, max(CORRIDOR, *ys)


def _drawing(
    cells: Mapping[str, _Cell], slots: Sequence[_Slot], outer: tuple[float, float, float, float]
) -> dict[str, Any]:
    x0, y0, x1, y1 = outer
    inner = [(0.0, 0.0, x1, CORRIDOR), *((c.x0, c.y0, c.x1, c.y1) for c in cells.values())]
    doors = [
        (c.middle - DOOR / 2, c.y0 - WALL, c.middle + DOOR / 2, c.y0) if c.door_below
        else (c.middle - DOOR / 2, c.y1, c.middle + DOOR / 2, c.y1 + WALL)
        for c in cells.values()
    ]  # fmt: skip
    return {
        "resolution": 0.05,
        "bounds": [_down(x0 - 0.5), _down(y0 - 0.5), _up(x1 + 0.5), _up(y1 + 0.5)],
        "floor": [],
        "walls": [[x0 - WALL, y0 - WALL, x1 + WALL, y1 + WALL]],
        "openings": [_plain(rectangle) for rectangle in (*inner, *doors)],
        "furniture": {str(index): _plain(slot.rectangle) for index, slot in enumerate(slots)},
    }


def _plain(rectangle: Sequence[float]) -> list[float]:
    return [_round(value) for value in rectangle]


def _round(value: float) -> float:
    """To the map's cells, so that every drawing of it is the same."""
    return round(round(value / 0.05) * 0.05, 2)


def _down(value: float) -> float:
    return round(math.floor(value / 0.05 + 1e-6) * 0.05, 2)


def _up(value: float) -> float:
    return round(math.ceil(value / 0.05 - 1e-6) * 0.05, 2)
