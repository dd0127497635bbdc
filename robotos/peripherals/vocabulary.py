"""What people in this home may say: the phrases with their slots filled by the home's own names, one sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from robotos.language.numbers import spell
from robotos.language.speech_text import spoken

VERSION: Final = 2  # raise it when the same lines and names shall give other sentences
WAKE: Final = "robot"
SLOT: Final = re.compile(r"\{(\w+)\}")
_STOPS: Final = ("stop", "halt", "freeze", "hold it", "stand still", "don't move", "stop right now", "stop stop")
# The commands that matter most are said with every name of the home; so is the robot's name before them.
_WITH_EVERY: Final = (
    ("room", "clean the {room}"), ("room", "go to the {room}"), ("place", "go to the {place}"),
    ("thing", "bring me the {thing}"), ("thing", "where is the {thing}"), ("thing", "find the {thing}"),
    ("thing", "pick up the {thing}"), ("person", "follow {person}"), ("person", "go to {person}"),
    ("person", "find {person}"),
)  # fmt: skip
_CLOCK: Final = ("o'clock", "thirty", "fifteen", "forty five", "in the morning", "in the evening", "pm", "am")
_ALIAS_EVERY: Final = 3  # each so many fillings use another name than the usual one
_FILLINGS: Final = 2  # of each line with slots
_DOUBLE_ARTICLE: Final = re.compile(r"\b(the|my|our|a|your) (?:the|my|our|a|your)\b")

_DESCRIBED: Final = re.compile(r"\bthe (where|what|something)\b")  # "the where we cook" is said without "the"


class Named(Protocol):
    """A room, place, thing or person: its usual name and other ways to say it."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


class Names(Protocol):
    """What a home has names for; `robotos.navigation.home.Home` is one."""

    @property
    def rooms(self) -> Mapping[str, Named]: ...
    @property
    def places(self) -> Mapping[str, Named]: ...
    @property
    def things(self) -> Mapping[str, Named]: ...
    @property
    def people(self) -> Mapping[str, Named]: ...


def sentences(home: Names, phrase_lines: Iterable[str], fillers: Mapping[str, Sequence[str]]) -> list[str]:
    """Sentences in lower case without punctuation, for a language model; deterministic, repeats carry weight.

    `phrase_lines` have slots such as `{room}`; `fillers` are words for the slots that no home supplies (`number`,
    `time`, ...). A line whose slot nobody can fill is left out.
    """
    usual, others = _names(home)
    found: list[str] = []
    for number, line in enumerate(phrase_lines):
        slots = SLOT.findall(line)
        for turn in range(_FILLINGS if slots else 1):
            filled = _fill(line, slots, number * _FILLINGS + turn, usual, others, fillers)
            if filled is None:
                break
            found.append(filled)
            if (number + turn) % 2 == 0:
                found.append(f"{WAKE} {filled}")
    for kind, line in _WITH_EVERY:
        for name in (*usual.get(kind, ()), *others.get(kind, ())):
            found += _addressed(line.replace(f"{{{kind}}}", name))
    for line in _STOPS * 20:  # the one word that must never be mistaken
        found += _addressed(line)
    found += [f"at {spell(hour)} {part}" for hour in range(1, 13) for part in _CLOCK]
    return [plain(sentence) for sentence in found]


def plain(text: str) -> str:
    """`text` as a recogniser writes it: lower case words and apostrophes, digits spelt out, nothing else."""
    text = spoken(text) if re.search(r"\d", text) else text
    words = re.findall(r"[a-z]+(?:'[a-z]+)*'?", text.lower().replace("\u2019", "'"))
    joined = _DOUBLE_ARTICLE.sub(r"\1", " ".join(words))
    return _DESCRIBED.sub(r"\1", joined)


def _addressed(line: str) -> Iterator[str]:
    yield line
    yield f"{WAKE} {line}"


def _names(home: Names) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The usual names of each kind, and all the others."""
    kinds: dict[str, Iterable[tuple[str, tuple[str, ...]]]] = {
        "room": ((room.name, room.aliases) for room in home.rooms.values()),
        "place": ((place.name, place.aliases) for place in home.places.values()),
        "thing": ((thing.name, thing.aliases) for thing in home.things.values()),
        "person": ((p.name, p.aliases) for p in home.people.values() if p.name != "owner"),
    }
    usual, others = {}, {}
    for kind, named in kinds.items():
        pairs = tuple(named)
        usual[kind] = tuple(_said(kind, name) for name, _ in pairs)
        others[kind] = tuple(alias for _, aliases in pairs for alias in aliases)
    return usual, others


def _said(kind: str, name: str) -> str:
    """Roles and animals are not spoken of by name: the guest, the dog."""
    return f"the {name}" if kind == "person" and name in {"guest", "cat", "dog", "visitor"} else name


def _fill(
    line: str, slots: Sequence[str], turn: int, usual: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]],
    fillers: Mapping[str, Sequence[str]],
) -> str | None:  # fmt: skip
    said: dict[str, str] = {}
    for offset, slot in enumerate(slots):
        kind = slot.rstrip("234")
        if kind == "me":
            said[slot] = "me"
            continue
        if kind == "duration" and "every {duration}" in line:
            kind = "period"
        if kind in usual:
            choices = others[kind] if turn % _ALIAS_EVERY == 2 and others[kind] else usual[kind]
        else:
            choices = fillers.get(kind, ())
        if not choices:
            return None
        said[slot] = choices[(turn + 7 * offset) % len(choices)]
    return SLOT.sub(lambda match: said[match.group(1)], line)
