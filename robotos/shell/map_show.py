"""`robotos map show`: what a map holds, in the terminal and as a picture."""

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
from robotos.boot.survey import survey_directory
from robotos.navigation.home import Home
from robotos.navigation.maps.checking import Report
from robotos.shell.options import parser, print_json
from robotos.shell.tables import columns


def main(argv: Sequence[str]) -> int:
    """Exit code 0; 1 when the map cannot be loaded, or `--check` found something."""
    options = _options(argv)
    directory, home = load_map(options.name)
    found = survey_directory(directory, home)
    if options.png is not None:
        draw(directory, home, options.png)
    if options.json:
        print_json({**_plain(directory, home, found), "png": str(options.png) if options.png else None})
    else:
        _print(Console(), directory, home, found, options)
    return 1 if options.check and found.errors else 0


def draw(directory: Path, home: Home, file: Path) -> None:
    """Write the picture; `BootError` where that fails."""
    from robotos.boot.picture import draw_map

    try:
        draw_map(directory, home, file)
    except (OSError, ValueError) as error:
        raise BootError(f"the picture cannot be written to {file} ({error}); name another file with --png") from error


def _plain(directory: Path, home: Home, found: Report) -> dict[str, Any]:
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
        "no_mop": [area.name for area in home.no_mop],
        "obstacles": {thing.name: [thing.x, thing.y] for thing in home.obstacles},
        "speed_masks": len(home.speed_limits),
        "dock": [home.dock.x, home.dock.y, home.dock.yaw],
        "problems": [finding.message for finding in found.errors],
        "warnings": [finding.message for finding in found.findings if finding not in found.errors],
    }  # fmt: skip


def _print(console: Console, directory: Path, home: Home, found: Report, options: argparse.Namespace) -> None:
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
    for word, names in (
        ("things", [f"{thing.name} ({thing.place})" for thing in home.things.values()]),
        ("people", [f"{person.name} ({person.room})" for person in home.people.values()]),
        ("keep out", [area.name for area in home.keepouts]),
        ("no mop", [area.name for area in home.no_mop]),
        ("obstacles", [thing.name for thing in home.obstacles]),
    ):
        if names:
            _line(console, Text(f"{word}: {', '.join(names)}"))
    for finding in found.errors:
        _line(console, Text(finding.message, style="bold red"))
    if options.check and not found.errors:
        _line(console, Text("every place can be reached from the dock, and every room can be cleaned", style="green"))
    if options.png is not None:
        _line(console, Text(f"wrote {options.png}"))


def _line(console: Console, text: Text) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _show(console: Console, home: Home) -> None:
    import numpy as np

    from robotos.shell.terminal_map import TerminalMap

    console.print(TerminalMap(home).draw(home.dock, np.zeros(home.grid.shape, dtype=bool)))


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "map show",
        "Show what a map holds; draw it.",
        "map show apartment",
        "map show ~/maps/flat --png flat.png",
    )
    to.add_argument("name", nargs="?", default="apartment", help="name or directory of a map (default: apartment)")
    to.add_argument("--png", type=Path, metavar="FILE", help="draw it into this file")
    to.add_argument("--check", action="store_true", help="exit code 1 unless all of it can be reached")
    to.add_argument("--json", action="store_true", help="print JSON instead of text")
    return to.parse_args(argv)
