"""Everything the network is trained on and tried on, gathered from recordings and synthesisers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from robotos.peripherals.sound import RATE, Pcm, to_float
from robotos.peripherals.stop.words import WORDS
from robotos.training.stop import recordings, voices
from robotos.training.stop.clips import LENGTH, Banks, floats
from robotos.training.stop.rooms import Sound, active_power, to_pcm, with_noise
from robotos.training.stop.split import Part

NOISY: Final = 10.0  # dB between speech and kitchen at which the network is tried
_BABBLES, _VOICES = 10, 4  # recordings of several people at once, and how many of them

Tell = Callable[[str], None]
"""Is told what is being done, in a few words."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is synthesised for training: stop words, near words, sentences, sentences of the robot."""

    stops: int = 800
    near: int = 1000
    talk: int = 700
    robot: int = 60


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Sounds of one part that say how good the network is.

    `stops` and `others` are words by people, the `noisy` ones the same with the kitchen 10 dB below; `spoken` are stop
    words by synthesisers, one list for each of `WORDS`; `near` and `talk` hold no stop word.
    """

    stops: Sequence[Pcm]
    noisy_stops: Sequence[Pcm]
    others: Sequence[Pcm]
    noisy_others: Sequence[Pcm]
    spoken: Sequence[Sequence[Pcm]]
    near: Sequence[Pcm]
    talk: Sequence[Pcm]


def banks(data: Path, amounts: Amounts, seed: int, tell: Tell) -> Banks:
    """What clips for training are made from. Raises `SoundError`, `RecordingsError`."""
    tell("reading recordings")
    said = recordings.words(data, Part.TRAIN)
    tell("speaking stop words")
    stops = list(voices.speak_stops(Part.TRAIN, amounts.stops, seed))
    tell("speaking words like them")
    near = floats(voices.pcms(list(voices.speak_near(Part.TRAIN, amounts.near, seed))))
    tell("speaking sentences")
    talk = floats(voices.pcms(list(voices.speak_talk(Part.TRAIN, amounts.talk, seed))))
    robot = floats(voices.pcms(list(voices.speak_robot(amounts.robot, seed))))
    return Banks(
        human=[floats([one.pcm for one in recordings.stops(said)]), *([] for _ in WORDS[1:])],
        spoken=[floats([one.pcm for one in stops if one.word == word]) for word in WORDS],
        others=floats(
            [one.pcm for one in said if one.word not in (recordings.STOP, recordings.SILENCE)],
        ),
        near=near,
        talk=talk,
        robot=robot,
        noises=_noises(data, said, talk, seed),
    )


def trial(data: Path, part: Part, talk_seconds: float, words: int, seed: int, tell: Tell) -> Trial:
    """The trial of a part: `talk_seconds` of synthesised talk, so many stop `words` and half as many near ones."""
    tell("reading recordings")
    said = recordings.words(data, part)
    stops = [one.pcm for one in said if one.word == recordings.STOP]
    others = [one.pcm for one in said if one.word != recordings.STOP]
    kitchen = to_float(recordings.kitchen_noise(data, part))
    rng = np.random.default_rng(seed)
    tell("speaking stop words")
    stop_words = spoken(part, words, seed)
    tell("speaking sentences")
    return Trial(
        stops,
        [noisy(pcm, kitchen, NOISY, rng) for pcm in stops],
        others,
        [noisy(pcm, kitchen, NOISY, rng) for pcm in others],
        stop_words,
        near(part, words // 2, seed),
        talk(part, talk_seconds, seed),
    )


def talk(part: Part, seconds: float, seed: int) -> list[Pcm]:
    """So much talk, sentence by sentence, in the voices of a part."""
    found: list[Pcm] = []
    missing = seconds * RATE
    for one in voices.speak_talk(part, 1_000_000, seed):
        if missing <= 0:
            break
        found.append(one.pcm)
        missing -= len(one.pcm)
    return found


def spoken(part: Part, count: int, seed: int) -> list[list[Pcm]]:
    """`count` stop words in the voices of a part: one list for each of `WORDS`."""
    said = list(voices.speak_stops(part, count, seed))
    return [[one.pcm for one in said if one.word == word] for word in WORDS]


def near(part: Part, count: int, seed: int) -> list[Pcm]:
    """`count` words that sound a little like a stop word, in the voices of a part."""
    return voices.pcms(list(voices.speak_near(part, count, seed)))


def noisy(pcm: Pcm, noise: Sound, decibels: float, rng: np.random.Generator) -> Pcm:
    """`pcm` with a piece of `noise` so many dB below what is spoken in it; what would clip is turned down as one."""
    sound = to_float(pcm)
    piece = np.resize(np.roll(noise, -int(rng.integers(len(noise)))), len(sound))
    mixed = with_noise(sound, piece, decibels, active_power(sound))
    return to_pcm(mixed / max(1.0, float(np.abs(mixed).max(initial=0.0))))


def _noises(data: Path, said: Sequence[recordings.Recording], talk: Sequence[Sound], seed: int) -> list[Sound]:
    """Kitchen, the recordings' own backgrounds (each said thrice in a row to be long enough), and babble."""
    rng = np.random.default_rng(seed)
    backgrounds = floats([one.pcm for one in said if one.word == recordings.SILENCE])
    found = [np.tile(one, -(-(LENGTH + RATE // 2) // len(one))) for one in backgrounds]
    found += [to_float(recordings.kitchen_noise(data, Part.TRAIN))] * max(4, len(found) // 3)
    for _ in range(_BABBLES):
        babble = np.zeros(2 * LENGTH, np.float32)
        for _ in range(_VOICES):
            line = np.concatenate([talk[int(rng.integers(len(talk)))] for _ in range(8)])
            babble += np.resize(line, len(babble)) * np.float32(rng.uniform(0.3, 1.0))
        found.append(babble)
    return found
