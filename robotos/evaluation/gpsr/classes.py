"""Which things are of which kind, as the judge knows it: the classes of the competition's standard objects.

After the object lists that RoboCup@Home publishes for its competitions (classes drinks, fruits, snacks, foods, dishes,
toys, cleaning supplies). Where people would disagree whether something is of a kind, it is neither put where that kind
is counted nor taken for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

# Kind → things that are of it, beyond dispute.
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "drink": ("orange juice", "red wine", "milk", "iced tea", "cola", "tropical juice", "juice pack"),
        "fruit": ("apple", "pear", "lemon", "peach", "banana", "strawberry", "orange", "plum"),
        "snack": ("pringles", "cheezit", "crackers"),
        "food": ("tuna", "sugar", "tomato soup", "mustard", "spam"),
        "dish": ("plate", "bowl", "cup", "fork", "spoon", "knife"),
        "toy": ("dice", "baseball", "soccer ball", "tennis ball", "rubiks cube"),
        "cleaning supply": ("cleanser", "sponge", "brush"),
    }
)
# Kind → kinds of which some would say that they are of it, too.
_ARGUABLE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "food": frozenset({"fruit", "snack", "drink"}),
        "snack": frozenset({"fruit", "food", "drink"}),
        "fruit": frozenset({"food", "snack", "drink"}),
        "drink": frozenset({"food", "snack", "fruit"}),
    }
)
# Things of the lists that belong to more than one kind, or to one only by convention.
_UNSURE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "cornflakes": frozenset({"snack", "food"}),
        "strawberry jello": frozenset({"snack", "food", "fruit"}),
        "chocolate jello": frozenset({"snack", "food"}),
        "coffee grounds": frozenset({"food", "drink"}),
        "dishwasher tab": frozenset({"cleaning supply", "dish"}),
    }
)
_PLURALS: Final[Mapping[str, str]] = MappingProxyType({"dishes": "dish", "cleaning supplies": "cleaning supply"})
ANYTHING: Final = frozenset({"object", "thing", "item"})


def singular(kind: str) -> str:
    """The kind's name for one of it: "cleaning supplies" → "cleaning supply"."""
    if kind in _PLURALS:
        return _PLURALS[kind]
    if kind.endswith("ies"):
        return f"{kind[:-3]}y"
    return kind.removesuffix("s") if not kind.endswith("ss") else kind


def of_kind(kind: str, things: Sequence[str]) -> list[str]:
    """Those that are of a kind beyond dispute."""
    if kind in ANYTHING:
        return list(things)
    return [thing for thing in things if thing in MEMBERS.get(kind, ()) or thing.endswith(f" {kind}")]


def not_of_kind(kind: str, things: Sequence[str]) -> list[str]:
    """Those that are not of a kind, beyond dispute."""
    if kind in ANYTHING:
        return []
    doubtful = {kind, *_ARGUABLE.get(kind, ())}
    return [
        thing
        for thing in things
        if not doubtful & _kinds_of(thing) and _kinds_of(thing) and not thing.endswith(f" {kind}")
    ]


def _kinds_of(thing: str) -> frozenset[str]:
    return frozenset(kind for kind, members in MEMBERS.items() if thing in members) | _UNSURE.get(thing, frozenset())
