"""Noise to speak in: white, pink, or the babble of others, mixed in at a ratio of speech to noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import RATE, Pcm

BABBLE: Final = "babble"
KINDS: Final = ("white", "pink", BABBLE)
_AROUND: Final = 0.4  # s of nothing but noise before and after the speech
_TALKERS: Final = 4
_AUDIBLE: Final = 0.02  # of the loudest sample: what is quieter is a pause and no speech
_HEADROOM: Final = 0.7  # of full scale for the loudest sample of the mixture

Signal = NDArray[np.float64]


def mixed(speech: Pcm, kind: str, decibels: float, talkers: Sequence[Pcm], rng: np.random.Generator) -> Pcm:
    """`speech` (n,) at 16 kHz with noise before, behind and under it: (n + 0.8 s,).

    `decibels` is the power of speech, without its pauses, over that of the noise. `talkers` are what babble is made of.
    """
    return under(speech, (_AROUND, _AROUND), decibels, lambda length: _noise(kind, length, talkers, rng))


def under(speech: Pcm, around: tuple[float, float], decibels: float, noise: Callable[[int], Signal]) -> Pcm:
    """`speech` (n,) at 16 kHz, so many seconds before and after it, and `noise` (of a length in samples) over all that.

    `decibels` as `mixed` has it. The loudest sample of the mixture is at 0.7 of full scale.
    """
    before, after = (np.zeros(int(seconds * RATE)) for seconds in around)
    sound = np.concatenate((before, speech.astype(np.float64), after))
    spoken = speech[np.abs(speech) > _AUDIBLE * np.abs(speech).max(initial=0)].astype(np.float64)
    if len(spoken):
        under_it = noise(len(sound))
        power = float(np.mean(np.square(under_it)))
        wanted = float(np.mean(np.square(spoken))) / 10.0 ** (decibels / 10.0)
        sound = sound + under_it * np.sqrt(wanted / power)
    loudest = float(np.abs(sound).max(initial=1.0))
    return np.asarray(np.rint(sound * (_HEADROOM * 32767.0 / loudest)), dtype=np.int16)


def _noise(kind: str, length: int, talkers: Sequence[Pcm], rng: np.random.Generator) -> Signal:
    if kind == BABBLE:
        return _babble(length, talkers, rng)
    white = rng.standard_normal(length)
    return white if kind == "white" else pink(white)


def pink(white: Signal) -> Signal:
    """Equal power in every octave: amplitude falls with the root of the frequency."""
    spectrum = np.fft.rfft(white)
    spectrum /= np.sqrt(np.maximum(1.0, np.arange(len(spectrum))))
    return np.asarray(np.fft.irfft(spectrum, len(white)))


def _babble(length: int, talkers: Sequence[Pcm], rng: np.random.Generator) -> Signal:
    """Several talkers at once, equally loud, each beginning somewhere and over again."""
    chosen = rng.choice(len(talkers), min(_TALKERS, len(talkers)), replace=False)
    together = np.zeros(length)
    for index in chosen:
        voice = talkers[int(index)].astype(np.float64)
        voice = np.roll(np.resize(voice, max(length, len(voice))), int(rng.integers(len(voice))))[:length]
        together += voice / np.sqrt(np.mean(np.square(talkers[int(index)].astype(np.float64))))
    return together
