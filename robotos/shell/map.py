"""`robotos map`: what a map holds, whether a robot can work with it, and a picture of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from robotos.boot.children import BootError
from robotos.boot.maps import load_map
from robotos.boot.survey import Survey, survey
from robotos.navigation.home import Home
from robotos.shell.options import parser, print_json
from robotos.shell.tables import columns


def main(argv: Sequence[str]) -> int:
    """Exit code 0; 1 when the map cannot be loaded, or `--check` found something."""
    options = _options(argv)
    directory, home = load_map(options.name)
    found = survey(home)
    if options.png is not None:
        _draw(directory, home, options.png)
    if options.json:
        print_json({**_plain(directory, home, found), "png": str(options.png) if options.png else None})
    else:
        _print(Console(), directory, home, found, options)
    return 1 if options.check and found.problems else 0


def _plain(directory: Path, home: Home, found: Survey) -> dict[str, Any]:
    return {
        "name": home.name,
        "directory": str(directory),
        "area_m2": round(sum(found.areas.values()), 2),
        "rooms": {
            name: {"area_m2": round(found.areas[name], 2), "reachable": round(found.reachable[name], 4),
                   "floor": room.floor, "aliases": list(room.aliases)}
            for name, room in home.rooms.items()
        },
        "places": {
            p.name: {"room": p.room, "x": p.x, "y": p.y, "z": p.z, "aliases": list(p.aliases)}
            for p in home.places.values()
        },
        "things": {thing.name: thing.place for thing in home.things.values()},
        "people": {person.name: person.room for person in home.people.values()},
        "keepouts": [area.name for area in home.keepouts],
        "problems": list(found.problems),
    }  # fmt: skip


def _print(console: Console, directory: Path, home: Home, found: Survey, options: argparse.Namespace) -> None:
    if sys.stdout.isatty():
        _show(console, home)
    total = sum(found.areas.values())
    console.print(f"[bold]{home.name}[/bold]  {total:.1f} m² in {len(home.rooms)} rooms  {directory}", highlight=False)
    rows = [
        [name, f"{found.areas[name]:.1f} m²", f"{found.reachable[name]:.0%}", room.floor,
         ", ".join(p.name for p in home.places.values() if p.room == name)]
        for name, room in home.rooms.items()
    ]  # fmt: skip
    for line in columns(["ROOM", "FREE FLOOR", "SWEEPABLE", "FLOOR", "PLACES"], rows, right=(1, 2)):
        _line(console, line)
    _line(console, Text("things: " + ", ".join(f"{thing.name} ({thing.place})" for thing in home.things.values())))
    _line(console, Text("people: " + ", ".join(f"{person.name} ({person.room})" for person in home.people.values())))
    if home.keepouts:
        _line(console, Text("keep out: " + ", ".join(area.name for area in home.keepouts)))
    for problem in found.problems:
        _line(console, Text(problem, style="bold red"))
    if options.check and not found.problems:
        _line(console, Text("every place can be reached from the dock, and every room can be cleaned", style="green"))
    if options.png is not None:
        _line(console, Text(f"wrote {options.png}"))


def _line(console: Console, text: Text) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _show(console: Console, home: Home) -> None:
    import numpy as np

    from robotos.shell.terminal_map import TerminalMap

    console.print(TerminalMap(home).draw(home.dock, np.zeros(home.grid.shape, dtype=bool)))


def _draw(directory: Path, home: Home, file: Path) -> None:
    from robotos.boot.picture import draw_map

    try:
        draw_map(directory, home, file)
    except OSError as error:
        raise BootError(f"the picture cannot be written to {file} ({error}); name another file with --png") from error


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "map",
        "Show what a map holds; check that a robot can work with it; draw it.",
        "map apartment",
        "map ~/maps/flat --check",
        "map apartment --png flat.png",
    )
    to.add_argument("name", nargs="?", default="apartment", help="name or directory of a map (default: apartment)")
    to.add_argument("--png", type=Path, metavar="FILE", help="draw it into this file")
    to.add_argument("--check", action="store_true", help="exit code 1 unless all of it can be reached")
    to.add_argument("--json", action="store_true", help="print JSON instead of text")
    return to.parse_args(argv)
