"""Compiles a board's firmware, holds it to its budgets, and keeps the result by the hash of what it was made from."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from firmware_bridge.boards import FIRMWARE, Board, BoardError, Pin, board, names
from firmware_bridge.messages import SCHEMA_HASH
from firmware_bridge.stack import Depth, StackError, depth, frames

__all__ = ["BOARDS", "Board", "BoardError", "BuildError", "Built", "Pin", "board", "build"]

BOARDS = names()
WARNINGS = ("-Wall", "-Wextra", "-Wshadow", "-Wundef", "-Werror")
SECTIONS = ("-g", "-ffunction-sections", "-fdata-sections", "-fno-common", "-fstack-usage")
SCHEMA_SYMBOL = "firmware_schema_hash"
LIMIT = 120.0  # s for one command
_FORMAT = 2  # of the cache
KEPT_BUILDS = 4  # of each board


class BuildError(RuntimeError):
    """The firmware was not built; the text says what to install, what the compiler said or which budget is exceeded."""


@dataclass(frozen=True, slots=True)
class Built:
    """One firmware. Sizes and budgets in bytes; `stack` is a bound: the deepest call and the deepest interrupt."""

    board: str
    elf: Path
    hex: Path
    flash: int
    ram: int
    stack: int
    flash_budget: int
    ram_budget: int
    stack_budget: int
    stack_chain: tuple[str, ...]


def build(name: str, directory: Path | None = None) -> Built:
    """The firmware of a board, compiled now or taken from `directory` (the user's cache, if None).

    Raises `BoardError` for an unknown board and `BuildError`.
    """
    target = board(name)
    for tool in ("gcc", "size", "nm", "objdump", "objcopy"):
        if shutil.which(target.toolchain.prefix + tool) is None:
            raise BuildError(
                f"{target.toolchain.prefix}{tool} is not installed: apt-get install {target.toolchain.packages}"
            )
    cache = cache_directory() if directory is None else directory
    kept = cache / f"{name}-{_fingerprint(target)}"
    if not (kept / "built.json").exists():
        _build_into(target, kept)
        _prune(name, cache)
    built = _load(kept)
    _hold_to_budgets(built)
    return built


def cache_directory() -> Path:
    """$XDG_CACHE_HOME/robotos/firmware."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if Path(root).is_absolute() else Path.home() / ".cache") / "robotos" / "firmware"


def _build_into(target: Board, kept: Path) -> None:
    """Everything in a new folder, which takes its place in one step: two builds at once don't disturb each other."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=kept.parent) as scratch:
        work = Path(scratch) / "build"
        work.mkdir()
        _compile(target, work)
        (work / "built.json").write_text(json.dumps(_measure(target, work)), encoding="utf-8")
        try:
            work.rename(kept)
        except OSError:
            if not (kept / "built.json").exists():
                raise


def _prune(name: str, cache: Path) -> None:
    """Let go of a board's older builds. Some stay, for whoever runs another version of this beside it."""
    newest_first = sorted(cache.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest_first[KEPT_BUILDS:]:
        shutil.rmtree(old, ignore_errors=True)  # another process may be letting go of it too


def _folders(target: Board) -> list[Path]:
    return [FIRMWARE / folder for folder in target.toolchain.sources]


def _sources(target: Board) -> list[Path]:
    return sorted(path for folder in _folders(target) for path in folder.iterdir() if path.suffix in {".c", ".S"})


def _fingerprint(target: Board) -> str:
    """Of every file in the source folders, board.toml among them, the compiler and how it is called."""
    version = _run([target.toolchain.prefix + "gcc", "--version"], "asking the compiler for its version")
    digest = hashlib.sha256(f"{_FORMAT} {version} {WARNINGS} {SECTIONS} {SCHEMA_HASH}".encode())
    for path in sorted(path for folder in _folders(target) for path in folder.iterdir() if path.is_file()):
        digest.update(f"\0{path.relative_to(FIRMWARE)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _compile(target: Board, work: Path) -> None:
    chain = target.toolchain
    compiler = chain.prefix + "gcc"
    defines = [f"-D{name}={value}" for name, value in {"F_CPU": f"{target.f_cpu}UL", **chain.defines}.items()]
    includes = [f"-I{folder}" for folder in _folders(target)]
    objects = []
    for source in _sources(target):
        made = work / f"{source.parent.name}_{source.stem}.o"
        command = [compiler, *chain.flags, *WARNINGS, *SECTIONS, *defines, *includes]
        _run([*command, "-c", str(source), "-o", str(made)], f"compiling {source.relative_to(FIRMWARE)}")
        objects.append(str(made))
    elf, image = work / "firmware.elf", work / "firmware.hex"
    link = [compiler, *chain.flags, "-Wl,--gc-sections", f"-Wl,-Map={work / 'firmware.map'}", *chain.link_flags]
    _run([*link, *objects, "-lm", "-o", str(elf)], "linking")
    _run([chain.prefix + "objcopy", "-O", "ihex", "-R", ".eeprom", str(elf), str(image)], "writing the hex file")


def _measure(target: Board, work: Path) -> dict[str, object]:
    elf, prefix = str(work / "firmware.elf"), target.toolchain.prefix
    schema = re.search(rf"^([0-9a-f]+) \w {SCHEMA_SYMBOL}$", _run([prefix + "nm", elf], "reading the symbols"), re.M)
    found = None if schema is None else int(schema[1], 16) & 0xFFFF_FFFF
    if found != SCHEMA_HASH:
        said = "no schema" if found is None else f"schema {found:08X}"
        raise BuildError(
            f"the firmware of {target.name} has {said}, this package {SCHEMA_HASH:08X}: "
            "run `python -m firmware_bridge.generate`"
        )
    text, data, bss = _run([prefix + "size", elf], "measuring").splitlines()[1].split()[:3]
    deepest = _stack(target, work)
    return {
        "flash": int(text) + int(data),
        "ram": int(data) + int(bss),
        "stack": deepest.total,
        "stack_chain": deepest.chain,
        "budget": {key: value for key, value in asdict(target.budget).items() if key != "period_us"},
    }


def _stack(target: Board, work: Path) -> Depth:
    elf = str(work / "firmware.elf")
    listing = _run([target.toolchain.prefix + "objdump", "-d", "--no-show-raw-insn", elf], "disassembling")
    avr = target.toolchain.prefix == "avr-"
    wide = 3 if target.flash > 131_072 else 2  # AVRs with more than 128 KB put three bytes for a return
    try:
        if avr:
            return depth(listing, frames(work.glob("*.su")), return_bytes=wide, push_bytes=1, exception_bytes=0)
        return depth(listing, frames(work.glob("*.su")), return_bytes=0, push_bytes=4, exception_bytes=32)
    except StackError as error:
        raise BuildError(f"{target.name}: {error}") from error


def _load(kept: Path) -> Built:
    found = json.loads((kept / "built.json").read_text(encoding="utf-8"))
    budget = found["budget"]
    return Built(
        board=kept.name.rsplit("-", 1)[0],
        elf=kept / "firmware.elf",
        hex=kept / "firmware.hex",
        flash=found["flash"],
        ram=found["ram"],
        stack=found["stack"],
        flash_budget=budget["flash"],
        ram_budget=budget["ram"],
        stack_budget=budget["stack"],
        stack_chain=tuple(found["stack_chain"]),
    )


def _hold_to_budgets(built: Built) -> None:
    for what, used, limit in (
        ("flash", built.flash, built.flash_budget),
        ("static RAM", built.ram, built.ram_budget),
        ("stack", built.stack, built.stack_budget),
    ):
        if used > limit:
            raise BuildError(
                f"{built.board}: {what} {used} bytes, the budget is {limit}: "
                "make it smaller or raise [budget] in board.toml"
            )


def _run(command: list[str], doing: str) -> str:
    """What it printed. Raises `BuildError` with what it said instead."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=FIRMWARE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{doing}: {error}") from error
    if done.returncode != 0:
        raise BuildError(f"{doing}: {(done.stderr or done.stdout).strip()}")
    return done.stdout
