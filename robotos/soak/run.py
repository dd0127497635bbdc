"""Runs the parts of a soak chunk by chunk, with a bar for each, saving what is done after every chunk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from robotos.soak.part import Part, Violation, Work, again
from robotos.soak.state import Done, State

SPREAD = 1_000_003  # seeds of neighbouring chunks and neighbouring soaks must not meet


def run_all(works: Sequence[Work], state: State, directory: Path, console: Console) -> bool:
    """Run what is not done yet. False when the user interrupted it: `state` then has all whole chunks."""
    columns = (
        TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[found]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as bars:
        tasks = [bars.add_task(work.name, total=work.full, found="") for work in works]
        try:
            for work, task in zip(works, tasks, strict=True):
                _run_part(work, state, directory, bars, task)
        except KeyboardInterrupt:
            return False
        finally:
            state.save(directory)
    return True


def _run_part(work: Work, state: State, directory: Path, bars: Progress, task: TaskID) -> None:
    done = state.of(work.name)
    done.missing = work.missing() or ""
    if done.missing:
        bars.update(task, found=f"not run: {done.missing}")
        return
    _show(bars, task, done)
    while done.count < work.full:
        count = min(work.chunk, work.full - done.count)
        _add(done, _chunk(work, count, state.seed * SPREAD + done.chunks, bars, task), count)
        state.save(directory)
        _show(bars, task, done)


def _chunk(work: Work, count: int, seed: int, bars: Progress, task: TaskID) -> tuple[Part, float]:
    began = time.monotonic()
    try:
        found = work.run(count, seed, lambda more: bars.advance(task, more))
    except (OSError, RuntimeError, ValueError, AssertionError) as error:  # not a reason to lose the other parts
        found = Part(
            {}, [Violation(f"not carried out: {type(error).__name__}: {error}", again(work.name, seed, count))]
        )
    return found, time.monotonic() - began


def _add(done: Done, result: tuple[Part, float], count: int) -> None:
    found, seconds = result
    done.found = done.found + found
    done.count += count
    done.chunks += 1
    done.seconds += seconds


def _show(bars: Progress, task: TaskID, done: Done) -> None:
    wrong = len(done.found.violations)
    bars.update(task, completed=done.count, found=f"{wrong} violations" if wrong else "")
