"""From what a model believes of its own call to how often such calls are right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SMALLEST = 1e-9
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling (Platt 1999): the sigmoid of `slope` times the log odds, plus `offset`."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, probability: float) -> float:
        """The calibrated probability, 0 to 1; rises with `probability`."""
        return _sigmoid(self.slope * _log_odds(probability) + self.offset)


UNCALIBRATED = Calibration()


def fit(probabilities: Sequence[float], right: Sequence[bool]) -> Calibration:
    """The calibration with the greatest likelihood, by Newton's method, with Platt's own prior on the labels.

    Too few cases, or cases that are all alike, leave the probabilities as they are.
    """
    positive, negative = sum(right), len(right) - sum(right)
    if positive < 2 or negative < 2:
        return UNCALIBRATED
    odds = [_log_odds(p) for p in probabilities]
    high, low = (positive + 1) / (positive + 2), 1 / (negative + 2)
    slope, offset = 1.0, 0.0
    for _ in range(_STEPS):
        gradient_s = gradient_o = h_ss = h_so = h_oo = 0.0
        for x, label in zip(odds, right, strict=True):
            p = _sigmoid(slope * x + offset)
            error, weight = p - (high if label else low), p * (1 - p)
            gradient_s, gradient_o = gradient_s + error * x, gradient_o + error
            h_ss, h_so, h_oo = h_ss + weight * x * x, h_so + weight * x, h_oo + weight
        h_ss, h_oo = h_ss + 1e-6, h_oo + 1e-6
        determinant = h_ss * h_oo - h_so * h_so
        step_s = (h_oo * gradient_s - h_so * gradient_o) / determinant
        step_o = (h_ss * gradient_o - h_so * gradient_s) / determinant
        shrink = min(1.0, 2.0 / max(abs(step_s), abs(step_o), 1e-12))  # a full Newton step may overshoot far out
        slope, offset = slope - shrink * step_s, offset - shrink * step_o
        if max(abs(step_s), abs(step_o)) < 1e-9:
            break
    return Calibration(round(slope, 6), round(offset, 6)) if slope > 0 else UNCALIBRATED


def expected_error(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: mean distance of belief and truth over equal bins, weighted by cases, 0 to 1."""
    total = 0.0
    for inside in binned(probabilities, right, bins):
        if inside:
            total += abs(sum(p for p, _ in inside) - sum(r for _, r in inside))
    return total / max(len(right), 1)


def binned(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[list[tuple[float, bool]]]:
    """Cases by their probability, in `bins` equal steps from 0 to 1."""
    found: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for p, r in zip(probabilities, right, strict=True):
        found[min(int(p * bins), bins - 1)].append((p, r))
    return found


def _log_odds(probability: float) -> float:
    p = min(max(probability, _SMALLEST), 1 - _SMALLEST)
    return math.log(p / (1 - p))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
