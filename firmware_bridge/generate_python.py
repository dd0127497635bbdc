"""The Python module of a schema."""

from __future__ import annotations

from firmware_bridge.schema import SENDERS, Message, Schema

_FORMATS = {"u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i"}


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
    for sender in SENDERS:
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
    pack = f"        return self.FORMAT.pack({values})"
    wrapped = ["        return self.FORMAT.pack(", *(f"            {v}," for v in values.split(", ")), "        )"]
    body = [pack] if len(pack) <= 120 else wrapped
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
