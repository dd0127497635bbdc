"""The hand-written phrases as typed entries, checked against the syscall table when they are read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from robotos.cpu.grammar import GrammarError, Symbol, handle_or_word, parse_symbols
from robotos.errno import Errno
from robotos.kernel.calls import Handle, Kind
from robotos.kernel.syscalls import TABLE

# libyaml where PyYAML has it, which reads the phrases in a quarter of a second; without it they take four.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PHRASES = Path(__file__).parent / "phrases"
SLOT = re.compile(r"\{(\w+)\}")
SLOT_KINDS: Mapping[str, Kind] = {
    "room": Kind.ROOM,
    "place": Kind.PLACE,
    "thing": Kind.THING,
    "person": Kind.PERSON,
    "me": Kind.PERSON,
    "here": Kind.ROOM,
    "held": Kind.THING,
    "category": Kind.CATEGORY,
    "number": Kind.NUMBER,
    "time": Kind.TIME,
    "clock": Kind.TIME,
    "duration": Kind.DURATION,
    "distance": Kind.DISTANCE,
    "angle": Kind.ANGLE,
    "text": Kind.TEXT,
    "unknown": Kind.UNKNOWN,
}


class CorpusError(ValueError):
    """A phrase file that cannot be used; the message names file, entry and cure."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a name in a line or a call; `room2` is a second one of kind ROOM."""

    name: str

    @property
    def kind(self) -> Kind:
        return SLOT_KINDS[self.name.rstrip("234")]


Pattern = tuple[str | Slot, ...]
"""A call in linear form whose handles are slots."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An exchange before the line: what was said ("" when any words for the call will do), the call and its answer."""

    user: str
    call: Pattern
    result: Errno
    mentions: tuple[Slot, ...] = ()  # what the answer spoke of


@dataclass(frozen=True, slots=True)
class Situation:
    """What an entry says about the state page; `given` is False when it says nothing."""

    given: bool = False
    doing: Pattern = ()
    paused: bool = False
    holding: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning and the lines that have it."""

    intent: str
    calls: tuple[Pattern, ...]
    lines: tuple[str, ...]
    context: tuple[Earlier, ...] = ()
    state: Situation = Situation()


def load(directory: Path = PHRASES, without: Collection[str] = ()) -> tuple[Entry, ...]:
    """All entries of a folder of phrase files, but for files `without`, named by stem; raises `CorpusError`."""
    entries: list[Entry] = []
    for path in sorted(path for path in directory.glob("*.yaml") if path.stem not in without):
        for raw in yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER):
            try:
                entries.append(_entry(raw))
            except (KeyError, TypeError, ValueError) as error:
                raise CorpusError(f"{path.name}: entry {raw.get('intent', raw)!s:.60}: {error}") from error
    if not entries:
        raise CorpusError(f"no phrases in {directory}")
    return tuple(entries)


def fillers(directory: Path = PHRASES) -> Mapping[str, Sequence[str]]:
    """Words for the slots that no home supplies."""
    words: Mapping[str, Sequence[str]] = yaml.load(
        (directory / "words" / "slots.yaml").read_text("utf-8"), Loader=_LOADER
    )
    return words


def fingerprint(directory: Path = PHRASES) -> str:
    """Stands for the phrases and the fillers as they are, in names of what is made of them."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def pattern(text: str) -> Pattern:
    """`clean {room} force` with slots; raises `GrammarError` unless it is a call of the table."""
    parts: list[str | Slot] = []
    for word in text.split():
        match = SLOT.fullmatch(word)
        parts.append(Slot(match.group(1)) if match else word)
    dummies: dict[str, Symbol] = {}
    symbols: list[Symbol] = []
    for part in parts:
        if isinstance(part, Slot):
            index = 1 + sum(slot.startswith(part.kind.value) for slot in dummies)
            symbols.append(dummies.setdefault(part.kind.value + part.name, Handle(part.kind, index)))
        else:
            symbols.append(handle_or_word(part))
    parse_symbols(symbols, TABLE)
    return tuple(parts)


def held_out(line: str, seed: int, share: float = 0.1) -> bool:
    """Whether a line is kept away from training; the same for every entry that has it."""
    digest = hashlib.sha256(f"{seed}:{line}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32


def _entry(raw: Mapping[str, object]) -> Entry:
    lines = tuple(dict.fromkeys(line.strip() for line in str(raw["lines"]).splitlines() if line.strip()))
    calls = raw["calls"]
    if not isinstance(calls, list) or not calls or not lines:
        raise ValueError("needs `calls` (a list) and `lines`")
    for line in lines:
        for name in SLOT.findall(line):
            if name.rstrip("234") not in SLOT_KINDS:
                raise ValueError(f"unknown slot {{{name}}}")
    context = raw.get("context") or []
    if not isinstance(context, list):
        raise ValueError("`context` is a list")
    try:
        return Entry(
            str(raw["intent"]),
            tuple(pattern(str(call)) for call in calls),
            lines,
            tuple(map(_earlier, context)),
            _situation(raw.get("state")),
        )
    except GrammarError as error:
        raise ValueError(f"not a call: {error}") from error


def _earlier(raw: Mapping[str, object]) -> Earlier:
    mentioned = raw.get("mentions") or ()
    if not isinstance(mentioned, list | tuple):
        raise ValueError("`mentions` is a list of slots")
    slots = tuple(Slot(str(name)) for name in mentioned)
    if any(slot.name.rstrip("234") not in SLOT_KINDS for slot in slots):
        raise ValueError("`mentions` names an unknown slot")
    return Earlier(str(raw.get("user", "")), pattern(str(raw["call"])), Errno(str(raw["result"])), slots)


def _situation(raw: object) -> Situation:
    if raw is None:
        return Situation()
    if not isinstance(raw, dict):
        raise ValueError("`state` is a mapping")
    doing = pattern(str(raw["doing"])) if raw.get("doing") else ()
    return Situation(True, doing, bool(raw.get("paused")), bool(raw.get("holding")))
