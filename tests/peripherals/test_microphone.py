from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from robotos.clock import RealClock
from robotos.kernel.ports import Heard
from robotos.peripherals.microphone import Callback, MicrophoneEars
from robotos.peripherals.recogniser import PocketsphinxRecogniser, Recognition
from robotos.peripherals.ring import BlockRing
from robotos.peripherals.sound import RATE, SoundError, read_sound
from robotos.peripherals.vad import FRAME, Vad, open_vad

RECORDINGS = Path(__file__).parents[2] / "robotos" / "shell" / "recordings"
LIMIT = 60.0  # s


class PlayedStream:
    """Feeds a recording to the callback from a thread, as PortAudio does, as fast as it is taken up."""

    def __init__(self, sound: np.ndarray, callback: Callback) -> None:
        self._sound, self._callback = sound, callback
        self._thread = threading.Thread(target=self._play, daemon=True)
        self.closed = False

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._thread.join(LIMIT)
        self.closed = True

    def _play(self) -> None:
        for start in range(0, len(self._sound) - FRAME + 1, FRAME):
            self._callback(self._sound[start : start + FRAME].reshape(-1, 1), FRAME, None, None)


def quiet(seconds: float) -> np.ndarray:
    return np.random.default_rng(4).normal(0, 8, int(seconds * RATE)).astype(np.int16)


def scene(*names: str) -> np.ndarray:
    parts = [part for name in names for part in (quiet(1.0), read_sound(RECORDINGS / f"{name}.wav"))]
    return np.concatenate([*parts, quiet(1.5)])


def collect(ears: MicrophoneEars, enough: Callable[[list[Heard]], bool]) -> list[Heard]:
    found: list[Heard] = []
    end, tick = time.monotonic() + LIMIT, threading.Event()
    while not enough(found):
        assert time.monotonic() < end, f"heard only {found}, problem: {ears.problem}"
        found.extend(ears.poll())
        tick.wait(0.01)
    return found


def test_words_from_a_stream(recogniser: PocketsphinxRecogniser) -> None:
    streams: list[PlayedStream] = []

    def opened(callback: Callback) -> PlayedStream:
        streams.append(PlayedStream(scene("clean_kitchen", "stop"), callback))
        return streams[0]

    clock = RealClock()
    ears = MicrophoneEars(clock, recogniser, open_vad()[0], opened)
    try:
        heard = collect(ears, lambda found: len(found) == 2)
    finally:
        ears.close()
    assert [words.text for words in heard] == ["robot clean the kitchen", "robot stop"]
    assert all(words.began < words.ended <= clock.now() for words in heard)
    assert heard[0].ended < heard[1].began
    assert ears.problem == ""
    assert streams[0].closed


def test_while_the_robot_speaks_only_stop_words_count(recogniser: PocketsphinxRecogniser) -> None:
    ears = MicrophoneEars(
        RealClock(), recogniser, open_vad()[0], lambda callback: PlayedStream(scene("clean_kitchen", "stop"), callback),
        speaking=lambda: True,
    )  # fmt: skip
    try:
        heard = collect(ears, lambda found: len(found) == 1)
    finally:
        ears.close()
    assert [words.text for words in heard] == ["robot stop"]


class Loud:
    """A detector for which everything loud is speech."""

    name = "loud"

    def probability(self, frame: np.ndarray) -> float:
        return float(np.abs(frame).max() > 100)

    def reset(self) -> None:
        return None


class Failing:
    def transcribe(self, pcm: np.ndarray) -> Recognition:
        raise SoundError("the recogniser has lost its mind; start it again")


def test_a_recogniser_that_fails_is_told() -> None:
    vad: Vad = Loud()
    ears = MicrophoneEars(RealClock(), Failing(), vad, lambda callback: PlayedStream(scene("stop"), callback))
    try:
        seen = []
        end, tick = time.monotonic() + LIMIT, threading.Event()
        while not seen and time.monotonic() < end:
            seen = [ears.problem] if ears.problem else []
            tick.wait(0.001)
    finally:
        ears.close()
    assert seen


def test_a_full_ring_loses_the_oldest_and_says_how_much() -> None:
    ring = BlockRing(4, 2)
    for value in range(10):
        ring.write(np.full((2, 1), value, np.int16))
    first = ring.read()
    assert first is not None
    block, lost = first
    assert (list(block), lost) == ([7, 7], 7)
    rest = [entry[0][0] for _ in range(3) if (entry := ring.read()) is not None]
    assert rest == [8, 9]
    assert ring.waiting == 0
