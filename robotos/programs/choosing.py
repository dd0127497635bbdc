"""Which thing is meant by a kind of things ("a fruit"), and where a thing goes when it is put back."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind
from robotos.kernel.resolve import Argument, Named
from robotos.language.kinds import things_of_kind
from robotos.navigation.home import Home, Place
from robotos.programs.driving import Failed
from robotos.programs.handling import holding
from robotos.programs.surveying import survey, things_in

BACK = "back"


async def chosen(
    sys: Sys, value: Argument, source: Argument | None = None, besides: tuple[str, ...] = ()
) -> str | Failed:
    """The thing itself, or of a kind the one that is nearest, as far as is known where it is.

    With a source, the robot goes there and takes what it sees of that kind. What somebody has already is left to them,
    and so are the things `besides`.
    """
    home, name = await sys.home(), name_of(value)
    if not isinstance(value, Named) or value.kind is not Kind.CATEGORY:
        return name if name in home.things else Failed(Errno.ENOENT, f"I don't know a thing called {name}.")
    kind = of_kind(home, name)
    if not kind:
        return Failed(Errno.ENOENT, f"I know of no {name} here.")
    held = await holding(sys)
    if held in kind and held not in besides:
        return held
    if isinstance(source, Named) and known_place(home, source):
        return await _seen_at(sys, name, source, besides)
    free = [thing for thing in kind if thing not in besides]
    away = {thing: await _away(sys, thing) for thing in free}
    best = min(free, key=lambda thing: away[thing], default="")
    if not best or math.isinf(away[best]):
        return Failed(Errno.ENOENT, f"I don't know where there is any {'other ' if besides else ''}{name}.")
    return best


async def _seen_at(sys: Sys, kind: str, source: Named, besides: tuple[str, ...]) -> str | Failed:
    """What is believed to be there goes first only if it is: what counts is what is seen."""
    home = await sys.home()

    def wanted(things: list[str]) -> list[str]:
        return [thing for thing in of_kind(home, kind) if thing in things and thing not in besides]

    seen = await survey(sys, source, lambda found: bool(wanted(things_in(found))))
    if isinstance(seen, Failed):
        return seen
    found = wanted(things_in(seen))
    where = "in" if source.kind is Kind.ROOM else "at"
    return found[0] if found else Failed(Errno.ENOENT, f"I see no {kind} {where} the {source.value}.")


async def _away(sys: Sys, thing: str) -> float:
    """Metres, as the crow flies, to where a thing is believed to lie; infinite when that is at no place."""
    home, pose, belief = await sys.home(), (await sys.body()).pose, await sys.where(thing)
    place = home.places.get(belief.place) if belief is not None else None
    return pose.distance(place.approach) if place is not None else math.inf


def of_kind(home: Home, kind: str) -> tuple[str, ...]:
    """The things of this home that are of a kind."""
    return things_of_kind(kind, {thing.name: thing.aliases for thing in home.things.values()})


async def origin(sys: Sys, thing: str) -> Place | Failed:
    """The place a thing was taken from, or belongs to."""
    place = (await sys.home()).places.get(await sys.taken_from(thing))
    return place or Failed(Errno.ENOENT, f"I don't know where the {thing} belongs.")


def known_place(home: Home, value: Argument | None) -> bool:
    """Whether an operand is a room or place of this home."""
    return name_of(value) in home.rooms or name_of(value) in home.places


def name_of(value: Argument | None) -> str:
    """What an operand stands for, "" for words and for nothing."""
    return str(value.value) if isinstance(value, Named) else ""
