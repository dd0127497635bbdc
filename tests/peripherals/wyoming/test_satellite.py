"""A satellite over real TCP as ears and mouth: its sound through the same path as a microphone's, answers to it."""

from __future__ import annotations

import importlib.util
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from robotos.clock import RealClock
from robotos.peripherals.sound import RATE, read_sound
from robotos.peripherals.speaker import SilentOutput
from robotos.peripherals.spoken import SpokenSpeech
from robotos.peripherals.synth import Synthesised
from robotos.peripherals.vad import FRAME
from robotos.peripherals.wyoming.address import Address
from robotos.peripherals.wyoming.mouth import ManyOutputs, SatelliteOutput
from robotos.peripherals.wyoming.satellite import Satellite, Times

RECORDINGS = Path(__file__).parents[3] / "robotos" / "shell" / "recordings"
LIMIT = 30.0  # s


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("a_satellite", Path(__file__).with_name("a_satellite.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wait_for(what: Callable[[], bool], limit: float = LIMIT) -> None:
    end = time.monotonic() + limit
    tick = threading.Event()
    while not what():
        assert time.monotonic() < end, "too late"
        tick.wait(0.005)


class Collected:
    def __init__(self) -> None:
        self.frames: list[np.ndarray] = []

        self.ages: list[float] = []

    def __call__(self, block: np.ndarray, count: int, times: Times, _status: object) -> None:
        assert block.shape == (FRAME, 1) and block.dtype == np.int16 and count == FRAME
        self.frames.append(block[:, 0].copy())
        self.ages.append(times.currentTime - times.inputBufferAdcTime)

    @property
    def silent(self) -> int:
        """Frames that stand for its silence."""
        return sum(int(np.abs(frame).max() == 1) for frame in self.frames)

    @property
    def sound(self) -> np.ndarray:
        """What it has sent."""
        sent = [frame for frame in self.frames if np.abs(frame).max() != 1]
        return np.concatenate(sent) if sent else np.zeros(0, np.int16)


class Tone:
    name = "tone"

    def synthesise(self, text: str) -> Synthesised:
        return Synthesised(np.full(len(text) * RATE // 20, 1000, np.int16), RATE)


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (16_000, 2)])
def test_its_sound_arrives_sample_by_sample(made: ModuleType, rate: int, channels: int) -> None:
    sound = read_sound(RECORDINGS / "stop.wav")
    there = made.ASatellite([sound], rate=rate, channels=channels)
    line, got = Satellite(Address("127.0.0.1", there.port), RealClock()), Collected()
    stream = line.open_stream(got)
    stream.start()
    try:
        wait_for(lambda: len(got.sound) >= len(sound) - FRAME)
        assert np.array_equal(got.sound[: len(sound) - FRAME], sound[: len(sound) - FRAME])
        assert line.problem == "" and line.connected and "kitchen" in line.name
        wait_for(lambda: not line.streaming)  # it falls silent: what was said is over
        before, began = got.silent, time.monotonic()
        wait_for(lambda: got.silent >= before + 20)
        assert time.monotonic() - began > 0.3  # at the pace of life
        assert all(-0.3 < age < 2 for age in got.ages)
        wait_for(lambda: "ping" in there.types())
        assert there.types()[:2] == ["describe", "run-satellite"]
        stream.close()
        heard = len(got.frames)
        time.sleep(0.2)
        assert len(got.frames) <= heard + 1 and line.connected  # the line stays up
    finally:
        line.close()
        there.close()
    assert there.types()[-1] == "pause-satellite"


def test_sound_from_before_it_streamed_keeps_its_time(made: ModuleType) -> None:
    there = made.ASatellite([])
    line, got = Satellite(Address("127.0.0.1", there.port), RealClock()), Collected()
    line.open_stream(got).start()
    try:
        wait_for(lambda: got.silent > 3)
        there.send_at_once(np.arange(2 * RATE).astype(np.int16))
        wait_for(lambda: len(got.sound) >= 40 * FRAME)
        first = next(n for n, frame in enumerate(got.frames) if np.abs(frame).max() > 1)
        assert 1.3 < got.ages[first] <= 1.5 + 0.05  # a second and a half of the two
        assert got.ages[first] - got.ages[first + 10] == pytest.approx(0.32)
    finally:
        line.close()
        there.close()


def test_other_rates_are_converted(made: ModuleType) -> None:
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)).astype(np.int16)
    there = made.ASatellite([tone], rate=48_000)
    line, got = Satellite(Address("127.0.0.1", there.port), RealClock()), Collected()
    line.open_stream(got).start()
    try:
        wait_for(lambda: len(got.sound) >= RATE - 4 * FRAME)
        heard = got.sound[2048:8192].astype(float)
        peak = np.argmax(np.abs(np.fft.rfft(heard * np.hanning(len(heard))))) * RATE / len(heard)
        assert abs(peak - 440) < 5
    finally:
        line.close()
        there.close()


