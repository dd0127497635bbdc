"""What a scenario may expect about people and what is done for them: one small function a key, like `expect`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import cast

from robotos.evaluation.recording import Recording, Said
from robotos.evaluation.scenario import Brought, SaidTo
from robotos.geometry import Pose

EARSHOT = 2.2  # m within which words are said to somebody
COMPANY = 2.2  # m within which robot and person are together
SIGHT = 3.2  # m within which the robot has somebody before it
AT_PLACE = 2.0  # m from a place within which a person is there

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NONE = re.compile(r"\b(?:no|none|nothing|not any|zero)\b|n't (?:\w+ )?any\b", re.IGNORECASE)
_NUMBER = re.compile(rf"\b(\d+|{'|'.join(_NUMBERS[1:])})\b", re.IGNORECASE)
_A_SINGLE = re.compile(r"\bthere(?:'s| is) (?:only |just )?an?\b", re.IGNORECASE)


def brought(recording: Recording, wanted: object) -> str:
    """Exactly one of the things is where it was wanted, and every other thing where it was."""
    want = cast(Brought, wanted)
    before, after = recording.things_before, recording.things_after
    there = [thing for thing in want.one_of if after.get(thing) == want.to and before.get(thing) != want.to]
    if not there:
        moved = [f"the {thing} is at {after[thing]}" for thing in after if after[thing] != before.get(thing)]
        return f"none of {', '.join(want.one_of)} came to {want.to}; {', '.join(moved) or 'nothing was moved'}"
    others = [thing for thing in after if thing != there[0] and after[thing] != before.get(thing)]
    return f"the {others[0]} was moved, too, to {after[others[0]]}" if others else ""


def counted(recording: Recording, wanted: object) -> str:
    """The last sentence with a number in it has this one and no other."""
    numbers = [found for said in recording.said if (found := numbers_in(said.text))]
    if not numbers:
        return f"no number was said: {recording.transcript!r}"
    return "" if numbers[-1] == {wanted} else f"said {sorted(numbers[-1])}, not {wanted}"


def numbers_in(text: str) -> set[int]:
    """The numbers that a sentence tells: digits, words up to twelve, and none."""
    found = {int(n) if n.isdigit() else _NUMBERS.index(n) for n in _NUMBER.findall(text.lower())}
    if not found and _NONE.search(text):
        return {0}
    return found or ({1} if _A_SINGLE.search(text) else set())


def said_to(recording: Recording, wanted: object) -> str:
    """The words were said while the robot was near that person, and no wall between them."""
    want = cast(SaidTo, wanted)
    heard = [said for said in recording.said if _in_earshot(recording, said, want.person)]
    for pattern in (want.words, want.also):
        if pattern and not any(re.search(pattern, said.text) for said in heard):
            told = " ".join(said.text for said in heard)
            return f"{want.person} did not hear {pattern!r} but {told!r}"
    return ""


def _in_earshot(recording: Recording, said: Said, person: str) -> bool:
    if person not in said.people:
        return False
    x, y = said.people[person]
    return said.room == recording.home.room_at(x, y) and math.dist((said.pose.x, said.pose.y), (x, y)) <= EARSHOT


def person_at(recording: Recording, wanted: object) -> str:
    """Each person ends in that room or at that place."""
    home = recording.home
    for name, at in cast("Mapping[str, str]", wanted).items():
        person = recording.truth.people.get(name)
        if person is None:
            return f"{name} is not there"
        if at in home.rooms:
            if person.room != at:
                return f"{name} is in the {person.room}"
            continue
        place = home.places[at]
        off = math.dist((person.x, person.y), (place.x, place.y))
        if person.room != place.room or off > AT_PLACE:
            return f"{name} is {off:.1f} m from the {at}, in the {person.room}"
    return ""


def beside(recording: Recording, wanted: object) -> str:
    """The robot ends together with that person."""
    return _within(recording, str(wanted), COMPANY)


def in_sight(recording: Recording, wanted: object) -> str:
    """The robot ends in the same room as that person, near enough to see them."""
    return _within(recording, str(wanted), SIGHT)


def _within(recording: Recording, name: str, metres: float) -> str:
    person, pose = recording.truth.people.get(name), recording.pose
    room = recording.home.room_at(pose.x, pose.y)
    if person is None:
        return f"{name} is not there"
    off = pose.distance(Pose(person.x, person.y))
    return "" if room == person.room and off <= metres else f"it is {off:.1f} m from {name}, in the {room or 'unknown'}"
