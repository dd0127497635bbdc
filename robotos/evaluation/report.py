"""The table a person reads: rates by kind, every failure with what was heard, said and done, latencies, tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from robotos.evaluation.result import Result

Parts = Sequence[Sequence[tuple[str, str]]]  # what a row is called, and its key in the summary
_PARTS: Parts = (
    (("with motion", "motion"), ("without motion", "no_motion")),
    (("held out", "held_out"), ("  with motion", "held_out_motion"), ("  without motion", "held_out_no_motion")),
    (
        ("not held out", "not_held_out"),
        ("  with motion", "not_held_out_motion"),
        ("  without motion", "not_held_out_no_motion"),
    ),
)
KIND_WIDTH = 20  # columns, so that what kinds are called stays readable in 80
_OTHERS = ("wrong", "asked", "refused", "needless")  # needless: with a question where none was needed


def print_report(console: Console, results: Sequence[Result], summary: Mapping[str, Any]) -> None:
    """Everything, failures after the table so that they stand last on a screen."""
    console.print(table(summary, "scenarios"))
    console.print(figures(summary))
    for line in _confused(summary["confusion"]):
        console.print(line, highlight=False)
    for result in results:
        if not result["passed"]:
            console.print(failure(result))


def table(summary: Mapping[str, Any], title: str, parts: Parts = _PARTS) -> Table:
    """Rates by kind, with motion and without, held out and not; parts that nothing belongs to are left out."""
    grid = Table("kind", "passed", "rate", "95 %", *_OTHERS, title=title, box=SIMPLE_HEAD, pad_edge=False)
    for column in grid.columns[1:]:
        column.justify, column.no_wrap = "right", True
    grid.columns[0].min_width = KIND_WIDTH
    for kind, rate in summary["kinds"].items():
        grid.add_row(escape(kind), *_rate(rate))
    for part in parts:
        grid.add_section()
        for name, key in part:
            if summary[key]["scenarios"]:
                grid.add_row(name, *_rate(summary[key]))
    grid.add_section()
    grid.add_row("all", *_rate(summary))
    return grid


def _rate(rate: Mapping[str, Any]) -> tuple[str, ...]:
    if not rate["scenarios"]:
        return ("0 / 0", *("-" for _ in range(6)))
    low, high = rate["interval"]
    others = (str(rate[name]["count"]) for name in _OTHERS)
    return (
        f"{rate['passed']} / {rate['scenarios']}",
        f"{rate['rate']:.1%}",
        f"{100 * low:.0f} to {100 * high:.0f}",
        *others,
    )


def figures(summary: Mapping[str, Any]) -> str:
    """Outcomes with their intervals, questions, latencies, tokens."""
    tokens, outcomes = summary["tokens"], summary["outcomes"]
    share = "-" if tokens["cached_share"] is None else f"{tokens['cached_share']:.1%}"
    lines = [
        "outcomes: " + ", ".join(f"{count} {name}" for name, count in outcomes.items()),
        *(f"{name}: {_share(summary[name])}" for name in _OTHERS),
        f"questions where none was needed: {summary['needless_questions']}",
        "end of words to first system call: " + _spread(summary["latency"]["first_syscall"]),
        "end of words to first motion: " + _spread(summary["latency"]["first_motion"]),
        f"tokens: {tokens['prompt']} prompt ({share} from the KV cache), {tokens['generated']} generated, "
        f"{tokens['inference_seconds']:.1f} s of inference (wall clock)",
        f"virtual time: {summary['virtual_seconds']:.0f} s in {summary['seconds']:.0f} s of work"
        + (f" ({summary['speed']:.0f} times real time)" if summary["speed"] else ""),
    ]
    return "\n".join(lines)


def _share(share: Mapping[str, Any]) -> str:
    if not share["of"]:
        return "-"
    low, high = share["interval"]
    return f"{share['count']} of {share['of']}, {share['rate']:.1%} (95 % interval {low:.1%} to {high:.1%})"


def _confused(confusion: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """One line for each call that was expected and not always made first."""
    for expected, made in confusion.items():
        others = [f"{name} {count}" for name, count in made.items() if name != expected]
        if others:
            yield f"expected {expected} ({sum(made.values())}), first call otherwise: {', '.join(others)}"


def _spread(spread: Mapping[str, Any]) -> str:
    if not spread["count"]:
        return "-"
    return f"p50 {spread['p50']:.2f} s, p95 {spread['p95']:.2f} s, p99 {spread['p99']:.2f} s ({spread['count']} times)"


def failure(result: Result) -> str:
    """What failed, what was heard, done and said."""
    lines = [f"\n[bold]{escape(result['id'])}[/bold] ({escape(result['kind'])}): {result['outcome']}"]
    lines += [f"  [red]{escape(why)}[/red]" for why in result["failed"]]
    lines += [f"  heard: {escape(text)}" for text in result["heard"]]
    lines += [f"  did:   {escape(call)}" for call in result["syscalls"]]
    lines += [f"  said:  {escape(text)}" for text in result["said"]]
    return "\n".join(lines)
