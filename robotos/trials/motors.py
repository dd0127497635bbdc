"""How soon the motors were off after a fault, from the simulated controller's own record of its pins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Sample = tuple[float, float, int, int, bool]  # monotonic s, controller s, PWM left, PWM right, drivers enabled


WITHIN = 0.25  # s from the fault to both PWM at zero: the requirement


@dataclass(frozen=True, slots=True)
class Stopped:
    """`seconds` from the fault until both PWM stayed at zero, in the controller's clock; None: they never did.

    `wall` is the same on the machine's clock, in which a busy machine also runs the simulated controller late. `again`:
    the motors were off in time, and turned later. `moving`: one turned when the fault came.
    """

    seconds: float | None
    wall: float | None
    again: bool
    moving: bool


def stopped(samples: Sequence[Sample], at: float, within: float = WITHIN) -> Stopped:
    """Judge the samples from just before `at` (monotonic seconds) on.

    The fault counts from the last period before it, which makes `seconds` too long by up to one period, never too
    short. Motors that pause and go on in the time allowed have not stopped yet: a robot under way may do so by itself.

    Raises:
        ValueError: the record does not reach back to `at`.
    """
    if not samples or samples[0][0] > at:
        raise ValueError("the record of the pins does not reach back to the fault: ask for it sooner")
    before = [sample for sample in samples if sample[0] <= at][-1]
    after = samples[samples.index(before) :]
    in_time = [sample for sample in after if sample[1] - before[1] <= within]
    later = after[len(in_time) :]
    again = not turning(in_time[-1]) and any(map(turning, later))
    rest = _rest(in_time) if not turning(in_time[-1]) else _rest(after)
    if rest is None:
        return Stopped(None, None, again, turning(before))
    return Stopped(round(rest[1] - before[1], 4), round(max(0.0, rest[0] - at), 4), again, turning(before))


def lag(samples: Sequence[Sample]) -> float:
    """Seconds that the simulated controller's clock lost against the machine's: time in which it was not run at all."""
    first, last = samples[0], samples[-1]
    return (last[0] - first[0]) - (last[1] - first[1])


def _rest(samples: Sequence[Sample]) -> Sample | None:
    """The first of the samples at the end in which nothing turns."""
    last = max((i for i, sample in enumerate(samples) if turning(sample)), default=-1)
    return samples[last + 1] if last + 1 < len(samples) else None


def turning(sample: Sample) -> bool:
    """Whether a motor is driven: one PWM is not zero."""
    return sample[2] != 0 or sample[3] != 0
