"""`robotos teach PHRASE CALL`: what the owner means by a phrase; also lists and forgets such phrases."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from robotos.boot.children import BootError
from robotos.boot.control import ask
from robotos.boot.running import Running, find
from robotos.shell.options import add_json, add_system, home_of, parser, print_json

WAIT = 10.0  # s (virtual for a simulated robot) that a kernel may take over it
USAGE = 2


def main(argv: Sequence[str]) -> int:
    """Exit code 0: taught, forgotten or listed; 1: it could not be; 2: called wrongly."""
    options = _options(argv)
    home = home_of(options)
    if options.list:
        return _list(home, options.json)
    running = find(home)
    if options.forget is not None:
        gone = _forget_running(running, options.forget) if running else _forget_at_rest(home, options.forget)
        return _answer(gone, f"{options.forget!r} means nothing any more" if gone else "no such phrase", options.json)
    if options.phrase is None or options.call is None:
        print('robotos teach: teach what? For example: robotos teach "lights out" "dock"', file=sys.stderr)
        return USAGE
    told = _teach_running(running, options) if running else _teach_at_rest(home, options)
    taught = told["errno"] == "OK"
    text = (
        f"{told['phrase']!r} now means: {options.call}" if taught else f"not taught: {told['reason'] or told['errno']}"
    )
    return _answer(taught, text, options.json)


def _answer(done: bool, text: str, as_json: bool) -> int:
    if as_json:
        print_json({"ok": done, "text": text})
    else:
        print(text)
    return 0 if done else 1


def _list(home: Path, as_json: bool) -> int:
    from robotos.boot.teaching import spelled_out
    from robotos.disk import DiskError, open_reader
    from robotos.disk.reader import FILE

    rows = []
    if (home / FILE).is_file():
        try:
            reader = open_reader(home)
            try:
                rows = [{"phrase": one.phrase, "call": spelled_out(one.call), "at": one.at} for one in reader.taught()]
            finally:
                reader.close()
        except DiskError as error:
            raise BootError(str(error)) from error
    if as_json:
        print_json(rows)
    for row in rows if not as_json else []:
        print(f"{row['phrase']!s:<30} {row['call']!s:<40} since {row['at']:%Y-%m-%d}")
    if not rows and not as_json:
        print("nothing was taught here")
    return 0


def _teach_running(running: Running, options: argparse.Namespace) -> dict[str, Any]:
    control = Path(running.control)
    number = ask(control, "teach", phrase=options.phrase, call=options.call)["number"]
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        told: dict[str, Any] = ask(control, "taught", number=number)
        if told["errno"]:
            return told
        time.sleep(0.05)
    raise BootError("the running robot did not get round to it; try again when it is quiet")


def _teach_at_rest(home: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Nobody runs on this home: a simulated robot takes the lesson, on the home's own disk."""
    from robotos.boot.lesson import teach_once

    return teach_once(options.map, home, options.phrase, options.call, WAIT)


def _forget_running(running: Running, phrase: str) -> bool:
    return bool(ask(Path(running.control), "unteach", phrase=phrase))


def _forget_at_rest(home: Path, phrase: str) -> bool:
    from robotos.boot.teaching import kept_phrase
    from robotos.clock import RealClock
    from robotos.disk import DiskError, open_disk

    try:
        disk = open_disk(home, RealClock(), index=False)
        try:
            disk.append("unteach", {"phrase": phrase})
            return disk.unteach(kept_phrase(phrase))
        finally:
            disk.close()
    except DiskError as error:
        raise BootError(str(error)) from error


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "teach",
        "Teach the robot what you mean by a phrase: from then on, whoever may give the order and says it has it done.\n"
        "The call is written as the robot's log shows calls, with names in place of handles.",
        'teach "when I say lights out" "dock"',
        'teach "tea time" \'fetch "blue mug" to me\'',
        "teach --list",
        'teach --forget "lights out"',
    )
    to.add_argument("phrase", nargs="?", metavar="PHRASE", help="the words")
    to.add_argument("call", nargs="?", metavar="CALL", help="what they mean")
    to.add_argument("--list", action="store_true", help="show what was taught, here and by voice")
    to.add_argument("--forget", metavar="PHRASE", help="forget one")
    add_system(to)
    add_json(to)
    return to.parse_args(argv)
