"""Many trials on one rig; when a rig breaks for a reason of its own, the trial is repeated on a new one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from robotos.actuation.client import GateError
from robotos.boot.children import BootError
from robotos.sim.remote import SimulationError, SimulationLostError
from robotos.trials.rig import Rig, TrialError
from robotos.trials.trial import Trial, attempt

ATTEMPTS = 3  # at one trial
BROKEN = (TrialError, BootError, GateError, SimulationError, SimulationLostError)


@dataclass(frozen=True, slots=True)
class Series:
    """Every trial, and why some had to be repeated."""

    trials: Sequence[Trial]
    repeated: Sequence[str]


def series(
    names: Sequence[str], rounds: int, seed: int, progress: Callable[[int], None], board: str | None = None
) -> Series:
    """Each fault once a round. `progress` is told of each trial: 1. A trial that no rig survives counts as a violation.

    Raises:
        BootError: the very first rig does not start: something is not installed, or broken.
    """
    trials: list[Trial] = []
    repeated: list[str] = []
    with contextlib.ExitStack() as stack:
        rig = stack.enter_context(Rig(board))
        for number in range(rounds):
            for name in names:
                for left in reversed(range(ATTEMPTS)):
                    try:
                        trials.append(attempt(rig, name, seed, number))
                        break
                    except BROKEN as error:
                        if not left:
                            trials.append(Trial(name, seed, number, None, None, (f"not carried out: {error}",)))
                        repeated.append(str(error))
                        stack.close()
                        rig = stack.enter_context(Rig(board))
                progress(1)
    return Series(trials, repeated)
