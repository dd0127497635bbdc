"""Boards as `firmware/boards/NAME/board.toml` describes them: part, toolchain, budgets, USB ids and pins."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

FIRMWARE = Path(__file__).resolve().parent / "firmware"
FOLDER = FIRMWARE / "boards"

# What a pin is for. Outputs are driven low from the first instruction on; contacts, status and encoders have pull-ups.
ROLES = frozenset({"serial", "encoder", "output", "servo", "contact", "status", "analog"})


class BoardError(ValueError):
    """There is no such board, or its board.toml is wrong; the text names the entry at fault."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One pin: `header` as printed on the board ("D5"), `port` and `bit` of the part ("E", 3).

    `function` is what of the part serves it ("OC3A"), or "".
    """

    name: str
    header: str
    port: str
    bit: int
    role: str
    function: str
    doc: str

    @property
    def is_output(self) -> bool:
        return self.role in {"output", "servo"}

    @property
    def has_pull_up(self) -> bool:
        return self.role in {"contact", "status", "encoder"}


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How the firmware is compiled: `prefix` of the commands ("avr-"), Debian `packages` that bring them.

    `sources` are folders below firmware/, of which every .c and .S is compiled; all of them are searched for headers.
    """

    prefix: str
    packages: str
    flags: tuple[str, ...]
    link_flags: tuple[str, ...]
    sources: tuple[str, ...]
    defines: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Budget:
    """What the firmware may use: bytes, and microseconds of the 10 000 of a control period."""

    flash: int
    ram: int
    stack: int
    period_us: int


@dataclass(frozen=True, slots=True)
class Avrdude:
    """How avrdude is told to write the board through its bootloader."""

    part: str
    programmer: str
    baud: int


@dataclass(frozen=True, slots=True)
class Battery:
    """How the battery is measured: two resistors (ohm) and the converter's reference (mV)."""

    upper_ohm: int
    lower_ohm: int
    reference_mv: int

    @property
    def full_scale_mv(self) -> int:
        """Battery voltage at which the converter reads its highest number."""
        return self.reference_mv * (self.upper_ohm + self.lower_ohm) // self.lower_ohm


@dataclass(frozen=True, slots=True)
class Board:
    """One board. `flash` and `ram` are the part's, in bytes; `usb_ids` are ("2341", "0042") in lower case.

    `avrdude` is None where another tool writes the board; `emulator` names what runs it here ("simavr", "qemu", "").
    `notes` are what its wiring page adds, a sentence or more each.
    """

    name: str
    title: str
    summary: str
    mcu: str
    f_cpu: int
    toolchain: Toolchain
    flash: int
    ram: int
    budget: Budget
    usb_ids: tuple[tuple[str, str], ...]
    avrdude: Avrdude | None
    emulator: str
    battery: Battery | None
    notes: tuple[str, ...]
    pins: Mapping[str, Pin]

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return FOLDER / self.name


def names() -> tuple[str, ...]:
    """Boards there are, by name."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/board.toml")))


def board(name: str) -> Board:
    """The board of that name. Raises `BoardError`."""
    if name not in names():
        raise BoardError(f"there is no board {name!r}; there are {', '.join(names())}")
    return parse(name, (FOLDER / name / "board.toml").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Board:
    """A board from the text of its board.toml. Raises `BoardError`."""
    try:
        return _board(name, tomllib.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise BoardError(f"boards/{name}/board.toml: {what}") from error


def _board(name: str, raw: Mapping[str, Any]) -> Board:
    chain, memory = raw["toolchain"], raw["memory"]
    avrdude = raw.get("avrdude")
    return Board(
        name=name,
        title=str(raw["title"]),
        summary=str(raw["summary"]),
        mcu=str(raw["mcu"]),
        f_cpu=int(raw["f_cpu"]),
        toolchain=Toolchain(
            prefix=str(chain["prefix"]),
            packages=str(chain["packages"]),
            flags=tuple(chain["flags"]),
            link_flags=tuple(chain.get("link_flags", ())),
            sources=tuple(chain["sources"]),
            defines=MappingProxyType(dict(chain.get("defines", {}))),
        ),
        flash=int(memory["flash"]),
        ram=int(memory["ram"]),
        budget=Budget(**{key: int(raw["budget"][key]) for key in ("flash", "ram", "stack", "period_us")}),
        usb_ids=tuple(_usb_id(text) for text in raw.get("usb", {}).get("ids", ())),
        avrdude=None if avrdude is None else Avrdude(avrdude["part"], avrdude["programmer"], int(avrdude["baud"])),
        emulator=str(raw.get("emulator", "simavr" if chain["prefix"] == "avr-" else "")),
        battery=_battery(raw.get("battery")),
        notes=tuple(" ".join(str(note).split()) for note in raw.get("notes", ())),
        pins=_pins(raw.get("pins", {})),
    )


def _battery(raw: Mapping[str, Any] | None) -> Battery | None:
    return None if raw is None else Battery(int(raw["upper_ohm"]), int(raw["lower_ohm"]), int(raw["reference_mv"]))


def _usb_id(text: str) -> tuple[str, str]:
    if re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{4}", text) is None:
        raise ValueError(f"USB id {text!r}: four hexadecimal digits, a colon and four more are wanted, in lower case")
    vendor, product = text.split(":")
    return vendor, product


def _pins(raw: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Pin]:
    pins = {name: _pin(name, entry) for name, entry in raw.items()}
    for what in ("header", "port"):
        taken: dict[str, str] = {}
        for name, entry in raw.items():
            other = taken.setdefault(entry[what], name)
            if other != name:
                raise ValueError(f"pins {other} and {name} are both on {entry[what]}")
    return MappingProxyType(pins)


def _pin(name: str, entry: Mapping[str, Any]) -> Pin:
    match = re.fullmatch(r"([A-Z]+)(\d+)", entry["port"])
    if match is None:
        raise ValueError(f"pin {name}: port {entry['port']!r} is no port and bit like E4")
    if entry["role"] not in ROLES:
        raise ValueError(f"pin {name}: role {entry['role']!r} is none of {', '.join(sorted(ROLES))}")
    return Pin(name, entry["header"], match[1], int(match[2]), entry["role"], entry.get("function", ""), entry["doc"])
