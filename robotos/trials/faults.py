"""What is done to a driving robot, one function each, and how it is undone. A new fault is one entry in `FAULTS`."""

from __future__ import annotations

import contextlib
import resource
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from robotos.boot.children import BootError
from robotos.trials.flood import Flood
from robotos.trials.rig import GATE, KERNEL, Rig

Inject = Callable[[Rig, Random], float]
Mend = Callable[[Rig], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """`inject` returns the moment of the fault, just before it. `words` says if the owner's next order may re-arm."""

    purpose: str
    inject: Inject
    mend: Mend
    words: bool


def _kill_kernel(rig: Rig, rng: Random) -> float:
    return rig.signal(KERNEL, signal.SIGKILL)


def _kill_gate(rig: Rig, rng: Random) -> float:
    return rig.signal(GATE, signal.SIGKILL)


def _kill_both(rig: Rig, rng: Random) -> float:
    first, second = rng.sample((KERNEL, GATE), 2)
    at = rig.signal(first, signal.SIGKILL)
    rig.signal(second, signal.SIGKILL)
    return at


def _suspend_kernel(rig: Rig, rng: Random) -> float:
    return rig.signal(KERNEL, signal.SIGSTOP)


def _suspend_gate(rig: Rig, rng: Random) -> float:
    return rig.signal(GATE, signal.SIGSTOP)


def _cut(rig: Rig, rng: Random) -> float:
    return _told(rig, "cut_link")


def _unplug(rig: Rig, rng: Random) -> float:
    return _told(rig, "unplug")


def _reset(rig: Rig, rng: Random) -> float:
    return _told(rig, "reset_controller", boot_nonce=rng.randrange(1, 2**32))


def _stall(rig: Rig, rng: Random) -> float:
    return _told(rig, "stall", on=True)


def _told(rig: Rig, do: str, **arguments: object) -> float:
    at = time.monotonic()
    rig.robot.call(do, **arguments)
    return at


def _flood_kernel_door(rig: Rig, rng: Random) -> float:
    """The fault is the stop that a person asks for in the middle of the flood: it must not drown."""
    _begin_flood(rig, rng, "gate")
    at = time.monotonic()
    rig.stop("in the flood")
    return at


def _flood_both_doors(rig: Rig, rng: Random) -> float:
    """The same with the stop word, over the kernel's own line, which nobody else can take."""
    _begin_flood(rig, rng, "gate", "console")
    at = time.monotonic()
    rig.hush()
    return at


def _begin_flood(rig: Rig, rng: Random, *sockets: str) -> None:
    rig.flood = Flood([rig.directory / name for name in sockets])
    time.sleep(rng.uniform(0.1, 0.5))


def _fill_disk(rig: Rig, rng: Random) -> float:
    """From now on the kernel's writes fail; the fault is the next thing that it has to write down."""
    resource.prlimit(rig.pid(KERNEL), resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    at = time.monotonic()
    with contextlib.suppress(BootError):  # it may end before it answers
        rig.order("go to the fridge")
    return at


# ---------------------------------------------------------------- and back


def _revive_kernel(rig: Rig) -> None:
    rig.bury(KERNEL)
    rig.start(KERNEL)


def _revive_gate(rig: Rig) -> None:
    rig.bury(GATE)
    rig.start(GATE)


def _revive_both(rig: Rig) -> None:
    rig.bury(GATE)
    rig.bury(KERNEL)
    rig.start(GATE)
    rig.start(KERNEL)


def _end_flood(rig: Rig) -> None:
    if rig.flood is not None:
        rig.flood.close()
        rig.flood = None


def _empty_disk(rig: Rig) -> None:
    rig.until(lambda: not rig.alive(KERNEL), "a kernel that cannot write ends")
    _revive_kernel(rig)


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "kill kernel": Fault("kill -9 of the kernel; then a new one", _kill_kernel, _revive_kernel, True),
        "kill gate": Fault("kill -9 of the gate; then a new one", _kill_gate, _revive_gate, False),
        "kill both": Fault("kill -9 of kernel and gate; then new ones", _kill_both, _revive_both, False),
        "suspend kernel": Fault(
            "SIGSTOP of the kernel, then SIGCONT",
            _suspend_kernel,
            lambda rig: void(rig.signal(KERNEL, signal.SIGCONT)),
            True,
        ),
        "suspend gate": Fault(
            "SIGSTOP of the gate, then SIGCONT",
            _suspend_gate,
            lambda rig: void(rig.signal(GATE, signal.SIGCONT)),
            False,
        ),
        "cut cable": Fault("wires cut, then mended", _cut, lambda rig: void(rig.robot.call("restore_link")), False),
        "unplug": Fault("the port goes, and comes back", _unplug, lambda rig: void(rig.robot.call("plug")), False),
        "reset": Fault("the controller restarts", _reset, lambda rig: None, False),
        "full buffers": Fault(
            "the controller's end stops reading, then reads everything at once",
            _stall,
            lambda rig: void(rig.robot.call("stall", on=False)),
            False,
        ),
        "flood": Fault(
            "a stop at the console, the kernel's socket being flooded", _flood_kernel_door, _end_flood, True
        ),
        "flood both": Fault("the stop word, both sockets being flooded", _flood_both_doors, _end_flood, True),
        "full disk": Fault("the kernel cannot write any more; then a new one", _fill_disk, _empty_disk, True),
    }
)


def void(_result: object) -> None:
    """For a result nobody wants."""
