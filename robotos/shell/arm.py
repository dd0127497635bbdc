"""`robotos arm`: clear a hard stop, through the gate's own socket, which no program and no word can reach."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from robotos.boot.console import arm_at
from robotos.shell.at_gate import ask_gate
from robotos.shell.options import add_home, add_json, parser


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when it is armed, 1 when the gate refused."""
    return ask_gate(_options(argv), "armed", arm_at)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "arm",
        "Arm the running robot again after a stop button, a lost link or a restarted controller, once the\n"
        "cause is gone.",
        "arm",
    )
    add_home(to)
    add_json(to)
    return to.parse_args(argv)
