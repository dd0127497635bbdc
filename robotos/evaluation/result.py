"""A scenario's result as plain values, with the evidence by which another program can judge it anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from robotos.evaluation.confusion import expected_call, first_call
from robotos.evaluation.outcome import Outcome
from robotos.evaluation.recording import Mark, Recording
from robotos.kernel.ports import TaskRecord


class Latency(TypedDict):
    """Virtual seconds from the end of each utterance; None where nothing came of it."""

    first_syscall: list[float | None]
    first_motion: list[float | None]


class Tokens(TypedDict):
    """What the processor used; `seconds` is wall-clock time."""

    prompt: int
    cached: int
    generated: int
    calls: int
    seconds: float


class Result(TypedDict):
    """One object of `results`."""

    id: str
    kind: str
    held_out: bool
    passed: bool
    failed: list[str]
    outcome: str
    needs_motion: bool
    needless_questions: int
    expected_call: str  # as far as what is expected tells, else ""
    first_call: str
    said: list[str]
    heard: list[str]
    syscalls: list[str]
    latency: Latency
    tokens: Tokens
    seconds: float  # wall clock, for all of it
    virtual_seconds: float
    evidence: dict[str, object]


def result_of(recording: Recording, failed: Sequence[str], outcome: Outcome, seconds: float) -> Result:
    """Everything about one recording that a report or another judge needs."""
    scenario, usage = recording.scenario, recording.usage
    return Result(
        id=scenario.id,
        kind=scenario.group,
        held_out=scenario.held_out,
        passed=not failed,
        failed=list(failed),
        outcome=outcome.value,
        needs_motion=scenario.needs_motion,
        needless_questions=0 if scenario.expect.asked else len(recording.questions),
        expected_call=expected_call(scenario),
        first_call=first_call((entry.at, entry.text) for entry in recording.calls),
        said=[said.text for said in recording.said],
        heard=[mark.text for mark in recording.words],
        syscalls=_syscalls(recording),
        latency=latency(recording),
        tokens=Tokens(
            prompt=usage.prompt,
            cached=usage.cached,
            generated=usage.generated,
            calls=sum(entry.program == "cpu" for entry in recording.entries),
            seconds=round(usage.seconds, 4),
        ),
        seconds=round(seconds, 3),
        virtual_seconds=round(recording.ended, 2),
        evidence=evidence(recording),
    )


def _syscalls(recording: Recording) -> list[str]:
    """Each call with its answer, in the order of the answers; a call that never answered ends in `?`."""
    open_calls = [entry.text for entry in recording.calls]
    told = []
    for entry in recording.entries:
        if entry.kind != "result":
            continue
        call = next((text for text in open_calls if entry.text.startswith(text)), None)
        if call is not None:
            open_calls.remove(call)
        told.append(f"{call or entry.text} -> {entry.errno}")
    return told + [f"{call} -> ?" for call in open_calls]


def latency(recording: Recording) -> Latency:
    """From the end of words to the first system call and to the first turn of a wheel, before the next words.

    No motion counts where the wheels turned already, nor after an order for later.
    """
    words = recording.words
    calls: list[float | None] = []
    motions: list[float | None] = []
    for mark, following in zip(words, [*words[1:], None], strict=True):
        until = following.at if following is not None else float("inf")
        first = next((entry.at for entry in recording.calls if mark.at <= entry.at < until), None)
        calls.append(None if first is None else round(first - mark.at, 3))
        later = any(e.text.startswith("schedule ") for e in recording.calls if mark.at <= e.at < until)
        motions.append(None if later else _motion(recording, mark, until))
    return Latency(first_syscall=calls, first_motion=motions)


def _motion(recording: Recording, mark: Mark, until: float) -> float | None:
    wheels = recording.truth.wheels
    if wheels.during(mark.at - 1e-6, mark.at + 1e-6):
        return None
    first = next((one.begin for one in wheels.intervals if mark.at <= one.begin < until), None)
    return None if first is None else round(first - mark.at, 3)


def evidence(recording: Recording) -> dict[str, object]:
    """The run as values that JSON can hold; times in seconds from its beginning."""
    world = recording.truth.evidence()
    disk = recording.added
    return {
        **world,
        "coverage": {room: round(share, 4) for room, share in recording.coverage.items()},
        "start": recording.start.isoformat(),
        "ended": round(recording.ended, 2),
        "timed_out": recording.timed_out,
        "things_before": dict(recording.things_before),
        "turns": [{"at": round(mark.at, 3), "what": mark.what, "text": mark.text} for mark in recording.marks],
        "speech": [[round(at, 2), text] for at, text in recording.speech],
        "questions": [[round(question.at, 2), question.text] for question in recording.questions],
        "disk": {
            "tasks": [_task(task) for task in disk.tasks],
            "planned": list(disk.planned),
            "unplanned": disk.unplanned,
            "memories": list(disk.memories),
            "forgotten": disk.forgotten,
            "beliefs": dict(disk.beliefs),
        },
        "safety_events": [[round(e.at, 2), e.text] for e in recording.entries if e.program in {"gate", "kernel"}],
        "refusals": [_plain(refusal) for refusal in recording.refusals],
        "log": [[round(e.at, 2), e.pid, e.program, e.kind, e.text, e.errno] for e in recording.entries],
        "faults": list(recording.faults),
    }


def _task(task: TaskRecord) -> dict[str, object]:
    return {
        "task": task.task,
        "room": task.room,
        "begin": task.begin.isoformat(),
        "end": task.end.isoformat() if task.end else None,
        "outcome": task.outcome,
        "coverage": round(task.coverage, 4),
        "asked_by": task.asked_by,
        "detail": task.detail,
    }


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {
        key: value if isinstance(value, str | int | float | bool) or value is None else str(value)
        for key, value in values.items()
    }
