"""From frames to utterances: where they end, what counts as speech, and sound that is not as it should be."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.ports import Heard
from robotos.peripherals.capture import Capture, Format
from robotos.peripherals.endpoint import DEFAULT, spans
from robotos.peripherals.files import transcribe_file, transcribe_sound
from robotos.peripherals.listening.ending import DrawnOut, Ending, ending_of
from robotos.peripherals.listening.foreground import ForegroundVad
from robotos.peripherals.listening.path import ListeningPath, Parts
from robotos.peripherals.listening.state import Listening, earcon
from robotos.peripherals.listening.words import Utterance, WordsAtOnce
from robotos.peripherals.recogniser import PocketsphinxRecogniser, Recognition
from robotos.peripherals.sound import RATE, Pcm, SoundError, level, read_sound, resample, write_wav
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, open_vad
from tests.peripherals.listening.rooms import RECORDINGS

SEED = 4


def quiet(seconds: float, loud: float = 8.0) -> Pcm:
    return np.random.default_rng(SEED).normal(0, loud, int(seconds * RATE)).astype(np.int16)


def babble(seconds: float) -> Pcm:
    """Four voices at once, all of them quiet."""
    voices = [read_sound(RECORDINGS / f"{name}.wav") for name in ("stop", "clean_kitchen", "anyway", "clean_again")]
    mixed = sum(
        np.resize(np.roll(voice, 3000 * n), int(seconds * RATE)).astype(float) for n, voice in enumerate(voices)
    )
    return np.asarray(mixed * 0.01, np.int16)


class Dictating:
    """A recogniser whose partial result and result are what it is told, whatever it hears."""

    def __init__(self, words: str) -> None:
        self.words, self.fed = words, 0

    def begin(self) -> None:
        self.fed = 0

    def feed(self, frame: Pcm) -> None:
        self.fed += len(frame)

    def partial(self) -> str:
        return self.words

    def finish(self) -> Recognition:
        return Recognition(self.words, 1.0)

    def transcribe(self, pcm: Pcm) -> Recognition:
        return Recognition(self.words, 1.0)


def listen(sound: Pcm, recogniser: Dictating) -> list[tuple[Utterance, float]]:
    """The utterances in a sound, and when each was over."""
    found: list[tuple[Utterance, float]] = []
    now = [0.0]
    words = WordsAtOnce(recogniser, lambda _, said: found.append((said, now[0])))
    path = ListeningPath(Parts(ForegroundVad(open_vad()[0]), words))
    for start in range(0, len(sound) - FRAME, FRAME):
        now[0] = start / RATE + FRAME_SECONDS
        path.push(sound[start : start + FRAME], start / RATE)
    return found


@pytest.mark.parametrize(
    ("words", "pause"),
    [("clean the kitchen", DEFAULT.finished), ("clean the", DEFAULT.unfinished), ("", DEFAULT.pause),
     ("bring me the red cup and erm", DEFAULT.unfinished)],
)  # fmt: skip
def test_it_waits_longer_after_a_hesitation_than_after_a_finished_phrase(words: str, pause: float) -> None:
    sound = np.concatenate((quiet(1.0), read_sound(RECORDINGS / "clean_kitchen.wav"), quiet(2.5)))
    (said, over), *more = listen(sound, Dictating(words))
    assert more == []
    last = said.ended - DEFAULT.tail
    assert abs(over - last - pause) < 2.5 * FRAME_SECONDS


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ("robot", Ending.OPEN), ("turn it on", Ending.FINISHED), ("go to the", Ending.OPEN), ("stop", Ending.FINISHED),
        ("where is grandma", Ending.FINISHED), ("tell grandma that", Ending.OPEN), ("yes", Ending.FINISHED),
        ("bring", Ending.OPEN), ("come in", Ending.FINISHED), ("", Ending.UNKNOWN), ("wait for ten", Ending.OPEN),
    ],
)  # fmt: skip
def test_endings(words: str, ending: Ending) -> None:
    assert ending_of(words) is ending


def test_a_drawn_out_vowel_is_a_hesitation_and_changing_speech_is_none() -> None:
    times = np.arange(20 * FRAME) / RATE
    vowel = sum(np.sin(2 * np.pi * f * times) / n for n, f in enumerate((120, 240, 480, 600, 1200), 1))
    drawn, rng = DrawnOut(), np.random.default_rng(SEED)
    for start in range(0, len(vowel), FRAME):
        drawn.push((vowel[start : start + FRAME] * 5000 + rng.normal(0, 50, FRAME)).astype(np.int16))
    assert drawn.drawn
    drawn.reset()
    for start in range(0, 12 * FRAME, FRAME):
        drawn.push(read_sound(RECORDINGS / "clean_kitchen.wav")[4000 + start : 4000 + start + FRAME])
    assert not drawn.drawn


def test_babble_in_the_background_neither_begins_nor_prolongs_an_utterance() -> None:
    order = read_sound(RECORDINGS / "clean_kitchen.wav")
    sound = babble(9.0)
    begin = 4 * RATE
    sound[begin : begin + len(order)] += order
    bare = list(spans(sound, open_vad()[0]))
    assert sum(span.ended - span.began for span in bare) > len(order) / RATE + 2  # what the detector alone makes of it
    found = listen(sound, Dictating("clean the kitchen"))
    (said, _) = found[-1]
    assert all(over < 2.0 for _, over in found[:-1])  # before it knows how loud the room is
    assert abs(said.began - 4.0) < 0.4
    assert abs(said.ended - 4.0 - len(order) / RATE) < 0.4


def test_a_file_with_babble_around_the_order_is_understood(recogniser: PocketsphinxRecogniser) -> None:
    order = read_sound(RECORDINGS / "clean_kitchen.wav")
    heard = transcribe_sound(np.concatenate((babble(1.5), order, babble(2.0))), recogniser)
    assert heard.text == "robot clean the kitchen"


@given(st.lists(st.sampled_from([0.0, 1.0]), max_size=200), st.integers(0, 3))
def test_every_sample_of_an_utterance_is_fed_once_and_in_order(speech: list[float], seed: int) -> None:
    class Counting(Dictating):
        def __init__(self) -> None:
            super().__init__("turn left")
            self.seen: list[int] = []

        def begin(self) -> None:
            self.seen = []

        def feed(self, frame: Pcm) -> None:
            self.seen.append(int(frame[0]))

    class Told:
        name = "told"

        def probability(self, frame: Pcm) -> float:
            return speech[int(frame[0])] if int(frame[0]) < len(speech) else 0.0

        def reset(self) -> None:
            return None

    recogniser, found = Counting(), list[list[int]]()
    path = ListeningPath(Parts(Told(), WordsAtOnce(recogniser, lambda *_: found.append(list(recogniser.seen)))))
    for number in range(len(speech) + 60):
        path.push(np.full(FRAME, number, np.int16), number * FRAME_SECONDS)
    for fed in found:
        assert fed == list(range(fed[0], fed[-1] + 1))
    assert all(a[-1] < b[0] for a, b in itertools.pairwise(found))


def test_the_tones_are_short_soft_and_different() -> None:
    tones = {state: earcon(state) for state in Listening}
    assert len(tones[Listening.IDLE]) == 0
    for state in (Listening.LISTENING, Listening.THINKING, Listening.REFUSED, Listening.DEAF):
        assert 0 < len(tones[state]) <= 0.5 * RATE
        assert level(tones[state]) < -15
    assert len({tone.tobytes() for tone in tones.values()}) == len(tones)


# ---------------------------------------------------------------- sound that is not as it should be


def order_in(sound: Pcm, path: Path, rate: int = RATE) -> Path:
    write_wav(path, sound, rate)
    return path


def test_an_8_khz_a_clipped_and_a_soft_file_are_understood(tmp_path: Path, recogniser: PocketsphinxRecogniser) -> None:
    order = read_sound(RECORDINGS / "clean_kitchen.wav")
    narrow = transcribe_file(order_in(resample(order, RATE, 8000), tmp_path / "8k.wav", 8000), recogniser)
    clipped = np.clip(order.astype(int) * 3, -32768, 32767).astype(np.int16)
    assert "kitchen" in narrow.text
    assert transcribe_sound(clipped, recogniser).text == "robot clean the kitchen"
    assert transcribe_sound((order // 16).astype(np.int16), recogniser).text == "robot clean the kitchen"


@pytest.mark.parametrize("sound", [np.zeros(0, np.int16), np.zeros(5 * RATE, np.int16), quiet(5.0), quiet(5.0, 3000)])
def test_silence_and_noise_are_no_words(sound: Pcm, recogniser: PocketsphinxRecogniser) -> None:
    assert transcribe_sound(sound, recogniser) == Heard("", 0.0, 0.0, len(sound) / RATE)


def test_ten_minutes_are_read_and_more_are_refused(tmp_path: Path) -> None:
    order = read_sound(RECORDINGS / "clean_kitchen.wav")
    long = np.zeros(600 * RATE, np.int16)
    for minute in (0, 5, 9):
        begin = minute * 60 * RATE + RATE
        long[begin : begin + len(order)] = order
    heard = transcribe_file(order_in(long, tmp_path / "long.wav"), Dictating("clean the kitchen"), Loudness())
    assert heard.text == " ".join(["clean the kitchen"] * 3)
    with pytest.raises(SoundError, match="cut it into shorter files"):
        transcribe_file(order_in(np.zeros(601 * RATE, np.int16), tmp_path / "longer.wav"), Dictating(""), Loudness())


class Loudness:
    """A detector for which everything loud is speech."""

    name = "loud"

    def probability(self, frame: Pcm) -> float:
        return float(np.abs(frame.astype(int)).max() > 100)

    def reset(self) -> None:
        return None


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVEfmt ", b"\0" * 100, b"RIFF" + b"\xff" * 60])
def test_a_corrupt_file_is_one_clear_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(data)
    with pytest.raises(SoundError, match=r"broken\.wav"):
        transcribe_file(tmp_path / "broken.wav", Dictating(""), Loudness())


class Still:
    """A clock that stands still, and a stream that is fed by hand."""

    def now(self) -> float:
        return 10.0

    def wall(self) -> object:
        raise NotImplementedError

    def start(self) -> None:
        return None

    def close(self) -> None:
        return None


@pytest.mark.parametrize(("rate", "channels"), [(16000, 1), (16000, 2), (48000, 1), (44100, 2), (8000, 1)])
def test_a_device_of_any_rate_and_channels_is_heard_at_16_khz_mono(rate: int, channels: int) -> None:
    form = Format(rate, channels)
    callbacks = []
    capture = Capture(Still(), lambda callback: (callbacks.append(callback), Still())[1], form)  # type: ignore[arg-type]
    count = 40
    times = np.arange(count * form.block) / rate
    tone = (8000 * np.sin(2 * np.pi * 300 * times)).astype(np.int16)
    sides = np.stack([2 * tone, 0 * tone] if channels == 2 else [tone], axis=1)
    found, last = [], -math.inf
    for number in range(count):
        callbacks[0](sides[number * form.block : (number + 1) * form.block], form.block, None, None)
        for frame in capture.frames():
            assert frame.pcm.shape == (FRAME,)
            assert frame.at > last or frame.jumped
            last = frame.at
            found.append(frame.pcm)
    heard = np.concatenate(found)[2000:]
    assert abs(len(heard) + 2000 - count * FRAME) <= 2 * FRAME
    crossings = np.sum((heard[:-1] < 0) & (heard[1:] >= 0)) / (len(heard) / RATE)
    assert abs(crossings - 300) < 3
    assert abs(np.abs(heard).max() - 8000) < 200
