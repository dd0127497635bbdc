"""What an answer spoke of, as handles on its page: so that "bring that to me" after "what is on the table" means it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result
from robotos.kernel.ports import Page, PageKind, TaskRecord
from robotos.programs.floor import is_floor

MOST: Final = 3  # handles on one page

Name = tuple[Kind, str]

# Keys of a result's data by call, in the order in which they are spoken of.
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "recall": ("things", "place", "room"),
    "find": ("thing", "person", "place", "room"),
    "look": ("things", "people"),
    "count": ("things", "people"),
    "fetch": ("things",),
}
_KINDS: Final[Mapping[str, Kind]] = {
    "thing": Kind.THING, "things": Kind.THING, "person": Kind.PERSON, "people": Kind.PERSON,
    "place": Kind.PLACE, "room": Kind.ROOM,
}  # fmt: skip
_NOWHERE: Final = frozenset({"", "robot", "floor"})


def answer_page(call: Call, result: Result, bindings: Bindings) -> tuple[Page, Bindings]:
    """The page of what a call answered, with handles for what it spoke of, and the bindings grown by those.

    What the call itself names is not repeated, and no handle is taken from another meaning for it.
    """
    found: list[Handle] = []
    named = {bindings.values.get(v) for values in call.operands.values() for v in values if isinstance(v, Handle)}
    for kind, name in _spoken(call, result):
        grown, handle = bindings.bind(kind, name)
        if len(found) == MOST or name in named or handle in found or grown.rebound - bindings.rebound:
            continue
        bindings = grown
        found.append(handle)
    return Page(PageKind.RESULT, replace(result, data={}, reason="", mentions=tuple(found))), bindings


def _spoken(call: Call, result: Result) -> Iterator[Name]:
    if not result.ok:
        return
    if call.name == "history":
        records = result.data.get("records")
        for record in records if isinstance(records, list) else ():
            if isinstance(record, TaskRecord) and record.room:
                yield Kind.ROOM, record.room
        return
    people = {str(name) for name in _names(result, "people")}
    for key in _KEYS.get(call.name, ()):
        if key == "room" and any(_names(result, other) for other in ("things", "place")):
            continue  # the place says it already
        for name in _names(result, key):
            if name not in _NOWHERE and not is_floor(name):
                yield (Kind.PERSON if key == "place" and name in people else _KINDS[key]), name


def _names(result: Result, key: str) -> list[str]:
    value = result.data.get(key)
    values = value if isinstance(value, list | tuple) else [value]
    return [name for name in values if isinstance(name, str)]
