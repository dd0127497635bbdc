"""All questions, one after the other. A question that fails itself is an answer too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from robotos.boot.health import machine, software, sound
from robotos.boot.health.finding import Finding, Patient, Question, State

QUESTIONS: tuple[Question, ...] = (*machine.QUESTIONS, *software.QUESTIONS, *sound.QUESTIONS)


def examine(patient: Patient, questions: Sequence[Question] = QUESTIONS) -> Iterator[Finding]:
    """Each finding as soon as it is known."""
    for question in questions:
        yield _ask(question, patient)


def _ask(question: Question, patient: Patient) -> Finding:
    try:
        return question(patient)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this machine, the next question must be asked
        return Finding(
            question.__name__,
            State.BROKEN,
            f"{type(error).__name__}: {error}",
            "unknown",
            "make setup",
            essential=False,
        )
