"""How each part of the soak is run; what it takes is imported when it runs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from robotos.soak.adapted import adapted
from robotos.soak.part import Part, Progress, Violation, again

if TYPE_CHECKING:
    from robotos.trials.trial import Trial

LOADS = 2  # busy processes for each core
LATE_FRAME, LATE_PWM = 0.005, 0.020  # s
MOST_GROWN, MOST_DRIFT = 10.0, 0.06  # MB, s: of eight hours of listening


def _board() -> tuple[str | None, str]:
    """The board to emulate, and what the report says about it."""
    from robotos.trials.board import BOARD, emulated

    missing = emulated()
    if missing is None:
        return BOARD, f"{BOARD}: its own binary in simavr behind a pty, 250000 baud"
    return None, f"the firmware's core on this machine behind a pty, as the board cannot be emulated here: {missing}"


@contextlib.contextmanager
def _carried_out() -> Iterator[None]:
    """What keeps a trial from being made, as the runner takes it: a `RuntimeError`."""
    from robotos.trials.series import BROKEN

    try:
        yield
    except BROKEN as error:
        raise RuntimeError(str(error)) from error


def faults(count: int, seed: int, progress: Progress) -> Part:
    """Each fault `count` times at random moments of drives, with real processes."""
    from robotos.trials.faults import FAULTS
    from robotos.trials.series import series

    board, note = _board()
    done = 0

    def tell(trials: int) -> None:
        nonlocal done
        done += trials
        if done % len(FAULTS) == 0:
            progress(1)

    with _carried_out():
        found = series(list(FAULTS), count, seed, tell, board)
    trials = found.trials
    option = f" --board {board}" if board else ""
    return Part(
        {
            **{name: sum(trial.fault == name for trial in trials) for name in FAULTS},
            "trials repeated, as the machine or the rig failed": len(found.repeated),
        },
        [
            Violation(
                f"{trial.fault}: {', '.join(trial.violations)}",
                f'python -m robotos.trials "{trial.fault}" --seed {trial.seed} --number {trial.number}{option}',
            )
            for trial in trials
            if trial.violations
        ],
        _slowest(trials),
        [
            note,
            "each at a random moment of a drive; the time is in the controller's clock; the limit is 250 ms",
            *found.repeated,
        ],
    )


def _slowest(trials: Sequence[Trial]) -> dict[str, float]:
    found: dict[str, float] = {}
    for trial in trials:
        if trial.seconds is not None:
            name = f"{trial.fault}: PWM zero after, ms"
            found[name] = max(found.get(name, 0.0), round(1000 * trial.seconds, 1))
    return found


def stops(count: int, seed: int, progress: Progress) -> Part:
    """Stops of a turning robot while other processes take all of the processor."""
    from robotos.trials import latency

    board, note = _board()
    loops = LOADS * len(os.sched_getaffinity(0))
    with _carried_out():
        found = latency.stops(count, loops, seed, board)
    progress(count)
    how = again("stops", seed, count)
    wrong = [
        *(Violation(f"frame after {1e3 * stop.wire:.1f} ms", how) for stop in found if stop.wire > LATE_FRAME),
        *(Violation(f"PWM zero after {1e3 * stop.pwm:.1f} ms", how) for stop in found if stop.pwm > LATE_PWM),
    ]
    return Part(
        {
            "stops": len(found),
            "not confirmed in time": sum(not stop.confirmed for stop in found),
            "made again, as the machine stood still": sum(len(stop.again) for stop in found),
        },
        _beyond(wrong, len(found)),
        {
            "asked for to frame handed to the serial driver, ms": round(1e3 * max(stop.wire for stop in found), 2),
            "asked for to PWM zero, ms": round(1e3 * max(stop.pwm for stop in found), 2),
        },
        [
            note,
            f"{loops} busy processes besides; a violation is more than one in a hundred beyond 5 ms or 20 ms; a stop "
            "in which a processor ran nothing for 3 ms, not even what is above the gate, is made again, at most twice",
        ],
    )


def _beyond(wrong: list[Violation], count: int) -> list[Violation]:
    """The requirement is a p99: one in a hundred may be late."""
    return wrong if len(wrong) > count / 100 else []


def reactions(count: int, seed: int, progress: Progress) -> Part:
    """The emulated board's own reactions, in virtual time."""
    from robotos.trials import board

    found = board.reactions(count, seed)
    progress(count)
    limits = {"stop_frame": 20.0, "bumper": 10.0, "cliff": 10.0, "button": 10.0, "expiry": 10.0}
    worst = {name: max(getattr(found, name)) / 1000 for name in limits}
    return Part(
        {"samples of each": count},
        [
            Violation(f"{name} to PWM zero: {worst[name]:.2f} ms, limit {limit:g}", again("reactions", seed, count))
            for name, limit in limits.items()
            if worst[name] > limit
        ],
        {**{f"{name} to PWM zero, ms": round(value, 2) for name, value in worst.items()},
         "longest control period, ms": round(found.period / 1000, 2)},
        [f"{board.BOARD}: its own binary in simavr, virtual time"],
    )  # fmt: skip


def no_emulator() -> str | None:
    """Why no board can be emulated here, or None."""
    from robotos.trials.board import emulated

    return emulated()


def frames(count: int, seed: int, progress: Progress) -> Part:
    """Damaged frames between those of a host that drives."""
    from firmware_bridge.fuzzing import frames as fuzzed

    return adapted("frames", fuzzed.run, count, seed, progress)


def gate(count: int, seed: int, progress: Progress) -> Part:
    """A hostile caller at the gate."""
    from robotos.boot.maps import load_map
    from robotos.evaluation import hostile

    _, home = load_map("apartment")
    return adapted("gate", lambda calls, first, tell: hostile.run(calls, first, tell, home), count, seed, progress)


def fuzz(count: int, seed: int, progress: Progress) -> Part:
    """libFuzzer on the C code."""
    from firmware_bridge.fuzzing import libfuzzer

    return adapted("fuzz", libfuzzer.run, count, seed % 2**31, progress, per=len(libfuzzer.TARGETS))


def disk(count: int, seed: int, progress: Progress) -> Part:
    """Processes that write to a disk, killed at random moments."""
    from robotos.trials import disk_kills

    with _carried_out():
        return adapted("disk", disk_kills.run, count, seed, progress)


def listening(count: int, seed: int, progress: Progress) -> Part:
    """Sound down the listening path, faster than real time, in one piece."""
    from robotos.trials import listening_soak

    found = listening_soak.stream(count, seed)
    progress(count)
    how = again("listening", seed, count)
    wrong = [
        *([f"{found.spoken - found.heard} orders not heard"] if found.heard < found.spoken else []),
        *([f"{found.false} times nobody was heard to speak"] if found.false else []),
        *([f"memory grew by {found.grown:.1f} MB"] if found.grown > MOST_GROWN else []),
        *([f"time was {found.drift * 1e3:.0f} ms wrong"] if found.drift > MOST_DRIFT else []),
    ]
    return Part(
        {"minutes": found.minutes, "orders spoken": found.spoken, "orders heard": found.heard},
        [Violation(what, how) for what in wrong],
        {"memory grown by, MB": round(found.grown, 1), "time wrong by, ms": round(found.drift * 1e3, 1)},
        ["a quiet room, two orders and one sentence of the robot's own each minute; the device's clock 60 ppm wrong"],
    )


def no_fuzzer() -> str | None:
    """Why there is no fuzzer here, or None."""
    from firmware_bridge.fuzzing import libfuzzer

    try:
        libfuzzer.compiler()
    except libfuzzer.FuzzerMissingError as error:
        return str(error)
    return None
