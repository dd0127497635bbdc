"""How a scenario came out, in one word."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from robotos.evaluation.recording import Recording


class Outcome(StrEnum):
    """RIGHT: all that was expected holds. Otherwise ASKED and REFUSED left everything as it was, WRONG did not."""

    RIGHT = "right"
    ASKED = "asked"  # stopped at a question
    REFUSED = "refused"  # did nothing, whatever was said
    WRONG = "wrong"  # the world (or the disk) changed otherwise than meant


def outcome_of(recording: Recording, failed: Sequence[str]) -> Outcome:
    """The outcome of a recording of which these expectations failed."""
    if not failed:
        return Outcome.RIGHT
    if recording.changed:
        return Outcome.WRONG
    return Outcome.ASKED if _ends_with_question(recording) else Outcome.REFUSED


def _ends_with_question(recording: Recording) -> bool:
    """Whether a question was put after the owner's last words."""
    last = recording.words[-1].at if recording.words else 0.0
    return any(question.at >= last for question in recording.questions)
