from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from robotos.clock import RealClock
from robotos.kernel.ports import Heard
from robotos.peripherals.listening.attention import Attention, AttentionSettings
from robotos.peripherals.listening.state import Listening
from robotos.peripherals.microphone import CLIPPING, MUTED, Callback, MicrophoneEars, Organs
from robotos.peripherals.recogniser import PocketsphinxRecogniser, Recognition, WholeSegments
from robotos.peripherals.ring import BlockRing
from robotos.peripherals.sound import RATE, SoundError, read_sound
from robotos.peripherals.stop.listener import StopHeard
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, open_vad

RECORDINGS = Path(__file__).parents[2] / "robotos" / "shell" / "recordings"
LIMIT = 60.0  # s
NOTHING = Organs()


class StreamClock(RealClock):
    """Moves with the sound that is played, however fast that is."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at


class PlayedStream:
    """Feeds a recording to the callback from a thread, as PortAudio does; the clock moves on with each block."""

    def __init__(self, sound: np.ndarray, callback: Callback, clock: StreamClock) -> None:
        self._sound, self._callback, self._clock = sound, callback, clock
        self._thread = threading.Thread(target=self._play, daemon=True)
        self.closed = False

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._thread.join(LIMIT)
        self.closed = True

    def _play(self) -> None:
        for start in range(0, len(self._sound) - FRAME + 1, FRAME):
            self._clock.at += FRAME_SECONDS
            self._callback(self._sound[start : start + FRAME].reshape(-1, 1), FRAME, None, None)


def quiet(seconds: float) -> np.ndarray:
    return np.random.default_rng(4).normal(0, 8, int(seconds * RATE)).astype(np.int16)


def scene(*names: str) -> np.ndarray:
    parts = [part for name in names for part in (quiet(1.0), read_sound(RECORDINGS / f"{name}.wav"))]
    return np.concatenate([*parts, quiet(2.5)])


def wait_for(what: Callable[[], bool], ears: MicrophoneEars) -> None:
    end, tick = time.monotonic() + LIMIT, threading.Event()
    while not what():
        assert time.monotonic() < end, f"too late; problem: {ears.problem}, notes: {ears.notes()}"
        tick.wait(0.005)


def collect(ears: MicrophoneEars, count: int) -> list[Heard]:
    found: list[Heard] = []

    def enough() -> bool:
        found.extend(ears.poll())
        return len(found) >= count

    wait_for(enough, ears)
    return found


def opened(
    sound: np.ndarray, recogniser: PocketsphinxRecogniser, organs: Organs = NOTHING
) -> tuple[MicrophoneEars, list[PlayedStream], StreamClock]:
    clock, streams = StreamClock(), list[PlayedStream]()

    def open_stream(callback: Callback) -> PlayedStream:
        streams.append(PlayedStream(sound, callback, clock))
        return streams[-1]

    ears = MicrophoneEars(clock, WholeSegments(recogniser), open_vad()[0], open_stream, organs)
    return ears, streams, clock


def test_words_from_a_stream(recogniser: PocketsphinxRecogniser) -> None:
    ears, streams, clock = opened(scene("clean_kitchen", "stop"), recogniser)
    try:
        heard = collect(ears, 2)
    finally:
        ears.close()
    assert [words.text for words in heard] == ["robot clean the kitchen", "robot stop"]
    assert all(words.began < words.ended <= clock.now() for words in heard)
    assert heard[0].ended < heard[1].began
    first = 1000.0 + 1.0  # a second of quiet comes first
    assert abs(heard[0].began - first) < 0.5
    assert ears.problem == ""
    assert streams[0].closed


def test_without_an_echo_reference_only_stop_words_count_while_the_robot_speaks(
    recogniser: PocketsphinxRecogniser,
) -> None:
    ears, _, _ = opened(scene("clean_kitchen", "stop"), recogniser, Organs(speaking=lambda: True))
    try:
        heard = collect(ears, 1)
    finally:
        ears.close()
    assert [words.text for words in heard] == ["robot stop"]
    assert any("its own voice" in note.replace("the robot's own", "its own") for note in ears.notes())


def test_words_for_nobody_are_dropped_with_a_note_and_stop_words_pass(recogniser: PocketsphinxRecogniser) -> None:
    attention = Attention(AttentionSettings(names=("marvin",)))
    ears, _, _ = opened(scene("clean_kitchen", "stop"), recogniser, Organs(attention=attention))
    try:
        heard = collect(ears, 1)
    finally:
        ears.close()
    assert [words.text for words in heard] == ["robot stop"]
    assert ears.notes() == ["not for the robot (its name was not said): 'robot clean the kitchen'"]
    assert ears.signals() == [Listening.THINKING]


def test_its_name_is_taken_off_an_order(recogniser: PocketsphinxRecogniser) -> None:
    ears, _, _ = opened(scene("clean_kitchen"), recogniser, Organs(attention=Attention()))
    try:
        heard = collect(ears, 1)
    finally:
        ears.close()
    assert [words.text for words in heard] == ["clean the kitchen"]


class OnceStops:
    """A stop listener that hears a stop word in one frame."""

    def __init__(self, frame: int) -> None:
        self._left = frame

    def push(self, frame: np.ndarray) -> StopHeard | None:
        self._left -= 1
        return StopHeard(1.0, 0.9) if self._left == 0 else None

    def reset(self) -> None:
        return None


@pytest.mark.parametrize("acted", [True, False])
def test_a_stop_the_reflex_has_acted_on_is_not_said_twice(recogniser: PocketsphinxRecogniser, acted: bool) -> None:
    sound = scene("stop", "clean_kitchen")
    at = int((1.0 + len(read_sound(RECORDINGS / "stop.wav")) / RATE) / FRAME_SECONDS)
    seen: list[str] = []

    def on_stop(heard: StopHeard) -> bool:
        seen.append(threading.current_thread().name)
        return acted

    ears, _, _ = opened(sound, recogniser, Organs(stops=OnceStops(at), on_stop=on_stop))
    try:
        heard = collect(ears, 1 if acted else 2)
    finally:
        ears.close()
    assert seen == ["ears"]  # the listening thread itself, behind no queue
    orders = [words.text for words in heard]
    assert orders == ["robot clean the kitchen"] if acted else orders == ["robot stop", "robot clean the kitchen"]


class BrokenStops(OnceStops):
    def push(self, frame: np.ndarray) -> StopHeard | None:
        raise SoundError("the stop network is broken; install robotos again")


def test_a_stop_listener_that_fails_makes_the_robot_deaf_and_the_recogniser_goes_on(
    recogniser: PocketsphinxRecogniser,
) -> None:
    ears, _, _ = opened(scene("clean_kitchen"), recogniser, Organs(stops=BrokenStops(0)))
    try:
        heard = collect(ears, 1)
        assert heard[0].text == "robot clean the kitchen"
        assert "install robotos again" in ears.deaf
        assert ears.state is Listening.DEAF
    finally:
        ears.close()


class Failing:
    def transcribe(self, pcm: np.ndarray) -> Recognition:
        raise SoundError("the recogniser has lost its mind; start it again")


def test_a_recogniser_that_fails_is_told_and_does_not_make_it_deaf() -> None:
    ears, _, _ = opened(scene("stop"), Failing())  # type: ignore[arg-type]
    try:
        wait_for(lambda: bool(ears.problem), ears)
        assert "start it again" in ears.problem
        assert ears.deaf == ""
    finally:
        ears.close()


@pytest.mark.parametrize(
    ("sound", "problem"),
    [
        (np.clip(quiet(4).astype(int) * 8000, -32768, 32767).astype(np.int16), CLIPPING),
        (np.zeros(22 * RATE, "i2"), MUTED),
    ],
)
def test_a_microphone_that_is_overdriven_or_muted_is_complained_about(
    sound: np.ndarray, problem: str, recogniser: PocketsphinxRecogniser
) -> None:
    ears, _, _ = opened(sound, recogniser)
    try:
        wait_for(lambda: ears.problem == problem, ears)
    finally:
        ears.close()


class LostStream:
    """Delivers a recording and then nothing, like a device whose cable is out; the second one is whole again."""

    def __init__(self, callback: Callback, parts: list[np.ndarray]) -> None:
        self._callback, self._sound = callback, parts.pop(0) if parts else None

    def start(self) -> None:
        if self._sound is None:
            raise SoundError("there is no usable microphone; connect one, or type instead")
        threading.Thread(target=self._play, daemon=True).start()

    def close(self) -> None:
        return None

    def _play(self) -> None:
        tick, due = threading.Event(), time.monotonic()
        for start in range(0, len(self._sound) - FRAME + 1, FRAME):
            self._callback(self._sound[start : start + FRAME].reshape(-1, 1), FRAME, None, None)
            due += FRAME_SECONDS
            tick.wait(max(0.0, due - time.monotonic()))


def test_a_microphone_lost_in_mid_sentence_is_found_again_without_a_restart(recogniser: PocketsphinxRecogniser) -> None:
    half = scene("clean_kitchen")[: int(1.9 * RATE)]
    parts = [half, *[scene("clean_kitchen")] * 4]  # a machine that stalls in mid-sentence loses one more
    ears = MicrophoneEars(
        RealClock(), WholeSegments(recogniser), open_vad()[0], lambda callback: LostStream(callback, parts),
        watched=True,
    )  # fmt: skip
    try:
        wait_for(lambda: "cable" in ears.deaf, ears)
        heard = collect(ears, 1)
        assert heard[0].text == "robot clean the kitchen"
        parts.clear()
        wait_for(lambda: "no usable microphone" in ears.deaf, ears)  # the next one is gone as well
    finally:
        ears.close()


def test_a_full_ring_loses_the_oldest_and_says_how_much() -> None:
    ring = BlockRing(4, 2)
    for value in range(10):
        ring.write(np.full((2, 1), value, np.int16), float(value))
    first = ring.read()
    assert first is not None
    assert (list(first.samples[:, 0]), first.at, first.lost) == ([7, 7], 7.0, 7)
    rest = [block.samples[0, 0] for _ in range(3) if (block := ring.read()) is not None]
    assert rest == [8, 9]
    assert ring.waiting == 0
