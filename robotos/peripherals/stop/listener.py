"""The stop listener: frames of the microphone in, "a stop word was said" out, with a network of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from robotos.peripherals.sound import Pcm
from robotos.peripherals.stop.decision import Decision
from robotos.peripherals.stop.features import BANDS, HOP, LogMel, columns
from robotos.peripherals.stop.network import FIELD, Network, load_network
from robotos.peripherals.vad import FRAME, FRAME_SECONDS

WEIGHTS: Final = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class StopHeard:
    """A stop word: `word` is one of `words.WORDS`.

    `at` is seconds of sound pushed so far (since the listener was opened or reset), that is, the end of the frame
    that decided; `score` is the smoothed probability then, 0 to 1.
    """

    at: float
    score: float
    word: str = "stop"


class StopListener:
    """Remembers what it heard before; for one thread. Feed it every frame, also while the robot itself speaks."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._decision = Decision(network.thresholds)
        self.reset()

    def push(self, frame: Pcm) -> StopHeard | None:
        """The next 512 samples (32 ms) at 16 kHz; a stop word when one has just been recognised.

        Raises:
            SoundError: the network does not answer; the reflex is off until this is mended, and the owner must hear it.
        """
        if frame.shape != (FRAME,):
            raise ValueError(f"a frame has {FRAME} samples, not {frame.shape}")
        new = self._mel.push(frame)
        self._seen[: -len(new)] = self._seen[len(new) :]
        self._seen[-len(new) :] = new
        self._frames += 1
        crossing = self._decision.push(self._network.probabilities(self._seen))
        return StopHeard(self._frames * FRAME_SECONDS, crossing.score, crossing.word) if crossing is not None else None

    def reset(self) -> None:
        """Forget what was heard: sound was lost, or the device has changed."""
        self._mel = LogMel()
        self._seen = np.repeat(columns(np.zeros(2 * HOP, np.int16)), FIELD, axis=0)
        self._frames = 0
        self._decision.reset()
        assert self._seen.shape == (FIELD, BANDS)


def open_stop_listener(directory: Path = WEIGHTS) -> StopListener:
    """The listener with the weights that ship with robotos.

    Raises:
        SoundError: onnxruntime or the weights are missing or damaged; the message says what to do.
    """
    return StopListener(load_network(directory))
