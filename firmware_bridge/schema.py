"""The wire's messages as `schema.toml` defines them."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SCHEMA = Path(__file__).resolve().parent / "schema.toml"

SIZES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4}
SENDERS = ("host", "controller")


class SchemaError(ValueError):
    """The schema cannot be generated from; the text names the entry at fault."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value on the wire: `count` scalars of `scalar` ("u16"), 1 for a plain field."""

    name: str
    scalar: str
    count: int
    low: int | None
    high: int | None
    doc: str

    @property
    def size(self) -> int:
        return SIZES[self.scalar] * self.count


@dataclass(frozen=True, slots=True)
class Message:
    """One message type; `sender` is "host" or "controller"."""

    name: str
    id: int
    sender: str
    doc: str
    fields: tuple[Field, ...]

    @property
    def size(self) -> int:
        return sum(field.size for field in self.fields)


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole file; constants carry (value, doc)."""

    constants: Mapping[str, tuple[int, str]]
    enums: Mapping[str, Mapping[str, int]]
    messages: tuple[Message, ...]
    hash: int


def load(text: str) -> Schema:
    """Parse schema text. Raises `SchemaError` for doubled ids and names, unknown types or unknown senders."""
    raw = tomllib.loads(text)
    messages = tuple(_message(entry) for entry in raw["message"])
    for what, values in (("name", [m.name for m in messages]), ("id", [m.id for m in messages])):
        if len(set(values)) != len(values):
            raise SchemaError(f"two messages have the same {what}: {values}")
    constants = {name: (int(entry["value"]), str(entry["doc"])) for name, entry in raw["constants"].items()}
    enums = {name: dict(raw[name]) for name in ("status", "reason", "flag")}
    return Schema(constants, enums, messages, _hash(constants, enums, messages))


def _message(entry: Mapping[str, object]) -> Message:
    name, fields = str(entry["name"]), entry["fields"]
    if entry["from"] not in SENDERS:
        raise SchemaError(f"message {name}: from must be one of {SENDERS}, not {entry['from']!r}")
    if not isinstance(fields, list) or not isinstance(entry["id"], int):
        raise SchemaError(f"message {name}: needs an integer id and a list of fields")
    return Message(
        name, entry["id"], str(entry["from"]), str(entry["doc"]), tuple(_field(name, field) for field in fields)
    )


def _field(message: str, entry: Mapping[str, object]) -> Field:
    match = re.fullmatch(r"([ui](?:8|16|32))(?:\[(\d+)\])?", str(entry["type"]))
    if match is None:
        raise SchemaError(f"message {message}: field {entry.get('name')} has unknown type {entry['type']!r}")
    low, high = entry.get("min"), entry.get("max")
    return Field(
        str(entry["name"]),
        match[1],
        int(match[2] or 1),
        low if isinstance(low, int) else None,
        high if isinstance(high, int) else None,
        str(entry["doc"]),
    )


def _hash(
    constants: Mapping[str, tuple[int, str]],
    enums: Mapping[str, Mapping[str, int]],
    messages: Sequence[Message],
) -> int:
    """First four bytes of the SHA-256 of everything that changes the wire's meaning; wording does not."""
    meaning = {
        "constants": {name: value for name, (value, _) in constants.items()},
        "enums": enums,
        "messages": [
            [m.name, m.id, m.sender, [[f.name, f.scalar, f.count, f.low, f.high] for f in m.fields]] for m in messages
        ],
    }
    text = json.dumps(meaning, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
