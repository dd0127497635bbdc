"""How loud the room is when nobody speaks."""

from __future__ import annotations

from typing import Final

from robotos.peripherals.vad import FRAME_SECONDS

QUIETEST: Final = 1e-9  # power of digital silence with dither: -90 dB below full scale
_BLOCK: Final = 0.5  # s of which the quietest frame counts
_BLOCKS: Final = 6  # that are remembered: speech leaves gaps within 3 s
_SMOOTH: Final = 0.6  # of the power from frame to frame
_BIAS: Final = 1.5  # the least of many smoothed powers is less than their mean


class NoiseFloor:
    """The least smoothed power of the last three seconds.

    Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", IEEE SAP 9
    (2001), on the whole band and with a fixed bias.
    """

    def __init__(self, first: float = 1e-7, known: bool = False) -> None:
        """`first`: mean square below full scale that is believed for half a second, or for three if it is `known`."""
        self._least = [first]
        self._now = 0.0
        self._current = float("inf")
        self._frames = 0
        self._heard = known  # a whole block: the first guess no longer counts

    def push(self, power: float) -> None:
        """The mean square of the next frame, full scale 1."""
        self._now = power if self._frames == 0 and not self._now else _SMOOTH * self._now + (1.0 - _SMOOTH) * power
        self._current = min(self._current, self._now)
        self._frames += 1
        if self._frames * FRAME_SECONDS >= _BLOCK:
            self._least = [*(self._least if self._heard else ()), self._current][-_BLOCKS:]
            self._heard = True
            self._current, self._frames = float("inf"), 0

    @property
    def power(self) -> float:
        """Mean square of the room's noise, full scale 1."""
        return max(QUIETEST, _BIAS * min([*self._least, self._current]))
