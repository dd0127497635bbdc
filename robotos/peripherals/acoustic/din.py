"""How clearly speech stands out from the noise under it, band by band, at the beginning of an utterance."""

from __future__ import annotations

from typing import Final

import numpy as np

from robotos.peripherals.sound import RATE, Pcm

NOISY: Final = 13.0  # dB of clearness below which the model of noisy speech is taken: about 18 dB of speech over noise
_WINDOW, _HOP = 512, 256  # samples
_KNOWN: Final = 0.2  # s at the beginning that hold no speech: what a speech detector keeps from before it
_LOUD: Final = 80  # per cent of the frames that a band's speech is louder than
_EDGES: Final = 250.0 * 2.0 ** (np.arange(15) / 3)  # Hz: thirds of an octave, up to 6.3 kHz
_MOST: Final = 30.0  # dB in a band: what is clearer is no easier to understand
_LEAST: Final = 1.0  # power that digital silence is taken for


def clearness(pcm: Pcm) -> float:
    """Mean over the bands of speech over noise in `pcm` (n,) at 16 kHz, each 0 to `_MOST` dB.

    Pauses before the speech are taken for the noise, the quieter half of the first `_KNOWN` s. What is too short
    to tell is clear.
    """
    if len(pcm) < int(2 * _KNOWN * RATE):
        return _MOST
    frames = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float64), _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(frames)) ** 2
    at = np.searchsorted(np.fft.rfftfreq(_WINDOW, 1 / RATE), _EDGES)
    bands = np.add.reduceat(power, at, axis=1)[:, :-1] + _LEAST
    first = bands[: int(_KNOWN * RATE / _HOP)]
    quiet = first[np.argsort(first.sum(axis=1))[: (len(first) + 1) // 2]].mean(axis=0)
    ratio = 10.0 * np.log10(np.percentile(bands, _LOUD, axis=0) / quiet)
    return float(np.clip(ratio, 0.0, _MOST).mean())
