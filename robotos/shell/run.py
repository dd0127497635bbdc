"""`robotos run`: the whole system on a motor controller at a serial port, with a prompt."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from robotos.boot.ports import AUTO, must_find_port
from robotos.boot.prepare import nursery
from robotos.shell.options import add_session, add_system, home_of, parser

if TYPE_CHECKING:
    from robotos.shell.session import LoadProcessor


def main(argv: Sequence[str], load: LoadProcessor | None = None) -> int:
    """Exit code 0 when it was ended, 1 when it could not start or go on."""
    options = _options(argv)
    must_find_port(options.port)
    home = home_of(options)
    with nursery(simulated=False) as children:
        # Imported while the children do the same.
        from robotos.boot.live import Plan
        from robotos.shell.session import load_processor, run_session

        plan = Plan(options.map, home, port=options.port, trace=options.trace, patience=options.patience)
        return run_session(plan, options, children, load or load_processor)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "run",
        "Start the whole system on a motor controller. The robot must stand on its dock.",
        "run",
        "run --port /dev/ttyACM0",
        "run --port /dev/ttyACM0 --map ~/maps/flat --home ~/robot",
    )
    to.add_argument(
        "--port", default=AUTO, metavar="DEVICE", help="serial port of the board (default: found by its USB id)"
    )
    add_system(to)
    add_session(to)
    return to.parse_args(argv)
