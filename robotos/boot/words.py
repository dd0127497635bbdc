"""From a home's layout to the linker the assistant reads with."""

from __future__ import annotations

from datetime import datetime

from robotos.kernel.calls import Bindings
from robotos.kernel.ports import Linked
from robotos.language.lexicon import Lexicon
from robotos.language.linker import link
from robotos.navigation.home import Home
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
    )


def linker_of(home: Home) -> Linker:
    """`link` with this home's names; which room the robot is in decides between equal names."""
    lexicon = lexicon_of(home)

    def linked(text: str, bindings: Bindings, now: datetime, speaker: str, here: str) -> Linked:
        return link(text, lexicon.at(here), bindings, now, speaker)

    return linked
