from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from robotos.clock import RealClock
from robotos.peripherals.sound import SoundError, read_sound
from robotos.peripherals.speaker import SilentOutput, WavLog
from robotos.peripherals.spoken import SpokenSpeech
from robotos.peripherals.synth import Synthesised

RATE = 16_000
LIMIT = 10.0  # s


class Tone:
    """A voice whose sentences last as long as they have letters, in tenths of a second; "silence" fails."""

    name = "tone"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def synthesise(self, text: str) -> Synthesised:
        self.asked.append(text)
        if text.startswith("silence"):
            raise SoundError("the voice is hoarse; try another one")
        return Synthesised(np.full(len(text) * RATE // 10, 1000, np.int16), RATE)


class Gate:
    """A loudspeaker that plays while it is open, and notes what it got."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began = threading.Event()
        self.samples = 0
        self.aborted = threading.Event()

    def write(self, pcm: np.ndarray, rate: int) -> None:
        self.began.set()
        assert self.open.wait(LIMIT)
        self.samples += len(pcm)

    def abort(self) -> None:
        self.aborted.set()

    def close(self) -> None:
        self.open.set()


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    tick = threading.Event()
    while not what():
        assert time.monotonic() < end, "too late"
        tick.wait(0.005)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def speech(gate: Gate) -> Iterator[SpokenSpeech]:
    made = SpokenSpeech(RealClock(), Tone(), gate)
    yield made
    gate.open.set()
    made.close()


def finished(speech: SpokenSpeech, count: int) -> list[int]:
    done: list[int] = []

    def enough() -> bool:
        done.extend(speech.poll())
        return len(done) >= count

    wait_for(enough)
    return done


def test_tickets_finish_in_order(speech: SpokenSpeech, gate: Gate) -> None:
    gate.open.set()
    tickets = [speech.say("One. Two."), speech.say("Three."), speech.say("")]
    assert finished(speech, 3) == tickets
    assert not speech.speaking
    assert gate.samples == sum(map(len, ("One.", "Two.", "Three."))) * RATE // 10
    assert [text for _, text in speech.said] == ["One. Two.", "Three.", ""]


def test_a_ticket_is_open_until_its_sound_is_over(speech: SpokenSpeech, gate: Gate) -> None:
    speech.say("One.")
    assert gate.began.wait(LIMIT)
    assert speech.speaking
    assert list(speech.poll()) == []


def test_hush_cuts_off_what_plays_and_drops_what_waits(speech: SpokenSpeech, gate: Gate) -> None:
    tickets = [speech.say("A rather long sentence, which will not be heard to its end."), speech.say("Nor this.")]
    assert gate.began.wait(LIMIT)
    speech.hush()
    gate.open.set()
    assert finished(speech, 2) == tickets
    assert gate.aborted.is_set()
    assert gate.samples <= RATE // 20  # the one block that was being written
    after = speech.say("Heard.")
    assert finished(speech, 1) == [after]
    assert gate.samples >= len("Heard.") * RATE // 10


def test_hush_is_quick_on_a_real_clock() -> None:
    speech = SpokenSpeech(RealClock(), Tone(), SilentOutput())
    try:
        speech.say("A sentence that would last for seconds if nobody stopped it from being spoken at such length.")
        wait_for(lambda: speech.speaking)
        began = time.monotonic()
        speech.hush()
        finished(speech, 1)
        assert time.monotonic() - began < 1.0  # 0.2 s on a machine that does nothing else
    finally:
        speech.close()


def test_a_voice_that_fails_is_told_and_blocks_nobody(speech: SpokenSpeech, gate: Gate) -> None:
    gate.open.set()
    tickets = [speech.say("silence"), speech.say("Sound.")]
    assert finished(speech, 2) == tickets
    assert speech.errors == ["the voice is hoarse; try another one"]
    assert gate.samples == len("Sound.") * RATE // 10


def test_what_is_said_is_also_written(tmp_path: Path, gate: Gate) -> None:
    path = tmp_path / "said.wav"
    gate.open.set()
    speech = SpokenSpeech(RealClock(), Tone(), gate, WavLog(path, RATE))
    speech.say("One. Two.")
    finished(speech, 1)
    assert len(read_sound(path)) == len("One.Two.") * RATE // 10
    speech.close()


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="cannot be written"):
        WavLog(tmp_path / "none" / "said.wav")
