"""Every room, piece of furniture, thing, kind of things and person that a set of commands speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from robotos.evaluation.gpsr.classes import MEMBERS, of_kind, singular
from robotos.evaluation.gpsr.goals import ME, Carry, Command, Count, Meet, NameOf, Spot, Where

CORRIDORS = ("hallway", "hall", "corridor")
_ROOM_WORDS = frozenset(
    {
        "room", "kitchen", "bedroom", "bathroom", "office", "study", "hallway", "hall", "corridor", "garage", "garden",
        "balcony",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Census:
    """Names in the order in which they first occur. `things` holds some of every kind, spoken of by name or not."""

    rooms: tuple[str, ...]
    places: tuple[str, ...]
    things: tuple[str, ...]
    kinds: tuple[str, ...]
    people: tuple[str, ...]

    def is_room(self, spot: Spot) -> bool:
        """Whether a spot is a room."""
        return spot.name in self.rooms


def census_of(commands: Sequence[Command]) -> Census:
    """What the commands speak of, the unsupported ones too: they furnish the same home."""
    spots = [spot for command in commands for spot in command.mentions]
    rooms = {spot.name for spot in spots if spot.said is Where.ROOM}
    places = {spot.name for spot in spots if spot.said is Where.PLACE} - rooms
    for spot in spots:
        if spot.name not in rooms | places:
            (rooms if spot.name.split()[-1] in _ROOM_WORDS else places).add(spot.name)
    errands = [command.errand for command in commands]
    kinds = _once(singular(errand.kind) for errand in errands if isinstance(errand, Count))
    said = _once(errand.what for errand in errands if isinstance(errand, Carry))
    kinds = _once([*kinds, *(what for what in said if what in MEMBERS)])
    things = [what for what in said if what not in kinds]
    things = _once([*things, *(thing for kind in kinds for thing in _some(kind))])
    people = _once(
        name
        for errand in errands
        for name in ((errand.person,) if isinstance(errand, Carry | Meet) else ())
        if name not in {"", ME}
    )
    return Census(
        rooms=tuple(spot for spot in _once(s.name for s in spots) if spot in rooms),
        places=tuple(spot for spot in _once(s.name for s in spots) if spot in places),
        things=tuple(things),
        kinds=tuple(kinds),
        people=tuple(people or (["alex"] if any(isinstance(e, NameOf) for e in errands) else [])),
    )


def _some(kind: str) -> Sequence[str]:
    """The standard things of a kind; for a kind nobody has listed, four that are called so."""
    return MEMBERS.get(kind) or [f"{colour} {kind}" for colour in ("red", "blue", "green", "white")]


def candidates(census: Census, what: str) -> list[str]:
    """The things that a word of a command may mean: one by its name, or all of a kind."""
    return of_kind(what, census.things) if what in census.kinds else [what]


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
