"""`robotos map check`: whether a robot can work with a map, rule by rule."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from robotos.boot.maps import load_map
from robotos.boot.survey import survey_directory
from robotos.navigation.maps.checking import ERROR, WARNING, Finding, Report
from robotos.shell.options import add_json, parser, print_json

STYLES = {ERROR: "bold red", WARNING: "yellow"}


def main(argv: Sequence[str]) -> int:
    """Exit code 0; 1 when the map cannot be loaded or has errors, with `--strict` also when it has warnings."""
    options = _options(argv)
    directory, home = load_map(options.name)
    found = survey_directory(directory, home)
    bad = bool(found.findings if options.strict else found.errors)
    if options.json:
        print_json(
            {
                "directory": str(directory),
                "ok": not bad,
                "errors": len(found.errors),
                "warnings": len(found.findings) - len(found.errors),
                "findings": [
                    {"rule": f.rule, "severity": f.severity, "about": f.about, "message": f.message}
                    for f in found.findings
                ],
                "reachable": {name: round(share, 4) for name, share in found.reachable.items()},
            }
        )
    else:
        print_findings(Console(), found)
    return 1 if bad else 0


def print_findings(console: Console, found: Report) -> None:
    """One line each, errors first; of warnings by the same rule the first, and which others there are."""
    for finding in found.errors:
        _line(console, finding, "")
    warnings = [finding for finding in found.findings if finding.severity == WARNING]
    for rule in dict.fromkeys(finding.rule for finding in warnings):
        first, *others = (finding for finding in warnings if finding.rule == rule)
        _line(console, first, f" (the same: {', '.join(other.about for other in others)})" if others else "")
    if not found.errors:
        said = "every place can be reached from the dock, and every room can be cleaned"
        console.print(Text(said, style="green"), highlight=False, soft_wrap=True)


def _line(console: Console, finding: Finding, more: str) -> None:
    text = Text(f"{finding.severity}: ", style=STYLES[finding.severity]).append(finding.message + more, style="default")
    console.print(text, highlight=False, soft_wrap=True)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "map check",
        "Check that a robot can work with a map: rooms and places reachable from the dock, names, outlines, borders.",
        "map check apartment",
        "map check ~/maps/flat --strict --json",
    )
    to.add_argument("name", nargs="?", default="apartment", help="name or directory of a map (default: apartment)")
    to.add_argument("--strict", action="store_true", help="exit code 1 on warnings, too")
    add_json(to)
    return to.parse_args(argv)
