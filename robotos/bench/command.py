"""`robotos bench NAME`: measure one area, and print a table or one JSON object."""

from __future__ import annotations

import argparse
import importlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from robotos.bench.figure import Figure
from robotos.bench.machine import machine
from robotos.bench.registry import BENCHES, Measure, Options

ALL = "all"


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when everything that was asked for has been tried, whether or not its goals are met."""
    arguments = _arguments(argv)
    options = Options(arguments.model, arguments.jobs, arguments.quick)
    described = machine()  # before: afterwards the machine is busy with this
    found: list[Figure] = []
    for name in BENCHES if arguments.name == ALL else [arguments.name]:
        measure: Measure = importlib.import_module(BENCHES[name][0]).measure
        prefix = f"{name}: " if arguments.name == ALL else ""
        found += [replace(figure, name=prefix + figure.name) for figure in measure(options)]
    if arguments.json:
        results = [figure.plain() for figure in found]
        print(json.dumps({"bench": arguments.name, "machine": described, "results": results}, ensure_ascii=False))
    else:
        _print(Console(), arguments.name, described, found)
    return 0


def _print(console: Console, name: str, described: dict[str, object], found: Sequence[Figure]) -> None:
    table = Table("figure", "value", "unit", "goal", "met", title=f"bench {name}", title_justify="left")
    table.columns[0].no_wrap = True
    table.columns[1].justify = "right"
    for figure in found:
        met = {True: "[green]yes[/green]", False: "[bold red]no[/bold red]", None: ""}[figure.met]
        value = "[dim]not measured[/dim]" if figure.value is None else f"{figure.value:g}"
        table.add_row(escape(figure.name), value, escape(figure.unit), escape(figure.goal), met)
    console.print(table)
    notes: dict[str, list[str]] = {}
    for figure in found:
        notes.setdefault(figure.note, []).append(figure.name)
    for note, names in notes.items():
        if note:
            console.print(f"{'; '.join(names)}: {note}", style="dim", highlight=False, markup=False, soft_wrap=True)
    console.print(", ".join(f"{key} {value}" for key, value in described.items()), style="dim", highlight=False)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    listed = "\n".join(f"  {name:<8} {purpose}" for name, (_, purpose) in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="robotos bench",
        description="Measure one area of the system on this machine.",
        epilog=f"benchmarks:\n{listed}\n  {ALL:<8} every one of them\n\nexample:\n  robotos bench boot --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=[*BENCHES, ALL], metavar="NAME", help=", ".join([*BENCHES, ALL]))
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--model", type=Path, metavar="FILE", help="a GGUF model instead of the bundled one")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and scenarios: rough figures, sooner")
    parser.add_argument(
        "--jobs", type=_count, default=max(1, os.cpu_count() or 1), metavar="N", help="processes to use"
    )
    return parser.parse_args(argv)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number of processes is 1 or more, not {text!r}")
    return int(text)
