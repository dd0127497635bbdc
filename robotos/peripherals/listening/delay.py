"""How long after it was played the robot's voice reaches the microphone, from the two sounds themselves."""

from __future__ import annotations

from typing import Final

import numpy as np

from robotos.peripherals.resampling import Floats
from robotos.peripherals.sound import RATE

EARLIEST, LATEST = -0.05, 0.6  # s that are looked at
_WINDOW: Final = 16_384  # samples of one look: 1.02 s
_KEEP: Final = 0.7  # of the cross-spectrum from look to look
_CLEAR: Final = 6.0  # times the root mean square of all lags that a peak must stand out by
_BAND: Final = (200.0, 5000.0)  # Hz in which small loudspeakers play anything
_SILENT: Final = 1e-7  # power of what is played below which a look tells nothing


class DelayEstimator:
    """The peak of the generalised cross-correlation with phase transform, smoothed over several seconds of speech.

    Knapp and Carter, "The generalized correlation method for estimation of time delay", IEEE ASSP 24 (1976).
    """

    def __init__(self) -> None:
        self._heard: Floats = np.zeros(_WINDOW, np.float32)
        self._played: Floats = np.zeros(_WINDOW, np.float32)
        self._filled = 0
        bins = np.fft.rfftfreq(2 * _WINDOW, 1 / RATE)
        self._band = (bins >= _BAND[0]) & (bins <= _BAND[1])
        self._cross = np.zeros(len(bins), np.complex128)

    def push(self, heard: Floats, played: Floats) -> float | None:
        """The next block of both, of the same time (n,); once a second of sound the delay in s, if it is clear."""
        count = min(len(heard), _WINDOW - self._filled)
        self._heard[self._filled : self._filled + count] = heard[:count]
        self._played[self._filled : self._filled + count] = played[:count]
        self._filled += count
        if self._filled < _WINDOW:
            return None
        self._filled = 0
        return self._look() if float(np.mean(np.square(self._played))) > _SILENT else None

    def _look(self) -> float | None:
        size = 2 * _WINDOW
        cross = np.fft.rfft(self._heard, size) * np.conj(np.fft.rfft(self._played, size))
        self._cross = _KEEP * self._cross + np.where(self._band, cross / (np.abs(cross) + 1e-12), 0.0)
        lags = np.fft.irfft(self._cross)
        first, last = int(EARLIEST * RATE), int(LATEST * RATE)
        wanted = np.concatenate((lags[first:], lags[:last]))
        peak = int(np.argmax(wanted))
        clear = wanted[peak] > _CLEAR * float(np.sqrt(np.mean(np.square(wanted))))
        return (peak + first) / RATE if clear else None
