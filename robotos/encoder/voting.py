"""What the nearest phrases say together: the few kinds of order that most of them are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from robotos.kernel.calls import Exemplar

NEAREST = 16  # phrases asked
_SHARPNESS = 20.0  # of held-out lines 75.3 % are then named rightly, 72.7 % when all votes count alike
SHOWN = 3  # kinds of order shown to the processor


def outline(calls: Sequence[str]) -> tuple[str, ...]:
    """Calls without what they refer to: `clean all but {room}` becomes `clean all but`."""
    return tuple(" ".join(word for word in call.split() if not word.startswith("{")) for call in calls)


def elected(nearest: Sequence[Exemplar], most: int = SHOWN) -> tuple[Exemplar, ...]:
    """Of the nearest, the best one for each outline; those outlines first that most of the nearest have.

    A vote weighs exp(20 x similarity), so that the very words are not outvoted by many that are only like them.
    """
    groups: dict[tuple[str, ...], list[Exemplar]] = {}
    for exemplar in nearest[:NEAREST]:
        groups.setdefault(outline(exemplar.calls), []).append(exemplar)
    order = sorted(groups.values(), key=_weight, reverse=True)  # stable: the nearer of equals first
    return tuple(group[0] for group in order[:most])


def _weight(group: Sequence[Exemplar]) -> float:
    return sum(math.exp(_SHARPNESS * exemplar.similarity) for exemplar in group)
