"""`robotos bench body`: firmware, link and gate: how soon they stop, what they cost, and how large they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from robotos.bench import body_board, body_faults, body_gate, body_mavlink
from robotos.bench.figure import Figure
from robotos.bench.registry import Options

PARTS: tuple[Callable[[Options], Sequence[Figure]], ...] = (
    body_board.measure,
    body_gate.measure,
    body_faults.measure,
    body_mavlink.measure,
)


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area. Those that this machine cannot measure say why."""
    return [figure for part in PARTS for figure in part(options)]
