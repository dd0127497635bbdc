"""Takes the robot's own voice out of what it hears: a partitioned-block frequency-domain Kalman filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.resampling import Floats
from robotos.peripherals.vad import FRAME, FRAME_SECONDS

PARTITIONS: Final = 10  # blocks of one frame that the echo's tail lasts: 0.32 s
_SIZE: Final = 2 * FRAME
_SHIFT: Final = 0.5  # block over transform length: the R/M of the source
_KEEP: Final = 0.9985  # of the filter from block to block: the room changes while the robot drives
_SMOOTH: Final = 0.8  # of the near end's spectrum from block to block
# Uncertainty of the filter before anything has been heard: a coupling of -3 dB at once, and 3 dB a block less, as in a
# living room (reverberation time 0.6 s).
_FIRST: Final = 0.5
_DECAY: Final = 0.5
_SILENT: Final = 1e-8  # power per sample below which nothing is played

Spectrum = NDArray[np.complex128]
Power = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cancelled:
    """One frame without the echo: `sound` (512,); `echo` (512,) what was taken out; and power spectra (513,).

    `residual` is how much echo may still be in `sound`, `spectrum` is that of `sound`, both per bin.
    """

    sound: Floats
    echo: Floats
    spectrum: Power
    residual: Power


class EchoCanceller:
    """Learns the way from loudspeaker to microphone while the robot speaks, whoever else speaks meanwhile.

    Kuech, Mabande and Enzner, "State-space architecture of the partitioned-block-based acoustic echo controller",
    ICASSP 2014, with the diagonal covariance of Enzner and Vary, "Frequency-domain adaptive Kalman filter for
    acoustic echo control in hands-free telephones", Signal Processing 86 (2006). Its step size follows from its own
    uncertainty, so that it needs no detector of double talk; the uncertainty bounds the echo that is left.
    """

    def __init__(self, partitions: int = PARTITIONS) -> None:
        self._partitions = partitions
        self.reset()

    def reset(self) -> None:
        """Forget the room."""
        bins = FRAME + 1
        self._played = np.zeros((self._partitions, bins), np.complex128)  # newest first
        self._filter = np.zeros((self._partitions, bins), np.complex128)
        self._doubt = np.repeat(_FIRST * _DECAY ** np.arange(self._partitions)[:, None], bins, axis=1)
        self._near = np.zeros(bins)
        self._before = np.zeros(FRAME)

    @property
    def tail(self) -> float:
        """Seconds of echo that are modelled."""
        return self._partitions * FRAME_SECONDS

    def replay(self, played: Floats) -> None:
        """Take `played` ((partitions + 1) * 512,) for what was played until now: its times were known wrongly."""
        blocks = played.astype(np.float64).reshape(self._partitions + 1, FRAME)
        for number in range(self._partitions):
            newest = self._partitions - number
            self._played[number] = np.fft.rfft(np.concatenate((blocks[newest - 1], blocks[newest])))
        self._before = blocks[-1]

    @property
    def partitions(self) -> int:
        """Blocks of echo that are modelled."""
        return self._partitions

    @property
    def loudest(self) -> float:
        """The greatest mean square of what was played within the tail, full scale 1."""
        return float((np.abs(self._played) ** 2).sum(axis=1).max()) * 2.0 / (_SIZE * _SIZE)

    def push(self, heard: Floats, played: Floats) -> Cancelled:
        """The next frame of the microphone and what was played then, both (512,), full scale 1."""
        block = played.astype(np.float64)
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate((self._before, block)))
        self._before = block
        echo = np.fft.irfft(np.sum(self._played * self._filter, axis=0))[FRAME:]
        error = heard - echo
        spectrum = np.fft.rfft(np.concatenate((np.zeros(FRAME), error)))
        power = np.abs(spectrum) ** 2
        loud = np.abs(self._played) ** 2
        residual = _SHIFT * np.sum(loud * self._doubt, axis=0)
        if float(loud.sum()) > _SILENT * _SIZE * self._partitions:
            self._learn(spectrum, power, loud, residual)
        return Cancelled(error.astype(np.float32), echo.astype(np.float32), power, residual)

    def _learn(self, spectrum: Spectrum, power: Power, loud: Power, residual: Power) -> None:
        self._near = _SMOOTH * self._near + (1.0 - _SMOOTH) * power
        gain = self._doubt / (residual + self._near + 1e-12)
        step = np.fft.irfft(gain * np.conj(self._played) * spectrum, axis=1)
        step[:, FRAME:] = 0.0  # a filter of one block, as the blocks of the output need
        self._filter += np.fft.rfft(step, axis=1)
        shrunk = (1.0 - _SHIFT * gain * loud) * self._doubt
        kept = _KEEP * _KEEP
        self._doubt = kept * shrunk + (1.0 - kept) * np.abs(self._filter) ** 2
        self._filter *= _KEEP
