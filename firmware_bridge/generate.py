"""Writes `firmware/core/messages.h` and `messages.py` from `schema.toml`."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "schema.toml"
HEADER = HERE / "firmware" / "core" / "messages.h"
MODULE = HERE / "messages.py"

_SIZES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4}
_FORMATS = {"u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i"}
_SENDERS = ("host", "controller")


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
        return _SIZES[self.scalar] * self.count


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
    if entry["from"] not in _SENDERS:
        raise SchemaError(f"message {name}: from must be one of {_SENDERS}, not {entry['from']!r}")
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


# ---------------------------------------------------------------- C


def render_header(schema: Schema) -> str:
    """The C header: constants, enums, and per message a struct, its size, pack, unpack and range check."""
    lines = [
        "/* The wire's messages. Generated from schema.toml by firmware_bridge/generate.py: do not edit. */",
        "#ifndef MESSAGES_H",
        "#define MESSAGES_H",
        "",
        "#include <stdbool.h>",
        "#include <stdint.h>",
        "",
        f"#define SCHEMA_HASH 0x{schema.hash:08X}UL",
        "",
    ]
    lines += [f"#define {name} {value} /* {doc} */" for name, (value, doc) in schema.constants.items()]
    lines += [f"#define BAM_PER_TICK {_bam_per_tick(schema)}L /* 2^32 per turn, for one tick of wheel difference */"]
    for enum, members in schema.enums.items():
        body = [f"    {enum.upper()}_{name} = {value}," for name, value in members.items()]
        lines += ["", f"enum {enum} {{", *body, "};"]
    ids = [f"    MSG_{_snake(m.name).upper()} = 0x{m.id:02X}," for m in schema.messages]
    lines += ["", "enum message_id {", *ids, "};", ""]
    lines += [_C_HELPERS]
    for message in schema.messages:
        lines += _c_message(message)
    biggest = {s: max(m.size for m in schema.messages if m.sender == s) for s in _SENDERS}
    lines += [f"#define MAX_HOST_PAYLOAD {biggest['host']}", f"#define MAX_CONTROLLER_PAYLOAD {biggest['controller']}"]
    return "\n".join([*lines, "", "#endif", ""])


_C_HELPERS = """static inline uint16_t wire_get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | (uint16_t)at[1] << 8);
}

static inline uint32_t wire_get_u32(const uint8_t *at)
{
    return (uint32_t)wire_get_u16(at) | (uint32_t)wire_get_u16(at + 2) << 16;
}

