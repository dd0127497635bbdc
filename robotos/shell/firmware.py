"""`robotos firmware`: build the motor controller's firmware, write it to a board, put a board to the test."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from robotos.boot.firmware import BOARDS, Outcome, Report, flash_board, report, run_tests
from robotos.shell.options import add_json, parser, print_json
from robotos.shell.tables import columns

VERDICTS = {True: ("PASS", "green"), False: ("FAIL", "bold red"), None: ("left", "yellow")}


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when all went well, 1 when a budget is exceeded, a test failed or a board could not be written."""
    options = _options(argv)
    if options.action == "build":
        return _build(options)
    if options.action == "flash":
        return _flash(options)
    return _test(options)


def _build(options: argparse.Namespace) -> int:
    found = report(options.board)
    met = all(figure.met for figure in found.figures)
    if options.json:
        print_json(asdict(found) | {"met": met})
        return 0 if met else 1
    console = Console()
    console.print(Text(f"{found.title} ({found.board})", style="bold"))
    for line in _table(found):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(f"\n{found.hex}", highlight=False, soft_wrap=True)
    return 0 if met else 1


def _table(found: Report) -> list[Text]:
    rows = [
        [
            figure.name,
            "?" if figure.value is None else f"{figure.value:,}".replace(",", " "),
            f"{figure.limit:,}".replace(",", " "),
            figure.unit,
            "" if figure.value is None else f"{figure.value / figure.limit:.0%}",
            figure.note,
        ]
        for figure in found.figures
    ]
    return columns(["FIGURE", "USED", "BUDGET", "UNIT", "SHARE", ""], rows, right=(1, 2, 4))


def _flash(options: argparse.Namespace) -> int:
    said = flash_board(options.board, options.port, options.dry_run)
    if options.json:
        print_json({"board": options.board, "written": not options.dry_run, "said": said})
    else:
        print(said)
    return 0


def _test(options: argparse.Namespace) -> int:
    console = Console()
    outcomes: list[Outcome] = []
    for outcome in run_tests(options.board, options.port, options.wheels_free):
        outcomes.append(outcome)
        if not options.json:
            console.print(_line(outcome), highlight=False, soft_wrap=True)
    failed = sum(outcome.passed is False for outcome in outcomes)
    left = sum(outcome.passed is None for outcome in outcomes)
    if options.json:
        print_json(
            {"board": options.board, "port": options.port, "ok": not failed, "tests": list(map(asdict, outcomes))}
        )
    else:
        where = options.port or f"{options.board}, emulated"
        passed = len(outcomes) - failed - left
        console.print(
            f"\n{where}: {passed} passed, {failed} failed, {left} left out", style="red" if failed else "green"
        )
    return 1 if failed else 0


def _line(outcome: Outcome) -> Text:
    verdict, style = VERDICTS[outcome.passed]
    return Text.assemble((verdict, style), f"  {outcome.name:<30}", (outcome.figure, "dim" if outcome.passed else ""))


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "firmware",
        "The motor controller's firmware: build it, write it to a board on USB, or put a board to the test (the\n"
        "emulated one without --port).",
        "firmware build",
        "firmware flash --board uno --dry-run",
        "firmware test --port /dev/ttyACM0 --wheels-free",
    )
    to.add_argument("action", choices=("build", "flash", "test"), help="what to do")
    to.add_argument("--board", default="mega2560", choices=BOARDS, help="which board (default: mega2560)")
    to.add_argument(
        "--port", metavar="DEVICE", help="serial port of the board; flash finds it by USB id when not given"
    )
    to.add_argument("--dry-run", action="store_true", help="flash: print avrdude's command, write nothing")
    to.add_argument("--wheels-free", action="store_true", help="test: the robot is on a stand, its wheels may turn")
    add_json(to)
    return to.parse_args(argv)
