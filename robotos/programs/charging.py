"""Work that takes more than one battery: home to the dock before it is too late, and on from where it was."""

from __future__ import annotations

from dataclasses import dataclass

from robotos.errno import Errno
from robotos.kernel.api import Sys
from robotos.programs.dock import home_and_charge
from robotos.programs.driving import Failed

WAY_HOME = 0.04  # of a battery, kept above the policy's reserve: five minutes of driving, which is 90 m
LOOK_EVERY = 30.0  # s
LONGEST = 6 * 3600.0  # s on the dock; an empty battery takes three hours


@dataclass(frozen=True, slots=True)
class Low:
    """The battery suffices for the way home, and little else; `level` from 0 to 1."""

    level: float


async def battery_low(sys: Sys) -> Low | None:
    """Whether it is time to go and charge. Below the policy's reserve the kernel ends the work and sends the robot."""
    level = (await sys.body()).battery
    return Low(level) if level < (await sys.policy()).battery.reserve + WAY_HOME else None


async def recharge(sys: Sys) -> Failed | None:
    """Drive to the dock and stay until the battery is full; why that failed, if it did."""
    await sys.speak("My battery is low. I am going to charge, and then I will go on.")
    docked = await home_and_charge(sys)
    if not docked.ok:
        return Failed(docked.errno, docked.reason)
    full, deadline = (await sys.policy()).battery.full, await sys.now() + LONGEST
    while (state := await sys.body()).battery < full:
        if not state.charging:
            return Failed(Errno.EIO, "I was taken off my dock before I was charged.")
        if await sys.now() > deadline:
            return Failed(Errno.EIO, "My battery does not get full.")
        await sys.sleep(LOOK_EVERY)
    return None
