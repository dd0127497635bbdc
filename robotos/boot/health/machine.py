"""The machine itself: Python, compiler, the built controller core, real-time scheduling, serial ports."""

from __future__ import annotations

import getpass
import os
import platform
import shutil
import sys
from pathlib import Path

from firmware_bridge.host import HostController, Inputs
from firmware_bridge.native import CoreMissingError
from robotos.boot.health.finding import Finding, Patient, State, asked_apart

OLDEST = (3, 11)
# USB vendor and product ids of boards that the firmware runs on, and of the converters on their clones.
BOARDS = {
    (0x2341, 0x0042): "Arduino Mega 2560",
    (0x2341, 0x0010): "Arduino Mega 2560",
    (0x2A03, 0x0042): "Arduino Mega 2560",
    (0x2E8A, 0x000A): "Raspberry Pi Pico",
    (0x2E8A, 0x0009): "Raspberry Pi Pico 2",
    (0x1A86, 0x7523): "board with a CH340 converter",
    (0x1A86, 0x55D4): "board with a CH9102 converter",
    (0x10C4, 0xEA60): "board with a CP210x converter",
    (0x0403, 0x6001): "board with an FTDI converter",
}
_REALTIME = "import json; from robotos.actuation.realtime import acquire; print(json.dumps(acquire()))"


def python(_patient: Patient) -> Finding:
    """Its version."""
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info >= OLDEST:
        return Finding("python", State.OK, found, essential=True)
    return Finding(
        "python", State.BROKEN, f"{found} is too old", "everything",
        "apt-get install python3.11 python3.11-venv && make setup", essential=True,
    )  # fmt: skip


def compiler(_patient: Patient) -> Finding:
    """A C compiler, for the controller core."""
    found = next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)
    if found is not None:
        return Finding("compiler", State.OK, found)
    return Finding(
        "compiler", State.MISSING, "no cc, gcc or clang", "building the controller core anew after a change",
        "apt-get install build-essential",
    )  # fmt: skip


def core(_patient: Patient) -> Finding:
    """The firmware's core, built for this machine and answering."""
    try:
        controller = HostController(boot_nonce=1)
        controller.tick(0, Inputs(0, 0))
    except (CoreMissingError, OSError) as error:
        return Finding(
            "controller core", State.BROKEN, str(error), "the simulated robot and all tests of the wire",
            "make setup", essential=True,
        )  # fmt: skip
    return Finding("controller core", State.OK, "built, and it answers", essential=True)


def realtime(_patient: Patient) -> Finding:
    """What the gate would be given."""
    code, said = asked_apart(_REALTIME)
    if code != 0:
        return Finding("real-time", State.BROKEN, said, "punctual control on a busy machine", "robotos doctor --json")
    got = said.strip("{}").replace('"', "")
    if "SCHED_FIFO 20" in said and "memory: locked" in got:
        return Finding("real-time", State.OK, got)
    user = getpass.getuser()
    return Finding(
        "real-time", State.MISSING, got, "punctual control on a busy machine",
        f"printf '{user} - rtprio 20\\n{user} - memlock unlimited\\n' | sudo tee /etc/security/limits.d/robotos.conf",
    )  # fmt: skip


def serial(_patient: Patient) -> Finding:
    """Boards on USB, by their ids."""
    from serial.tools.list_ports import comports

    ports = [(port.device, BOARDS.get((port.vid or 0, port.pid or 0), "")) for port in comports()]
    boards = [(device, board) for device, board in ports if board]
    if not boards:
        others = ", ".join(device for device, _ in ports)
        return Finding(
            "serial port", State.MISSING, f"no known board; other ports: {others}" if others else "no board on USB",
            "robotos run (robotos sim needs none)", "plug the motor controller in",
        )  # fmt: skip
    told = ", ".join(f"{device} ({board})" for device, board in boards)
    barred = [device for device, _ in boards if not os.access(device, os.R_OK | os.W_OK)]
    if barred:
        group = Path(barred[0]).group()
        return Finding(
            "serial port", State.BROKEN, f"{told}; {barred[0]} may not be opened", "robotos run",
            f"sudo usermod -aG {group} {getpass.getuser()}   (then log in anew)",
        )  # fmt: skip
    return Finding("serial port", State.OK, told)


QUESTIONS = (python, compiler, core, realtime, serial)
