"""The shim between Python and libsimavr: compiled on first use where it is used, kept by the hash of its source.

libsimavr is licensed under the GPL, version 3 or later. What is distributed with robotos is the shim's source; the
binary that is made here from both never leaves the machine.
"""

from __future__ import annotations

import ctypes
import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from firmware_bridge.build import cache_directory

SHIM = Path(__file__).resolve().parent / "shim"
PACKAGES = "apt-get install gcc libsimavr-dev gcc-avr avr-libc"
FLAGS = ("-std=gnu11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror")
LIMIT = 120.0  # s for the compiler, on a busy machine


class EmulatorMissingError(ImportError):
    """The emulator cannot be used here; the text says what to install."""


@cache
def library() -> ctypes.CDLL:
    """The shim, ready to be called. Raises `EmulatorMissingError`."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise EmulatorMissingError(f"the emulated board needs a C compiler: {PACKAGES}")
    try:
        loaded = ctypes.CDLL(str(_made(compiler)))
    except OSError as error:
        raise EmulatorMissingError(f"the emulated board's library does not load ({error}): {PACKAGES}") from error
    return _typed(loaded)


def _made(compiler: str) -> Path:
    sources = sorted(SHIM.glob("*.[ch]"))
    version = _run([compiler, "--version"])
    digest = hashlib.sha256(f"{version} {FLAGS} {_installed()}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    kept = cache_directory().parent / "emulator" / f"shim-{digest.hexdigest()[:16]}.so"
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".shim-", dir=kept.parent) as scratch:
        made = Path(scratch) / kept.name
        units = [str(source) for source in sources if source.suffix == ".c"]
        _run([compiler, *FLAGS, "-o", str(made), *units, "-lsimavr"])
        made.replace(kept)  # in one step: two processes may be doing this at once
    return kept


def _installed() -> str:
    """Something that changes with the installed libsimavr: an upgrade may change its structures."""
    for folder in ("/usr/include/simavr", "/usr/local/include/simavr"):
        config = Path(folder) / "sim_core_config.h"
        if config.exists():
            return f"{config.stat().st_mtime_ns} {config.read_text(encoding='utf-8')}"
    raise EmulatorMissingError(f"the emulated board needs libsimavr: {PACKAGES}")


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=SHIM)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EmulatorMissingError(f"compiling the emulated board failed: {error}") from error
    if done.returncode != 0:
        raise EmulatorMissingError(f"compiling the emulated board failed; {PACKAGES}\n{done.stderr.strip()}")
    return done.stdout


def _typed(loaded: ctypes.CDLL) -> ctypes.CDLL:
    pointer, u64, u32, u8 = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint8
    bytes_, number, yes = ctypes.c_char_p, ctypes.c_int, ctypes.c_bool
    kinds: dict[str, tuple[object, tuple[object, ...]]] = {
        "words": (bytes_, ()),
        "new": (pointer, (bytes_, u32, bytes_, u32, u32)),
        "free": (None, (pointer,)),
        "pin": (yes, (pointer, number, u8, number)),
        "serial": (yes, (pointer, number, u8, u32)),
        "reset": (None, (pointer, u64)),
        "power": (None, (pointer, u32)),
        "tick": (None, (pointer, u64, u64, pointer, pointer, pointer)),
        "pc": (u32, (pointer,)),
        "jump": (None, (pointer, u32)),
        "edges": (u32, (pointer, pointer, pointer, u32)),
        "memory": (yes, (pointer, yes, yes, u32, pointer, u32)),
        "eeprom": (u32, (pointer, yes, pointer)),
        "receive": (u32, (pointer, bytes_, u32)),
        "transmit": (u32, (pointer, pointer, pointer, u32)),
        "lidar_put": (u32, (pointer, bytes_, u32)),
        "arm_take": (u32, (pointer, pointer, u32)),
        "line": (None, (pointer, number, pointer)),
        "watch": (None, (pointer, u32)),
        "timing": (None, (pointer, pointer)),
        "stack": (None, (pointer, pointer)),
    }
    for name, (result, arguments) in kinds.items():
        function = getattr(loaded, f"emulator_{name}")
        function.restype, function.argtypes = result, arguments
    return loaded
