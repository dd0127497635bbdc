"""The report of a soak: JSON for programs, Markdown for people, both with all it takes to do it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from robotos.soak.part import Work
from robotos.soak.state import Done, State

NAME = "soak"


def write(
    directory: Path, state: State, works: Sequence[Work], machine: Mapping[str, object], ended: str
) -> list[Path]:
    """Both files. Raises `OSError`."""
    plain = compose(state, works, machine, ended)
    paths = [directory / f"{NAME}.json", directory / f"{NAME}.md"]
    paths[0].write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    paths[1].write_text(markdown(plain), encoding="utf-8")
    return paths


def compose(state: State, works: Sequence[Work], machine: Mapping[str, object], ended: str) -> dict[str, Any]:
    """The report as JSON has it."""
    name, _, changes = state.commit.partition("+")
    parts = [_part(work, state.of(work.name)) for work in works]
    return {
        "commit": name, "changed": bool(changes), "began": state.began, "ended": ended, "seed": state.seed,
        "machine": dict(machine), "passed": all(part["passed"] for part in parts), "parts": parts,
    }  # fmt: skip


def _part(work: Work, done: Done) -> dict[str, Any]:
    complete = done.count >= work.full
    return {
        "name": work.name, "purpose": work.purpose, "unit": work.unit, "asked": work.full, "complete": complete,
        "passed": complete and not done.found.violations, **done.plain(), "seconds": round(done.seconds),
    }  # fmt: skip


def markdown(plain: Mapping[str, Any]) -> str:
    """The same for people."""
    changed = ", with uncommitted changes" if plain["changed"] else ""
    machine = ", ".join(f"{key} {value}" for key, value in plain["machine"].items())
    lines = [
        "# Soak",
        "",
        f"{'Passed' if plain['passed'] else 'Not passed'}: every part complete, no violation."
        if plain["passed"]
        else "Not passed: a part is incomplete or has violations.",
        "",
        f"- commit {plain['commit']}{changed}",
        f"- from {plain['began']} to {plain['ended']}, seed {plain['seed']}",
        f"- on {machine}",
        f"- again: `make soak SEED={plain['seed']}`",
        "",
        "| part | done | of | violations | minutes | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for part in plain["parts"]:
        lines.append(
            f"| {part['name']} | {part['count']:,} | {part['asked']:,} {part['unit']} | {len(part['violations'])} "
            f"| {part['seconds'] / 60:.1f} | {part['missing'] or part['purpose']} |"
        )
    for part in plain["parts"]:
        lines += _details(part)
    return "\n".join(lines) + "\n"


def _details(part: Mapping[str, Any]) -> list[str]:
    lines = ["", f"## {part['name']}", ""]
    lines += [f"- {note}" for note in part["notes"]]
    lines += [f"- {name}: {value:,}" for name, value in part["counts"].items()]
    if part["figures"]:
        lines += ["", "| worst seen | |", "|---|---:|"]
        lines += [f"| {name} | {value:g} |" for name, value in part["figures"].items()]
    if part["violations"]:
        lines += ["", "| violation | again |", "|---|---|"]
        lines += [f"| {one['what']} | `{one['replay']}` |" for one in part["violations"]]
    return lines
