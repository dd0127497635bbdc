"""Whether the echo that is expected lies where the echo is: streams slip against each other when one runs dry."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from robotos.peripherals.resampling import Floats
from robotos.peripherals.sound import RATE

_FRAMES: Final = 16  # that are compared: half a second
_ENOUGH: Final = 6  # of them, with an echo in them, before anything is said
_MEMORY: Final = 0.7  # of the agreement from frame to frame
_AGREES: Final = 0.45  # of the expected echo that must be found in what is heard
_REACH: Final = 0.12  # s that a slip may be
_CLEAR: Final = 7.0  # times the root mean square of all lags that a peak must stand out by


class Alignment:
    """Compares what is heard with the echo that the canceller expects.

    Their product over the echo's own power is 1 where the echo is in the sound as expected, whoever speaks besides,
    and near 0 where it is not.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was compared."""
        self._heard: deque[Floats] = deque(maxlen=_FRAMES)
        self._echo: deque[Floats] = deque(maxlen=_FRAMES)
        self._common = self._own = 0.0
        self._strong = 0
        self.agrees = True  # the last frame by itself

    def push(self, heard: Floats, echo: Floats, strong: bool) -> bool:
        """The next frame of both (512,); False when they do not agree. `strong`: the echo is louder than the noise."""
        self._heard.append(heard)
        self._echo.append(echo)
        self.agrees = True
        if strong:
            common, own = float(heard @ echo), float(echo @ echo)
            self._common = _MEMORY * self._common + common
            self._own = _MEMORY * self._own + own
            self._strong += 1
            self.agrees = common >= _AGREES * own
        return self._common >= _AGREES * self._own

    def slip(self) -> float | None:
        """Seconds by which the echo comes later than expected (earlier: below 0); None when that is not clear yet."""
        if self._strong < _ENOUGH:
            return None
        heard, echo = np.concatenate(self._heard), np.concatenate(self._echo)
        size = 2 * len(heard)
        cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(echo, size))
        lags = np.fft.irfft(cross / (np.abs(cross) + 1e-9))
        reach = int(_REACH * RATE)
        wanted = np.concatenate((lags[-reach:], lags[: reach + 1]))
        peak = int(np.argmax(wanted))
        clear = wanted[peak] > _CLEAR * float(np.sqrt(np.mean(np.square(wanted))))
        return (peak - reach) / RATE if clear else None
