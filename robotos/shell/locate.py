"""`robotos locate ROOM`: tell a lost robot which room it is in, through the gate's own socket, as `arm` does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from robotos.boot.console import locate_at
from robotos.shell.at_gate import ask_gate
from robotos.shell.options import add_home, add_json, parser


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when the robot takes it into account, 1 when it has no use for it."""
    options = _options(argv)
    return ask_gate(options, "taken", lambda console: locate_at(console, options.room))


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "locate",
        "Tell a robot that has lost its position which room it is in. That decides between places that its range\n"
        "readings leave open; it does not put it where they do not fit.",
        'locate "living room"',
    )
    to.add_argument("room", metavar="ROOM", help="a room of the map")
    add_home(to)
    add_json(to)
    return to.parse_args(argv)
