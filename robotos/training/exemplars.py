"""Which lines of the corpus resemble which: what the processor will be shown beside a line it has never seen."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from robotos.encoder import files
from robotos.encoder.masking import of_line
from robotos.encoder.metric import Metric
from robotos.encoder.vectors import Vectors, embed_cached
from robotos.training.corpus import SLOT_KINDS

NEAREST = 16
_ROWS = 512  # lines compared with all at once


class Neighbour(NamedTuple):
    """Another line, and the cosine of the two, -1 to 1."""

    line: str
    similarity: float


class EncoderMissingError(RuntimeError):
    """There is no sentence encoder on this machine; the message says how to get it."""


def neighbours(
    lines: Sequence[str],
    among: Sequence[str] | None = None,
    k: int = NEAREST,
    cache: Path | None = None,
    metric: Metric | None = None,
) -> Mapping[str, Sequence[Neighbour]]:
    """For each line the `k` others (of `among`, or of `lines` themselves) most like it, the most similar first.

    Leave-one-out: a line that reads the same once names are masked is never its own neighbour. Vectors are kept in
    `cache` (the user's, if None) by text, so that a changed corpus costs 5 ms for each new line. Without a `metric`
    they are compared as the encoder has them.

    Raises:
        EncoderMissingError: no encoder was pulled.
    """
    asked = list(dict.fromkeys(lines))
    offered = asked if among is None else list(dict.fromkeys(among))
    masked, candidates = _masked(asked), _masked(offered)
    vectors = vectors_of([*asked, *offered], cache)
    vectors = metric.of(vectors) if metric is not None else vectors
    queries, pool = vectors[: len(asked)], vectors[len(asked) :]
    number = {text: i for i, text in enumerate(dict.fromkeys(candidates))}
    texts = np.array([number[text] for text in candidates])
    found: dict[str, Sequence[Neighbour]] = {}
    for begin in range(0, len(asked), _ROWS):
        likeness = queries[begin : begin + _ROWS] @ pool.T
        for row, line in enumerate(asked[begin : begin + _ROWS]):
            own = number.get(masked[begin + row], -1)
            likeness[row, texts == own] = -2.0
            best = (i for i in _best(likeness[row], k) if texts[i] != own)
            found[line] = [Neighbour(offered[i], round(float(likeness[row, i]), 4)) for i in best]
    return found


def encoder_card(cache: Path | None = None) -> files.Card:
    """Which encoder it is; raises `EncoderMissingError` when none was pulled."""
    card = files.read_card(cache)
    if card is None:
        raise EncoderMissingError(f"there is no sentence encoder on this machine: `{files.PULL}` gets it (25 MB)")
    return card


def _masked(lines: Sequence[str]) -> list[str]:
    return [of_line(line, SLOT_KINDS) for line in lines]


def _best(likeness: Vectors, k: int) -> Sequence[int]:
    """Indices of the `k` greatest, greatest first; the earlier of equals, so that runs repeat."""
    some = np.argpartition(-likeness, min(k, len(likeness) - 1))[: k + 1]
    return [int(i) for i in sorted(some, key=lambda i: (-likeness[i], i))[:k]]


def vectors_of(lines: Sequence[str], cache: Path | None = None) -> Vectors:
    """What the encoder makes of lines whose names are masked, shape (lines, size); raises `EncoderMissingError`."""
    texts = _masked(lines)
    card, encoder = encoder_card(cache), files.open_encoder(cache)
    if encoder is None:
        raise EncoderMissingError(f"there is no sentence encoder on this machine: `{files.PULL}` gets it (25 MB)")
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with encoder, Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("phrases", total=len(texts))
        return embed_cached(
            encoder, texts, files.vectors_file(card, cache), lambda count: progress.advance(task, count)
        )
