from __future__ import annotations

import json
import random
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from robotos.kernel.calls import Kind
from robotos.peripherals.sound import RATE, Pcm, level
from robotos.training import heard, homes, rehearsal
from robotos.training.din import KINDS, mixed
from robotos.training.heard import make, table_of
from robotos.training.mistakes import AROUND, Row
from robotos.training.rehearsal import Rehearsal, Script, Spoken
from robotos.training.voices import VOICES

MAP = Path(__file__).parents[2] / "maps" / "apartment"
FIRST = Spoken(0, "robot clean the hall", "robot clean the hole", "flite slt", 1.0, "white", 10)


def tone(seconds: float = 0.5) -> Pcm:
    return np.rint(8000 * np.sin(np.arange(int(seconds * RATE)) * 0.3)).astype(np.int16)


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_as_loud_as_it_was_asked_to_be(kind: str) -> None:
    around = int(0.4 * RATE)
    talkers = [np.random.default_rng(i).normal(0, 3000, 5000).astype(np.int16) for i in range(5)]
    for decibels in (10.0, 20.0):
        sound = mixed(tone(2.0), kind, decibels, talkers, np.random.default_rng(1))
        assert len(sound) == 2 * RATE + 2 * around
        noise, both = level(sound[:around]), level(sound[around:-around])
        assert both - noise == pytest.approx(decibels, abs=1.5)
    again = [mixed(tone(), kind, 15.0, talkers, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(again[0], again[1])
    assert not np.array_equal(again[0], again[2])


def test_pink_noise_has_as_much_power_in_every_octave() -> None:
    sound = mixed(tone(20.0), "pink", -40.0, (), np.random.default_rng(1)).astype(np.float64)
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    octaves = [power[(hertz >= low) & (hertz < 2 * low)].sum() for low in (100, 200, 400, 1600, 3200)]
    assert max(octaves) / min(octaves) < 1.3


def test_silence_stays_silent() -> None:
    assert not mixed(np.zeros(RATE, np.int16), "white", 10.0, (), np.random.default_rng(1)).any()


def test_what_is_spoken_is_not_known_to_the_language_model(tmp_path: Path, phrases: Path) -> None:
    lines = "".join(f"    {number} times clean the {{room}} {number}\n" for number in range(13))
    shutil.copytree(phrases / "words", tmp_path / "words")
    (tmp_path / "p.yaml").write_text(f'- intent: clean\n  calls: ["clean {{room}}"]\n  lines: |\n{lines}')
    found = []
    for seed in range(8):
        script = Script.of_corpus(seed, tmp_path)
        spoken = {line for lines in script.spoken.values() for line, _ in lines}
        assert spoken.isdisjoint(script.known)
        assert len(spoken) + len(script.known) == 13
        found.append(spoken)
    assert 2 < sum(map(len, found)) < 30


def test_all_intents_are_spoken_in_turn() -> None:
    script = Script(1, {name: [(f"{name} {i}", "text") for i in range(3)] for name in "abcd"}, (), {})
    lines = [script.line(number, random.Random(number))[0] for number in range(8)]
    assert sorted(line[0] for line in lines[:4]) == sorted(line[0] for line in lines[4:]) == list("abcd")


def test_only_what_can_be_understood_is_counted() -> None:
    told = [
        FIRST,
        replace(FIRST, number=1, heard="are you at the old one", level=10),
        replace(FIRST, number=2, heard="", level=20),
        replace(FIRST, number=3, heard="and robot clean the hall", level=20, voice="flite rms"),
    ]
    table = table_of(told, 5)
    assert table.rows == {AROUND: Row(4, {"and": 1}), "hall": Row(2, {"hole": 1})}
    assert table.levels == {10: 0.25, 20: 0.25}
    about = " ".join(table.about)
    assert "--count 4 --seed 5" in about
    assert "10 dB 75.0 %, 20 dB 25.0 %" in about  # of all that was heard
    assert "Nothing at all was heard 1 times" in about
    assert "flite rms 25.0 %" in about


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def two_more(numbers: list[int], *_: object) -> list[Spoken]:
        asked[:] = numbers
        return [replace(FIRST, number=number) for number in numbers]

    monkeypatch.setattr(heard, "rehearse", two_more)
    notes = tmp_path / "seed-1.jsonl"
    notes.write_text(json.dumps(asdict(FIRST)) + "\n" + '{"number": 1, "said": "rob', "utf-8")
    assert [one.number for one in make(3, 1, MAP, tmp_path, 1)] == [0, 1, 2]
    assert asked == [1, 2]
    asked.clear()
    assert [one.number for one in make(3, 1, MAP, tmp_path, 1)] == [0, 1, 2]
    assert not asked


@pytest.mark.skipif(shutil.which("flite") is None, reason="half of the voices are flite's: apt-get install flite")
def test_one_utterance_from_the_corpus_to_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "LEVELS", (30,))
    script = Script(3, {"clean": [("please clean the {room}", "text")]}, ["clean the {room} now", "please go away"], {})
    told = Rehearsal(script, [homes.of_map(MAP)], tmp_path).hear(2)
    assert told.voice in VOICES and told.level == 30
    assert "please clean the" in told.said and "clean the" in told.heard
    assert told.said.endswith(tuple(word for way in homes.of_map(MAP).spoken[Kind.ROOM] for word in way[1]))
