"""Text files written by people and other programs: read within bounds, and every value still knows its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from json.decoder import WHITESPACE, JSONDecoder, scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

YAML_LIMIT = 4 << 20  # bytes; the layout of a large home is a hundredth of it
JSON_LIMIT = 16 << 20  # bytes; recorded maps with their paths are a few hundred kilobytes
DEEPEST = 40  # levels of nesting; a layout needs five

Key = str | int
Raises = type[Exception]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is there: ten times as fast


@dataclass(frozen=True, eq=False)
class Source:
    """The mapping in a file. `line` finds where a value stands."""

    path: Path
    data: dict[str, Any]
    line: Callable[[Sequence[Key]], int]

    def where(self, keys: Sequence[Key]) -> str:
        """`FILE: line N: a.b.c`, as messages begin."""
        name = ".".join(str(key) for key in keys)
        return f"{self.path}: line {self.line(keys)}" + (f": {name}" if name else "")

    def problem(self, error: ValidationError) -> str:
        """The first key that failed validation, where it stands, and what is expected of it."""
        first = error.errors()[0]
        known = self._known(first["loc"])
        if first["type"] == "missing" and first["loc"]:
            return f"{self.where(known)}: the key {first['loc'][-1]!r} is missing"
        said = str(first["msg"]).removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            said = "there is no such key"
        return f"{self.where(known)}: {said}"

    def _known(self, keys: Sequence[Key]) -> list[Key]:
        """As much of a validation error's location as is in the file: pydantic adds names of types to it."""
        value: Any = self.data
        found: list[Key] = []
        for key in keys:
            if not ((isinstance(value, dict) and key in value) or _holds(value, key)):
                break
            value = value[key]
            found.append(key)
        return found


def read_yaml(path: Path, error: Raises) -> Source:
    """The mapping in a YAML file; `error` names the file and the line otherwise.

    Anchors and aliases are refused: a few of them can stand for more than any memory holds.
    """
    text = _text(path, error, YAML_LIMIT)
    try:
        _bounded(text, path, error)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            data = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        last = text.rstrip().count("\n")  # an end that comes too soon is reported behind the last line
        line = f" line {min(mark.line, last) + 1}:" if mark is not None else ""
        problem = getattr(broken, "problem", None) or " ".join(str(broken).split())
        raise error(f"{path}:{line} not valid YAML ({problem}); correct that line") from broken
    except (ValueError, OverflowError, RecursionError, AttributeError, TypeError, KeyError) as broken:
        # What PyYAML lets through for dates that there aren't, endless numbers, and the like.
        raise error(f"{path}: a value cannot be read ({_short(broken)}); write it as plain text or number") from broken
    if not isinstance(data, dict):
        raise error(
            f"{path}: line 1: holds {type(data).__name__} where keys and values are expected; see maps/apartment"
        )
    _no_duplicates(node, path, error)
    return Source(path, data, lambda keys: _yaml_line(node, keys))


def read_json(path: Path, error: Raises) -> Source:
    """The object in a JSON file; `error` names the file and the line otherwise."""
    text = _text(path, error, JSON_LIMIT)
    try:
        data = json.loads(text, parse_constant=_not_json)
    except json.JSONDecodeError as broken:
        raise error(
            f"{path}: line {broken.lineno}: not valid JSON ({broken.msg}, column {broken.colno}); export it again"
        ) from broken
    except (ValueError, RecursionError) as broken:
        raise error(f"{path}: not valid JSON ({_short(broken)}); export it again") from broken
    if not isinstance(data, dict):
        raise error(f"{path}: line 1: holds {type(data).__name__} where an object is expected; export it again")
    return Source(path, data, _JsonLines(text).line)


def _text(path: Path, error: Raises, limit: int) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except FileNotFoundError as missing:
        raise error(f"{path}: no such file; name a directory or file that holds a map") from missing
    except (OSError, ValueError) as unreadable:
        raise error(f"{path}: cannot be read ({unreadable}); check its name and permissions") from unreadable
    if len(raw) > limit:
        raise error(f"{path}: larger than {limit >> 20} MiB; that is no file of this kind, name another")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as binary:
        line = raw.count(b"\n", 0, binary.start) + 1
        raise error(f"{path}: line {line}: cannot be read as UTF-8 text; save it as such, or name another") from binary


def _bounded(text: str, path: Path, error: Raises) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise error(f"{path}: line {line}: an alias (*{event.anchor}); write out what it stands for")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise error(f"{path}: line {line}: nested {DEEPEST} deep; correct that line")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _no_duplicates(node: yaml.Node, path: Path, error: Raises) -> None:
    """YAML readers keep the last of two equal keys and say nothing: half a kitchen would be gone."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = str(key.value)
            if name in seen:
                raise error(f"{path}: line {line}: {name}: is already in line {seen[name]}; rename or delete one")
            seen[name] = line
            _no_duplicates(value, path, error)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _no_duplicates(value, path, error)


def _yaml_line(node: yaml.Node, keys: Sequence[Key]) -> int:
    line: int = node.start_mark.line + 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if str(k.value) == str(key)]
            if not found:
                break
            name, node = found[0]
            line = name.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            break
    return line


class _JsonLines:
    """Finds the line of a value; the text is only looked through when somebody asks."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _decoder(self) -> JSONDecoder:
        return JSONDecoder()

    def line(self, keys: Sequence[Key]) -> int:
        at = self._skip(0)
        for key in keys:
            found = self._member(at, key) if self._text[at] == "{" else self._element(at, key)
            if found is None:
                break
            at = found
        return self._text.count("\n", 0, at) + 1

    def _member(self, at: int, wanted: Key) -> int | None:
        at = self._skip(at + 1)
        found = None
        while self._text[at] != "}":
            name, at = scanstring(self._text, at + 1, True)
            at = self._skip(self._skip(at) + 1)  # over the colon
            if name == wanted:
                found = at  # of two equal keys the last counts
            at = self._after(at)
        return found

    def _element(self, at: int, wanted: Key) -> int | None:
        if self._text[at] != "[" or not isinstance(wanted, int):
            return None
        at = self._skip(at + 1)
        index = 0
        while self._text[at] != "]":
            if index == wanted:
                return at
            at = self._after(at)
            index += 1
        return None

    def _after(self, at: int) -> int:
        """Where the next value or the closing bracket stands."""
        _, at = self._decoder.raw_decode(self._text, at)
        at = self._skip(at)
        return self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        return int(WHITESPACE.match(self._text, at).end())


def _holds(value: Any, key: Key) -> bool:
    return isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value)


def _not_json(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
