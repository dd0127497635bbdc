"""Serial ports by USB id: which of those that are plugged in is the motor controller."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from serial.tools import list_ports

from firmware_bridge.boards import board, names
from firmware_bridge.transport import SerialTransport, TransportLost

AUTO = "auto"


class PortError(TransportLost):
    """There is no motor controller, or there are several; the text names what there is and says what to type."""


@dataclass(frozen=True, slots=True)
class UsbPort:
    """A serial port that is plugged in. `vendor` and `product` as board.toml has them ("2341"), "" if it is not USB."""

    device: str
    vendor: str
    product: str
    description: str


def plugged_in() -> tuple[UsbPort, ...]:
    """The serial ports of this machine, by name."""
    found = (
        UsbPort(
            port.device,
            "" if port.vid is None else f"{port.vid:04x}",
            "" if port.pid is None else f"{port.pid:04x}",
            port.description or "",
        )
        for port in list_ports.comports()
    )
    return tuple(sorted(found, key=lambda port: port.device))


def known_ids() -> frozenset[tuple[str, str]]:
    """USB ids of all boards that there is firmware for."""
    return frozenset(pair for name in names() for pair in board(name).usb_ids)


def find_port(ports: Iterable[UsbPort], ids: Iterable[tuple[str, str]]) -> str:
    """The one port with one of these ids. Raises `PortError` when there is none or more than one."""
    there = tuple(ports)
    wanted = frozenset(ids)
    found = [port for port in there if (port.vendor, port.product) in wanted]
    if len(found) == 1:
        return found[0].device
    if found:
        raise PortError(
            f"there are several boards: {_list(found)}; say which with --port, as in --port {found[0].device}"
        )
    usb = [port for port in there if port.vendor]
    if usb:
        raise PortError(
            f"no known board is plugged in, but there are {_list(usb)}; "
            f"if one of them is the motor controller, type --port {usb[0].device}"
        )
    raise PortError("no motor controller is plugged in: connect its USB cable, or name its port with --port DEVICE")


def resolve(port: str, look: Callable[[], Iterable[UsbPort]] = plugged_in) -> str:
    """`port` itself, or for "auto" the one that is found. Raises `PortError`."""
    return find_port(look(), known_ids()) if port == AUTO else port


def open_port(port: str, baud: int = 250000) -> SerialTransport:
    """Open a port by name or "auto", which looks anew each time: a cable that comes back may have another name.

    Raises:
        TransportLost: there is none, or it cannot be opened.
    """
    return SerialTransport(resolve(port), baud)


def _list(ports: Iterable[UsbPort]) -> str:
    return ", ".join(f"{port.device} ({port.vendor}:{port.product} {port.description})" for port in ports)
