"""What a command asks for, as its judge reads it: four kinds of errand, and what nothing here can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ME = "me"  # whoever gave the command


class Needs(StrEnum):
    """What a command asks of a robot that this one has no sensor or no ability for."""

    LOOKS = "what somebody wears"
    GESTURE = "a gesture or pose"
    QUIZ = "answering a quiz"
    COMPARISON = "an attribute that nothing here measures"
    GRAMMAR = "a sentence outside the grammar"


class Where(StrEnum):
    """How a name was said to be somewhere: tells rooms from furniture, as far as the words do."""

    ROOM = "room"
    PLACE = "place"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Spot:
    """A room or a piece of furniture, by its name in the command."""

    name: str
    said: Where


@dataclass(frozen=True, slots=True)
class Carry:
    """One thing, or one of a kind, from a spot to furniture, to a person in a room, or to whoever asked."""

    what: str
    source: Spot
    place: str = ""  # where it is put
    person: str = ""  # or to whom it is given, `ME` or a name
    room: Spot | None = None  # where that person is


@dataclass(frozen=True, slots=True)
class Count:
    """How many things of a kind are at a place. `kind` is the plural that was said."""

    kind: str
    place: Spot


@dataclass(frozen=True, slots=True)
class NameOf:
    """The name of the person at a spot, told to whoever asked or to the person at another place."""

    where: Spot
    told_at: Spot | None = None


class Then(StrEnum):
    """What is done with a person who has been met."""

    TALK = "talk"
    FOLLOW = "follow"
    GUIDE = "guide"
    FIND = "find"  # again, somewhere else


@dataclass(frozen=True, slots=True)
class Meet:
    """Going to a named person at a spot, greeting them or not, and then one thing more."""

    person: str
    where: Spot
    then: Then
    greeting: str = ""  # the verb: greet, salute, say hello to, introduce yourself to
    topic: str = ""  # of the talk
    to: Spot | None = None  # of following, guiding and finding


Errand = Carry | Count | NameOf | Meet


@dataclass(frozen=True, slots=True)
class Command:
    """One line: `errand` is None where `needs` says what is missing."""

    text: str
    kind: str  # of sentence, as tables name it
    errand: Errand | None
    needs: Needs | None = None
    mentions: tuple[Spot, ...] = ()  # all spots, of unsupported commands too
