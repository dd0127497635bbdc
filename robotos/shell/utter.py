"""What `say` and `hear` share: words to the running robot or, where none runs, to a simulated one, and the outcome."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from robotos.boot.control import ask
from robotos.boot.running import Running, find
from robotos.boot.simulated import MakeProcessor
from robotos.boot.utterance import Outcome
from robotos.clock import Clock
from robotos.kernel.ports import Processor
from robotos.kernel.trace import Entry
from robotos.shell.getting_ready import ready_senses
from robotos.shell.lines import Line
from robotos.shell.options import add_json, add_system, home_of, print_json, seconds

DONE, NOT_DONE, USAGE = 0, 1, 2
LOOK_EVERY = 0.1  # s

LoadVirtual = Callable[[Path | None], MakeProcessor]


def add_utter(to: argparse.ArgumentParser) -> None:
    """Options of both."""
    add_system(to)
    add_json(to)
    to.add_argument("--no-wait", action="store_true", help="with a running robot: hand the words over and return")
    to.add_argument("--wait", type=seconds, default=4 * 3600.0, metavar="S", help="wait so long for the outcome")


def load_virtual(model: Path | None) -> MakeProcessor:
    """The named model, or the bundled one, in virtual time."""
    from robotos.boot.model import load_core, virtual

    core = load_core(model)

    def make(clock: Clock) -> Processor:
        return virtual(core, clock)

    return make


def utter(text: str, source: str, options: argparse.Namespace, load: LoadVirtual | None = None) -> int:
    """Say it, show what happens, and return the exit code. Raises `BootError`."""
    home = home_of(options)
    shown = _Shown(Console(), options.json)
    running = find(home)
    if running is not None:
        report = _live(running, text, source, options, shown)
    else:
        from robotos.boot.once import Once, run_once

        senses = ready_senses() if load is None else None
        make = _backed(home, options, shown) if load is None else load(options.model)
        once = Once(options.map, home, make, senses)
        report = run_once(once, text, source, shown.entry).plain()
    if options.json:
        print_json({**report, "running": running is not None, "log": shown.log})
    elif report["outcome"] in {Outcome.UNCLEAR, Outcome.DROPPED, Outcome.PENDING}:
        shown.console.print(f"not done: the outcome is {report['outcome']}", style="yellow")
    handed_over = options.no_wait and running is not None
    return DONE if report["ok"] or handed_over else NOT_DONE


def _backed(home: Path, options: argparse.Namespace, shown: _Shown) -> MakeProcessor:
    """The model that was named; else the bundled one, backed by the larger one if that was chosen."""
    from robotos.boot.library.choice import read_choice
    from robotos.boot.routing import routed_virtual

    first = load_virtual(options.model)
    if options.model is not None:
        return first
    choice = read_choice(home)
    for notice in choice.notices:
        shown.notice(notice)
    return lambda clock: routed_virtual(first(clock), choice, home, clock)


@dataclass(slots=True)
class _Shown:
    """Prints lines of the log, or keeps them for the JSON object."""

    console: Console
    as_json: bool
    log: list[dict[str, Any]] = field(default_factory=list)

    def notice(self, text: str) -> None:
        """Something that works less well than it could; on stderr, where it disturbs no JSON."""
        print(f"notice: {text}", file=sys.stderr)

    def entry(self, entry: Entry, at: datetime) -> None:
        line = Line.of(entry, at)
        self.log.append(line.plain())
        text = line.talk()
        if text is not None and not self.as_json:
            self.console.print(text, highlight=False, soft_wrap=True)


def _live(running: Running, text: str, source: str, options: argparse.Namespace, shown: _Shown) -> dict[str, Any]:
    control = Path(running.control)
    seen = max((row["seq"] for row in ask(control, "trace", last=1)), default=0)
    report: dict[str, Any] = ask(control, "say", text=text, source=source)
    number = report["number"]
    deadline = time.monotonic() + options.wait
    while True:
        report = ask(control, "outcome", number=number)
        for row in ask(control, "trace", after=seen):
            seen = row["seq"]
            entry = Entry(row["at"], row["pid"], row["program"], row["kind"], row["text"], row["errno"])
            shown.entry(entry, datetime.fromtimestamp(row["wall"]))
        if options.no_wait or report["outcome"] != Outcome.PENDING or time.monotonic() >= deadline:
            return report
        time.sleep(LOOK_EVERY)
