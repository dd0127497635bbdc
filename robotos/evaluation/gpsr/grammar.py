"""Reads the commands: an own parser for the sentences that RoboCup@Home's published CommandGenerator can draw.

Written from what its README and templates say about its language (github.com/RoboCupAtHome/CommandGenerator).
It shares nothing with how the robot understands words: it is there to judge that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from robotos.evaluation.gpsr.goals import ME, Carry, Command, Count, Errand, Meet, NameOf, Needs, Spot, Then, Where

_GO = "(?:go|navigate)"
_FIND = "(?:find|locate|look for)"
_TAKE = "(?:take|get|grasp|fetch)"
_GUIDE = "(?:guide|escort|take|lead|accompany)"
_GIVE = "(?:bring|give|deliver)"
_TELL = "(?:tell|say)"
_GREET = "(?P<greeting>greet|salute|say hello to|introduce yourself to)"
_PERSON = "(?P<person>.+?)"
_A = "(?:an?|some)"

# Kind of sentence → its beginning. `rest` is what follows with the person or thing.
_HEADS: Final[tuple[tuple[str, str], ...]] = (
    ("go, then a thing", f"{_GO} to the (?P<either>.+?) then {_FIND} {_A} (?!.*\\bperson\\b.* and)(?P<what>.+?) and "
                         f"{_TAKE} it and (?P<carry>.+)"),
    ("go, then a person", f"{_GO} to the (?P<either>.+?) then (?:meet|{_FIND} (?:the|an?)) {_PERSON} and (?P<then>.+)"),
    ("take a thing from a place", f"{_TAKE} {_A} (?P<what>.+?) from the (?P<place>.+?) and (?P<carry>.+)"),
    ("find a thing in a room", f"{_FIND} {_A} (?P<what>.+?) in the (?P<room>.+?) then {_TAKE} it and (?P<carry>.+)"),
    ("find a person", f"{_FIND} an? {_PERSON} in the (?P<room>.+?) and (?P<then>.+)"),
    ("meet somebody, then find them", f"meet {_PERSON} at the (?P<place>.+?) then {_FIND} them in the (?P<to_room>.+)"),
    ("meet somebody", f"meet {_PERSON} in the (?P<room>.+?) and (?P<then>.+)"),
    ("greet somebody", f"{_GREET} (?:the )?{_PERSON} in the (?P<room>.+?) and (?P<then>.+)"),
    ("count things", "tell me how many (?P<kind>.+?) there are on the (?P<place>.+)"),
    ("count people", "tell me how many people in the (?P<room>.+?) are (?P<looks>wearing) .+"),
    ("count people", "tell me how many (?P<person>.+?) are in the (?P<room>.+)"),
    ("compare things", "tell me what is the (?P<comparison>\\w+) .+? on the (?P<place>.+)"),
    ("about a person", "tell me the (?P<info>name|pose|gesture) of the person (?:in the (?P<room>.+)|"
                       "at the (?P<place>.+))"),
    ("about a person, to another", "tell the (?P<info>name|pose|gesture) of the person at the (?P<place>.+?) to the "
                                   "person at the (?P<to_place>.+)"),
    ("answer somebody", "answer the (?P<quiz>question|quiz) of the .+? in the (?P<room>.+)"),
    ("tell somebody", f"{_TELL} (?P<topic>.+?) to the {_PERSON} in the (?P<room>.+)"),
    ("bring me a thing", f"(?:bring|give) me {_A} (?P<what>.+?) from the (?P<place>.+)"),
    ("follow somebody from a place", f"follow {_PERSON} from the (?P<place>.+?) to the (?P<to_room>.+)"),
    ("follow a person", f"follow the {_PERSON} (?:in the (?P<room>.+)|at the (?P<place>.+))"),
    ("guide somebody from a place", f"{_GUIDE} (?:the )?{_PERSON} from the (?P<place>.+?) to the (?P<to_either>.+)"),
)  # fmt: skip
_CARRY: Final = (
    "(?:put|place) it on the (?P<to_place>.+)",
    f"{_GIVE} it to (?P<me>me)",
    f"{_GIVE} it to (?:the )?{_PERSON} in the (?P<room2>.+)",
)
_THEN: Final = (
    "answer an? (?P<quiz>question|quiz)",
    "(?P<follow>follow) them(?: to the (?P<to_either>.+))?",
    f"(?P<guide>{_GUIDE}) them to the (?P<to_either>.+)",
    f"{_TELL} (?P<topic>.+)",
)
# Groups that hold a room or furniture, and what their words say about which.
_SPOTS: Final = {
    "room": Where.ROOM, "room2": Where.ROOM, "to_room": Where.ROOM,
    "place": Where.PLACE, "to_place": Where.PLACE,
    "either": Where.EITHER, "to_either": Where.EITHER,
}  # fmt: skip

_TOPICS: Final = re.compile(r"yourself|time|\bday\b|team'?s (name|country|affiliation)")

Found = dict[str, str]


def parse(text: str) -> Command:
    """One line. Never raises: a sentence of another kind comes back with `Needs.GRAMMAR`."""
    plain = " ".join(re.sub(r"[^\w\s'-]", " ", text.lower()).split())
    for kind, pattern in _HEADS:
        head = re.fullmatch(pattern, plain)
        if head is None:
            continue
        found = _with_rest(_groups(head))
        if found is not None:
            return _command(text.strip(), kind, found)
    return Command(text.strip(), "other", None, Needs.GRAMMAR)


def _groups(match: re.Match[str]) -> Found:
    return {name: value for name, value in match.groupdict().items() if value is not None}


def _with_rest(found: Found) -> Found | None:
    """The groups with those of what follows; None where that is no sentence of the grammar."""
    for name, patterns in (("carry", _CARRY), ("then", _THEN)):
        if name in found:
            match = next((m for m in (re.fullmatch(pattern, found[name]) for pattern in patterns) if m), None)
            return None if match is None else {**found, **_groups(match)}
    return found


def _command(text: str, kind: str, found: Found) -> Command:
    spots = tuple(Spot(found[name], said) for name, said in _SPOTS.items() if name in found)
    needs = _missing(found)
    errand: Errand | None = None if needs is not None else _ERRANDS[kind](found)
    return Command(text, kind, errand, needs, spots)


def _missing(found: Found) -> Needs | None:
    """What the sentence asks for that has no sensor or ability behind it; None for nothing."""
    if "looks" in found or re.search(r"\bwearing\b", found.get("person", "")):
        return Needs.LOOKS
    if found.get("info") in {"pose", "gesture"} or re.search(r"\bpersons?\b", found.get("person", "")):
        return Needs.GESTURE
    if "quiz" in found:
        return Needs.QUIZ
    if "topic" in found and not _TOPICS.search(found["topic"]):
        return Needs.GRAMMAR
    return Needs.COMPARISON if "comparison" in found else None


# ---------------------------------------------------------------- errands


def _carry(found: Found) -> Carry:
    source = _spot(found, "place", "room", "either")
    assert source is not None  # every sentence about a thing says where it is
    if "to_place" in found:
        return Carry(found["what"], source, place=found["to_place"])
    if "room2" in found:
        return Carry(found["what"], source, person=found["person"], room=_spot(found, "room2"))
    return Carry(found["what"], source, person=ME)


def _meet(found: Found) -> Meet:
    where = _spot(found, "place", "room", "either")
    assert where is not None
    person, greeting = found["person"], found.get("greeting", "")
    if "topic" in found:
        return Meet(person, where, Then.TALK, greeting, topic=found["topic"])
    then = Then.FOLLOW if "follow" in found else Then.GUIDE
    return Meet(person, where, then, greeting, to=_spot(found, "to_either"))


def _between(then: Then) -> Callable[[Found], Meet]:
    def errand(found: Found) -> Meet:
        return Meet(found["person"], Spot(found["place"], Where.PLACE), then, to=_spot(found, "to_room", "to_either"))

    return errand


def _name(found: Found) -> NameOf:
    where = _spot(found, "room", "place")
    assert where is not None
    return NameOf(where, _spot(found, "to_place"))


def _count(found: Found) -> Count:
    return Count(found["kind"], Spot(found["place"], Where.PLACE))


def _spot(found: Found, *names: str) -> Spot | None:
    name = next((name for name in names if name in found), None)
    return Spot(found[name], _SPOTS[name]) if name is not None else None


_ERRANDS: Final[dict[str, Callable[[Found], Errand]]] = {
    "go, then a thing": _carry,
    "go, then a person": _meet,
    "take a thing from a place": _carry,
    "find a thing in a room": _carry,
    "find a person": _meet,
    "meet somebody, then find them": _between(Then.FIND),
    "meet somebody": _meet,
    "greet somebody": _meet,
    "count things": _count,
    "about a person": _name,
    "about a person, to another": _name,
    "tell somebody": _meet,
    "bring me a thing": _carry,
    "follow somebody from a place": _between(Then.FOLLOW),
    "guide somebody from a place": _between(Then.GUIDE),
}
