"""What the emulator needs of a linked AVR program: the flash image, and where its functions and variables are.

Format: Tool Interface Standard, Executable and Linking Format, version 1.2. Data addresses have 0x800000 added by the
linker; initial values of variables lie in flash, at the physical address of their segment.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

DATA = 0x800000  # where the linker puts data space
EEPROM = 0x810000
_AVR = 83  # e_machine
_LOAD = 1  # p_type
_SYMBOLS = 2  # sh_type


class ElfError(ValueError):
    """Not a linked AVR program; the text says why."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function (flash address in bytes) or a variable (address in data space, `in_ram`); `size` in bytes."""

    address: int
    size: int
    in_ram: bool


@dataclass(frozen=True, slots=True)
class Program:
    """`flash` from address 0 on; `data_end` is the first byte of SRAM that no variable takes."""

    flash: bytes
    symbols: Mapping[str, Symbol]
    data_end: int


def load(path: Path) -> Program:
    """Read a linked program. Raises `ElfError` and `OSError`."""
    raw = path.read_bytes()
    try:
        return _program(raw)
    except struct.error as error:
        raise ElfError(f"{path} is cut short: build the firmware again") from error
    except ElfError as error:
        raise ElfError(f"{path}: {error}") from error


def _program(raw: bytes) -> Program:
    if raw[:6] != b"\x7fELF\x01\x01":
        raise ElfError("not a 32-bit little-endian ELF file")
    machine, _, _, segments_at, sections_at = struct.unpack_from("<HIIII", raw, 18)
    if machine != _AVR:
        raise ElfError("not for an AVR")
    size, count, section_size, section_count = struct.unpack_from("<HHHH", raw, 42)
    flash = bytearray()
    for i in range(count):
        kind, offset, _, physical, length = struct.unpack_from("<IIIII", raw, segments_at + i * size)
        if kind == _LOAD and physical < DATA:
            flash.extend(b"\xff" * (physical + length - len(flash)))
            flash[physical : physical + length] = raw[offset : offset + length]
    sections = [struct.unpack_from("<10I", raw, sections_at + i * section_size) for i in range(section_count)]
    symbols = dict(_symbols(raw, sections))
    end = symbols.get("__heap_start") or symbols.get("_end")
    if end is None:
        raise ElfError("it has no symbol __heap_start: link it with avr-libc and do not strip it")
    return Program(bytes(flash), MappingProxyType(symbols), end.address)


def _symbols(raw: bytes, sections: list[tuple[int, ...]]) -> Iterator[tuple[str, Symbol]]:
    for _, kind, _, _, offset, length, link, _, _, entry in sections:
        if kind != _SYMBOLS:
            continue
        names = sections[link][4]
        for at in range(offset, offset + length, entry):
            name_at, value, size, _, _, section = struct.unpack_from("<IIIBBH", raw, at)
            name = raw[names + name_at : raw.index(0, names + name_at)].decode("ascii", "replace")
            if name and section and value < EEPROM:
                yield name, Symbol(value - DATA if value >= DATA else value, size, value >= DATA)
