from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from robotos.clock import VirtualClock
from robotos.language.stopwords import is_stop
from robotos.peripherals.files import FileEars, transcribe_file
from robotos.peripherals.recogniser import PocketsphinxRecogniser, Recogniser, Recognition, WholeSegments
from robotos.peripherals.sound import RATE, Pcm, SoundError, read_sound, write_wav

RECORDINGS = Path(__file__).parents[2] / "robotos" / "shell" / "recordings"
SAID = {
    "clean_kitchen": "robot clean the kitchen",
    "clean_again": "robot clean the kitchen",
    "anyway": "do it anyway",
    "stop": "robot stop",
}


@pytest.mark.parametrize("name", SAID)
def test_every_recording_of_the_demo_is_understood_exactly(name: str, recogniser: PocketsphinxRecogniser) -> None:
    path = RECORDINGS / f"{name}.wav"
    assert path.stat().st_size < 60_000
    heard = transcribe_file(path, recogniser)
    assert heard.text == SAID[name]
    assert 0 < heard.confidence <= 1
    assert 0 <= heard.began < heard.ended <= len(read_sound(path)) / RATE
    assert is_stop(heard.text) == (name == "stop")


def test_the_same_sound_gives_the_same_words_whatever_came_before(recogniser: PocketsphinxRecogniser) -> None:
    stop, clean = read_sound(RECORDINGS / "stop.wav"), read_sound(RECORDINGS / "clean_kitchen.wav")
    first = recogniser.transcribe(stop)
    recogniser.transcribe(clean)
    assert recogniser.transcribe(stop) == first


def fed(recogniser: Recogniser, sound: Pcm, piece: int = 512) -> tuple[Recognition, list[str]]:
    recogniser.begin()
    partial = []
    for start in range(0, len(sound), piece):
        recogniser.feed(sound[start : start + piece])
        partial.append(recogniser.partial())
    return recogniser.finish(), partial


@pytest.mark.parametrize("name", SAID)
def test_words_come_while_sound_comes_in(name: str, recogniser: PocketsphinxRecogniser) -> None:
    sound = read_sound(RECORDINGS / f"{name}.wav")
    found, partial = fed(recogniser, sound)
    assert found.text == SAID[name]
    assert partial[-1] == "" or partial[-1].split()[0] in [*SAID[name].split(), "robot"]
    if len(sound) > 1.5 * RATE:
        assert partial[-1]  # most of the work is done before the end
    assert fed(recogniser, sound, 200)[0] == found  # in whatever pieces


def test_an_utterance_that_is_begun_anew_is_dropped(recogniser: PocketsphinxRecogniser) -> None:
    clean, stop = (read_sound(RECORDINGS / f"{name}.wav") for name in ("clean_kitchen", "stop"))
    alone, _ = fed(recogniser, stop)
    recogniser.begin()
    recogniser.feed(clean)
    assert fed(recogniser, stop)[0] == alone
    recogniser.begin()
    recogniser.feed(clean)
    assert recogniser.transcribe(stop).text == alone.text
    assert recogniser.finish() == Recognition("", 0.0)


@pytest.mark.parametrize("samples", [0, 1, 100, 500, 3000])
def test_hardly_any_sound_is_no_error(samples: int, recogniser: PocketsphinxRecogniser) -> None:
    sound = np.zeros(samples, np.int16)
    assert fed(recogniser, sound)[0].text == ""
    assert recogniser.transcribe(sound).text == ""


def test_doubtful_words_are_rejected_and_a_stop_word_never(tmp_path: Path, vocabulary: list[str]) -> None:
    strict = PocketsphinxRecogniser(vocabulary[::20] + ["robot stop"] * 5, tmp_path, least=1.0)
    doubtful = strict.transcribe(read_sound(RECORDINGS / "clean_kitchen.wav"))
    assert doubtful.text == "" and doubtful.rejected and doubtful.segments == ()
    stop = strict.transcribe(read_sound(RECORDINGS / "stop.wav"))
    assert is_stop(stop.text) and stop.rejected == ""


def test_whole_segments_are_transcribed_when_they_are_over(recogniser: PocketsphinxRecogniser) -> None:
    sound = read_sound(RECORDINGS / "stop.wav")
    found, partial = fed(WholeSegments(recogniser), sound)
    assert found == recogniser.transcribe(sound)
    assert set(partial) == {""}


def test_words_lie_in_order_within_the_sound(recogniser: PocketsphinxRecogniser) -> None:
    sound = read_sound(RECORDINGS / "clean_kitchen.wav")
    words = recogniser.transcribe(sound).segments
    assert [word.word for word in words] == SAID["clean_kitchen"].split()
    assert all(0 <= word.began < word.ended <= len(sound) / RATE for word in words)
    assert all(a.ended <= b.began for a, b in itertools.pairwise(words))


def test_two_utterances_in_a_file_are_one_text(tmp_path: Path, recogniser: PocketsphinxRecogniser) -> None:
    pause = np.zeros(RATE, np.int16)
    parts = [read_sound(RECORDINGS / f"{name}.wav") for name in ("anyway", "stop")]
    write_wav(tmp_path / "both.wav", np.concatenate((pause, parts[0], pause, parts[1], pause)))
    heard = transcribe_file(tmp_path / "both.wav", recogniser)
    assert heard.text == "do it anyway robot stop"
    assert 0.5 < heard.began < 1.5


@pytest.mark.parametrize("noise", [0, 5, 1000])
def test_silence_and_noise_have_no_words(tmp_path: Path, noise: int, recogniser: PocketsphinxRecogniser) -> None:
    sound = np.random.default_rng(3).normal(0, noise, 3 * RATE).astype(np.int16)
    write_wav(tmp_path / "n.wav", sound)
    heard = transcribe_file(tmp_path / "n.wav", recogniser)
    assert (heard.text, heard.began, heard.ended) == ("", 0.0, 3.0)


def test_nothing_at_all(recogniser: PocketsphinxRecogniser) -> None:
    assert recogniser.transcribe(np.zeros(0, np.int16)) == Recognition("", 0.0)


def test_files_are_heard_now(clock: VirtualClock, recogniser: PocketsphinxRecogniser, tmp_path: Path) -> None:
    ears = FileEars(clock, recogniser)
    clock.advance(100)
    heard = ears.play(RECORDINGS / "stop.wav")
    assert heard.ended == 100 and 98 < heard.began < 100
    assert list(ears.poll()) == [heard]
    assert list(ears.poll()) == []
    write_wav(tmp_path / "silence.wav", np.zeros(RATE, np.int16))
    ears.play(tmp_path / "silence.wav")
    assert list(ears.poll()) == []


def test_a_missing_file_says_so(recogniser: PocketsphinxRecogniser, tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="no sound file"):
        transcribe_file(tmp_path / "none.wav", recogniser)


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(SoundError, match="language model"):
        PocketsphinxRecogniser(["robot stop"], tmp_path / "file")


@pytest.mark.skipif(shutil.which("flite") is None, reason="other voices are spoken by flite: apt-get install flite")
def test_other_voices_are_understood(tmp_path: Path, recogniser: PocketsphinxRecogniser) -> None:
    orders = Path(__file__).with_name("commands.txt").read_text("utf-8").splitlines()[::5]
    right = 0
    for voice in ("slt", "awb"):
        for order in orders:
            path = tmp_path / "said.wav"
            subprocess.run(["flite", "-voice", voice, "-t", order, "-o", str(path)], check=True, timeout=30)
            right += transcribe_file(path, recogniser).text == order
    assert right >= 0.75 * 2 * len(orders)  # 87 % of all sixty in four voices, when this was written
