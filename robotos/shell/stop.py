"""`robotos stop`: the wheels first, through the gate; then the kernel, which ends what runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from robotos.actuation.client import GateError
from robotos.boot.children import BootError
from robotos.boot.console import stop_at
from robotos.boot.control import ask
from robotos.boot.running import must_find
from robotos.shell.options import add_home, add_json, home_of, parser, print_json


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when the controller has confirmed the stop, 1 otherwise."""
    options = _options(argv)
    running = must_find(home_of(options))
    try:
        told = stop_at(Path(running.console))
    except GateError as error:
        raise BootError(f"{error}; press the robot's stop button") from error
    try:
        ask(Path(running.control), "stop")
        cancelled = True
    except BootError:
        cancelled = False  # the wheels stand all the same: the gate needs no kernel for that
    if options.json:
        print_json({"confirmed": told.ok, "seconds": round(told.seconds, 4), "cancelled": cancelled})
    else:
        print(told.text if cancelled else f"{told.text}; the kernel does not answer, end it and start it again")
    return 0 if told.ok else 1


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser("stop", "Stop the running robot now and cancel what it does. The next command re-arms it.", "stop")
    add_home(to)
    add_json(to)
    return to.parse_args(argv)
