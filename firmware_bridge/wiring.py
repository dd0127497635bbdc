"""Writes what follows from each board.toml: `pins.h`, the wiring page `WIRING.md` and its picture `wiring.svg`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from firmware_bridge.boards import FOLDER, Board, Pin, board, names
from firmware_bridge.diagram import render_diagram
from firmware_bridge.pins import render_pins

PAGE = FOLDER / "page.md"


def render_page(board: Board) -> str:
    """`WIRING.md`: picture, pins, what keeps the robot still, notes, and what to check before the first drive."""
    return PAGE.read_text(encoding="utf-8").format_map(_words(board))


def _order(pin: Pin) -> tuple[str, int]:
    letters, digits = re.fullmatch(r"(\D+)(\d+)", pin.header).groups()  # type: ignore[union-attr]
    return ("" if letters == "D" else letters, int(digits))


def _row(pin: Pin, board: Board) -> str:
    part = f"P{pin.port}{pin.bit}" + (f", {pin.function}" if pin.function else "")
    return f"| {pin.header} | {part} | `{pin.name}` | {pin.doc} | {_external(pin, board)} |"


def _external(pin: Pin, board: Board) -> str:
    if pin.name == "enable":
        return "stop button's first contact in series, then 10 kΩ to ground"
    if pin.is_output:
        return "10 kΩ to ground"
    if pin.role == "analog" and board.battery is not None:
        return f"{_kilo(board.battery.upper_ohm)} to the battery, {_kilo(board.battery.lower_ohm)} and 100 nF to ground"
    return "the board's own pull-up" if pin.has_pull_up else ""


def _kilo(ohm: int) -> str:
    return f"{ohm / 1000:g} kΩ"


def _words(board: Board) -> Mapping[str, str]:
    ordered = sorted(board.pins.values(), key=_order)
    outputs = [pin.header for pin in ordered if pin.is_output]
    battery = board.battery
    return {
        "title": board.title,
        "summary": board.summary,
        "pins": "\n".join(_row(pin, board) for pin in ordered),
        "notes": "\n".join(f"- {note}" for note in board.notes) or "Nothing that the others don't have.",
        "flash": f"`robotos firmware flash --board {board.name}`"
        if board.avrdude is not None
        else f"Write what `robotos firmware build --board {board.name}` names",
        "enable": board.pins["enable"].header,
        "stop": board.pins["stop_button"].header,
        "battery": board.pins["battery"].header,
        "pull_downs": f"{', '.join(outputs[:-1])} and {outputs[-1]}",
        "ratio": "the divider's ratio"
        if battery is None
        else f"{(battery.upper_ohm + battery.lower_ohm) / battery.lower_ohm:g}",
        "reference": "3.0" if battery is None else f"{battery.reference_mv / 1000:.1f}",
    }


def rendered(board: Board) -> dict[Path, str]:
    """Every generated file of a board and what belongs into it."""
    return {
        board.folder / "pins.h": render_pins(board),
        board.folder / "WIRING.md": render_page(board),
        board.folder / "wiring.svg": render_diagram(board),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write them all, or with `--check` return 1 if one is out of step."""
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge.wiring", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a generated file is out of step")
    check = parser.parse_args(argv).check
    stale = []
    for path, text in (entry for name in names() for entry in rendered(board(name)).items()):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    for path in stale if check else ():
        print(f"{path} is out of step with its board.toml: run python -m firmware_bridge.wiring", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
