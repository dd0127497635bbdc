"""How long a control period takes on the emulated board when everything that interrupts it happens at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firmware_bridge.messages import BEAMS, MAX_WHEEL_MM_S, PERIOD_MS, UM_PER_TICK, Arm, Drive, Gripper, Heartbeat, Tool
from firmware_bridge.selftest.rigs import EmulatedRig
from firmware_bridge.selftest.speaker import Speaker

TICKS = MAX_WHEEL_MM_S * 1000 * PERIOD_MS // 1000 // UM_PER_TICK  # of one wheel in a period, at full speed
SCAN_PERIODS = 10
ORDER_PERIODS = 5
GARBAGE = 180  # bytes a period; with the orders' 60 all that 250000 baud carry in it


@dataclass(frozen=True, slots=True)
class Loop:
    """Microseconds of `periods` control periods with all interrupts in them; `stack_used` bytes at the deepest."""

    periods: int
    mean_us: float
    worst_us: float
    stack_used: int


def measure_loop(board: str, periods: int = 300) -> Loop:
    """Both wheels at full speed, orders at 20 Hz in both directions, scans at 10 Hz, and a line full of garbage.

    The same figures on every machine.

    Raises `BoardError`, `EmulatorMissingError` and `Failed`.
    """
    rig = EmulatedRig(board)
    to = Speaker(rig)
    to.hello()
    start = to.fresh_state().ms - round(rig.now() * 1000)
    to.must(Arm(to.nonce))
    rig.controller.watch_loop()
    inputs, us = rig.inputs, round(rig.now() * 1e6)
    us += -us % (PERIOD_MS * 1000)
    for period in range(periods):
        forwards = period // 50 % 2 == 0
        if period % ORDER_PERIODS == 0:
            deadline = start + us // 1000 + 150
            to.say(Heartbeat())
            to.say(Drive(300 if forwards else -300, 200, deadline))
            to.say(Tool(period % 256, deadline))
            to.say(Gripper(period // 50 % 2, period, -period, 50, deadline))
        rig.write(b"\x55" * GARBAGE + b"\0")
        step = TICKS if forwards else -TICKS
        scan = tuple(300 + beam * 20 for beam in range(BEAMS)) if period % SCAN_PERIODS == 0 else None
        inputs = replace(
            inputs, encoder_left=inputs.encoder_left + step, encoder_right=inputs.encoder_right + step, ranges_mm=scan
        )
        us += PERIOD_MS * 1000
        rig.controller.tick(us, inputs)
        rig.read()
    timing = rig.controller.loop_timing
    return Loop(timing.periods, timing.mean_us, timing.worst_us, rig.controller.stack.used)
