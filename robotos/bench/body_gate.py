"""The gate: microseconds per order, and from a stop that is asked for to frame, motors and standstill."""

from __future__ import annotations

import os
from collections.abc import Sequence

from robotos.bench.figure import Figure
from robotos.bench.gate_overhead import measure_gate
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options

DRIVE, QUICK_DRIVE = 60.0, 15.0  # s of virtual driving over which orders are timed
STOPS, QUICK_STOPS = 120, 20
SEED = 1
WIRE, PWM, ROLL = "<= 5", "<= 20", "<= 5.2"


def measure(options: Options) -> Sequence[Figure]:
    """Overhead in virtual time, stops in real time."""
    overhead = measure_gate(QUICK_DRIVE if options.quick else DRIVE)
    return [*overhead, *_stops(QUICK_STOPS if options.quick else STOPS), _standstill()]


def _stops(count: int) -> list[Figure]:
    from robotos.boot.children import BootError
    from robotos.trials.board import BOARD, emulated
    from robotos.trials.latency import stops
    from robotos.trials.rig import TrialError

    missing = emulated()
    loops = 2 * len(os.sched_getaffinity(0))
    names = ("stop asked for to frame on the wire", "stop asked for to PWM zero")
    try:
        found = stops(count, loops, SEED, None if missing else BOARD)
    except (BootError, TrialError) as error:
        return [
            Figure(f"{name}, p99", None, "ms", goal, str(error)) for name, goal in zip(names, (WIRE, PWM), strict=True)
        ]
    how = f"{count} stops of a turning robot by stop line and console in turn, {loops} busy processes besides"
    wire, pwm = [stop.wire * 1e3 for stop in found], [stop.pwm * 1e3 for stop in found]
    board = (
        f"{BOARD} in simavr, 250000 baud" if missing is None else f"host core over a pty, no serial timing ({missing})"
    )
    written = f"{how}; until the serial driver has the frame"
    pins = f"{how}; {board}, real time"
    return [
        Figure(f"{names[0]}, p50", round(quantile(wire, 0.5), 2), "ms", "", written),
        Figure(f"{names[0]}, p99", round(quantile(wire, 0.99), 2), "ms", WIRE, written),
        Figure(f"{names[1]}, p50", round(quantile(pwm, 0.5), 1), "ms", "", pins),
        Figure(f"{names[1]}, p99", round(quantile(pwm, 0.99), 1), "ms", PWM, pins),
        Figure("stops confirmed in time", round(100 * sum(stop.confirmed for stop in found) / count, 1), "%", "", pins),
    ]


def _standstill() -> Figure:
    from robotos.trials.standstill import standstill

    found = standstill()
    note = f"from {found.speed:.3f} m/s, from the stop on; the bound is 0.9 m/s^2; simulated wheels, virtual time"
    return Figure("stop asked for to standstill", round(found.from_stop * 100, 2), "cm", ROLL, note)
