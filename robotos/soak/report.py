"""The report of a soak: JSON for programs, Markdown for people, both with all it takes to do it again.

Every part names the source and the time it was run in: a run of some parts leaves the others in the report as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from robotos.soak.part import Work
from robotos.soak.state import Done, State, StateError

NAME = "soak"
_RUN = frozenset({"commit", "seed", "began", "ended", "machine"})


def write(
    directory: Path,
    state: State,
    works: Sequence[Work],
    machine: Mapping[str, object],
    ended: str,
    others: Sequence[Work] = (),
) -> dict[str, Any]:
    """Both files, with what an earlier report says about `others`; the report. Raises `OSError`, `StateError`."""
    known = {part["name"]: part for part in _earlier(directory)}
    rest = [known.get(work.name, _part(work, Done(missing="not run yet"))) for work in others]
    plain = compose(state, works, machine, ended, rest)
    for path, text in zip(paths(directory), (_json(plain), markdown(plain)), strict=True):
        path.write_text(text, encoding="utf-8")
    return plain


def paths(directory: Path) -> tuple[Path, Path]:
    """Where JSON and Markdown go."""
    return directory / f"{NAME}.json", directory / f"{NAME}.md"


def compose(
    state: State,
    works: Sequence[Work],
    machine: Mapping[str, object],
    ended: str,
    others: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The report as JSON has it: the parts of `works` as they are now, and what is known of others."""
    run = {"commit": state.commit, "seed": state.seed, "began": state.began, "ended": ended, "machine": dict(machine)}
    parts = [{**_part(work, state.of(work.name)), **run} for work in works]
    parts += [{**dict.fromkeys(_RUN, ""), "machine": {}, **part} for part in others]
    parts.sort(key=lambda part: str(part["name"]))
    return {"passed": all(part["passed"] for part in parts), "parts": parts}


def _earlier(directory: Path) -> Sequence[Mapping[str, Any]]:
    path = paths(directory)[0]
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))["parts"]
        return [part for part in parts if part.keys() >= _RUN]  # what does not say its source cannot stay
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateError(f"{path} is no report of a soak ({error}): remove it, or choose another --report") from error


def _json(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def _part(work: Work, done: Done) -> dict[str, Any]:
    complete = done.count >= work.full
    return {
        "name": work.name, "purpose": work.purpose, "unit": work.unit, "asked": work.full, "complete": complete,
        "passed": complete and not done.found.violations, **done.plain(), "seconds": round(done.seconds),
    }  # fmt: skip


def markdown(plain: Mapping[str, Any]) -> str:
    """The same for people."""
    lines = [
        "# Soak",
        "",
        "Passed: every part complete, no violation."
        if plain["passed"]
        else "Not passed: a part is incomplete or has violations.",
        "",
        "Again: `make soak`, or one part of it with `make soak SOAK='--part NAME'`.",
        "",
        "| part | done | of | violations | minutes | commit | ended | |",
        "|---|---:|---:|---:|---:|---|---|---|",
    ]
    for part in plain["parts"]:
        name, _, changes = part["commit"].partition("+")
        lines.append(
            f"| {part['name']} | {part['count']:,} | {part['asked']:,} {part['unit']} | {len(part['violations'])} "
            f"| {part['seconds'] / 60:.1f} | {name[:12]}{' and changes' if changes else ''} | {part['ended']} "
            f"| {part['missing'] or part['purpose']} |"
        )
    for part in plain["parts"]:
        lines += _details(part)
    return "\n".join(lines) + "\n"


def _details(part: Mapping[str, Any]) -> list[str]:
    machine = ", ".join(f"{key} {value}" for key, value in part["machine"].items())
    lines = ["", f"## {part['name']}", ""]
    lines += [f"- from {part['began']}, seed {part['seed']}, on {machine}"] if part["began"] else []
    lines += [f"- {note}" for note in part["notes"]]
    lines += [f"- {name}: {value:,}" for name, value in part["counts"].items()]
    if part["figures"]:
        lines += ["", "| worst seen | |", "|---|---:|"]
        lines += [f"| {name} | {value:g} |" for name, value in part["figures"].items()]
    if part["violations"]:
        lines += ["", "| violation | again |", "|---|---|"]
        lines += [f"| {one['what']} | `{one['replay']}` |" for one in part["violations"]]
    return lines
