"""`robotos strace`: the syscall log, live from the running system or afterwards from the journal on disk."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console

from robotos.boot.children import BootError
from robotos.boot.control import ask
from robotos.boot.running import Running, find
from robotos.disk import DiskError, Reader, open_reader
from robotos.shell.journal import lines_of
from robotos.shell.lines import Line
from robotos.shell.options import add_home, add_json, home_of, parser, print_json

LAST = 40
LOOK_EVERY = 0.2  # s
BATCH = 1000


def main(argv: Sequence[str]) -> int:
    """Exit code 0; 1 when there is neither a running system nor a journal."""
    options = _options(argv)
    home = home_of(options)
    running = None if options.journal else find(home)
    console = Console()
    for line in _live(running, options) if running is not None else _journal(home, options):
        if options.pid is not None and line.pid != options.pid:
            continue
        if options.json:
            print_json(line.plain())
        else:
            console.print(line.strace(), highlight=False, soft_wrap=True)
    return 0


def _live(running: Running, options: argparse.Namespace) -> Iterator[Line]:
    """What the kernel holds in memory, and what is added while it runs."""
    control, seen = Path(running.control), 0
    rows = ask(control, "trace", last=options.last)
    while True:
        for row in rows:
            seen = row["seq"]
            at = datetime.fromtimestamp(row["wall"])
            yield Line(at, row["pid"], row["program"], row["kind"], row["text"], row["errno"])
        if not options.follow:
            return
        time.sleep(LOOK_EVERY)
        try:
            rows = ask(control, "trace", after=seen)
        except BootError:
            return  # it has ended, and so has its log


def _journal(home: Path, options: argparse.Namespace) -> Iterator[Line]:
    try:
        reader = open_reader(home)
    except DiskError as error:
        raise BootError(str(error)) from error
    try:
        yield from _read(reader, options)
    except DiskError as error:
        raise BootError(str(error)) from error
    finally:
        reader.close()


def _read(reader: Reader, options: argparse.Namespace) -> Iterator[Line]:
    newest = reader.last_seq()
    names: dict[int, str] = {}
    found: list[Line] = []
    seen = 0
    while events := reader.events(after=seen, limit=BATCH):
        seen = events[-1].seq
        found = [*found, *lines_of(events, names)][-options.last :]
        if seen >= newest:
            break
    yield from found
    while options.follow:
        time.sleep(LOOK_EVERY)
        events = reader.events(after=seen, limit=BATCH)
        seen = events[-1].seq if events else seen
        yield from lines_of(events, names)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "strace",
        "The syscall log: who called what, and what it answered. From the running system, or from the journal on disk.",
        "strace",
        "strace -f",
        "strace --journal --last 200 --json",
    )
    add_home(to)
    add_json(to)
    to.add_argument("-f", "--follow", action="store_true", help="go on as lines are added, until Ctrl-C")
    to.add_argument("-p", "--pid", type=int, metavar="PID", help="only this process")
    to.add_argument("-n", "--last", type=_count, default=LAST, metavar="N", help=f"begin N lines back (default {LAST})")
    to.add_argument("--journal", action="store_true", help="read the disk even if a system is running")
    return to.parse_args(argv)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number of lines is 1 or more, not {text!r}")
    return int(text)
