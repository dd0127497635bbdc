"""One sound down the listening path as it would come from a microphone: which words come out, and how soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from robotos.peripherals.endpoint import DEFAULT
from robotos.peripherals.listening.foreground import ForegroundVad
from robotos.peripherals.listening.path import ListeningPath, Parts
from robotos.peripherals.listening.words import Utterance, WordsAtOnce
from robotos.peripherals.recogniser import Recogniser, Recognition
from robotos.peripherals.sound import Pcm
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, Vad


@dataclass(frozen=True, slots=True)
class Arrived:
    """An utterance: what was made of it, and when that was there, in seconds from the beginning of the sound."""

    found: Recognition
    at: float


def listen(pcm: Pcm, recogniser: Recogniser, vad: Vad, clock: Callable[[], float] = time.perf_counter) -> list[Arrived]:
    """Every utterance in `pcm` (n,) at 16 kHz.

    The sound is not played in real time: each frame takes as long as it really takes, and begins when it would have
    come in, or when those before it are done. Raises `SoundError`.
    """
    arrived: list[Arrived] = []
    waiting: list[Recognition] = []

    def done(found: Recognition, _said: Utterance) -> None:
        waiting.append(found)

    vad.reset()
    path = ListeningPath(Parts(ForegroundVad(vad), WordsAtOnce(recogniser, done)), DEFAULT)
    padded = np.concatenate((pcm, np.zeros(-len(pcm) % FRAME, np.int16)))
    free = 0.0  # when the path is done with all before
    for number, frame in enumerate(padded.reshape(-1, FRAME)):
        began = clock()
        path.push(frame, number * FRAME_SECONDS)
        free = max(free, (number + 1) * FRAME_SECONDS) + clock() - began
        arrived += [Arrived(found, free) for found in waiting]
        waiting.clear()
    path.reset()
    return arrived
