"""What more phrase lines would buy: how well held-out lines are understood from a part of the corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from robotos.encoder.metric import Metric
from robotos.encoder.voting import elected, outline
from robotos.kernel.calls import Exemplar
from robotos.training.corpus import Entry
from robotos.training.exemplars import neighbours
from robotos.training.hints import learned, meanings

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """With `lines` known lines the vote names the right kind of order for a share `right` of the held-out ones."""

    lines: int
    right: float
    among: float  # the right one is among those shown to the model


def learning_curve(
    entries: Sequence[Entry],
    keep: Mapping[str, bool],
    seed: int,
    encoder: Path | None = None,
    shares: Sequence[float] = SHARES,
) -> list[Point]:
    """The sentence encoder's vote over growing parts of the corpus; each contains the smaller ones, and has its metric.

    A training run for every part would cost hours, the vote costs a minute: it says how near the known lines come to
    what was never heard, which is what more lines improve.
    """
    known = meanings(entries, keep)
    meant = meanings(entries, {line: not kept for line, kept in keep.items()})
    order = sorted(known, key=lambda line: hashlib.sha256(line.encode()).digest())
    parts = [order[: max(1, round(share * len(order)))] for share in shares]
    return [_point(part, learned(part, known, seed, encoder), known, meant, encoder) for part in parts]


def _point(
    some: Sequence[str],
    metric: Metric,
    known: Mapping[str, tuple[str, ...]],
    meant: Mapping[str, tuple[str, ...]],
    encoder: Path | None,
) -> Point:
    near = neighbours(list(meant), some, cache=encoder, metric=metric)
    first = among = 0
    for line, others in near.items():
        found = [outline(e.calls) for e in elected([Exemplar(n.line, known[n.line], n.similarity) for n in others])]
        first += outline(meant[line]) in found[:1]
        among += outline(meant[line]) in found
    count = max(len(near), 1)
    return Point(len(some), round(first / count, 4), round(among / count, 4))


def table(points: Sequence[Point]) -> str:
    """The curve as Markdown."""
    rows = [f"| {p.lines} | {100 * p.right:.1f} % | {100 * p.among:.1f} % |" for p in points]
    return "\n".join(["| known lines | right by vote | right one shown |", "|---|---|---|", *rows])