static inline void wire_put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void wire_put_u32(uint8_t *at, uint32_t value)
{
    wire_put_u16(at, (uint16_t)value);
    wire_put_u16(at + 2, (uint16_t)(value >> 16));
}
"""


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _bam_per_tick(schema: Schema) -> int:
    """Heading change per tick of difference between the wheels, in 2^-32 turns."""
    base_um = schema.constants["WHEEL_BASE_MM"][0] * 1000
    return round(2**32 * schema.constants["UM_PER_TICK"][0] / (2 * math.pi * base_um))


def _c_message(message: Message) -> list[str]:
    snake = _snake(message.name)
    lines = [f"#define {snake.upper()}_SIZE {message.size}", ""]
    if not message.fields:
        return lines
    lines += [f"/* {message.doc} */", f"struct {snake} {{"]
    for field in message.fields:
        dimension = f"[{field.count}]" if field.count > 1 else ""
        kind = f"{'u' if field.scalar[0] == 'u' else ''}int{field.scalar[1:]}_t"
        lines.append(f"    {kind} {field.name}{dimension}; /* {field.doc} */")
    lines += ["};", ""]
    return lines + (_c_unpack(message, snake) if message.sender == "host" else _c_pack(message, snake))


def _c_unpack(message: Message, snake: str) -> list[str]:
    """Unpacking, with the range check that belongs to it: false when a field is outside its range."""
    lines = [f"static inline bool {snake}_unpack(const uint8_t *at, struct {snake} *out)", "{"]
    checks, offset = [], 0
    for field in message.fields:
        bits = field.scalar[1:]
        value = f"at[{offset}]" if bits == "8" else f"wire_get_u{bits}(at + {offset})"
        lines.append(f"    out->{field.name} = {'(int' + bits + '_t)' if field.scalar[0] == 'i' else ''}{value};")
        offset += field.size
        unsigned_zero = field.scalar[0] == "u" and field.low == 0
        checks += [f"out->{field.name} >= {field.low}"] if field.low is not None and not unsigned_zero else []
        checks += [f"out->{field.name} <= {field.high}"] if field.high is not None else []
    return [*lines, f"    return {' && '.join(checks) or 'true'};", "}", ""]


def _c_pack(message: Message, snake: str) -> list[str]:
    lines = [f"static inline void {snake}_pack(const struct {snake} *in, uint8_t *at)", "{"]
    offset = 0
    for field in message.fields:
        bits = field.scalar[1:]
        if field.count > 1:
            lines += [
                f"    for (uint8_t i = 0; i < {field.count}; i++)",
                f"        wire_put_u{bits}(at + {offset} + {_SIZES[field.scalar]} * i, in->{field.name}[i]);",
            ]
        elif bits == "8":
            lines.append(f"    at[{offset}] = (uint8_t)in->{field.name};")
        else:
            lines.append(f"    wire_put_u{bits}(at + {offset}, (uint{bits}_t)in->{field.name});")
        offset += field.size
    return [*lines, "}", ""]


# ---------------------------------------------------------------- Python


def render_module(schema: Schema) -> str:
    """The Python module: constants, enums and one frozen dataclass per message."""
    lines = [
        '"""The wire\'s messages. Generated from schema.toml by `python -m firmware_bridge.generate`: do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        "from dataclasses import dataclass",
        "from enum import IntEnum, IntFlag",
        "from struct import Struct",
        "from typing import ClassVar",
        "",
        f"SCHEMA_HASH = 0x{schema.hash:08X}",
        "",
    ]
    lines += [f"{name} = {value}  # {doc}" for name, (value, doc) in schema.constants.items()]
    for enum, base, doc in (
        ("status", "IntEnum", "What an Ack answers: 0, or why nothing was done."),
        ("reason", "IntEnum", "Why the controller latched."),
        ("flag", "IntFlag", "Bits of `State.flags`."),
    ):
        body = [f"    {name} = {value}" for name, value in schema.enums[enum].items()]
        lines += ["", "", f"class {enum.capitalize()}({base}):", f'    """{doc}"""', "", *body]
    for message in schema.messages:
        lines += ["", "", *_py_message(message)]
    lines += [""]
    for sender in _SENDERS:
        names = [m.name for m in schema.messages if m.sender == sender]
        lines += ["", f"{sender.capitalize()}Message = {' | '.join(names)}"]
    lines += ["", "HOST_TYPES: dict[int, type[HostMessage]] = {", *_py_types(schema, "host"), "}"]
    lines += ["CONTROLLER_TYPES: dict[int, type[ControllerMessage]] = {", *_py_types(schema, "controller"), "}"]
    return "\n".join([*lines, ""])


def _py_types(schema: Schema, sender: str) -> list[str]:
    return [f"    {m.name}.TYPE: {m.name}," for m in schema.messages if m.sender == sender]


def _py_message(message: Message) -> list[str]:
    code = "".join(f"{f.count if f.count > 1 else ''}{_FORMATS[f.scalar]}" for f in message.fields)
    lines = [
        "@dataclass(frozen=True, slots=True)",
        f"class {message.name}:",
        f'    """{message.doc}"""',
        "",
        f"    TYPE: ClassVar[int] = 0x{message.id:02X}",
        f'    FORMAT: ClassVar[Struct] = Struct("<{code}")',
        "",
    ]
    for field in message.fields:
        bounds = f" ({field.low} to {field.high})" if field.low is not None else ""
        kind = "tuple[int, ...]" if field.count > 1 else "int"
        lines.append(f"    {field.name}: {kind}  # {field.doc}{bounds}")
    lines += [""] if message.fields else []
    values = ", ".join(f"{'*' if f.count > 1 else ''}self.{f.name}" for f in message.fields)
    pack = textwrap.wrap(f"return self.FORMAT.pack({values})", 100, subsequent_indent="    ", break_long_words=False)
    body = [f"        {line}" for line in pack]
    return [*lines, "    def pack(self) -> bytes:", *body, "", *_py_unpack(message)]


def _py_unpack(message: Message) -> list[str]:
    head = ["    @classmethod", f"    def unpack(cls, payload: bytes) -> {message.name}:"]
    if all(field.count == 1 for field in message.fields):
        return [*head, "        return cls(*cls.FORMAT.unpack(payload))"]
    arguments, index = [], 0
    for field in message.fields:
        arguments.append(f"values[{index}:{index + field.count}]" if field.count > 1 else f"values[{index}]")
        index += field.count
    return [*head, "        values = cls.FORMAT.unpack(payload)", f"        return cls({', '.join(arguments)})"]


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files, or with `--check` return 1 if one of them is out of step."""
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a generated file is out of step")
    arguments = parser.parse_args(argv)
    schema = load(SCHEMA.read_text(encoding="utf-8"))
    stale = []
    for path, text in ((HEADER, render_header(schema)), (MODULE, render_module(schema))):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    for path in stale if arguments.check else ():
        print(f"{path} is out of step with schema.toml: run python -m firmware_bridge.generate", file=sys.stderr)
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
