"""`robotos sim`: the whole system on a simulated robot, in real time, with a prompt."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from robotos.boot.prepare import nursery
from robotos.shell.options import add_session, add_system, home_of, parser
from robotos.sim.world import KINEMATIC, WORLDS

if TYPE_CHECKING:
    from robotos.shell.session import LoadProcessor


def main(argv: Sequence[str], load: LoadProcessor | None = None) -> int:
    """Exit code 0 when it was ended, 1 when it could not start or go on."""
    options = _options(argv)
    home = home_of(options)
    with nursery(simulated=True) as children:
        # Imported while the children do the same.
        from robotos.boot.live import Plan
        from robotos.shell.session import load_processor, run_session

        plan = Plan(
            options.map, home, start_at=options.at, board=options.board, world=options.world, trace=options.trace,
            patience=options.patience,
        )  # fmt: skip
        return run_session(plan, options, children, load or load_processor)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "sim",
        "Start the whole system on a simulated robot and talk to it.",
        "sim",
        'sim --say "clean the kitchen" --exit-when-idle',
        "sim --board mega2560",
    )
    add_system(to)
    add_session(to)
    to.add_argument(
        "--board", default="", metavar="NAME", help="run the firmware's real binary for this board, emulated (mega2560)"
    )
    to.add_argument(
        "--world", choices=WORLDS, default=KINEMATIC,
        help="how the world is simulated; mujoco has contact, slip and things that can be pushed (default: kinematic)",
    )  # fmt: skip
    to.add_argument("--at", default="dock", metavar="PLACE", help="room or place where the robot stands")
    return to.parse_args(argv)
