"""`robotos arm`: clear a hard stop, through the gate's own socket, which no program and no word can reach."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from robotos.actuation.client import GateError
from robotos.boot.children import BootError
from robotos.boot.console import arm_at
from robotos.boot.running import must_find
from robotos.shell.options import add_home, add_json, home_of, parser, print_json


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when it is armed, 1 when the gate refused."""
    options = _options(argv)
    running = must_find(home_of(options))
    try:
        told = arm_at(Path(running.console))
    except GateError as error:
        raise BootError(str(error)) from error
    if options.json:
        print_json({"armed": told.ok, "said": told.text})
    else:
        print(told.text)
    return 0 if told.ok else 1


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
