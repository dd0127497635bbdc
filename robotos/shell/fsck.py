"""`robotos fsck`: read the whole disk of a home, and make its index anew where it is wrong."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from robotos.boot.children import BootError
from robotos.disk import DiskError, fsck
from robotos.shell.options import add_home, add_json, home_of, parser, print_json


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when all is well by now; 1 when the disk is damaged or in use."""
    options = _options(argv)
    try:
        checked = fsck(home_of(options))
    except DiskError as error:
        raise BootError(str(error)) from error
    if options.json:
        print_json(asdict(checked))
        return 0
    print(f"{checked.events} events, {checked.tasks} tasks, {checked.memories} memories: the database is whole")
    for reason in checked.rebuilt:
        print(f"the index was made anew: {reason}")
    return 0


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser("fsck", "Check the disk of a home that no system runs on; the index is rebuilt if it is wrong.", "fsck")
    add_home(to)
    add_json(to)
    return to.parse_args(argv)
