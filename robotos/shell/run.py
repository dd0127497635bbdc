"""`robotos run`: the whole system on a motor controller at a serial port, with a prompt."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from robotos.boot.children import BootError
from robotos.boot.prepare import nursery
from robotos.shell.options import add_session, add_system, home_of, parser

if TYPE_CHECKING:
    from robotos.shell.session import LoadProcessor


def main(argv: Sequence[str], load: LoadProcessor | None = None) -> int:
    """Exit code 0 when it was ended, 1 when it could not start or go on."""
    options = _options(argv)
    if not Path(options.port).exists():
        raise BootError(f"there is no port {options.port}: plug the board in and see robotos doctor for its name")
    home = home_of(options)
    with nursery(simulated=False) as children:
        # Imported while the children do the same.
        from robotos.boot.live import Plan
        from robotos.shell.session import load_processor, run_session

        plan = Plan(options.map, home, port=options.port, patience=options.patience)
        return run_session(plan, options, children, load or load_processor)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "run",
        "Start the whole system on a motor controller. The robot must stand on its dock.",
        "run --port /dev/ttyACM0",
        "run --port /dev/ttyACM0 --map ~/maps/flat --home ~/robot",
    )
    to.add_argument("--port", required=True, metavar="DEVICE", help="serial port of the board, such as /dev/ttyACM0")
    add_system(to)
    add_session(to)
    return to.parse_args(argv)
