"""Speech to satellites: what the robot says sounds where it was spoken to, at the pace of its own loudspeaker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from robotos.clock import Clock
from robotos.peripherals.sound import Pcm
from robotos.peripherals.speaker import Output
from robotos.peripherals.wyoming import audio
from robotos.peripherals.wyoming.satellite import Satellite

ENGAGED: Final = 60.0  # s after words from a satellite during which answers go there, too


class SatelliteOutput:
    """Implements `Output` without ever waiting; what the satellite has got already it plays to its end."""

    def __init__(self, satellite: Satellite, clock: Clock) -> None:
        self._satellite, self._clock = satellite, clock
        self._engaged_until = -1.0
        self._rate = 0  # of the sound that has begun; 0: none has
        self._level = self._gain = 1.0

    def engage(self) -> None:
        """Words have come from there."""
        self._engaged_until = self._clock.now() + ENGAGED

    @property
    def engaged(self) -> bool:
        """Whether what is said now sounds there."""
        return self._rate > 0 or self._clock.now() <= self._engaged_until

    def write(self, pcm: Pcm, rate: int) -> None:
        if len(pcm) == 0 or not self.engaged:
            return
        if rate != self._rate:
            self.drain()
            if not self._satellite.send(audio.start(rate)):
                return
            self._rate = rate
            self.engage()  # a long answer is said to its end
        self._satellite.send(audio.chunk(self._ducked(pcm), rate))

    def pump(self) -> None:
        return None

    def drain(self) -> None:
        if self._rate:
            self._rate = 0
            self._satellite.send(audio.stop())

    def duck(self, level: float) -> None:
        self._level = min(1.0, max(0.0, level))

    def abort(self) -> None:
        if self._rate:
            self._satellite.drop()
            self.drain()

    def close(self) -> None:
        self.abort()

    def _ducked(self, pcm: Pcm) -> Pcm:
        level, gain = self._level, self._gain
        self._gain = level
        if level == gain == 1.0:
            return pcm
        return np.asarray(pcm * np.linspace(gain, level, len(pcm)), dtype=np.int16)


class ManyOutputs:
    """Implements `Output`: the first sets the pace, the others must not wait."""

    def __init__(self, first: Output, others: Sequence[Output]) -> None:
        self._first, self._others = first, others
        self._all = (*others, first)

    def write(self, pcm: Pcm, rate: int) -> None:
        for output in self._all:
            output.write(pcm, rate)

    def pump(self) -> None:
        for output in self._all:
            output.pump()

    def drain(self) -> None:
        self._first.drain()
        for output in self._others:
            output.drain()

    def duck(self, level: float) -> None:
        for output in self._all:
            output.duck(level)

    def abort(self) -> None:
        self._first.abort()
        for output in self._others:
            output.abort()

    def close(self) -> None:
        for output in self._all:
            output.close()
