"""From a home's layout to the linker the assistant reads with."""

from __future__ import annotations

from datetime import datetime

from robotos.kernel.calls import Bindings, Kind
from robotos.kernel.ports import Aliases, Linked
from robotos.language.lexicon import Lexicon
from robotos.language.linker import link
from robotos.navigation.home import Home
from robotos.policy.repeating import DayTimes
from robotos.programs.turn import Linker


def lexicon_of(home: Home) -> Lexicon:
    """The names a home knows."""
    places = {place.name: place.room for place in home.places.values()}
    return Lexicon(
        rooms={room.name: room.aliases for room in home.rooms.values()},
        places={place.name: place.aliases for place in home.places.values()},
        things={thing.name: thing.aliases for thing in home.things.values()},
        people={person.name: person.aliases for person in home.people.values()},
        room_of={**places, **{thing.name: places.get(thing.place, "") for thing in home.things.values()}},
        floors={room.name: room.floor for room in home.rooms.values()},
    )


def linker_of(home: Home, day: DayTimes | None = None) -> Linker:
    """`link` with this home's names, its `day` and the owner's own names; where it is decides between equal names."""
    return _HomeLinker(lexicon_of(home), day).link


class _HomeLinker:
    """Keeps the lexicon with the owner's names from one utterance to the next: they seldom change."""

    def __init__(self, lexicon: Lexicon, day: DayTimes | None) -> None:
        self._day = day
        self._plain = self._lexicon = lexicon
        self._aliases: dict[str, tuple[Kind, str]] = {}

    def link(self, text: str, bindings: Bindings, now: datetime, speaker: str, here: str, aliases: Aliases) -> Linked:
        """A `Linker`."""
        if self._aliases != aliases:
            self._aliases = dict(aliases)
            self._lexicon = self._plain.with_aliases(self._aliases) if aliases else self._plain
        return link(text, self._lexicon.at(here), bindings, now, speaker, self._day)
