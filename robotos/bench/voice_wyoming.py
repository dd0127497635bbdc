"""What Wyoming adds to recognition and synthesis: our own server on the loopback, asked by our own clients."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.recogniser import Recognition, WholeSegments
from robotos.peripherals.sound import RATE, Pcm
from robotos.peripherals.synth import Synthesised
from robotos.peripherals.wyoming.address import Address
from robotos.peripherals.wyoming.offer import Offer
from robotos.peripherals.wyoming.server import WyomingServer
from robotos.peripherals.wyoming.services import WyomingRecogniser, WyomingSynthesiser

_SENTENCE: Final = "I am going to clean the kitchen now."
_FRAME: Final = 512


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """Milliseconds that the wire adds, per utterance and per sentence."""

    hear: list[float]
    speak: list[float]


class _Timed:
    """A recogniser and a voice whose own time is known, and a detector that finds one utterance in everything."""

    name = "espeak-ng"

    def __init__(self) -> None:
        self.took = 0.0
        self._voice = EspeakSynthesiser()

    def transcribe(self, pcm: Pcm) -> Recognition:
        began = time.monotonic()
        loud = float(np.abs(pcm.astype(np.int32)).mean())
        self.took = time.monotonic() - began
        return Recognition(f"loudness {'high' if loud > 1 else 'low'}", 1.0)

    def synthesise(self, text: str) -> Synthesised:
        began = time.monotonic()
        sound = self._voice.synthesise(text)
        self.took = time.monotonic() - began
        return sound

    def probability(self, frame: Pcm) -> float:
        return float(frame.any())

    def reset(self) -> None:
        return None


def round_trips(rounds: int) -> RoundTrips:
    """Two seconds of sound, and one sentence, so many times. Raises `SoundError`."""
    timed = _Timed()
    server = WyomingServer(Address("127.0.0.1", 0), Offer(WholeSegments(timed), timed, timed).serve)
    sound = np.random.default_rng(1).normal(0, 1000, 2 * RATE).astype(np.int16)
    hear, speak = [], []
    try:
        recogniser, voice = WyomingRecogniser(server.address), WyomingSynthesiser(server.address)
        for _ in range(rounds):
            recogniser.begin()
            for at in range(0, len(sound), _FRAME):
                recogniser.feed(sound[at : at + _FRAME])
                time.sleep(0.001)  # it is sent while it is spoken
            began = time.monotonic()
            recogniser.finish()
            hear.append((time.monotonic() - began - timed.took) * 1000)
            began = time.monotonic()
            voice.synthesise(_SENTENCE)
            speak.append((time.monotonic() - began - timed.took) * 1000)
    finally:
        server.close()
    return RoundTrips(hear, speak)
