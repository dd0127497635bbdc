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
from robotos.peripherals.synth import Synthesised, TimedSynthesiser

RATE = 16_000
LIMIT = 10.0  # s


class Tone:
    """A voice whose sentences last as long as they have letters, in tenths of a second; "silence" fails."""

    name = "tone"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def synthesise(self, text: str) -> Synthesised:
        self.asked.append(text)
        if text == "hm.":  # how a mouth warms up
            return Synthesised(np.zeros(RATE // 10, np.int16), RATE)
        if text.startswith("stone"):
            threading.Event().wait(3.0)
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
        self.level = 1.0
        self.lost = 0  # times that it fails
        self.tries = 0

    def write(self, pcm: np.ndarray, rate: int) -> None:
        if len(pcm) == 0:
            return
        self.tries += 1
        if self.tries <= self.lost:
            raise SoundError("the loudspeaker has stopped working; check its cable")
        self.began.set()
        assert self.open.wait(LIMIT)
        self.samples += len(pcm)

    def pump(self) -> None:
        return None

    def drain(self) -> None:
        return None

    def duck(self, level: float) -> None:
        self.level = level

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
    assert gate.samples <= RATE // 50  # the one block that was being written
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


def test_a_voice_that_hangs_is_given_up(gate: Gate) -> None:
    voice = TimedSynthesiser(Tone(), limit=0.1)
    with pytest.raises(SoundError, match=r"tone has not spoken within .* choose another voice"):
        voice.synthesise("stone")
    with pytest.raises(SoundError, match="still does not answer"):
        voice.synthesise("One.")
    time.sleep(3.1)  # it comes to itself
    assert voice.synthesise("One.").seconds == pytest.approx(0.4)


def test_a_loudspeaker_that_comes_back_in_mid_sentence_goes_on(gate: Gate) -> None:
    gate.lost = 2
    gate.open.set()
    speech = SpokenSpeech(RealClock(), Tone(), gate)
    speech.say("One.")
    finished(speech, 1)
    assert gate.samples == len("One.") * RATE // 10  # nothing was left out
    assert speech.errors == ["the loudspeaker has stopped working; check its cable"]
    assert speech.problem == ""
    speech.close()


def test_a_disk_that_is_full_does_not_silence_it(gate: Gate, tmp_path: Path) -> None:
    class Full(WavLog):
        def append(self, pcm: np.ndarray) -> None:
            raise SoundError("what is said can no longer be recorded; make room on the disk")

    gate.open.set()
    speech = SpokenSpeech(RealClock(), Tone(), gate, Full(tmp_path / "said.wav", RATE))
    speech.say("One.")
    finished(speech, 1)
    assert gate.samples == len("One.") * RATE // 10
    assert [error for error in speech.errors if "make room" in error]
    speech.close()


def test_ducking_reaches_the_loudspeaker(speech: SpokenSpeech, gate: Gate) -> None:
    speech.duck(0.2)
    assert gate.level == 0.2


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
