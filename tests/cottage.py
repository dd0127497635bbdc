"""A home of three small rooms, drawn and loaded like any other, in which whole tasks take seconds."""

from __future__ import annotations

from pathlib import Path

from robotos.navigation.draw import draw, load_drawing
from robotos.navigation.home import Home, load_home
from robotos.navigation.map_server import save_map

LAYOUT = """
name: cottage
map: cottage.yaml
dock: [1.0, 2.05, -90.0]
rooms:
  hall: {outline: [[0.1, 0.1], [2.1, 0.1], [2.1, 2.3], [0.1, 2.3]], floor: tiles}
  kitchen: {outline: [[2.2, 0.1], [4.0, 0.1], [4.0, 2.3], [2.2, 2.3]], floor: tiles}
  study: {outline: [[4.1, 0.1], [5.9, 0.1], [5.9, 2.3], [4.1, 2.3]], floor: wood}
places:
  dock: {room: hall, at: [1.0, 2.25, 0.05], approach: [1.0, 1.6, -90.0], aliases: [charger]}
  table: {room: hall, at: [0.35, 0.4, 0.5], approach: [0.9, 0.45]}
  counter: {room: kitchen, at: [2.8, 2.1, 0.9], approach: [2.8, 1.6]}
  shelf: {room: study, at: [5.75, 0.85, 0.9], approach: [5.3, 0.85]}
things:
  red cup: {place: counter, aliases: [cup]}
  book: {place: shelf}
  keys: {place: table}
people:
  owner: {room: study, at: [5.65, 2.1], aliases: [me]}
  grandma: {room: hall, at: [0.3, 2.1], aliases: [granny]}
drawing:
  resolution: 0.05
  bounds: [-0.3, -0.3, 6.3, 2.7]
  floor: [[0.0, 0.0, 6.0, 2.4]]
  walls:
    - [0.0, 0.0, 6.0, 0.1]
    - [0.0, 2.3, 6.0, 2.4]
    - [0.0, 0.0, 0.1, 2.4]
    - [5.9, 0.0, 6.0, 2.4]
    - [2.1, 0.1, 2.2, 2.3]
    - [4.0, 0.1, 4.1, 2.3]
  openings:
    - [2.1, 0.6, 2.2, 1.5]
    - [4.0, 0.6, 4.1, 1.5]
  furniture:
    table: [0.1, 0.1, 0.6, 0.7]
    grandma's chair: [0.1, 1.9, 0.5, 2.3]
    counter: [2.2, 1.9, 3.4, 2.3]
    shelf: [5.6, 0.5, 5.9, 1.2]
    armchair: [5.4, 1.9, 5.9, 2.3]
"""


def build(directory: Path) -> Home:
    """Draw the map into `directory` and load it."""
    (directory / "layout.yaml").write_text(LAYOUT)
    save_map(directory / "cottage.yaml", draw(load_drawing(directory)))
    return load_home(directory)
