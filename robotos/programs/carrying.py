"""From taking a thing to letting it go, with what may go wrong between: lost on the way, or the way blocked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.language.nouns import article, at, is_plural
from robotos.navigation.home import Place
from robotos.programs.driving import Failed, travel
from robotos.programs.handling import UNNAMED, Carry, Sighting, grasp, hand_to, holding, put_at
from robotos.programs.searching import look_round, search, somebodys

PICK_UPS = 2  # times that one thing is taken up again after it was dropped

Go = Callable[[], Awaitable[Failed | Carry | None]]


async def take(sys: Sys, thing: str, first: Sequence[Place] = ()) -> str | Failed:
    """Drive to the thing, looking at `first` before anywhere else, and take it; the place it was taken from."""
    held = await holding(sys)
    if held == thing:
        return "robot"
    if held:
        return Failed(Errno.EBUSY, f"I am holding the {held} already." if held != UNNAMED else "My gripper is full.")
    found = await search(sys, thing, first)
    if isinstance(found, Failed):
        return found
    if found.place in (await sys.home()).people:  # it is theirs as long as they hold it
        return Failed(Errno.ENOENT, somebodys(found.place, thing))
    return await grasp(sys, thing, found)


async def bring_to_place(sys: Sys, thing: str, place: Place) -> Failed | None:
    """Carry what is held to a place and put it there; what is dropped on the way is taken up again."""
    return await _carried(sys, thing, lambda: put_at(sys, thing, place))


async def bring_to_person(sys: Sys, thing: str, person: str) -> Failed | None:
    """Carry what is held to somebody and hand it over; what is dropped on the way is taken up again."""
    return await _carried(sys, thing, lambda: hand_to(sys, thing, person))


async def take_back(sys: Sys, thing: str, place: Place | None, failed: Failed) -> Failed:
    """Put a thing back where it was taken from, as its way to anywhere else is blocked; what is said of all that."""
    if failed.errno is not Errno.EHOSTUNREACH or await holding(sys) != thing:
        return failed
    reason = failed.reason.rstrip(".")
    why = reason if reason[:1].isupper() else f"The way is blocked: {reason}"
    if place is not None and await bring_to_place(sys, thing, place) is None:
        return Failed(failed.errno, f"{why}. I've put {article(thing)} back {at(place.name)}.")
    return Failed(failed.errno, f"{why}. I still have {article(thing)}.")


async def _carried(sys: Sys, thing: str, go: Go) -> Failed | None:
    for drops in range(PICK_UPS + 1):
        start = (await sys.body()).pose
        outcome = await go()
        if outcome is not Carry.LOST:
            return outcome if isinstance(outcome, Failed) else None
        await sys.moved(thing, "", "seen")
        if drops == PICK_UPS:
            break
        await sys.speak(f"I've dropped {article(thing)}. I'll pick {_it(thing)} up again.")
        found = await _dropped(sys, thing, start)
        taken = await grasp(sys, thing, found) if isinstance(found, Sighting) else found
        if isinstance(taken, Failed):
            return Failed(taken.errno, f"I've dropped {article(thing)} on the way. {taken.reason}")
    return Failed(Errno.EIO, f"I keep dropping {article(thing)}, so I leave {_it(thing)} there.")


def _it(thing: str) -> str:
    return "them" if is_plural(thing) else "it"


async def _dropped(sys: Sys, thing: str, start: Pose) -> Sighting | Failed:
    """Look for what was dropped: around here, around where it was carried from, and then everywhere."""
    found = await look_round(sys, thing)
    if found is not None:
        return found
    reached = await travel(sys, start, face=False)
    if isinstance(reached, Failed) and reached.errno is not Errno.EHOSTUNREACH:
        return reached
    return await look_round(sys, thing) or await search(sys, thing)
