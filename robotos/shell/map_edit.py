"""`robotos map edit`: change a home's layout, one command at a time; the old one stays as backup."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial

from robotos.boot.children import BootError
from robotos.boot.maps import edit_map
from robotos.boot.survey import survey_directory
from robotos.navigation.maps import editing
from robotos.navigation.maps.assembling import Parts
from robotos.navigation.maps.filters import TYPES
from robotos.navigation.maps.layout import LAYOUT
from robotos.shell.map_import import number
from robotos.shell.options import parser, print_json

Change = Callable[[Parts], Parts]


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when the change was written; 1 when it cannot be made, and then nothing has changed."""
    options = _options(argv)
    written, home = edit_map(options.map, options.change(options))
    found = survey_directory(written.directory, home)
    problems = [finding.message for finding in found.errors]
    if options.json:
        print_json({"directory": str(written.directory), "backup": str(written.backup), "problems": problems})
    else:
        print(f"wrote {written.directory / LAYOUT}; the old one is {written.backup}")
        for problem in problems:
            print(problem)
    return 0


def _rename(options: argparse.Namespace, kind: str) -> Change:
    return partial(editing.rename, kind=kind, old=options.old, new=options.new)


def _remove(options: argparse.Namespace) -> Change:
    return partial(editing.remove, kind=options.kind, name=options.name)


def _merge(options: argparse.Namespace) -> Change:
    return partial(editing.merge, one=options.one, other=options.other, name=options.name)


def _split(options: argparse.Namespace) -> Change:
    return partial(editing.split, room=options.room, line=editing.Line(*options.line), name=options.new)


def _place(options: argparse.Namespace) -> Change:
    if len(options.approach) not in {2, 3}:
        raise BootError("--approach takes x and y in metres, and degrees if the heading matters")
    about = {"room": options.room, "at": tuple(options.at), "approach": tuple(options.approach)}
    if options.alias:
        about["aliases"] = tuple(options.alias)
    return partial(editing.add_place, name=options.name, place=about)


def _area(options: argparse.Namespace, kind: str) -> Change:
    if len(options.corners) < 4 or len(options.corners) % 2:
        raise BootError("corners are pairs of x and y in metres: two opposite ones of a rectangle, or all of them")
    outline = tuple(zip(options.corners[::2], options.corners[1::2], strict=True))
    return partial(editing.add_area, kind=kind, name=options.name, outline=outline)


def _floor(options: argparse.Namespace) -> Change:
    return partial(editing.set_floor, room=options.room, floor=options.floor)


def _alias(options: argparse.Namespace) -> Change:
    return partial(editing.add_alias, kind=options.kind, name=options.name, alias=options.alias)


def _dock(options: argparse.Namespace) -> Change:
    return partial(editing.set_dock, x=options.x, y=options.y, degrees=options.degrees)


def _filter(options: argparse.Namespace) -> Change:
    about = {"mask": options.mask, "type": options.type, "base": options.base, "multiplier": options.multiplier}
    return partial(editing.add_filter, about=about)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "map edit",
        "Change a home's layout. What would not load any more is not written. Comments in the file are not kept; the\n"
        "backup has them.",
        'map edit ~/maps/flat rename-room "room 16" kitchen',
        'map edit ~/maps/flat merge kitchen "room 3"',
        "map edit ~/maps/flat split hall 2.0 0.0 2.0 3.0 study",
        "map edit ~/maps/flat add-place sofa --room lounge --at 3.1 4.0 0.4 --approach 3.1 3.4",
        "map edit ~/maps/flat add-keepout stairs 4.0 1.0 5.2 2.1",
    )
    to.add_argument("map", help="name or directory of a map")
    to.add_argument("--json", action="store_true", help="print JSON instead of text")
    commands = to.add_subparsers(dest="command", required=True, metavar="CHANGE")
    _names(commands)
    _shapes(commands)
    return to.parse_args(argv)


def _names(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for kind, word in (("rooms", "room"), ("places", "place")):
        to = _command(commands, f"rename-{word}", f"give a {word} another name", partial(_rename, kind=kind))
        to.add_argument("old")
        to.add_argument("new")
    to = _command(commands, "remove", "take something out of the layout", _remove)
    to.add_argument("kind", choices=editing.KINDS)
    to.add_argument("name")
    to = _command(commands, "alias", "another name that people say", _alias)
    to.add_argument("kind", choices=editing.KINDS[:4])
    to.add_argument("name")
    to.add_argument("alias")
    to = _command(commands, "floor", "say what floor a room has", _floor)
    to.add_argument("room")
    to.add_argument("floor", help="such as tiles, wood, carpet")


def _shapes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    to = _command(commands, "merge", "two rooms become one", _merge)
    to.add_argument("one")
    to.add_argument("other")
    to.add_argument("--name", help="of the room that remains (default: the first one's)")
    to = _command(commands, "split", "cut a room along a line, metres", _split)
    to.add_argument("room")
    to.add_argument("line", type=number, nargs=4, metavar=("X0", "Y0", "X1", "Y1"))
    to.add_argument("new", help="name of what lies to the left of the line")
    to = _command(commands, "add-place", "where things lie, and where to stand before it", _place)
    to.add_argument("name")
    to.add_argument("--room", required=True)
    to.add_argument("--at", type=number, nargs=3, required=True, metavar=("X", "Y", "Z"))
    to.add_argument("--approach", type=number, nargs="+", required=True, metavar="X Y [DEGREES]")
    to.add_argument("--alias", action="append", metavar="NAME")
    for kind, word in (("keepouts", "add-keepout"), ("no_mop", "add-no-mop")):
        to = _command(commands, word, "an area to stay out of" + (" with the mop" if kind == "no_mop" else ""),
                      partial(_area, kind=kind))  # fmt: skip
        to.add_argument("name")
        to.add_argument("corners", type=number, nargs="+", metavar="X Y")
    to = _command(commands, "dock", "the robot's pose on its charger", _dock)
    for word in ("x", "y", "degrees"):
        to.add_argument(word, type=number)
    to = _command(commands, "add-filter", "a mask of Nav2's costmap filters, from the home's directory", _filter)
    to.add_argument("mask", help="its YAML file")
    to.add_argument("--type", choices=TYPES, required=True)
    to.add_argument("--base", type=number, default=0.0)
    to.add_argument("--multiplier", type=number, default=1.0)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    purpose: str,
    change: Callable[[argparse.Namespace], Change],
) -> argparse.ArgumentParser:
    to = commands.add_parser(name, help=purpose, description=purpose, allow_abbrev=False)
    to.set_defaults(change=change)
    return to
