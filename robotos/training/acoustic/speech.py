"""Sentences in many synthetic voices as loud in every band as people are, in quiet and in the noise of a home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.sound import RATE, Pcm, resample
from robotos.training.din import Signal, pink, under
from robotos.training.stop.rooms import coloured
from robotos.training.stop.split import DIALECTS, VARIANTS, Part
from robotos.training.stop.voices import texts, trimmed

# Centres of thirds of an octave (Hz), and the long-term level of talkers in each (dB): Byrne et al., 1994, table II.
_CENTRES: Final = np.array(
    [63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300,
     8000.0]
)  # fmt: skip
_LEVELS: Final = np.array(
    [38.6, 43.5, 54.4, 57.7, 56.8, 60.2, 60.3, 59.0, 62.1, 62.1, 60.5, 56.8, 53.7, 53.0, 52.0, 48.7, 48.1, 46.8, 45.6,
     44.5, 44.3, 43.7]
)  # fmt: skip
_MOST: Final = 30.0  # dB by which a band is changed
_OWN: Final = 0.3  # of the sentences are random words: sounds that the phrases do not have
_QUIET: Final = 45.0  # dB of speech over noise that counts as none
NOISES: Final = ("white", "pink", "coloured")
_OFTEN: Final = (3, 4, 3)
SNR: Final = ((5.0, 10.0, 2), (10.0, 15.0, 4), (15.0, 20.0, 4))  # dB from, to, and how often


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """`text` said in quiet, `clean`, and the same sound in noise, `noisy`: (n,) each at 16 kHz."""

    text: str
    clean: Pcm
    noisy: Sequence[Pcm]


def pairs(count: int, noisy: int, known: frozenset[str], seed: int) -> Iterator[Pair]:
    """`count` sentences in words that the dictionary has, each in so many noises. Raises `SoundError`."""
    rng = Random(seed)
    lines = [line for line in texts(Part.TRAIN) if 2 <= len(line.split()) <= 10 and known.issuperset(line.split())]
    words = sorted(word for word in known if word.isalpha() and 3 <= len(word) <= 9)
    for _ in range(count):
        text = " ".join(rng.choices(words, k=5)) if rng.random() < _OWN else rng.choice(lines)
        noise = np.random.default_rng(rng.getrandbits(32))
        speech = as_people(_spoken(text, rng), noise)
        ends = (rng.uniform(0.22, 0.36), rng.uniform(0.15, 0.4))  # what the endpointing keeps around the words
        yield Pair(
            text,
            _heard(speech, "pink", _QUIET, ends, noise),
            [_heard(speech, rng.choices(NOISES, _OFTEN)[0], _ratio(rng), ends, noise) for _ in range(noisy)],
        )


def as_people(pcm: Pcm, rng: np.random.Generator) -> Pcm:
    """`pcm` (n,) with the long-term spectrum of talkers, a little changed: noise then covers the same bands."""
    size = 1 << (len(pcm) - 1).bit_length()
    spectrum, f = np.fft.rfft(pcm.astype(np.float64), size), np.fft.rfftfreq(size, 1 / RATE)
    power = np.square(np.abs(spectrum))
    edge = 2.0 ** (1 / 6)
    level = np.array([10 * np.log10(power[(f >= c / edge) & (f < c * edge)].sum() + 1e-3) for c in _CENTRES])
    knots = np.arange(0, len(_CENTRES) + 3, 3)
    own = np.interp(np.arange(len(_CENTRES)), knots, rng.normal(0, 2.5, len(knots)))
    gain = _LEVELS + own + np.log2(_CENTRES / 1000) * rng.normal(0, 0.7) - level
    gain = np.clip(gain - np.average(gain, weights=10 ** (_LEVELS / 10)), -_MOST, _MOST)
    factor = 10 ** (np.interp(np.log(np.maximum(f, 1)), np.log(_CENTRES), gain) / 20)
    sound = np.fft.irfft(spectrum * factor, size)[: len(pcm)]
    return np.asarray(np.rint(sound * 20000 / max(1.0, float(np.abs(sound).max()))), np.int16)


def _spoken(text: str, rng: Random) -> Pcm:
    variant = rng.choice([name for name in VARIANTS[Part.TRAIN] if name != "whisper"])
    dialect = rng.choice(DIALECTS[Part.TRAIN])
    voice = EspeakSynthesiser(
        f"{dialect}+{variant}" if variant else dialect, round(150 * rng.uniform(0.75, 1.35)), rng.randrange(20, 90, 5)
    )
    sound = voice.synthesise(text)
    return trimmed(resample(sound.pcm, sound.rate))


def _ratio(rng: Random) -> float:
    low, high, _ = rng.choices(SNR, [often for *_, often in SNR])[0]
    return rng.uniform(low, high)


def _heard(speech: Pcm, kind: str, decibels: float, ends: tuple[float, float], rng: np.random.Generator) -> Pcm:
    return under(speech, ends, decibels, lambda length: _noise(kind, length, rng))


def _noise(kind: str, count: int, rng: np.random.Generator) -> Signal:
    if kind == "coloured":
        return coloured(count, rng).astype(np.float64)
    white = rng.standard_normal(count)
    return white if kind == "white" else pink(white)
