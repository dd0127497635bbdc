"""Sounds through the listener as it ships, frame by frame, as the microphone would bring them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from robotos.peripherals.sound import RATE, Pcm, to_float
from robotos.peripherals.stop.listener import StopHeard, StopListener
from robotos.peripherals.vad import FRAME
from robotos.training.stop.rooms import active

QUIET: Final = RATE // 2  # samples of silence after a recording, so that a word at its very end is heard out


def frames(pcm: Pcm) -> Iterator[Pcm]:
    """`pcm` in frames of 512 samples, the last one filled with silence."""
    padded = np.concatenate((pcm, np.zeros(-len(pcm) % FRAME, np.int16)))
    for start in range(0, len(padded), FRAME):
        yield padded[start : start + FRAME]


def listen(listener: StopListener, pcm: Pcm) -> list[StopHeard]:
    """All stop words the listener hears in `pcm` after a silence, `at` counted from its beginning."""
    listener.reset()
    sound = np.concatenate((pcm, np.zeros(QUIET, np.int16)))
    return [heard for frame in frames(sound) if (heard := listener.push(frame)) is not None]


def count(listener: StopListener, sounds: Sequence[Pcm]) -> int:
    """In how many of the sounds, each after a silence, a stop word is heard."""
    return sum(bool(listen(listener, pcm)) for pcm in sounds)


def word_end(pcm: Pcm) -> float:
    """Seconds at which the one word in a recording ends, by loudness."""
    return active(to_float(pcm))[1] / RATE


def delays(listener: StopListener, sounds: Sequence[Pcm]) -> list[float]:
    """Seconds from the end of the word to the first detection, of those that are heard; one word a sound."""
    found = []
    for pcm in sounds:
        heard = listen(listener, pcm)
        if heard:
            found.append(heard[0].at - word_end(pcm))
    return found
