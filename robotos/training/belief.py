"""How far the model's probabilities are to be believed: a calibration, its error on other lines, and a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.figure import Figure

from robotos.cpu.calibration import Calibration, binned, expected_error, fit
from robotos.training.scoring import Verdict


@dataclass(frozen=True, slots=True)
class Belief:
    """A calibration, and the expected calibration error with and without it on lines that it was not made of."""

    calibration: Calibration
    error: float
    error_before: float
    picture: str  # SVG


def believe(*sets: Sequence[Verdict]) -> Belief:
    """Calibrate on every other line of the sets together, and measure on the rest."""
    cases = [(v.probability, v.first) for verdicts in sets for v in verdicts if v.written]
    ours, others = cases[::2], cases[1::2]
    calibration = fit([p for p, _ in ours], [right for _, right in ours])
    truth = [right for _, right in others]
    before = [p for p, _ in others]
    after = [calibration(p) for p in before]
    return Belief(
        calibration, expected_error(after, truth), expected_error(before, truth), _drawn(before, after, truth)
    )


def _drawn(before: Sequence[float], after: Sequence[float], truth: Sequence[bool]) -> str:
    """The reliability diagram: share right over mean probability, a dot's area by how many cases it stands for."""
    figure = Figure(figsize=(4.2, 4.0), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for probabilities, colour, name in ((before, "0.55", "as written"), (after, "#1f77b4", "calibrated")):
        bins = [inside for inside in binned(probabilities, truth) if inside]
        x = [sum(p for p, _ in inside) / len(inside) for inside in bins]
        y = [sum(r for _, r in inside) / len(inside) for inside in bins]
        axes.plot(x, y, color=colour, linewidth=1, label=name)
        axes.scatter(x, y, s=[8 + 200 * len(inside) / len(truth) for inside in bins], color=colour, alpha=0.7)
    axes.set(xlabel="probability of the call", ylabel="share of calls that were right", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="lower right", frameon=False)
    out = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "robotos", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
