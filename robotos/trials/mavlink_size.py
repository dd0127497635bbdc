"""Flash and memory of our codec and requests, and of a MAVLink 2 equivalent, by the same compiler with the same flags.

Both are compiled for size, whatever the board's own firmware is compiled for, and MAVLink's without signatures.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from firmware_bridge.boards import FIRMWARE, Toolchain, board
from robotos.trials.mavlink import MavlinkMissingError

BOARD = "mega2560"
PROBE = Path(__file__).with_name("mavlink_probe.c")
OURS = ("codec.c", "requests.c")
USED = (
    "HEARTBEAT", "COMMAND_LONG", "COMMAND_ACK", "SET_POSITION_TARGET_LOCAL_NED", "LOCAL_POSITION_NED", "ATTITUDE",
    "SYS_STATUS", "OBSTACLE_DISTANCE",
)  # fmt: skip
DEFINITIONS = ("minimal.xml", "standard.xml", "common.xml")  # where pymavlink's wheel has them
LIMIT = 120.0  # s for one compilation
# What of ours is state of the codec and requests, as a C expression; the ring of bytes to send is in neither figure.
STATE = (
    "sizeof(struct frame_reader) + sizeof(struct frame_writer) - TX_RING_SIZE + sizeof(((struct core *)0)->answers)"
    " + sizeof(((struct core *)0)->newest_of) + sizeof(((struct core *)0)->group_used) + 16"
)


class SizeError(RuntimeError):
    """The sizes could not be measured; the text says what is missing or what the compiler said."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of flash, and of static memory, on the reference board."""

    our_flash: int
    our_ram: int
    their_flash: int
    their_ram: int


def sizes() -> Sizes:
    """Compile both, now.

    Raises:
        SizeError: there is no compiler for the board, or it fails.
        MavlinkMissingError: there is no pymavlink.
    """
    chain = board(BOARD).toolchain
    if shutil.which(f"{chain.prefix}gcc") is None:
        raise SizeError(f"{chain.prefix}gcc is not installed: apt-get install {chain.packages}")
    with tempfile.TemporaryDirectory(prefix="robotos-mavlink-") as scratch:
        directory = Path(scratch)
        _headers(directory)
        core = FIRMWARE / "core"
        flash = sum(sum(_compile(chain, core / name, directory, [core])[:2]) for name in OURS)
        text, data, bss = _compile(chain, PROBE, directory, [directory, directory / "probe"])
        return Sizes(flash, _state(chain, directory, core), text + data, data + bss)


def _headers(directory: Path) -> None:
    """C headers for the messages that are used, and no others: the whole set would be weighed with them."""
    try:
        mavgen = importlib.import_module("pymavlink.generator.mavgen")
        folder = Path(str(importlib.import_module("pymavlink.dialects.v20").__file__)).parent
    except ImportError as error:
        raise MavlinkMissingError("pymavlink is not installed: pip install 'robotos[dev]'") from error
    dialect = ElementTree.Element("mavlink")
    ElementTree.SubElement(dialect, "version").text = "3"
    messages = ElementTree.SubElement(dialect, "messages")
    for name in DEFINITIONS:
        if not (folder / name).is_file():
            raise MavlinkMissingError(f"this pymavlink came without {name}: install the one from PyPI")
        for message in ElementTree.parse(folder / name).getroot().iter("message"):
            if message.get("name") in USED:
                messages.append(_without_enums(message))
    path = directory / "probe.xml"
    ElementTree.ElementTree(dialect).write(path)
    options = mavgen.Opts(str(directory), wire_protocol="2.0", language="C", validate=False)
    with contextlib.redirect_stdout(io.StringIO()):
        mavgen.mavgen(options, [str(path)])


def _without_enums(message: ElementTree.Element) -> ElementTree.Element:
    """Their names would have to be defined; the wire does not know them."""
    for field in message.iter("field"):
        for attribute in ("enum", "display"):
            field.attrib.pop(attribute, None)
    return message


def _compile(chain: Toolchain, source: Path, directory: Path, include: Sequence[Path]) -> tuple[int, int, int]:
    """Bytes of text, data and bss of one object file."""
    made = directory / f"{source.stem}.o"
    defines = [f"-D{name}={value}" for name, value in chain.defines.items()]
    searched = [f"-I{folder}" for folder in include]
    kept = [flag for flag in chain.flags if not flag.startswith("-O")]
    flags = [*kept, "-Os", "-ffunction-sections", "-fdata-sections", "-fno-common", "-w"]
    _run([f"{chain.prefix}gcc", *flags, *defines, *searched, "-c", str(source), "-o", str(made)])
    text, data, bss = _run([f"{chain.prefix}size", str(made)]).splitlines()[1].split()[:3]
    return int(text), int(data), int(bss)


def _state(chain: Toolchain, directory: Path, core: Path) -> int:
    source = directory / "state.c"
    source.write_text(f'#include "core.h"\nchar state[{STATE}];\n', encoding="ascii")
    return _compile(chain, source, directory, [core])[2]


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SizeError(str(error)) from error
    if done.returncode != 0:
        raise SizeError(f"{Path(command[0]).name}: {done.stderr.strip()[-400:]}")
    return done.stdout
