"""Names in a scenario, checked against its home before anything runs; the home's own aliases are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from robotos.boot.children import BootError
from robotos.boot.places import map_directory
from robotos.evaluation.scenario import Expect, Scenario, ScenarioError, Setup, Turn
from robotos.navigation.home import Home, LayoutError, load_home
from robotos.navigation.map_server import MapError

ROBOT, FLOOR = "robot", "floor"


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...


@lru_cache(maxsize=8)
def home_at(directory: Path) -> Home:
    """The home of a map directory; the same one for every scenario."""
    return load_home(directory)


def home_of(scenario: Scenario) -> Home:
    """The home a scenario runs in, before its `setup` changes it; `ScenarioError` when there is none."""
    beside = Path(scenario.source).parent / scenario.map
    name = str(beside) if scenario.source and (beside / "layout.yaml").is_file() else scenario.map
    try:
        return home_at(map_directory(name))
    except (BootError, LayoutError, MapError) as error:
        raise ScenarioError(f"{scenario.where}: map: {error}") from error


@dataclass(frozen=True, slots=True)
class Names:
    """Looks names up; each method answers the canonical name."""

    home: Home
    where: str  # file:line, for errors
    extra: tuple[str, ...] = ()  # things that the scenario adds

    def room(self, key: str, name: str) -> str:
        return self._find(key, name, "room", self.home.rooms.values())

    def place(self, key: str, name: str) -> str:
        return self._find(key, name, "place", self.home.places.values())

    def thing(self, key: str, name: str) -> str:
        return name if name in self.extra else self._find(key, name, "thing", self.home.things.values(), self.extra)

    def person(self, key: str, name: str) -> str:
        return self._find(key, name, "person", self.home.people.values())

    def spot(self, key: str, name: str) -> str:
        """A room or a place, or a person as somewhere to be."""
        known: list[_Named] = [*self.home.rooms.values(), *self.home.places.values(), *self.home.people.values()]
        return self._find(key, name, "room or place", known)

    def holder(self, key: str, name: str) -> str:
        """Where a thing can be: a place, a person, the robot, the floor."""
        known: list[_Named] = [*self.home.places.values(), *self.home.people.values()]
        return self._find(key, name, "place or person", known, (ROBOT, FLOOR))

    def _find(self, key: str, name: str, what: str, known: Iterable[_Named], more: tuple[str, ...] = ()) -> str:
        entries = list(known)
        canonical = [entry.name for entry in entries] + list(more)
        if name in canonical:
            return name
        for entry in entries:
            if name.casefold() in {entry.name.casefold(), *(alias.casefold() for alias in entry.aliases)}:
                return entry.name
        raise ScenarioError(f"{self.where}: {key}: no {what} {name!r}; known: {', '.join(canonical)}")


def checked(scenario: Scenario, home: Home) -> Scenario:
    """The scenario with canonical names; `ScenarioError` names file, line and key of one that is unknown."""
    names = Names(home, scenario.where, tuple(scenario.setup.objects_extra))
    setup, expect = _setup(scenario.setup, names), _expect(scenario.expect, names)
    turns = tuple(_turn(turn, names) for turn in scenario.turns)
    return scenario.model_copy(update={"setup": setup, "expect": expect, "turns": turns})


def _turn(turn: Turn, names: Names) -> Turn:
    """The event `move` names a thing and where it is put to."""
    if turn.thing is None or turn.to is None:
        return turn
    to = names.holder("turns.to", turn.to)
    if to in {ROBOT, FLOOR}:
        raise ScenarioError(f"{names.where}: turns.to: somebody puts a thing at a place or keeps it, not at {to!r}")
    return turn.model_copy(update={"thing": names.thing("turns.thing", turn.thing), "to": to})


def _setup(setup: Setup, names: Names) -> Setup:
    for name in setup.objects_extra:
        if name in names.home.things:
            raise ScenarioError(f"{names.where}: setup.objects_extra: {name!r} is there already; use setup.objects")
    past = tuple(
        one.model_copy(update={"room": names.room(f"setup.history.{i}.room", one.room)}) if one.room else one
        for i, one in enumerate(setup.history)
    )
    return setup.model_copy(
        update={
            "robot": names.spot("setup.robot", setup.robot),
            "history": past,
            "objects": _located("setup.objects", setup.objects, names),
            "beliefs": _located("setup.beliefs", setup.beliefs, names),
            "objects_extra": {n: names.holder("setup.objects_extra", at) for n, at in setup.objects_extra.items()},
            "notes": {names.place("setup.notes", place): text for place, text in setup.notes.items()},
            "people": {names.person("setup.people", name): at for name, at in setup.people.items()},
            "walks": {names.person("setup.walks", name): walk for name, walk in setup.walks.items()},
        }
    )


def _expect(expect: Expect, names: Names) -> Expect:
    changes: dict[str, object] = {}
    for key in ("cleaned", "visited"):
        rooms = getattr(expect, key)
        if rooms is not None:
            changes[key] = tuple(names.room(f"expect.{key}", room) for room in rooms)
    if expect.cleaned_at is not None:
        changes["cleaned_at"] = {names.room("expect.cleaned_at", r): at for r, at in expect.cleaned_at.items()}
    if expect.robot_in is not None:
        changes["robot_in"] = names.spot("expect.robot_in", expect.robot_in)
    for key in ("object_at", "object_not_at"):
        located = getattr(expect, key)
        if located is not None:
            changes[key] = _located(f"expect.{key}", located, names)
    return expect.model_copy(update={**changes, **_with_people(expect, names)})


def _with_people(expect: Expect, names: Names) -> dict[str, object]:
    """The keys about people and what is brought to them."""
    changes: dict[str, object] = {}
    for key in ("beside", "in_sight"):
        if getattr(expect, key) is not None:
            changes[key] = names.person(f"expect.{key}", getattr(expect, key))
    if expect.person_at is not None:
        key = "expect.person_at"
        changes["person_at"] = {names.person(key, who): names.spot(key, at) for who, at in expect.person_at.items()}
    if expect.said_to is not None:
        person = names.person("expect.said_to.person", expect.said_to.person)
        changes["said_to"] = expect.said_to.model_copy(update={"person": person})
    if expect.brought is not None:
        things = tuple(names.thing("expect.brought.one_of", thing) for thing in expect.brought.one_of)
        to = names.holder("expect.brought.to", expect.brought.to)
        changes["brought"] = expect.brought.model_copy(update={"one_of": things, "to": to})
    return changes


def _located(key: str, located: Mapping[str, str], names: Names) -> dict[str, str]:
    return {names.thing(key, thing): at and names.holder(key, at) for thing, at in located.items()}
