"""The picture of a home as its layout says: furniture, people, things, and the robot on its dock."""

from __future__ import annotations

from pathlib import Path

from robotos.navigation.draw import load_drawing
from robotos.navigation.home import Home, LayoutError
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.render import Scene, save


def draw_map(directory: Path, home: Home, file: Path) -> None:
    """Write it as PNG; `OSError` where that fails. Without a drawing in the layout all that is occupied is wall."""
    try:
        drawing = load_drawing(directory)
    except LayoutError:
        drawing = None  # a map that was scanned has none
    world = KinematicWorld(home, home.dock, 0)
    save(Scene(home, drawing, robot=home.dock, people=world.people, things=world.things.spots), file)
