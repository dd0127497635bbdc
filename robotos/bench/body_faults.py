"""Faults of real processes and cables during a drive: how soon the motors are off, and if they stay off."""

from __future__ import annotations

from collections.abc import Sequence

from robotos.bench.figure import Figure
from robotos.bench.registry import Options

ROUNDS = 2
SEED = 1
WITHIN = "<= 250"


def measure(options: Options) -> Sequence[Figure]:
    """Each fault a few times; `make soak` does it fifty times."""
    from robotos.boot.children import BootError
    from robotos.trials.board import BOARD, emulated
    from robotos.trials.faults import FAULTS
    from robotos.trials.series import series

    missing = emulated()
    rounds = 1 if options.quick else ROUNDS
    try:
        found = series(list(FAULTS), rounds, SEED, lambda _done: None, None if missing else BOARD)
    except BootError as error:
        return [Figure(f"{name}: PWM zero after, at most", None, "ms", WITHIN, str(error)) for name in FAULTS]
    board = f"{BOARD} in simavr" if missing is None else f"host core ({missing})"
    figures, trials = [], found.trials
    for name, fault in FAULTS.items():
        times = [trial.seconds for trial in trials if trial.fault == name and trial.seconds is not None]
        note = f"{fault.purpose}; {len(times)} times, {board}, controller's clock"
        slowest = round(1000 * max(times)) if times else None
        figures.append(Figure(f"{name}: PWM zero after, at most", slowest, "ms", WITHIN, note))
    wrong = [f"{trial.fault} {trial.number}: {', '.join(trial.violations)}" for trial in trials if trial.violations]
    note = "; ".join(wrong) or f"motion again, or re-armed by who may not, in {len(trials)} trials"
    return [*figures, Figure("faults with a violation", len(wrong), "", "<= 0", note)]
