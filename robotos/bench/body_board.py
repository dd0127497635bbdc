"""The reference board by its real binary: reaction times in the emulator, and sizes against their budgets."""

from __future__ import annotations

from collections.abc import Sequence

from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options

SAMPLES = 30
SEED = 1
# Field of `Reactions`, name, quantile, goal in ms.
ROWS = (
    ("round_trip", "round trip, p50", 0.5, "<= 1.2"),
    ("round_trip", "round trip, p99", 0.99, ""),
    ("stop_frame", "stop frame to PWM zero, at most", 1.0, "<= 20"),
    ("bumper", "bumper to PWM zero, at most", 1.0, "<= 10"),
    ("cliff", "cliff to PWM zero, at most", 1.0, "<= 10"),
    ("button", "stop button to PWM zero, at most", 1.0, "<= 10"),
    ("expiry", "deadline to PWM zero, at most", 1.0, "<= 10"),
    ("silence", "heartbeats missed to PWM zero, at most", 1.0, ""),
)
PERIOD = "longest control period"


def measure(options: Options) -> Sequence[Figure]:
    """Reaction times in virtual time at 250000 baud, and sizes."""
    from robotos.trials import board

    count = SAMPLES // 5 if options.quick else SAMPLES
    return [*_reactions(count, board.emulated()), *_sizes()]


def _reactions(count: int, missing: str | None) -> list[Figure]:
    from robotos.trials.board import BOARD, reactions

    if missing is not None:
        names = [(f"{BOARD}: {name}", goal) for _, name, _, goal in ROWS] + [(f"{BOARD}: {PERIOD}", "<= 4")]
        return [Figure(name, None, "ms", goal, missing) for name, goal in names]
    found = reactions(count, SEED)
    note = f"{count} samples at random moments, real binary in simavr, virtual time, 250000 baud"
    figures = []
    for field, name, share, goal in ROWS:
        value = quantile(getattr(found, field), share) / 1000
        figures.append(Figure(f"{BOARD}: {name}", round(value, 2), "ms", goal, note))
    how = "core_tick, hal_read and hal_apply with every interrupt in between, over one second's drive"
    return [*figures, Figure(f"{BOARD}: {PERIOD}", round(found.period / 1000, 2), "ms", "<= 4", how)]


def _sizes() -> list[Figure]:
    from robotos.trials.board import sizes

    found = sizes()
    if not found:
        return [
            Figure("flash and static RAM", None, "B", "", "no compiler for any board: apt-get install gcc-avr avr-libc")
        ]
    note = "built now by the board's own flags"
    return [
        Figure(f"{name}: {what}", value, "B", f"<= {budget}", note)
        for name, size in found.items()
        for what, value, budget in (
            ("flash", size.flash, size.flash_budget),
            ("static RAM", size.ram, size.ram_budget),
        )
    ]
