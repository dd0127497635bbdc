"""Writes a firmware into a board through its boot loader with avrdude, at the port that its USB id tells."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from firmware_bridge.boards import Board
from firmware_bridge.build import Built

LIMIT = 180.0  # s; an ATmega2560 takes 10
RULE = "/etc/udev/rules.d/60-robotos.rules"


class FlashError(RuntimeError):
    """Nothing was written, or not all of it; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port of a USB device: its path, its id ("2341", "0042") and what it calls itself."""

    device: str
    usb_id: tuple[str, str]
    words: str


def ports() -> tuple[Port, ...]:
    """Serial ports on USB that are there now."""
    return tuple(
        Port(found.device, (f"{found.vid:04x}", f"{found.pid:04x}"), found.description or "")
        for found in sorted(list_ports.comports())
        if found.vid is not None and found.pid is not None
    )


def find_port(board: Board, present: Sequence[Port]) -> str:
    """The port that a board of this kind is on. Raises `FlashError` when there is none, or more than one."""
    matching = [port for port in present if port.usb_id in board.usb_ids]
    if len(matching) == 1:
        return matching[0].device
    if matching:
        raise FlashError(
            f"more than one port could be the {board.title}: {', '.join(port.device for port in matching)}; say --port"
        )
    others = ", ".join(f"{port.device} ({':'.join(port.usb_id)})" for port in present) or "none"
    raise FlashError(
        f"no {board.title} on USB (serial ports there: {others}): "
        "plug it in with a cable that carries data, or say --port"
    )


def flash_command(board: Board, built: Built, port: str) -> list[str]:
    """avrdude's words. Raises `FlashError` for a board that it does not write."""
    if board.avrdude is None:
        raise FlashError(f"the {board.title} is not written by avrdude: write {built.hex} with its own tool")
    how = board.avrdude
    return [
        "avrdude", "-p", how.part, "-c", how.programmer, "-P", port, "-b", str(how.baud), "-D",
        "-U", f"flash:w:{built.hex}:i",
    ]  # fmt: skip


def flash(board: Board, built: Built, port: str) -> str:
    """Write it and have avrdude read it back; avrdude's last line. Raises `FlashError`."""
    command = flash_command(board, built, port)
    if shutil.which("avrdude") is None:
        raise FlashError("avrdude is not installed: apt-get install avrdude")
    check_port(port)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise FlashError(
            f"avrdude took longer than {LIMIT:.0f} s: press the board's reset button and try again"
        ) from error
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode != 0:
        raise FlashError("\n".join([*said[-4:], _advice(done.stderr, board)]))
    return said[-1] if said else ""


def check_port(port: str) -> None:
    """Raises `FlashError` when there is no such port or it may not be opened."""
    if not Path(port).exists():
        raise FlashError(f"there is no port {port}: is the board plugged in? `ls /dev/serial/by-id` shows what is")
    if not os.access(port, os.R_OK | os.W_OK):
        raise FlashError(
            f"{port} may not be opened by you: `sudo usermod -aG dialout $USER`, then log in again; or, for "
            f'whoever sits at this machine, `echo \'SUBSYSTEM=="tty", ATTRS{{idVendor}}=="2341", TAG+="uaccess"\' '
            f"| sudo tee {RULE}` and plug the board in anew"
        )


def _advice(said: str, board: Board) -> str:
    if "not in sync" in said or "timeout" in said or "getsync" in said:
        return (
            f"the boot loader did not answer: is it the {board.title} (--board)? Does anything else hold the port "
            "(a running robotos, a serial monitor)? If not, press its reset button just before"
        )
    if "busy" in said:
        return "the port is in use: stop robotos and serial monitors first"
    return "nothing else is known about this failure; run the command with -v -v to see more"
