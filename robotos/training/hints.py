"""Exemplars for training: beside a line stands what its nearest neighbours mean, never what it means itself."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from robotos.encoder.voting import elected
from robotos.kernel.calls import Exemplar
from robotos.training.corpus import Entry, Pattern, Slot
from robotos.training.exemplars import neighbours


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


def build_hints(entries: Sequence[Entry], keep: Mapping[str, bool], encoder: Path | None = None) -> Hints:
    """Neighbours of every line among those that are trained on; raises `EncoderMissingError` without an encoder."""
    known = meanings(entries, keep)
    near = neighbours(list(keep), list(known), cache=encoder)
    return Hints({line: tuple(Exemplar(n.line, known[n.line], n.similarity) for n in of) for line, of in near.items()})
