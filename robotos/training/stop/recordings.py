"""Human recordings from the benchmarks' data: words by many speakers, divided by speaker, and noise by time."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robotos.peripherals.sound import RATE, Pcm, read_sound
from robotos.training.stop.split import Part, part_of

DATA: Final = "ROBOTOS_BENCH_DATA"
_SPEAKER: Final = re.compile(r"([0-9a-f]{8})_nohash_\d+")
_WORDS, _COFFEE, _NOISE = Path("audio/speech_commands"), Path("audio/coffee"), Path("audio/kitchen_noise.wav")
STOP: Final = "stop"
SILENCE: Final = "silence"


class RecordingsError(Exception):
    """The recordings are not where they should be; the message says where to put them."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One word of one speaker: `pcm` (n,) int16 at 16 kHz; `word` is the folder's name."""

    name: str
    word: str
    speaker: str
    pcm: Pcm


def data_directory(given: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the recordings are: `given`, else `ROBOTOS_BENCH_DATA`, else `../shared/data`.

    Raises:
        RecordingsError: there are none.
    """
    path = given if given is not None else Path(environment.get(DATA, "../shared/data"))
    if not (path / _WORDS / STOP).is_dir():
        raise RecordingsError(f"there are no recordings at {path / _WORDS}: name the data's directory in {DATA}")
    return path


def words(data: Path, part: Part) -> list[Recording]:
    """Every word spoken by the speakers of a part, "stop" among them; pieces of background noise have no speaker.

    Raises:
        SoundError: a file cannot be read.
    """
    found = []
    for path in sorted((data / _WORDS).glob("*/*.flac")):
        match = _SPEAKER.search(path.stem)
        speaker = match[1] if match else path.stem
        if part_of(speaker) is part:
            found.append(Recording(path.stem, path.parent.name, speaker, read_sound(path)))
    return found


def coffee_orders(data: Path) -> list[Pcm]:
    """Orders for a coffee machine; nothing is trained or chosen on them. Raises `SoundError`."""
    return [read_sound(path) for path in sorted((data / _COFFEE).glob("*.wav"))]


def kitchen_noise(data: Path, part: Part) -> Pcm:
    """The first 40 % of the kitchen's noise for training, a tenth for choosing, the second half for the test."""
    sound = read_sound(data / _NOISE)
    first, second = {Part.TRAIN: (0.0, 0.4), Part.DEV: (0.4, 0.5), Part.TEST: (0.5, 1.0)}[part]
    return sound[int(first * len(sound)) : int(second * len(sound))]


def stops(recordings: Sequence[Recording]) -> list[Recording]:
    """Those of the word "stop"."""
    return [one for one in recordings if one.word == STOP]


def seconds(sounds: Sequence[Pcm]) -> float:
    """How long they last together."""
    return sum(len(sound) for sound in sounds) / RATE
