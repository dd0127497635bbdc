"""One fault at a random moment of a drive: are the motors off in time, do they stay off, and who may turn them on."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from robotos.boot.children import BootError
from robotos.kernel.ports import Sent
from robotos.trials.faults import FAULTS, Fault
from robotos.trials.motors import WITHIN, Stopped, lag, stopped, turning
from robotos.trials.rig import KERNEL, Rig, TrialError

WATCH = 1.0  # s watched before the fault is undone, and again after
DEAF = 0.6  # s that an order which must not be obeyed is watched
DRIVEN = (0.2, 1.5)  # s of driving before the fault
OBEYED = 8.0  # s for an order to become motion; planning takes long on a busy machine
ORDERS = 2  # times that an order is given
LAG = 0.1  # s that the simulated board may lose in a trial
ATTEMPTS = 4  # to have the robot moving at the moment of the fault


@dataclass(frozen=True, slots=True)
class Trial:
    """What happened. `violations` is empty when all was as it must be; `seed` and `number` replay it."""

    fault: str
    seed: int
    number: int
    seconds: float | None
    wall: float | None
    violations: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def attempt(rig: Rig, name: str, seed: int, number: int) -> Trial:
    """Carry out trial `number` of a series with this seed.

    Raises:
        TrialError: it did not come to a trial, whatever the reason. A board that stands still for longer than the gate
            waits for reports is no board: what goes wrong then says nothing about one that runs.
    """
    fault = FAULTS[name]
    rng = Random(f"{seed} {name} {number}")
    at, found = _strike(rig, fault, rng)
    violations = list(_judge(found))
    mended = time.monotonic()
    try:
        fault.mend(rig)
        rig.until(rig.link_up, f"the link after '{name}'")
    except BootError as error:
        raise TrialError(f"{name}: {error}") from error
    time.sleep(WATCH)
    if any(map(turning, rig.motors(mended)[1:])):
        violations.append("motion after it was undone, without re-arming")
    violations += _words(rig, fault)
    lost = lag(rig.motors(at))
    if violations and lost > LAG:
        raise TrialError(f"{name}: the machine kept the simulated board from running for {lost:.2f} s")
    return Trial(name, seed, number, found.seconds, found.wall, tuple(violations))


def _strike(rig: Rig, fault: Fault, rng: Random) -> tuple[float, Stopped]:
    """Drive, strike at a random moment, watch. Again if the robot had just come to rest by itself."""
    for _ in range(ATTEMPTS):
        drive(rig)
        time.sleep(rng.uniform(*DRIVEN))
        if not rig.turns():
            continue
        at = fault.inject(rig, rng)
        time.sleep(WATCH)
        return at, stopped(rig.motors(at), at)
    raise TrialError("the robot would not keep moving")


def _judge(found: Stopped) -> list[str]:
    if found.seconds is None:
        return ["never stopped"]
    late = [f"stopped after {found.seconds * 1000:.0f} ms"] if found.seconds > WITHIN else []
    return [*late, *(["motion again without re-arming"] if found.again else [])]


def _words(rig: Rig, fault: Fault) -> list[str]:
    """Whether the owner's next order moves it, and whether that is as it should be."""
    at = time.monotonic()
    rig.go()
    if fault.words:
        if _obeyed(rig):
            return []
        return [f"the owner's orders did not re-arm; the kernel's log ends {rig.last_words()}"]
    time.sleep(DEAF)
    return ["words re-armed what only the console may"] if any(map(turning, rig.motors(at)[1:])) else []


def drive(rig: Rig) -> None:
    """See to it that the robot is on its way to somewhere far."""
    rig.robot.call("set_battery", level=1.0)
    if not rig.alive(KERNEL):
        raise TrialError("there is no kernel")
    if rig.turns():
        return
    rig.hush()
    armed = rig.arm()
    if not isinstance(armed, Sent):
        raise TrialError(f"cannot be armed: {armed.reason}")
    rig.go()
    if not _obeyed(rig):
        raise TrialError(f"it would not drive; the kernel's log ends {rig.last_words()}")


def _obeyed(rig: Rig) -> bool:
    """Whether it moves for the order just given; on a busy machine an order may have to be given again."""
    for left in reversed(range(ORDERS)):
        try:
            rig.until(rig.turns, "motion", limit=OBEYED)
            return True
        except TrialError:
            if left:
                rig.go()
    return False
