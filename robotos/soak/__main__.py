"""`python -m robotos.soak [--part NAME] [--quick] [--seed N] --report DIR`: run the full counts, write the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from robotos.bench.machine import machine
from robotos.soak import report
from robotos.soak.parts import PARTS, sized
from robotos.soak.run import run_all
from robotos.soak.source import commit
from robotos.soak.state import FILE, State, StateError


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when each part run is complete without a violation, 1 when not, 130 when interrupted (call again to go on)."""
    options = _options(arguments)
    works = [sized(PARTS[name], options.quick, options.count) for name in options.part or PARTS]
    directory: Path = options.report
    directory.mkdir(parents=True, exist_ok=True)
    console = Console()
    described = machine()  # before: afterwards the machine is busy with this
    try:
        state = _state(directory, options.seed, options.fresh)
    except StateError as error:
        print(f"soak: {error}", file=sys.stderr)
        return 1
    interrupted = not run_all(works, state, directory, console)
    run = {work.name for work in works}
    others = [work for name, work in PARTS.items() if name not in run]
    try:
        plain = report.write(directory, state, works, described, _now(), others)
    except StateError as error:
        print(f"soak: {error}", file=sys.stderr)
        return 1
    written = ", ".join(escape(str(path)) for path in report.paths(directory))
    passed = all(part["passed"] for part in plain["parts"] if part["name"] in run)
    console.print(f"{'passed' if passed else 'NOT PASSED'}: {written}")
    if interrupted:
        console.print("interrupted; the same command goes on from here")
        return 130
    (directory / FILE).unlink(missing_ok=True)
    return 0 if passed else 1


def _state(directory: Path, seed: int, fresh: bool) -> State:
    """Where an interrupted soak of this source and seed was, or the beginning."""
    source = commit()
    before = None if fresh else State.load(directory)
    if before is None:
        return State(source, seed, _now())
    if (before.commit, before.seed) != (source, seed):
        raise StateError(
            f"the unfinished soak in {directory} is of commit {before.commit}, seed {before.seed}: "
            "go on with that, or begin anew with --fresh"
        )
    return before


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    listed = "\n".join(f"  {work.name:<10} {work.purpose}: {work.full:,} {work.unit}" for work in PARTS.values())
    parser = argparse.ArgumentParser(
        prog="python -m robotos.soak",
        description="The full counts of body and disk, with a report; interrupted, the same command goes on with it.",
        epilog=f"parts:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--part", action="append", choices=list(PARTS), help="only this one; may be repeated")
    parser.add_argument("--report", type=Path, required=True, metavar="DIR", help="where soak.md and soak.json go")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random")
    parser.add_argument("--quick", action="store_true", help="a few of each, to see that everything works")
    parser.add_argument("--count", type=int, help="so many of each part instead")
    parser.add_argument("--fresh", action="store_true", help="forget an unfinished run in this directory")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
