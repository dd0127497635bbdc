"""Names, places, times and amounts as they stand in a sentence the robot says. Figures stay digits here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.inflection import plural, singular
from robotos.language.numbers import spell
from robotos.language.word_set import word_set

OWNER: Final = "owner"
_ROLES: Final = word_set("guest cat dog visitor baby child neighbour owner cleaner nurse kids children rabbit bird")
_SURFACES: Final = word_set(
    """
    table desk counter bed sofa couch shelf rack stand nightstand bookshelf chair bench armchair sideboard worktop
    floor
    """
)
_CONTAINERS: Final = word_set(
    "fridge sink wardrobe cupboard machine basket drawer bin closet box cabinet oven dishwasher bathtub freezer bag"
)
_UNCOUNTED: Final = word_set("food clothes cutlery medicine stationery crockery people")
_OWNED: Final = word_set("the my your our his her their a an")


def article(name: str) -> str:
    """ "the kitchen", but "grandma's room" and "my desk" as they are."""
    first = name.split(" ", maxsplit=1)[0].lower()
    return name if not name or first in _OWNED or first.endswith(("'s", "s'")) else f"the {name}"


def any_of(kind: str) -> str:
    """ "a fruit", "an apple", "some food": one of a kind, whichever."""
    if kind.rsplit(" ", maxsplit=1)[-1] in _UNCOUNTED:
        return f"some {kind}"
    return f"{'an' if kind[:1].lower() in 'aeio' else 'a'} {kind}"


def several(name: str) -> str:
    """The plural, of kinds that have one: "cups", "cleaning supplies", "food"."""
    if is_plural(name) or name.rsplit(" ", maxsplit=1)[-1] in _UNCOUNTED:
        return name
    return plural(name)


def person(name: str) -> str:
    """ "you" for the owner, "the guest", "Grandma"."""
    if name == OWNER:
        return "you"
    return f"the {name}" if name.lower() in _ROLES else name[:1].upper() + name[1:]


def is_plural(name: str) -> bool:
    """Whether a thing's name takes "are"."""
    last = name.lower().split(" ")[-1]
    return singular(last) != last


def is_are(name: str) -> str:
    """ "is" or "are", after `name`."""
    return "are" if is_plural(name) else "is"


def at(place: str, *, people: Sequence[str] = ()) -> str:
    """Where something is: "on the desk", "in the fridge", "at the front door", "with Grandma", "in my gripper"."""
    if place == "robot":
        return "in my gripper"
    if place == OWNER or place in people:
        return f"with {person(place)}"
    if not place:
        return "somewhere I don't know"
    last = place.lower().split(" ")[-1]
    if last in _SURFACES:
        return f"on {article(place)}"
    return f"in {article(place)}" if last in _CONTAINERS else f"at {article(place)}"


def in_room(room: str) -> str:
    """ "in the kitchen"."""
    return f"in {article(room)}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def phrase(kind: Kind, value: object) -> str:
    """Any bound value as a noun phrase."""
    if kind in {Kind.ROOM, Kind.PLACE, Kind.THING}:
        return article(str(value))
    if kind is Kind.PERSON:
        return person(str(value))
    if kind is Kind.CATEGORY:
        return any_of(str(value))
    if kind is Kind.UNKNOWN:
        return f'"{value}"'
    if isinstance(value, datetime):
        return f"{value:%H:%M}"
    if isinstance(value, int | float):
        return _measure(kind, float(value))
    return str(value)


def _measure(kind: Kind, value: float) -> str:
    if kind is Kind.DURATION:
        return duration(value)
    if kind is Kind.DISTANCE:
        return distance(value)
    if kind is Kind.ANGLE:
        return angle(value)
    return f"task {value:g}" if kind is Kind.PROCESS else f"{value:g}"


def distance(metres: float) -> str:
    """ "2 metres", "half a metre", "30 centimetres"."""
    if math.isclose(metres, 0.5):
        return "half a metre"
    if abs(metres) < 1:
        return _count(round(metres * 100), "centimetre")
    return _count(round(metres, 2), "metre")


def angle(radians: float) -> str:
    """ "90 degrees"."""
    return _count(round(math.degrees(radians)), "degree")


def duration(seconds: float) -> str:
    """ "45 seconds", "10 minutes", "1 hour and 30 minutes", "2 days"."""
    seconds = round(seconds)
    if seconds < 60:
        return _count(seconds, "second")
    parts = []
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(_count(count, unit))
    return listed(parts[:2])


def period(seconds: float) -> str:
    """How often: "every day", "every week", "every 2 hours"."""
    for size, unit in ((604800, "week"), (86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds == size:
            return f"every {unit}"
        if seconds > 0 and seconds % size == 0:
            return f"every {seconds / size:g} {unit}s"
    return f"every {duration(seconds)}"


def _count(value: float, unit: str) -> str:
    return f"{value:.10g} {unit}{'' if value == 1 else 's'}"  # never 1e+06


def clock(moment: datetime) -> str:
    """The time of day in digits, "15:00"."""
    return f"{moment:%H:%M}"


def date(moment: datetime) -> str:
    """ "Friday, 20 November 2026"."""
    return f"{moment:%A}, {moment.day} {moment:%B} {moment.year}"


def when(moment: datetime, now: datetime) -> str:
    """A moment, seen from `now`: "at 15:00", "tomorrow at 9:00", "on Monday at 10:00", "on 3 December at 10:00"."""
    days = (moment.date() - now.date()).days
    if days == 0:
        return f"at {clock(moment)}"
    if days in {-1, 1}:
        return f"{'tomorrow' if days > 0 else 'yesterday'} at {clock(moment)}"
    day = f"{moment:%A}" if 1 < days < 7 else f"{moment.day} {moment:%B}"
    return f"on {day} at {clock(moment)}"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago: "just now", "ten minutes ago", "three hours ago", "two days ago"."""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "just now"
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            name = spell(count) if count <= 12 else str(count)
            return f"{name} {unit}{'' if count == 1 else 's'} ago"
    raise AssertionError(seconds)


def percent(share: float) -> str:
    """A share of 1 as "97 %", rounded down so that nothing is claimed that was not done; never above 100."""
    return f"{min(100, max(0, math.floor(share * 100 + 1e-6)))} %"
