"""`robotos map import`: a home from a map of another program."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from robotos.boot.maps import Imported, import_map
from robotos.boot.survey import survey_directory
from robotos.navigation.map_server import FREE_THRESH
from robotos.navigation.maps.checking import Report
from robotos.navigation.maps.importing import Wishes
from robotos.shell.map_check import print_findings
from robotos.shell.map_show import draw
from robotos.shell.options import parser, print_json

PREVIEW = "preview.png"
_STEPS = 5


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when the home was written, 1 when it could not be."""
    options = _options(argv)
    dock = tuple(options.dock) if options.dock else None
    wishes = Wishes(options.resolution, options.free_thresh, dock, options.name)
    bar = (TextColumn("{task.description}"), BarColumn())
    with Progress(*bar, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=_STEPS)

        def step(words: str) -> None:
            progress.update(task, description=words, advance=1)

        done = import_map(options.file, options.out, wishes, options.replace, step)
        step("checking")
        found = survey_directory(options.out, done.home)
        step("drawing")
        preview = options.out / PREVIEW
        draw(options.out, done.home, preview)
    if options.json:
        print_json(_plain(options.out, done, found))
    else:
        _print(Console(), options, done, found)
    return 0


def _plain(directory: Path, done: Imported, found: Report) -> dict[str, object]:
    return {
        "directory": str(directory),
        "rooms": {name: round(area, 2) for name, area in found.areas.items()},
        "keepouts": [area.name for area in done.home.keepouts],
        "no_mop": [area.name for area in done.home.no_mop],
        "obstacles": [thing.name for thing in done.home.obstacles],
        "dock": [done.home.dock.x, done.home.dock.y, round(math.degrees(done.home.dock.yaw), 1)],
        "notes": list(done.notes),
        "problems": [finding.message for finding in found.errors],
        "preview": str(directory / PREVIEW),
        "backup": str(done.written.backup) if done.written.backup else None,
    }


def _print(console: Console, options: argparse.Namespace, done: Imported, found: Report) -> None:
    lines = [Text(f"note: {note}") for note in done.notes]
    total = sum(found.areas.values())
    count = len(done.home.rooms)
    lines.append(
        Text(f"wrote {options.out}: {total:.1f} m² in {count} {'room' if count == 1 else 'rooms'}", style="bold")
    )
    if done.written.backup is not None:
        lines.append(Text(f"what was there is now {done.written.backup}"))
    lines.append(Text(f"look at {options.out / PREVIEW}, then `robotos sim --map {options.out}`"))
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    print_findings(console, found)


def _float(text: str) -> float:
    """NaN for what is no number, which no range holds."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _metres(text: str) -> float:
    value = _float(text)
    if not 0.001 <= value <= 10:
        raise argparse.ArgumentTypeError(f"metres a pixel from 0.001 to 10 are wanted, not {text!r}")
    return value


def _share(text: str) -> float:
    value = _float(text)
    if not 0.0 < value <= 0.65:
        raise argparse.ArgumentTypeError(f"a share above 0 and up to 0.65 is wanted, not {text!r}")
    return value


def number(text: str) -> float:
    """A finite number, for `type=`."""
    value = _float(text)
    if not math.isfinite(value) or abs(value) > 1e4:
        raise argparse.ArgumentTypeError(f"a number is wanted, not {text!r}")
    return value


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "map import",
        "Make a home's directory of a map: a Valetudo JSON, a ROS map_server YAML, or a PGM or PNG picture.",
        "map import ValetudoMap.json --out ~/maps/flat",
        "map import house.yaml --out ~/maps/house --dock 1.2 0.4 90",
        "map import plan.png --resolution 0.05 --out ~/maps/plan",
    )
    to.add_argument("file", type=Path, help="the map's file; its kind is told by what is in it")
    to.add_argument("--out", type=Path, required=True, metavar="DIR", help="directory to write")
    to.add_argument("--replace", action="store_true", help="if it is there already, keep that as backup DIR.~N~")
    to.add_argument("--name", metavar="NAME", help="what the home is called (default: after the file)")
    to.add_argument("--resolution", type=_metres, metavar="M", help="metres a pixel, of a picture without a YAML file")
    to.add_argument(
        "--free-thresh", type=_share, default=FREE_THRESH, metavar="SHARE",
        help=f"share of black below which a picture's pixel is floor (default: {FREE_THRESH})",
    )  # fmt: skip
    to.add_argument(
        "--dock", type=number, nargs=3, metavar=("X", "Y", "DEGREES"), help="the robot's pose on its charger"
    )
    to.add_argument("--json", action="store_true", help="print JSON instead of text")
    return to.parse_args(argv)
