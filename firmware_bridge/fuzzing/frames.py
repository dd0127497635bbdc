"""A soak: damaged, repeated and late frames against a controller that is armed and drives."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from firmware_bridge.controller import Controller
from firmware_bridge.fuzzing.host_actions import CYCLE, Cycle, cycles
from firmware_bridge.fuzzing.noise import Noise
from firmware_bridge.fuzzing.part import Part
from firmware_bridge.fuzzing.twins import Tolerance, Twins
from firmware_bridge.host import HostController
from firmware_bridge.messages import RAMP_MS, SCHEMA_HASH, Hello, Stop

PERIOD_BYTES = 120  # of noise; a UART at 250000 baud brings 250
MOST_VIOLATIONS = 20  # after which it is clear enough
REPORT_EVERY = 1000  # frames


@dataclass(slots=True)
class _Tally:
    frames: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    periods: int = 0
    driving: int = 0  # periods in which a wheel turned by order
    orders: int = 0
    stops: int = 0  # by a Stop or a Hello that was repeated, or came about by chance
    violations: list[str] = field(default_factory=list)


def run(
    count: int,
    seed: int,
    progress: Callable[[int], None],
    controller: Controller | None = None,
    tolerance: Tolerance | None = None,
) -> Part:
    """Put `count` frames of noise between those of a host that drives; compare with a controller that hears no noise.

    `controller` is the one that hears the noise; default: another of the firmware compiled for this machine, which then
    must agree in every period. An emulated board runs in its own time: give it `twins.EMULATED` as `tolerance`.
    `progress` is called with the frames so far.
    """
    began = time.perf_counter()
    soak = _Soak(controller or HostController(1), tolerance or Tolerance(), Random(seed))
    tally = soak.go(count, progress)
    counts = {
        "frames": tally.frames,
        "orders of the host": tally.orders,
        "periods": tally.periods,
        "periods with wheels turning": tally.driving,
        "stops by a repeated Stop or Hello": tally.stops,
        **{f"frames: {name}": number for name, number in sorted(tally.kinds.items())},
    }
    seconds = time.perf_counter() - began
    figures = {"seconds": seconds, "frames per second": tally.frames / seconds}
    return Part("frames", counts, tuple(tally.violations), figures)


class _Soak:
    def __init__(self, controller: Controller, tolerance: Tolerance, rng: Random) -> None:
        self._rng = rng
        self._twins = Twins(controller, tolerance)
        self._noise = Noise(rng)
        self._tally = _Tally()
        self._request = 0
        self._boots = 0

    def go(self, count: int, progress: Callable[[int], None]) -> _Tally:
        tally, told = self._tally, 0
        while tally.frames < count and len(tally.violations) < MOST_VIOLATIONS:
            self._begin()
            for cycle in cycles(self._rng, self._now_ms, lambda: self._twins.noisy.nonce):
                going_on = self._cycle(cycle, count)
                if tally.frames - told >= REPORT_EVERY:
                    told = tally.frames
                    progress(told)
                if not going_on or tally.frames >= count:
                    break
        progress(tally.frames)
        return tally

    def _now_ms(self) -> int:
        """Controller time; both boot with `begin`."""
        return (self._twins.now_us - self._booted_us) // 1000

    def _begin(self) -> None:
        self._boots += 1
        self._booted_us = self._twins.now_us + 10_000
        self._twins.begin(self._boots)
        self._noise.forget_withheld()
        self._request = self._rng.randrange(65536)
        hello = Hello(self._rng.getrandbits(32), SCHEMA_HASH)
        for _ in range(3):
            self._noise.hear(self._twins.say(self._request, hello), stops=True)
            self._tick()

    def _cycle(self, cycle: Cycle, count: int) -> bool:
        """One call of the host and the periods after it; False when the two have to begin anew."""
        overtaken = [self._overtaken(message) for message in cycle.overtaken]
        self._twins.probe()
        for message in cycle.messages:
            self._request = (self._request + 1) % 65536
            frame = self._twins.say(self._request, message)
            self._noise.hear(frame, stops=isinstance(message, Stop))
            self._tally.orders += 1
        for frame in overtaken:
            self._noise.withhold(frame)
        sensors = dict(cycle.sensors)
        for period in range(CYCLE):
            if period != 0 and self._tally.frames < count:
                self._disturb(count)
            if not self._tick(**(sensors if period == 0 else {})):
                return False
        return True

    def _overtaken(self, message: object) -> bytes:
        """The frame of an order that the controller gets after its successor only."""
        self._request = (self._request + 1) % 65536
        return self._twins.noisy.frame(self._request, message)  # type: ignore[arg-type]

    def _disturb(self, count: int) -> None:
        data = b""
        while len(data) < PERIOD_BYTES and self._tally.frames < count:
            kind, frame = self._noise.frame()
            data += frame
            self._tally.kinds[kind] += 1
            self._tally.frames += 1
        self._twins.disturb(data)

    def _tick(self, **sensors: object) -> bool:
        twins, tally = self._twins, self._tally
        wrong = twins.tick(**sensors)
        tally.periods += 1
        tally.driving += bool(twins.outputs.pwm_left or twins.outputs.pwm_right)
        if not wrong:
            return True
        if twins.explained() and self._stands():
            tally.stops += 1
        else:
            tally.violations.append(f"after {tally.frames} frames: {'; '.join(wrong)}")
        return False

    def _stands(self) -> bool:
        """Whether it is a stop: the motors are off, or are after the longest ramp."""
        for _ in range(RAMP_MS // 10 + 2):
            if not self._twins.outputs.enabled:
                return True
            self._twins.tick()
        return False
