"""What the commands have in common that ask the running robot's gate for something, past the kernel."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from robotos.actuation.client import GateError
from robotos.boot.children import BootError
from robotos.boot.console import Told
from robotos.boot.running import must_find
from robotos.shell.options import home_of, print_json


def ask_gate(options: argparse.Namespace, done: str, ask: Callable[[Path], Told]) -> int:
    """Ask at the gate's socket and print the answer, as JSON with `done` for its key; 0 when it did it, 1 when not.

    Raises:
        BootError: nothing runs on this home, or its gate does not answer.
    """
    running = must_find(home_of(options))
    try:
        told = ask(Path(running.console))
    except GateError as error:
        raise BootError(str(error)) from error
    if options.json:
        print_json({done: told.ok, "said": told.text})
    else:
        print(told.text)
    return 0 if told.ok else 1
