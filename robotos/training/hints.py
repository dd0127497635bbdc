"""Exemplars for training: beside a line stands what its nearest neighbours mean, never what it means itself."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from robotos.encoder.masking import of_line
from robotos.encoder.metric import Metric
from robotos.encoder.voting import elected, outline
from robotos.kernel.calls import Exemplar
from robotos.training.corpus import SLOT_KINDS, Entry, Pattern, Slot
from robotos.training.exemplars import Neighbour, encoder_card, neighbours, vectors_of

_FOLDS = 4


def spelled(pattern: Pattern) -> str:
    """A call with its slots in braces, as phrase files have it."""
    return " ".join(f"{{{part.name}}}" if isinstance(part, Slot) else part for part in pattern)


def meanings(entries: Iterable[Entry], keep: Mapping[str, bool]) -> dict[str, tuple[str, ...]]:
    """Lines that mean the same whatever came before, and their calls: what the instruction cache holds."""
    plain = (entry for entry in entries if not entry.context and not entry.state.given)
    return {line: tuple(map(spelled, entry.calls)) for entry in plain for line in entry.lines if keep[line]}


@dataclass(frozen=True, slots=True)
class Hints:
    """For each line the exemplars nearest to it, the nearest first."""

    nearest: Mapping[str, Sequence[Exemplar]]

    def of(self, line: str, rng: random.Random | None = None, overlooked: float = 0.3) -> tuple[Exemplar, ...]:
        """What is shown beside a line; with `rng`, a share of its neighbours is overlooked, as if less were known."""
        found = self.nearest.get(line, ())
        if rng is not None:
            found = [exemplar for exemplar in found if rng.random() >= overlooked]
        return elected(found)


def build_hints(
    entries: Sequence[Entry], keep: Mapping[str, bool], seed: int, encoder: Path | None = None
) -> tuple[Hints, Metric]:
    """Neighbours of every line among those that are trained on, and the metric by which they are the nearest.

    A line that helped to learn a metric looks nearer to its like than a line never seen would; so the neighbours of
    such lines are found by a metric that was learned without them, among lines that it was learned from.

    Raises:
        EncoderMissingError: there is no encoder.
    """
    known = meanings(entries, keep)
    near: dict[str, Sequence[Neighbour]] = {}
    for fold in range(_FOLDS):
        others = [line for line in known if _fold(line) != fold]
        own = [line for line in known if _fold(line) == fold]
        near.update(neighbours(own, others, cache=encoder, metric=learned(others, known, seed, encoder)))
    metric = learned(list(known), known, seed, encoder)
    near.update(neighbours([line for line in keep if line not in near], list(known), cache=encoder, metric=metric))
    found = {line: tuple(Exemplar(n.line, known[n.line], n.similarity) for n in of) for line, of in near.items()}
    return Hints(found), metric


def _fold(line: str) -> int:
    """Lines that read the same once names are masked are in the same one."""
    return hashlib.sha256(of_line(line, SLOT_KINDS).encode()).digest()[0] % _FOLDS


def learned(lines: Sequence[str], known: Mapping[str, tuple[str, ...]], seed: int, encoder: Path | None) -> Metric:
    """The metric of some lines whose calls are `known`; raises `EncoderMissingError`."""
    from robotos.training.metric import learn_metric  # torch, which a robot that only looks lines up does not have

    kinds = [outline(known[line]) for line in lines]
    return Metric(learn_metric(vectors_of(lines, encoder), kinds, seed), encoder_card(encoder).source_sha256)
