"""`robotos eval`: run scenario files or GPSR commands through the whole system and report."""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from robotos.boot.children import BootError
from robotos.cpu.models import bundled
from robotos.evaluation.batch import Job, results
from robotos.evaluation.gpsr.report import gpsr_summary, print_gpsr
from robotos.evaluation.gpsr.suite import Suite, commands_file, open_suite
from robotos.evaluation.names import checked, home_of
from robotos.evaluation.report import print_report
from robotos.evaluation.result import Result
from robotos.evaluation.scenario import Scenario, ScenarioError, read_files
from robotos.evaluation.statistics import summary_of
from robotos.sim.world import KINEMATIC, WORLDS

PASSED, FAILED, USAGE = 0, 1, 2
NO_COMMANDS = Path()  # `--gpsr` was not given; without a file it is None
RANDOM, WITHOUT_MODEL = "random", "none"  # in place of a model's file


def main(argv: Sequence[str], make_job: Callable[[Path | None, Path | None], Job] = Job) -> int:
    """Exit code 0: all passed; 1: some failed; 2: called wrongly, or a file that makes no sense.

    `make_job` gets the model and the directory for pictures.
    """
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else USAGE
    with tempfile.TemporaryDirectory(prefix="robotos-eval-") as directory:
        try:
            return _evaluate(arguments, make_job, Path(directory))
        except (ScenarioError, BootError) as error:
            print(f"robotos eval: {error}", file=sys.stderr)
            return USAGE


def _evaluate(
    arguments: argparse.Namespace, make_job: Callable[[Path | None, Path | None], Job], directory: Path
) -> int:
    suite = _suite(arguments, directory)
    scenarios = _chosen(suite.scenarios if suite is not None else read_files(arguments.files), arguments.only)
    scenarios = _misheard(scenarios, arguments)
    job = make_job(_model(arguments, directory), arguments.picture)
    job = replace(job, exemplars=not arguments.without_exemplars, phrases_only=arguments.model == WITHOUT_MODEL)
    job = replace(job, world=arguments.world)
    if arguments.oracle and suite is not None:
        job = replace(job, answers=suite.answers)
    found = _run(scenarios, job, arguments.jobs)
    summary = summary_of(found) if suite is None else gpsr_summary(suite, found)
    if arguments.json:
        print(json.dumps({"results": found, "summary": summary}, ensure_ascii=False))
    elif suite is not None:
        print_gpsr(Console(), found, summary)
    else:
        print_report(Console(), found, summary)
    return PASSED if all(result["passed"] for result in found) else FAILED


def _misheard(scenarios: list[Scenario], arguments: argparse.Namespace) -> list[Scenario]:
    """The scenarios, or what a recogniser makes of them where that was asked for."""
    if arguments.heard is None and not arguments.misheard:
        return scenarios
    from robotos.evaluation import mishearing  # loads voices, which few need

    seed = arguments.seed
    ear = mishearing.table_ear(seed) if arguments.misheard else mishearing.sound_ear(arguments.heard, seed)
    scenarios, loss = mishearing.misheard(scenarios, ear)
    print(f"robotos eval: {loss}", file=sys.stderr)
    return scenarios


def _suite(arguments: argparse.Namespace, directory: Path) -> Suite | None:
    """The commands to be run in place of scenarios; None when scenarios are."""
    if arguments.gpsr == NO_COMMANDS:
        if not arguments.files:
            raise ScenarioError("give scenario files, or commands with --gpsr")
        if arguments.oracle:
            raise ScenarioError("--oracle knows the calls for --gpsr only")
        return None
    if arguments.files:
        raise ScenarioError("--gpsr runs commands, the other files are scenarios: one or the other")
    return open_suite(commands_file(arguments.gpsr), arguments.seed, directory)


def _model(arguments: argparse.Namespace, directory: Path) -> Path | None:
    """The model's file; None is the bundled one."""
    if arguments.model in {None, WITHOUT_MODEL}:
        return None
    if arguments.model != RANDOM:
        return Path(arguments.model)
    from robotos.training.export import randomised  # needs what only training and this need

    path = directory / "random.gguf"
    randomised(bundled().path, path, arguments.seed)
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="robotos eval",
        description="Run scenarios, or commands of RoboCup@Home's GPSR test, in a simulated home.",
        epilog="examples: robotos eval tests/scenarios/*.jsonl --jobs 2; robotos eval --gpsr commands.txt --oracle",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="scenarios, one JSON object a line")
    parser.add_argument(
        "--gpsr", nargs="?", type=Path, default=NO_COMMANDS, metavar="FILE",
        help="General Purpose Service Robot commands, one a line, in an arena made for them; without FILE those of the "
        "benchmarks' data (ROBOTOS_BENCH_DATA)",
    )  # fmt: skip
    parser.add_argument("--oracle", action="store_true", help="with --gpsr: the right calls, in place of the model")
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        metavar="N",
        help="of the arena, of random weights and of mishearings (default 1)",
    )
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="processes to run in parallel (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object with all results and evidence")
    parser.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this id (may hold *); repeatable"
    )
    parser.add_argument(
        "--model", metavar="FILE",
        help="a GGUF model instead of the bundled one; 'random': one of its size that has learned nothing; 'none': the "
        "nearest authored phrase decides alone",
    )  # fmt: skip
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--heard", type=float, metavar="DB",
        help="first have the words spoken by synthetic voices in noise, this many dB under them, and take what the "
        "recogniser hears",
    )  # fmt: skip
    how.add_argument("--misheard", action="store_true", help="the like without sound: mistakes as a table counts them")
    parser.add_argument(
        "--world", choices=WORLDS, default=KINEMATIC,
        help="how the world is simulated; mujoco has contact, slip and pushing, and is slower (default: kinematic)",
    )  # fmt: skip
    parser.add_argument("--picture", type=Path, metavar="DIR", help="draw each run into DIR/ID.png")
    parser.add_argument(
        "--without-exemplars", action="store_true", help="show the processor no phrases like what was said"
    )
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
