"""Homes to take names from: those written down for training, and any map folder with a layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from robotos.kernel.calls import Kind
from robotos.language.linker import Lexicon

HOMES = Path(__file__).parent / "homes.yaml"
_KINDS = {"rooms": Kind.ROOM, "places": Kind.PLACE, "things": Kind.THING, "people": Kind.PERSON}
_ARTICLES = ("the ", "my ", "our ", "a ")
_NO_NAMES = ("where ", "the room ", "your ", "something ", "piece ")  # descriptions, which fit no "the {room}"
_VAGUE = frozenset({"room", "bed", "door", "one"})  # what is left of "my room" names nothing
_BARE_PEOPLE = frozenset({"guest", "cat", "dog", "baby", "farmhand", "parrot"})  # said with an article


@dataclass(frozen=True, slots=True)
class Names:
    """A home for training: its lexicon, and per kind each canonical name with the ways it is said."""

    name: str
    lexicon: Lexicon
    spoken: Mapping[Kind, Sequence[tuple[str, tuple[str, ...]]]]
    held_out: bool = False


def written() -> list[Names]:
    """The homes of `homes.yaml`."""
    homes = yaml.safe_load(HOMES.read_text(encoding="utf-8"))
    return [_names(name, raw) for name, raw in homes.items()]


def of_map(directory: Path) -> Names:
    """The names of a map folder (`layout.yaml`)."""
    raw = yaml.safe_load((directory / "layout.yaml").read_text(encoding="utf-8"))
    return _names(directory.name, raw)


def _names(name: str, raw: Mapping[str, Mapping[str, object]]) -> Names:
    aliases: dict[str, dict[str, Sequence[str]]] = {}
    spoken: dict[Kind, list[tuple[str, tuple[str, ...]]]] = {}
    for group, kind in _KINDS.items():
        aliases[group] = {key: _aliases(value) for key, value in raw[group].items()}
        spoken[kind] = [
            (key, _ways(kind, key, said))
            for key, said in aliases[group].items()
            if (kind, key) != (Kind.PERSON, "owner")
        ]
    room_of = {
        key: str(value["room"]) for key, value in raw["places"].items() if isinstance(value, dict) and "room" in value
    }
    lexicon = Lexicon(
        aliases["rooms"],
        aliases["places"],
        aliases["things"],
        aliases["people"],
        next(iter(aliases["rooms"])),
        room_of,
    )
    return Names(name, lexicon, spoken, bool(raw.get("held_out", False)))


def _aliases(value: object) -> Sequence[str]:
    if isinstance(value, dict):
        value = value.get("aliases", ())
    return [str(alias) for alias in value] if isinstance(value, Sequence) else ()


def _ways(kind: Kind, name: str, aliases: Sequence[str]) -> tuple[str, ...]:
    ways = [name]
    for alias in aliases:
        if alias.startswith(_NO_NAMES):
            continue
        article = next((a for a in _ARTICLES if alias.startswith(a)), "")
        if alias.removeprefix(article) not in _VAGUE:
            ways.append(alias.removeprefix(article))
    if kind is Kind.PERSON and name in _BARE_PEOPLE:
        ways = [f"the {way}" for way in ways]
    return tuple(dict.fromkeys(ways))
