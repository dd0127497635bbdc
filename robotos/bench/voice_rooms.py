"""Rooms with a robot that speaks in them and an owner who speaks over it, sample by sample, for the listening path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from robotos.peripherals.echo import EchoReference
from robotos.peripherals.resampling import Floats
from robotos.peripherals.sound import RATE, Pcm

BLOCK: Final = 160  # samples that the loudspeaker takes at a time: 10 ms
AHEAD: Final = 560  # samples that it takes them before they sound: 35 ms
NOISE: Final = 1e-3  # of the room: -60 dB below full scale
_LOUDNESS: Final = 0.1  # root mean square of the robot's speech at its loudspeaker
_TAIL: Final = 0.35  # s of echo
_AUDIBLE: Final = 0.1  # of its loudest sample, from which a voice counts as begun


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What the microphone hears and what the robot plays, (n,) at 16 kHz; clock second 0 is the first sample."""

    heard: Pcm
    played: Floats

    def tell(self, reference: EchoReference, until: int) -> None:
        """Hand over what the loudspeaker takes before sample `until` sounds."""
        begin = round(reference.ended * RATE)
        while begin < min(until + AHEAD, len(self.played)):
            block = self.played[begin : begin + BLOCK]
            reference.played((block * 32767).astype(np.int16), RATE, begin / RATE)
            begin += len(block)


@dataclass(frozen=True, slots=True)
class Walls:
    """`delay` s and `coupling` of the direct sound, `reverberation` s to -60 dB; not `linear`: overdriven.

    `slip`: samples by which the loudspeaker falls behind in the middle, as a stream does that runs dry.
    """

    seed: int = 0
    delay: float = 0.04
    coupling: float = 0.5
    reverberation: float = 0.3
    linear: bool = True
    slip: int = 0

    def response(self) -> Floats:
        """Direct path and an exponentially dying tail of noise."""
        rng = np.random.default_rng(self.seed)
        count = int(_TAIL * RATE)
        tail = rng.normal(0.0, 1.0, count) * 10.0 ** (-3 * np.arange(count) / RATE / self.reverberation)
        tail *= 0.5 / np.sqrt(np.sum(tail**2))
        tail[0] += 1.0
        whole = self.coupling * np.concatenate((np.zeros(int(self.delay * RATE)), tail))
        return np.asarray(whole, np.float32)


def room(
    walls: Walls, robot: Floats, owner: Floats | None = None, at: tuple[float, ...] = (), loud: float = 0.4
) -> Room:
    """`robot` (n,) speaks, `owner` (m,) speaks over it from each of `at` seconds on, `loud` times as loud as it is."""
    from scipy.signal import fftconvolve

    played = (robot * (_LOUDNESS / max(1e-6, _speaking_level(robot)))).astype(np.float32)
    out = played if walls.linear else np.tanh(2.5 * played) / 2.5
    if walls.slip:
        middle = len(out) * 2 // 3
        out = np.concatenate((out[:middle], np.zeros(walls.slip), out[middle : len(out) - walls.slip]))
    sound = fftconvolve(out, walls.response())[: len(played)]
    sound += np.random.default_rng(walls.seed + 1).normal(0.0, NOISE, len(sound))
    if owner is not None:
        for second in at:
            begin = int(second * RATE)
            voice = owner[: len(sound) - begin]
            sound[begin : begin + len(voice)] += loud * voice
    return Room(np.clip(sound * 32768, -32768, 32767).astype(np.int16), played)


def onset(voice: Floats) -> float:
    """Seconds into a voice at which it can be heard."""
    return float(np.argmax(np.abs(voice) > _AUDIBLE * np.abs(voice).max())) / RATE


def _speaking_level(sound: Floats) -> float:
    loud = sound[np.abs(sound) > 0.02]
    return float(np.sqrt(np.mean(np.square(loud)))) if len(loud) else 0.0