def test_its_own_wake_word_counts_as_being_spoken_to(made: ModuleType) -> None:
    woken = threading.Event()
    there = made.ASatellite([np.full(RATE * 60, 50, np.int16)], wake=True)
    line, got = Satellite(Address("127.0.0.1", there.port), RealClock()), Collected()
    line.woken = woken.set
    line.open_stream(got).start()
    try:
        assert woken.wait(LIMIT)
        wait_for(lambda: len(got.sound) > RATE)
        line.heard("clean the kitchen")
        wait_for(lambda: not there.streaming)  # a minute of sound was not over
        (told,) = [event for event in there.got if event.type == "transcript"]
        assert told.data["text"] == "clean the kitchen"
    finally:
        line.close()
        there.close()


def test_a_lost_satellite_is_told_and_called_again(made: ModuleType) -> None:
    there = made.ASatellite([])
    line = Satellite(Address("127.0.0.1", there.port), RealClock())
    line.open_stream(Collected()).start()
    try:
        wait_for(lambda: line.connected)
        there.break_off()
        wait_for(lambda: line.problem != "")
        assert "was lost" in line.problem and "called again" in line.problem
        wait_for(lambda: line.connected and line.problem == "")
        assert there.clients == 2
    finally:
        line.close()
        there.close()


def test_what_is_no_satellite_and_what_does_not_answer_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = Satellite(Address("127.0.0.1", silent.getsockname()[1]), RealClock())
        assert "has not answered yet" in line.problem
        line.open_stream(Collected()).start()
        wait_for(lambda: "nothing came in time" in line.problem)
        line.close()
    line = Satellite(Address("127.0.0.1", silent.getsockname()[1] if silent.fileno() >= 0 else 1), RealClock())
    line.open_stream(Collected()).start()
    wait_for(lambda: "no Wyoming service answers" in line.problem)
    line.close()


@pytest.fixture
def talking(made: ModuleType) -> Iterator[tuple[object, SatelliteOutput, SpokenSpeech]]:
    there = made.ASatellite([])
    clock = RealClock()
    line = Satellite(Address("127.0.0.1", there.port), clock)
    line.open_stream(Collected()).start()
    output = SatelliteOutput(line, clock)
    speech = SpokenSpeech(clock, Tone(), ManyOutputs(SilentOutput(), [output]))
    wait_for(lambda: line.connected)
    yield there, output, speech
    speech.close()
    line.close()
    there.close()


def test_answers_sound_where_it_was_spoken_to_and_nowhere_else(talking: tuple) -> None:
    there, output, speech = talking
    speech.say("Nobody there asked.")
    wait_for(lambda: not speech.speaking)
    assert not there.played
    output.engage()
    speech.say("Yes. At once.")
    wait_for(lambda: not speech.speaking)
    wait_for(lambda: "audio-stop" in there.types())
    assert len(there.played) // 2 == len("Yes.At once.") * RATE // 20
    start = next(event for event in there.got if event.type == "audio-start")
    assert (start.data["rate"], start.data["width"], start.data["channels"]) == (RATE, 2, 1)


def test_hush_and_ducking_reach_it(talking: tuple) -> None:
    there, output, speech = talking
    output.engage()
    speech.duck(0.2)
    speech.say("A sentence that would go on for quite some time.")
    wait_for(lambda: len(there.played) > 4000)
    speech.hush()
    hushed = time.monotonic()
    wait_for(lambda: "audio-stop" in there.types())
    assert time.monotonic() - hushed < 2.0  # it would have gone on for longer
    time.sleep(0.2)
    assert len(there.played) < 48 * RATE // 20
    assert np.frombuffer(bytes(there.played[2000:4000]), np.int16).max() == 200


def test_a_satellite_that_stands_still_never_blocks_speech() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        clock = RealClock()
        line = Satellite(Address("127.0.0.1", silent.getsockname()[1]), clock)
        line.start()
        output = SatelliteOutput(line, clock)
        output.engage()
        began = time.monotonic()
        for _ in range(500):
            output.write(np.ones(320, np.int16), RATE)
        output.abort()
        assert time.monotonic() - began < 5.0  # at the pace of life it would be ten
        line.close()
