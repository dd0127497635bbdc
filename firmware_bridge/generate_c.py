"""The C header of a schema."""

from __future__ import annotations

import math
import re

from firmware_bridge.schema import SENDERS, SIZES, Message, Schema


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
    biggest = {s: max(m.size for m in schema.messages if m.sender == s) for s in SENDERS}
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
                f"        wire_put_u{bits}(at + {offset} + {SIZES[field.scalar]} * i, in->{field.name}[i]);",
            ]
        elif bits == "8":
            lines.append(f"    at[{offset}] = (uint8_t)in->{field.name};")
        else:
            lines.append(f"    wire_put_u{bits}(at + {offset}, (uint{bits}_t)in->{field.name});")
        offset += field.size
    return [*lines, "}", ""]
