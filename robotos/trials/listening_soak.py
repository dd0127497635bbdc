"""Hours of sound down the listening path, faster than real time: nothing may grow, nothing may drift."""

from __future__ import annotations

import gc
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from robotos.peripherals.echo import EchoReference
from robotos.peripherals.listening.barge_in import BargeIn
from robotos.peripherals.listening.foreground import ForegroundVad
from robotos.peripherals.listening.guard import EchoGuard
from robotos.peripherals.listening.path import ListeningPath, Parts
from robotos.peripherals.listening.words import Utterance, WordsAtOnce
from robotos.peripherals.recogniser import Recognition
from robotos.peripherals.sample_clock import SampleClock
from robotos.peripherals.sound import RATE, Pcm, SoundError, read_sound
from robotos.peripherals.stop.listener import StopListener, open_stop_listener
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, open_vad

RECORDINGS: Final = Path(__file__).parents[1] / "shell" / "recordings"
MINUTE: Final = 60.0
_NAMES: Final = ("clean_kitchen", "anyway")
_OWNER, _ROBOT = (8.0, 38.0), 20.0  # s into each minute at which the owner and the robot speak
_AHEAD: Final = 0.05  # s before it sounds that the robot's speech is known
_NEAR: Final = 0.6  # s that an utterance's beginning may be off
_PPM: Final = 60e-6  # by which the device's clock is wrong
_JITTER: Final = 0.004  # s of its stamps
_WARM: Final = 5  # minutes before memory is looked at: caches fill


@dataclass(frozen=True, slots=True)
class Streamed:
    """What came of it: minutes, utterances heard of how many, MB that memory grew by, the worst time error in s."""

    minutes: int
    spoken: int
    heard: int
    false: int
    grown: float
    drift: float


class _Listener:
    """A recogniser that keeps nothing but how much it was fed."""

    def begin(self) -> None:
        return None

    def feed(self, frame: Pcm) -> None:
        return None

    def partial(self) -> str:
        return "clean the kitchen"

    def finish(self) -> Recognition:
        return Recognition("clean the kitchen", 1.0)

    def transcribe(self, pcm: Pcm) -> Recognition:
        return Recognition("clean the kitchen", 1.0)


def stream(minutes: int, seed: int) -> Streamed:
    """So many minutes in virtual time; each has two orders of the owner and a sentence of the robot with its echo."""
    orders = [read_sound(RECORDINGS / f"{name}.wav") for name in _NAMES]
    rng = np.random.default_rng(seed)
    said: list[Utterance] = []
    reference = EchoReference()
    words = WordsAtOnce(_Listener(), lambda _, utterance: said.append(utterance))
    parts = Parts(
        ForegroundVad(open_vad()[0]), words, EchoGuard(reference), _stops(),
        barge_in=BargeIn(lambda loud: None, lambda: None),
    )  # fmt: skip
    path, stamps = ListeningPath(parts), SampleClock()
    heard = false = number = 0
    before, drift = 0.0, 0.0
    for minute in range(minutes):
        own = (orders[minute % 2] * 0.3).astype(np.int16)
        sound = _minute(rng, orders, own)
        said.clear()
        for start in range(0, len(sound), FRAME):
            truth = number * FRAME_SECONDS * (1 + _PPM)
            at = stamps.stamp(truth + rng.normal(0, _JITTER), FRAME_SECONDS)
            drift = max(drift, abs(at - truth)) if number > 100 else drift
            if start // FRAME == int((_ROBOT - _AHEAD) / FRAME_SECONDS):
                reference.played(own, RATE, at + _ROBOT - start / RATE)
            path.push(sound[start : start + FRAME], at)
            number += 1
        heard += sum(any(abs(_second(one, minute) - at) < _NEAR for one in said) for at in _OWNER)
        false += sum(all(abs(_second(one, minute) - at) >= _NEAR for at in _OWNER) for one in said)
        if minute == min(_WARM, minutes // 2):
            before = _memory()
    return Streamed(minutes, 2 * minutes, heard, false, max(0.0, _memory() - before), drift)


def _minute(rng: np.random.Generator, orders: list[Pcm], own: Pcm) -> Pcm:
    count = int(MINUTE * RATE) // FRAME * FRAME
    sound = rng.normal(0.0, 20.0, count)
    for at, order in zip(_OWNER, orders, strict=True):
        begin = int(at * RATE)
        sound[begin : begin + len(order)] += order
    begin = int(_ROBOT * RATE)
    sound[begin + 200 : begin + 200 + len(own)] += 0.3 * own
    return np.asarray(np.clip(sound, -32768, 32767), np.int16)


def _second(one: Utterance, minute: int) -> float:
    frames = int(MINUTE * RATE) // FRAME
    return one.began - minute * frames * FRAME_SECONDS * (1 + _PPM)


def _stops() -> StopListener | None:
    try:
        return open_stop_listener()
    except SoundError:
        return None


def _memory() -> float:
    """MB that this process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
