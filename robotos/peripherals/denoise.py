"""Less steady noise under speech: Ephraim and Malah's spectral gain, over an estimate that follows the room."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import RATE, Pcm

_WINDOW: Final = 512  # samples, 32 ms
_HOP: Final = 256
_KNOWN: Final = 0.2  # s at the beginning that hold no speech: what a speech detector keeps from before it
_PRIOR: Final = 10.0**1.5  # speech over noise where there is speech, 15 dB (Gerkmann and Hendriks, 2012)
_FOLLOW: Final = 0.8  # of the noise's estimate stays from one frame to the next
_SURE: Final = 0.99  # the most that speech is believed in for so long that the noise may have changed
_SMOOTH: Final = 0.96  # weight of the last frame in the ratio of speech to noise (decision-directed)
_LEAST_RATIO: Final = 10.0**-2.0
_LEAST: Final = 1e-3  # squared sample: digital silence
_Power = NDArray[np.float64]


class NoiseReducer:
    """Fed with sound as it comes in, answers with as much, some 16 ms late; `floor` is the least gain."""

    def __init__(self, floor: float = 0.2) -> None:
        self._floor = floor
        # The root of a Hann window, twice applied, adds up to one at this hop.
        self._window = np.sqrt(np.hanning(_WINDOW + 1)[:-1])
        self.reset()

    def reset(self) -> None:
        """Another sound begins."""
        self._waiting = np.zeros(_WINDOW - _HOP)
        self._tail = np.zeros(_WINDOW - _HOP)
        self._noise: _Power | None = None
        self._first: list[NDArray[np.complex128]] = []
        self._speech = np.zeros(_WINDOW // 2 + 1)  # power of the last frame's speech over the noise
        self._believed = np.zeros(_WINDOW // 2 + 1)
        self._skip = _WINDOW - _HOP  # samples of the first frames that were never fed

    def push(self, pcm: Pcm) -> Pcm:
        """The next sound, (n,); the reduced sound that is complete."""
        self._waiting = np.concatenate((self._waiting, pcm.astype(np.float64)))
        found: list[NDArray[np.float64]] = []
        while len(self._waiting) >= _WINDOW:
            found += self._take(np.fft.rfft(self._waiting[:_WINDOW] * self._window))
            self._waiting = self._waiting[_HOP:]
        return self._given(found)

    def flush(self) -> Pcm:
        """The rest, when nothing more comes."""
        rest = len(self._waiting) - (_WINDOW - _HOP)
        self._waiting = np.concatenate((self._waiting, np.zeros(2 * _WINDOW - rest)))
        found: list[NDArray[np.float64]] = []
        while len(self._waiting) >= _WINDOW:
            found += self._take(np.fft.rfft(self._waiting[:_WINDOW] * self._window))
            self._waiting = self._waiting[_HOP:]
        found += self._begin() if self._noise is None else []
        given = self._given(found)
        self.reset()
        return given

    def _take(self, spectrum: NDArray[np.complex128]) -> list[NDArray[np.float64]]:
        if self._noise is not None:
            return [self._reduced(spectrum)]
        self._first.append(spectrum)
        return self._begin() if len(self._first) * _HOP >= _KNOWN * RATE else []

    def _begin(self) -> list[NDArray[np.float64]]:
        """The first frames: their quieter half is the noise to begin with."""
        if not self._first:
            return []
        powers = np.abs(np.array(self._first)) ** 2
        quiet = np.argsort(powers.sum(axis=1))[: max(1, (len(powers) + 1) // 2)]
        self._noise = np.maximum(powers[quiet].mean(axis=0), _LEAST)
        waiting, self._first = self._first, []
        return [self._reduced(spectrum) for spectrum in waiting]

    def _reduced(self, spectrum: NDArray[np.complex128]) -> NDArray[np.float64]:
        """One hop of sound."""
        assert self._noise is not None
        power = np.abs(spectrum) ** 2
        self._follow(power)
        posterior = np.minimum(power / self._noise, 1e6)
        prior = np.maximum(_SMOOTH * self._speech + (1 - _SMOOTH) * np.maximum(posterior - 1, 0), _LEAST_RATIO)
        gain = np.maximum(_log_gain(prior, posterior), self._floor)
        self._speech = gain**2 * posterior
        frame = np.fft.irfft(spectrum * gain, _WINDOW) * self._window
        done = frame[:_HOP] + self._tail
        self._tail = frame[_HOP:]
        return np.asarray(done)

    def _follow(self, power: _Power) -> None:
        """The noise as it is now, by how probable speech is in each band."""
        assert self._noise is not None
        exponent = np.minimum(power / self._noise * _PRIOR / (1 + _PRIOR), 200.0)
        speech = 1.0 / (1.0 + (1.0 + _PRIOR) * np.exp(-exponent))
        self._believed = 0.9 * self._believed + 0.1 * speech
        speech = np.where(self._believed > _SURE, np.minimum(speech, _SURE), speech)
        estimate = speech * self._noise + (1 - speech) * power
        self._noise = np.maximum(_FOLLOW * self._noise + (1 - _FOLLOW) * estimate, _LEAST)

    def _given(self, found: list[NDArray[np.float64]]) -> Pcm:
        sound = np.concatenate(found) if found else np.zeros(0)
        skipped, self._skip = sound[self._skip :], max(0, self._skip - len(sound))
        return np.asarray(np.clip(np.rint(skipped), -32768, 32767), dtype=np.int16)


def _log_gain(prior: _Power, posterior: _Power) -> _Power:
    """Least error of the logarithm of amplitudes (Ephraim and Malah, 1985)."""
    from scipy.special import exp1

    wiener = prior / (1 + prior)
    return np.asarray(np.minimum(1.0, wiener * np.exp(0.5 * exp1(np.maximum(wiener * posterior, 1e-6)))))
