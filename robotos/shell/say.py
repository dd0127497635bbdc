"""`robotos say TEXT`: one typed command, to the running robot or to a simulated one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from robotos.shell.options import parser, words_of
from robotos.shell.utter import USAGE, LoadVirtual, add_utter, utter


def main(argv: Sequence[str], load: LoadVirtual | None = None) -> int:
    """Exit code 0: done; 1: refused, failed, or a question came back; 2: called wrongly."""
    options = _options(argv)
    words = words_of(options.text)
    if not words:
        print('robotos say: say what? For example: robotos say "clean the kitchen"', file=sys.stderr)
        return USAGE
    return utter(words, "text", options, load)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "say",
        "Say one typed command to the robot that runs on --home. Where none runs, it is carried out on a simulated\n"
        "robot, faster than real time, with the disk of that home. Exit code 0 when it was done, 1 when not.",
        'say "clean the kitchen"',
        'say "how much is left" --json',
    )
    to.add_argument("text", nargs="*", metavar="TEXT", help="the words")
    add_utter(to)
    return to.parse_args(argv)
