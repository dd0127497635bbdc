"""A room with a robot that speaks in it and an owner who speaks over it, sample by sample."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robotos.peripherals.echo import EchoReference
from robotos.peripherals.sound import RATE, Pcm, read_sound, to_float

RECORDINGS = Path(__file__).parents[3] / "robotos" / "shell" / "recordings"
BLOCK = 800  # samples that the robot's loudspeaker takes at a time
AHEAD = 1600  # samples that it takes them before they sound
NOISE = 1e-3


def speech() -> np.ndarray:
    """Twelve seconds of a voice, as the robot's own."""
    said = [to_float(read_sound(RECORDINGS / f"{name}.wav")) for name in ("clean_kitchen", "stop", "anyway")]
    return np.resize(np.concatenate(said), 12 * RATE)


def owner() -> np.ndarray:
    return to_float(read_sound(RECORDINGS / "stop.wav"))


def impulse_response(seed: int, delay: float, coupling: float, reverberation: float = 0.3) -> np.ndarray:
    """A direct path and an exponentially dying tail, `reverberation` seconds to -60 dB."""
    rng = np.random.default_rng(seed)
    count = int(0.35 * RATE)
    tail = rng.normal(0, 1, count) * 10 ** (-3 * np.arange(count) / RATE / reverberation)
    tail *= 0.5 / np.sqrt(np.sum(tail**2))
    tail[0] += 1.0
    return coupling * np.concatenate((np.zeros(int(delay * RATE)), tail))


@dataclass(frozen=True, slots=True)
class Room:
    """What the microphone hears, and what the robot plays; clock second 0 is the first sample."""

    heard: Pcm
    played: np.ndarray
    owner_at: tuple[float, ...]

    def tell(self, reference: EchoReference, until: int) -> None:
        """Hand over what the loudspeaker takes before sample `until` sounds, as its driver does."""
        begin = round(reference.ended * RATE)
        while begin < min(until + AHEAD, len(self.played)):
            block = self.played[begin : begin + BLOCK]
            reference.played((block * 32767).astype(np.int16), RATE, begin / RATE)
            begin += len(block)


def room(
    seed: int = 0, delay: float = 0.04, coupling: float = 0.5, owner_at: tuple[float, ...] = (), loud: float = 0.4,
    slip: int = 0, linear: bool = True,
) -> Room:  # fmt: skip
    """`slip`: samples by which the loudspeaker falls behind after eight seconds; not `linear`: it overdrives."""
    played = 0.4 * speech()
    out = played if linear else np.tanh(2.5 * played) / 2.5
    if slip:
        middle = 8 * RATE
        out = np.concatenate((out[:middle], np.zeros(slip), out[middle : len(out) - slip]))
    echo = np.convolve(out, impulse_response(seed, delay, coupling))[: len(played)]
    sound = echo + np.random.default_rng(seed + 1).normal(0, NOISE, len(echo))
    for at in owner_at:
        begin = int(at * RATE)
        voice = owner()[: len(sound) - begin]
        sound[begin : begin + len(voice)] += loud * voice
    return Room(np.clip(sound * 32768, -32768, 32767).astype(np.int16), played, owner_at)


def onset() -> float:
    """Seconds into `owner()` at which the voice begins."""
    return float(np.argmax(np.abs(owner()) > 0.03)) / RATE
