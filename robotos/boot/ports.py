"""The motor controller's serial port, found by what is plugged in."""

from __future__ import annotations

from pathlib import Path

from firmware_bridge.ports import AUTO, PortError, resolve
from robotos.boot.children import BootError

__all__ = ["AUTO", "must_find_port"]


def must_find_port(port: str) -> str:
    """The device of `port`, which may be "auto". Raises `BootError`, which says what to type, when there is none."""
    try:
        device = resolve(port)
    except PortError as error:
        raise BootError(str(error)) from error
    if not Path(device).exists():
        raise BootError(
            f"there is no port {device}: plug the board in, leave --port out to have it found, or see robotos doctor"
        )
    return device
