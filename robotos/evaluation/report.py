"""The table a person reads: rates by kind, every failure with what was heard, said and done, latencies, tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from robotos.evaluation.result import Result


def print_report(console: Console, results: Sequence[Result], summary: Mapping[str, Any]) -> None:
    """Everything, failures after the table so that they stand last on a screen."""
    console.print(_table(summary))
    console.print(_figures(summary))
    for result in results:
        if not result["passed"]:
            console.print(_failure(result))


def _table(summary: Mapping[str, Any]) -> Table:
    table = Table("kind", "passed", "rate", "95 % interval", title="scenarios")
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, rate in summary["kinds"].items():
        table.add_row(escape(kind), *_rate(rate))
    table.add_section()
    table.add_row("with motion", *_rate(summary["motion"]))
    table.add_row("without motion", *_rate(summary["no_motion"]))
    table.add_section()
    table.add_row("held out", *_rate(summary["held_out"]))
    table.add_row("not held out", *_rate(summary["not_held_out"]))
    table.add_section()
    table.add_row("all", *_rate(summary))
    return table


def _rate(rate: Mapping[str, Any]) -> tuple[str, str, str]:
    if not rate["scenarios"]:
        return "0 / 0", "-", "-"
    low, high = rate["interval"]
    return f"{rate['passed']} / {rate['scenarios']}", f"{rate['rate']:.1%}", f"{low:.1%} to {high:.1%}"


def _figures(summary: Mapping[str, Any]) -> str:
    tokens, outcomes = summary["tokens"], summary["outcomes"]
    share = "-" if tokens["cached_share"] is None else f"{tokens['cached_share']:.1%}"
    lines = [
        "outcomes: " + ", ".join(f"{count} {name}" for name, count in outcomes.items()),
        f"questions where none was needed: {summary['needless_questions']}",
        "end of words to first system call: " + _spread(summary["latency"]["first_syscall"]),
        "end of words to first motion: " + _spread(summary["latency"]["first_motion"]),
        f"tokens: {tokens['prompt']} prompt ({share} from the KV cache), {tokens['generated']} generated, "
        f"{tokens['inference_seconds']:.1f} s of inference (wall clock)",
        f"virtual time: {summary['virtual_seconds']:.0f} s in {summary['seconds']:.0f} s of work"
        + (f" ({summary['speed']:.0f} times real time)" if summary["speed"] else ""),
    ]
    return "\n".join(lines)


def _spread(spread: Mapping[str, Any]) -> str:
    if not spread["count"]:
        return "-"
    return f"p50 {spread['p50']:.2f} s, p95 {spread['p95']:.2f} s, p99 {spread['p99']:.2f} s ({spread['count']} times)"


def _failure(result: Result) -> str:
    lines = [f"\n[bold]{escape(result['id'])}[/bold] ({escape(result['kind'])}): {result['outcome']}"]
    lines += [f"  [red]{escape(why)}[/red]" for why in result["failed"]]
    lines += [f"  heard: {escape(text)}" for text in result["heard"]]
    lines += [f"  did:   {escape(call)}" for call in result["syscalls"]]
    lines += [f"  said:  {escape(text)}" for text in result["said"]]
    return "\n".join(lines)
