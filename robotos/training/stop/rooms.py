"""What a home does to a word on its way to the microphone: distance, echo, noise, another speed, a poor device."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import RATE, Pcm

Sound = NDArray[np.float32]
"""Samples between -1 and 1, shape (n,)."""

_BLOCK: Final = 160  # samples, 10 ms, over which loudness is taken
_ACTIVE: Final = 30.0  # dB below the loudest block that still belongs to the word


def active(sound: Sound, drop: float = _ACTIVE) -> tuple[int, int]:
    """First and last sample + 1 of what is spoken in `sound`: from the first loud block to the last.

    A block is loud that is within `drop` dB of the loudest, and nearer to it (in dB) than to the quietest tenth.
    """
    count = len(sound) // _BLOCK
    if count == 0:
        return 0, len(sound)
    power = np.square(sound[: count * _BLOCK]).reshape(count, _BLOCK).mean(axis=1)
    decibels = 10.0 * np.log10(power + 1e-10)
    peak, floor = float(decibels.max()), float(np.quantile(decibels, 0.1))
    loud = np.flatnonzero(decibels > max(peak - drop, floor + 0.35 * (peak - floor)))
    return (int(loud[0]) * _BLOCK, (int(loud[-1]) + 1) * _BLOCK) if len(loud) else (0, len(sound))


def active_power(sound: Sound) -> float:
    """Mean square of what is spoken, pauses at both ends left out (in the manner of ITU-T P.56)."""
    first, last = active(sound)
    return float(np.square(sound[first:last], dtype=np.float64).mean()) if last > first else 0.0


def with_noise(sound: Sound, noise: Sound, decibels: float, power: float | None = None) -> Sound:
    """`sound` with `noise` (as long) so many dB below the speech, whose active power is `power` where it is known."""
    speech = active_power(sound) if power is None else power
    loud = float(np.square(noise, dtype=np.float64).mean())
    if loud <= 0.0 or speech <= 0.0:
        return sound
    scale = np.float32(np.sqrt(speech / loud * 10.0 ** (-decibels / 10.0)))
    return np.asarray(sound + noise * scale, np.float32)


def faster(sound: Sound, factor: float) -> Sound:
    """Played so many times faster, with the pitch."""
    count = max(1, int(len(sound) / factor))
    return np.asarray(np.interp(np.arange(count) * factor, np.arange(len(sound)), sound), np.float32)


def reverberant(sound: Sound, rng: np.random.Generator) -> Sound:
    """In a room: a direct path and a tail of noise that dies away exponentially (Polack's model), as long as before."""
    seconds = rng.uniform(0.12, 0.6)  # to -60 dB
    count = int(seconds * RATE)
    tail = rng.standard_normal(count) * 10.0 ** (-3.0 * np.arange(count) / count)
    tail[: int(rng.uniform(0.001, 0.01) * RATE)] = 0.0
    tail *= 10.0 ** (-rng.uniform(0.0, 12.0) / 20.0) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    size = 1 << (len(sound) + count - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail.astype(np.float32), size), size)
    return wet[: len(sound)].astype(np.float32)


def coloured(count: int, rng: np.random.Generator) -> Sound:
    """Machine-made noise: white to brown, now and then with the hum of a motor in it."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    spectrum *= np.maximum(np.arange(len(spectrum)), 20.0) ** -rng.uniform(0.0, 1.0)
    noise = np.fft.irfft(spectrum, count)
    noise /= np.sqrt(np.square(noise).mean()) + 1e-12
    if rng.random() < 0.4:
        base, time = rng.uniform(50.0, 400.0), np.arange(count) / RATE
        for harmonic in range(1, 6):
            turn = 2 * np.pi * (base * harmonic * time + rng.random())
            noise += rng.uniform(0.0, 1.5) / harmonic * np.sin(turn)
    return noise.astype(np.float32)


def to_pcm(sound: Sound) -> Pcm:
    """As the microphone gives it, clipped where it is too loud."""
    return np.asarray(np.clip(np.rint(sound * 32768.0), -32768, 32767), np.int16)
