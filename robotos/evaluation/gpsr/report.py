"""What the commands came to: the share supported, and of those the share done right, by kind of sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from robotos.evaluation.gpsr.suite import Suite
from robotos.evaluation.report import failure, figures, table
from robotos.evaluation.result import Result
from robotos.evaluation.statistics import share_of, summary_of


def gpsr_summary(suite: Suite, results: Sequence[Result]) -> dict[str, object]:
    """The scenarios' summary, and how many of the commands they were."""
    commands, unsupported = len(suite.commands), suite.unsupported
    return {
        **summary_of(results),
        "commands": commands,
        "supported": share_of(commands - len(unsupported), commands),
        "unsupported": dict(Counter(str(command.needs) for command in unsupported)),
        "unparsed": [command.text for command in unsupported if command.kind == "other"],
    }


def print_gpsr(console: Console, results: Sequence[Result], summary: Mapping[str, Any]) -> None:
    """Everything, failures last."""
    supported = summary["supported"]
    console.print(
        f"supported: {supported['count']} of {supported['of']} commands ({supported['rate']:.1%}); "
        "the others need " + ", ".join(f"{needs} ({count})" for needs, count in summary["unsupported"].items()),
        highlight=False,
    )
    for text in summary["unparsed"]:
        console.print(f"  not in the grammar: {escape(text)}", highlight=False)
    console.print(table(summary, "GPSR commands, of those supported", parts=()))
    console.print(figures(summary))
    for result in results:
        if not result["passed"]:
            console.print(failure(result))
