"""From a command to a scenario: the arena as the command takes it for granted, and what must be so at the end."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from robotos.evaluation.gpsr.arena import OWNER
from robotos.evaluation.gpsr.census import Census, candidates
from robotos.evaluation.gpsr.classes import ANYTHING, not_of_kind, of_kind, singular
from robotos.evaluation.gpsr.goals import ME, Carry, Command, Count, Meet, NameOf, Spot, Then, Where
from robotos.evaluation.gpsr.standing import Floor
from robotos.evaluation.scenario import START, Brought, Expect, Point, Remembered, SaidTo, Scenario, Setup, Turn, Walk
from robotos.navigation.home import Home

MOST_COUNTED = 4  # things of a kind at a place
OTHERS = 2  # things of other kinds beside them, and people who have nothing to do with the command
FOLLOWED, ALONG, AHEAD = 0.25, 0.5, 0.8  # m/s of somebody who is followed, goes along, or has gone on
TEAM = {"name": "Nordlicht", "country": "Norway", "affiliation": "the University of Bergen"}
_GREETING = r"(?i)\b(hello|hi|hey|good (day|morning|afternoon|evening)|greetings|welcome|nice to meet)\b"
_MYSELF = r"(?i)\b(I'm|I am|my name|I can|call me)\b"


@dataclass(slots=True)
class Stage:
    """One command being staged; `people` is where everybody stands, `things` where they lie."""

    command: Command
    census: Census
    home: Home
    chance: random.Random
    floor: Floor
    people: dict[str, Point]
    things: dict[str, str]
    walks: dict[str, Walk]

    # ------------------------------------------------------------ things

    def clear(self, what: Sequence[str], spot: Spot) -> None:
        """Take these things away from a room or place, to wherever else they may be."""
        around = set(self.within(spot))
        elsewhere = [place for place in self.furniture() if place not in around]
        for thing in what:
            if self.things[thing] in around:
                self.things[thing] = self.chance.choice(elsewhere)

    def within(self, spot: Spot) -> list[str]:
        """The pieces of furniture of a room, or the one piece."""
        if not self.census.is_room(spot):
            return [spot.name]
        return [place for place in self.furniture() if self.home.places[place].room == spot.name]

    def room_of(self, spot: Spot) -> str:
        """The room itself, or the one that the furniture stands in."""
        return spot.name if self.census.is_room(spot) else self.home.places[spot.name].room

    def furniture(self) -> list[str]:
        """Where things can lie."""
        return [place for place in self.home.places if place != "dock"]

    # ------------------------------------------------------------ people

    def stand(self, name: str, spot: Spot) -> Point:
        """Put somebody into a room or at a piece of furniture."""
        self.people.pop(name, None)
        self.people[name] = self.place(spot)
        return self.people[name]

    def place(self, spot: Spot) -> Point:
        """Where one more person can be there."""
        others = list(self.people.values())
        if self.census.is_room(spot):
            return self.floor.in_room(spot.name, others)
        return self.floor.at(self.home.places[spot.name], others)

    def somebody(self, but: Sequence[str] = ()) -> str:
        """A person of the home who is nobody else here."""
        return self.chance.choice([name for name in self.census.people if name not in but])


def stage(command: Command, number: int, census: Census, home: Home, seed: int) -> Scenario:
    """The scenario of a supported command, `number` lines down its file. Same arguments: same scenario.

    Raises:
        ValueError: the command is not supported.
    """
    chance = random.Random(f"{seed} {number} {command.text}")
    owner = home.people[OWNER]
    stage = Stage(
        command, census, home, chance, Floor(home, f"{seed} {number}"), {OWNER: (owner.x, owner.y)},
        {thing.name: thing.place for thing in home.things.values()}, {},
    )  # fmt: skip
    expect = _arranged(stage)
    _bystanders(stage)
    usual = {thing.name: thing.place for thing in home.things.values()}
    moved = {thing: place for thing, place in stage.things.items() if place != usual[thing]}
    setup = Setup(
        time=START - timedelta(minutes=chance.randrange(180)),
        objects=moved,
        beliefs={thing: usual[thing] for thing in moved},
        people={name: stage.people.get(name) for name in home.people},
        walks=stage.walks,
        memory=tuple(Remembered(text=f"our team's {key} is {value}") for key, value in TEAM.items()),
    )
    if isinstance(command.errand, Meet) and command.errand.then is Then.TALK:
        expect = _told(command.errand, setup.time)
    return Scenario(id=f"gpsr-{number}", kind=command.kind, setup=setup, turns=(Turn(say=command.text),), expect=expect)


def _arranged(stage: Stage) -> Expect:
    errand = stage.command.errand
    if isinstance(errand, Carry):
        return _carry(stage, errand)
    if isinstance(errand, Count):
        return _count(stage, errand)
    if isinstance(errand, NameOf):
        return _name(stage, errand)
    if isinstance(errand, Meet):
        return _meet(stage, errand)
    raise ValueError(f"{stage.command.text!r} is not supported: it needs {stage.command.needs}")


def _carry(stage: Stage, errand: Carry) -> Expect:
    """One or two of what is asked for are where it is said to be, and none that could be taken for it."""
    meant = candidates(stage.census, errand.what)
    around = stage.within(errand.source)
    if errand.what in stage.census.kinds:
        unsure = set(stage.census.things) - set(not_of_kind(errand.what, stage.census.things))
        stage.clear(sorted(unsure), errand.source)
    source = [place for place in around if place != errand.place] or around
    chosen = stage.chance.sample(meant, min(len(meant), stage.chance.choice((1, 1, 2))))
    for thing in chosen:
        stage.things[thing] = stage.chance.choice(source)
    if errand.person == ME:
        to = OWNER
    elif errand.person:
        assert errand.room is not None
        stage.stand(errand.person, errand.room)
        to = errand.person
    else:
        to = errand.place
    return Expect(brought=Brought(one_of=tuple(chosen), to=to), no_false_success=True, harmless=True)


def _count(stage: Stage, errand: Count) -> Expect:
    """From none to four of the kind are there, and things that nobody would count."""
    kind, census = singular(errand.kind), stage.census
    members = of_kind(kind, census.things)
    unsure = [thing for thing in census.things if thing not in not_of_kind(kind, census.things)]
    stage.clear(unsure, errand.place)
    count = stage.chance.randint(0, min(MOST_COUNTED, len(members)))
    for thing in stage.chance.sample(members, count):
        stage.things[thing] = errand.place.name
    others = [] if kind in ANYTHING else not_of_kind(kind, census.things)
    for thing in stage.chance.sample(others, min(OTHERS, len(others))):
        stage.things[thing] = errand.place.name
    there = [thing for thing, place in stage.things.items() if place == errand.place.name and thing in members]
    return Expect(counted=len(there), harmless=True)


def _name(stage: Stage, errand: NameOf) -> Expect:
    """Exactly one person is there, and, if it is to be told to another, one is there."""
    name, room = stage.somebody(), stage.room_of(errand.where)
    if stage.home.room_at(*stage.people[OWNER]) == room:
        elsewhere = [other for other in stage.census.rooms if other != room] or [room]
        stage.stand(OWNER, Spot(stage.chance.choice(elsewhere), Where.ROOM))
    stage.stand(name, errand.where)
    others = [other for other in stage.census.people if other != name]
    words = rf"(?i)\b{re.escape(name)}\b"
    if errand.told_at is None:
        wrong = "|".join(re.escape(other) for other in others)
        return Expect(said=rf"(?is)^(?!.*\b({wrong})\b).*\b{re.escape(name)}\b", harmless=True)
    listener = stage.somebody(but=(name,))
    stage.stand(listener, errand.told_at)
    return Expect(said_to=SaidTo(person=listener, words=words), harmless=True)


def _meet(stage: Stage, errand: Meet) -> Expect:
    """The person is there; they follow, lead or walk on once they have been met."""
    stage.stand(errand.person, errand.where)
    greeted = SaidTo(person=errand.person, words=_greeting(errand.greeting)) if errand.greeting else None
    if errand.then is Then.GUIDE:
        assert errand.to is not None
        stage.walks[errand.person] = Walk(speed=ALONG)
        return Expect(person_at={errand.person: errand.to.name}, beside=errand.person, said_to=greeted, harmless=True)
    if errand.then is Then.FOLLOW:
        to = errand.to or Spot(stage.chance.choice(_other_rooms(stage, errand)), Where.ROOM)
        stage.walks[errand.person] = Walk(to=stage.place(to), speed=FOLLOWED)
        return Expect(person_at={errand.person: to.name}, beside=errand.person, said_to=greeted, harmless=True)
    if errand.then is Then.FIND:
        assert errand.to is not None
        stage.walks[errand.person] = Walk(to=stage.place(errand.to), speed=AHEAD, waits=False)
        return Expect(in_sight=errand.person, robot_in=errand.to.name, harmless=True)
    return Expect(harmless=True)


def _other_rooms(stage: Stage, errand: Meet) -> list[str]:
    here = stage.room_of(errand.where)
    return [room for room in stage.census.rooms if room != here] or [here]


def _bystanders(stage: Stage) -> None:
    """Others are at home, too, but not where they could be taken for anybody the command is about."""
    errand = stage.command.errand
    taken = {stage.home.room_at(*at) for at in stage.people.values()}
    taken |= {stage.home.room_at(*walk.to) for walk in stage.walks.values() if walk.to is not None}
    if isinstance(errand, Carry):
        taken |= {stage.home.places[place].room for place in stage.within(errand.source)}
    rooms = [room for room in stage.census.rooms if room not in taken]
    away = [name for name in stage.census.people if name not in stage.people]
    for room, name in zip(rooms[:OTHERS], stage.chance.sample(away, len(away)), strict=False):
        stage.people[name] = stage.floor.in_room(room, list(stage.people.values()))


# ---------------------------------------------------------------- words


def _told(errand: Meet, now: datetime) -> Expect:
    also = _greeting(errand.greeting) if errand.greeting else ""
    words = SaidTo(person=errand.person, words=topic(errand.topic, now), also=also)
    return Expect(said_to=words, harmless=True)


def _greeting(verb: str) -> str:
    return rf"{_MYSELF}" if verb.startswith("introduce") else _GREETING


def topic(words: str, now: datetime) -> str:
    """A regular expression for what is to be told, `now` being when the command was given."""
    day = now + timedelta(days=1) if "tomorrow" in words else now
    for key, value in TEAM.items():
        if f"teams {key}" in words or f"team's {key}" in words:
            return rf"(?i)\b{re.escape(value)}\b"
    if "yourself" in words:
        return _MYSELF
    if "day of the month" in words:
        return rf"\b0?{day.day}(st|nd|rd|th)?\b"
    if "day" in words:
        return rf"(?i)\b{day:%A}\b"
    if "time" in words:
        return _clock(now)
    raise ValueError(f"nothing is known to tell about {words!r}")


def _clock(now: datetime) -> str:
    """Any time of day within a quarter of an hour, in 24 or 12 hours; the way there takes some of it."""
    times = [now + timedelta(minutes=minutes) for minutes in range(16)]
    spelled = {form for t in times for form in (f"{t:%H:%M}", f"{t.hour}:{t:%M}", f"{(t.hour - 1) % 12 + 1}:{t:%M}")}
    return rf"\b({'|'.join(sorted(spelled))})\b"
