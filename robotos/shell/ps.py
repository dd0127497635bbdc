"""`robotos ps`: the process table of the running system."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from robotos.boot.control import ask
from robotos.boot.running import must_find
from robotos.shell.options import add_home, add_json, home_of, parser, print_json
from robotos.shell.tables import process_table


def main(argv: Sequence[str]) -> int:
    """Exit code 0; 1 when no system runs."""
    options = _options(argv)
    running = must_find(home_of(options))
    rows = ask(Path(running.control), "ps")
    if options.json:
        state = ask(Path(running.control), "state")
        print_json({"pid": running.pid, "children": running.children, "processes": rows, "state": state})
        return 0
    console = Console()
    for line in process_table(rows):
        console.print(line, highlight=False, soft_wrap=True)
    return 0


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "ps", "Processes of the running system. A star marks the one that holds the base.", "ps", "ps --home ~/robot"
    )
    add_home(to)
    add_json(to)
    return to.parse_args(argv)
