"""`robotos eval FILE...`: run scenario files through the whole system and report."""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from robotos.boot.children import BootError
from robotos.evaluation.batch import Job, results
from robotos.evaluation.names import checked, home_of
from robotos.evaluation.report import print_report
from robotos.evaluation.result import Result
from robotos.evaluation.scenario import Scenario, ScenarioError, read_files
from robotos.evaluation.statistics import summary_of

PASSED, FAILED, USAGE = 0, 1, 2


def main(argv: Sequence[str], make_job: Callable[[Path | None, Path | None], Job] = Job) -> int:
    """Exit code 0: all passed; 1: some failed; 2: called wrongly, or a file that makes no sense.

    `make_job` gets the model and the directory for pictures.
    """
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else USAGE
    try:
        scenarios = _chosen(read_files(arguments.files), arguments.only)
        job = make_job(arguments.model, arguments.picture)
        found = _run(scenarios, job, arguments.jobs)
    except (ScenarioError, BootError) as error:
        print(f"robotos eval: {error}", file=sys.stderr)
        return USAGE
    summary = summary_of(found)
    if arguments.json:
        print(json.dumps({"results": found, "summary": summary}, ensure_ascii=False))
    else:
        print_report(Console(), found, summary)
    return PASSED if all(result["passed"] for result in found) else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="robotos eval",
        description="Run scenarios in a simulated home.",
        epilog="example: robotos eval tests/scenarios/*.jsonl --jobs 2",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="scenarios, one JSON object a line")
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="processes to run in parallel (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object with all results and evidence")
    parser.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this id (may hold *); repeatable"
    )
    parser.add_argument("--model", type=Path, metavar="FILE", help="a GGUF model instead of the bundled one")
    parser.add_argument("--picture", type=Path, metavar="DIR", help="draw each run into DIR/ID.png")
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number of processes is 1 or more, not {text!r}")
    return int(text)


def _chosen(scenarios: Sequence[Scenario], only: Sequence[str]) -> list[Scenario]:
    """Those asked for, every name in them checked before the first one runs."""
    chosen = [s for s in scenarios if not only or any(fnmatch.fnmatchcase(s.id, pattern) for pattern in only)]
    if not chosen:
        raise ScenarioError(f"--only {' '.join(only)}: no such id; known: {', '.join(s.id for s in scenarios)}")
    for scenario in chosen:
        checked(scenario, home_of(scenario))
    return chosen


def _run(scenarios: Sequence[Scenario], job: Job, jobs: int) -> list[Result]:
    text = TextColumn("{task.description}")
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    found: list[Result] = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("scenarios", total=len(scenarios))
        for result in results(scenarios, job, jobs):
            found.append(result)
            failed = sum(not r["passed"] for r in found)
            progress.update(bar, advance=1, description=f"scenarios, {failed} failed" if failed else "scenarios")
    return found
