"""Log-mel columns for the stop network: the same arithmetic for a whole recording and for a stream of frames."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import RATE, Pcm

Columns = NDArray[np.float32]
"""Log-mel energies, shape (n, `BANDS`), one row every `HOP` samples; about -1 (silence) to 1 (loud)."""

HOP: Final = 256  # samples between columns: 16 ms, two to a frame of the microphone
WINDOW: Final = 512  # samples a column looks at: 32 ms
BANDS: Final = 40
_LOWEST, _HIGHEST = 60.0, 7600.0  # Hz
_FLOOR: Final = 1e-8  # of full-scale power: -80 dB a band, below what a quiet room's microphone gives
_CENTRE, _SPREAD = -11.0, 6.0  # of the natural logarithm, which lies between -18.4 and about -3


def columns(pcm: Pcm, warp: float = 1.0) -> Columns:
    """All columns that lie wholly within `pcm` (n,) at 16 kHz: 1 + (n - `WINDOW`) // `HOP` of them, 0 for less.

    `warp` stretches the frequency axis, as a shorter or longer vocal tract does (vocal tract length perturbation,
    Jaitly and Hinton 2013); for training only.
    """
    count = 1 + (len(pcm) - WINDOW) // HOP
    if count < 1:
        return np.zeros((0, BANDS), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(pcm, WINDOW)[::HOP][:count]
    spectrum = np.fft.rfft(windows * _window(), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    logarithm = np.log(power @ _filters(warp) + np.float32(_FLOOR))
    return np.asarray((logarithm - np.float32(_CENTRE)) / np.float32(_SPREAD), np.float32)


class LogMel:
    """The columns of a stream; before its beginning there was silence."""

    def __init__(self) -> None:
        self._before = np.zeros(WINDOW - HOP, np.int16)

    def push(self, frame: Pcm) -> Columns:
        """The columns (n / `HOP`, `BANDS`) that the next n samples complete; n is a multiple of `HOP`."""
        if frame.ndim != 1 or len(frame) == 0 or len(frame) % HOP:
            raise ValueError(f"a frame has a multiple of {HOP} samples, not {frame.shape}")
        sound = np.concatenate((self._before, frame))
        self._before = sound[len(sound) - (WINDOW - HOP) :]
        return columns(sound)


@cache
def _window() -> NDArray[np.float32]:
    """Hann, scaled so that a full-scale sine has the power 1/4 in its bin."""
    hann = np.hanning(WINDOW + 1)[:-1]
    return np.asarray(hann / hann.sum() / 32768.0, np.float32)


@cache
def _filters(warp: float) -> NDArray[np.float32]:
    """Triangles (`WINDOW` // 2 + 1, `BANDS`) on the mel scale 2595 log10(1 + f / 700) (O'Shaughnessy 1987)."""
    edges = np.linspace(_mel(_LOWEST), _mel(_HIGHEST), BANDS + 2)
    hertz = np.minimum(warp * 700.0 * (10.0 ** (edges / 2595.0) - 1.0), RATE / 2)
    bins = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    rising = (bins[:, None] - hertz[:-2]) / np.maximum(np.diff(hertz)[:-1], 1.0)
    falling = (hertz[2:] - bins[:, None]) / np.maximum(np.diff(hertz)[1:], 1.0)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    # The lowest triangles are narrower than a bin: they take the nearest one, so that no band is ever empty.
    empty = triangles.sum(axis=0) == 0
    nearest = np.abs(bins[:, None] - hertz[1:-1]).argmin(axis=0)
    triangles[nearest[empty], np.flatnonzero(empty)] = 1.0
    return np.asarray(triangles, np.float32)


def _mel(hertz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hertz / 700.0))
