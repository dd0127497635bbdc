"""`robotos doctor`: what is missing or broken on this machine, what that costs, and the line that cures it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text

from robotos.boot.health.examination import examine
from robotos.boot.health.finding import Finding, Patient, State
from robotos.shell.options import add_home, add_json, home_of, parser, print_json

STYLES = {State.OK: "green", State.MISSING: "yellow", State.BROKEN: "bold red"}


def main(argv: Sequence[str]) -> int:
    """Exit code 1 when something without which nothing starts is missing or broken; 0 otherwise."""
    options = _options(argv)
    console = Console()
    findings = []
    for finding in examine(Patient(home_of(options), options.model)):
        findings.append(finding)
        if not options.json:
            _print(console, finding)
    stopped = [finding for finding in findings if finding.stops_all]
    if options.json:
        print_json({"ok": not stopped, "findings": [asdict(finding) for finding in findings]})
    else:
        _conclude(console, findings, stopped)
    return 1 if stopped else 0


def _print(console: Console, finding: Finding) -> None:
    line = Text.assemble(
        (f"{finding.state:<8}", STYLES[finding.state]), (f"{finding.name:<16}", "bold"), finding.detail
    )
    console.print(line, highlight=False, soft_wrap=True)
    if finding.state is not State.OK:
        console.print(f"{'':8}{'':16}without it: {finding.loses}", style="dim", highlight=False, soft_wrap=True)
        console.print(Text.assemble(f"{'':8}{'':16}cure: ", (finding.cure, "bold")), highlight=False, soft_wrap=True)


def _conclude(console: Console, findings: Sequence[Finding], stopped: Sequence[Finding]) -> None:
    less = sum(finding.state is not State.OK for finding in findings) - len(stopped)
    if stopped:
        names = ", ".join(finding.name for finding in stopped)
        console.print(f"\nnothing starts before this is cured: {names}", style="bold red")
    elif less:
        console.print(f"\nrobotos works on this machine; {less} of {len(findings)} could be better", style="green")
    else:
        console.print("\neverything is as it should be", style="green")


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "doctor",
        "Look at this machine: what is missing or broken, what does not work without it, and what to type about it.",
        "doctor",
        "doctor --json",
    )
    add_home(to)
    to.add_argument("--model", type=Path, metavar="FILE", help="examine this GGUF model instead of the bundled one")
    add_json(to)
    return to.parse_args(argv)
