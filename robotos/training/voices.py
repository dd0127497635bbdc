"""Synthetic owners: several voices of flite and espeak-ng, and a crowd that talks of other things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.flite import FliteSynthesiser
from robotos.peripherals.sound import Pcm, resample
from robotos.peripherals.synth import Synthesiser

VOICES: Final = (
    "flite slt", "espeak-ng en-us", "flite rms", "espeak-ng en", "flite awb", "espeak-ng en-gb-scotland",
    "flite kal16", "espeak-ng en-us+f2",
)  # fmt: skip
SPEEDS: Final = (0.85, 1.0, 1.2)  # of the usual words a minute
_WORDS_PER_MINUTE: Final = 150  # of espeak-ng as the robot uses it
_TALK: Final = (
    ("flite slt", "and then she told me that they were moving to the coast in the spring because of his work"),
    ("flite rms", "no i never saw the end of it we had to leave before the second half and catch the last train"),
    ("flite awb", "they say it will be colder again next week so i have put the tomatoes back under the glass"),
    ("flite kal16", "my brother says you should wait until the prices come down a little before you buy a new one"),
    ("flite slt", "it was a lovely evening really there must have been thirty people and nobody wanted to go"),
    ("flite rms", "so the doctor looked at it for about two minutes and said there was nothing wrong with my knee"),
)


def speech(voice: str, speed: float, text: str) -> Pcm:
    """`text`, in which nothing is left to spell out, by one of `VOICES`: (n,) at 16 kHz.

    flite repeats itself exactly, espeak-ng not quite. It keeps its state in globals: one user of this a process.
    Raises `SoundError` when the synthesiser is missing.
    """
    sound = _synthesiser(voice, speed).synthesise(text)
    return resample(sound.pcm, sound.rate)


def crowd() -> Iterator[Pcm]:
    """People who talk about something else, (n,) each at 16 kHz; together they babble. Raises `SoundError`."""
    for voice, text in _TALK:
        yield speech(voice, 1.0, text)


def _synthesiser(voice: str, speed: float) -> Synthesiser:
    engine, _, name = voice.partition(" ")
    if engine == FliteSynthesiser.name:
        return FliteSynthesiser(name, 1.0 / speed)
    return EspeakSynthesiser(name, round(_WORDS_PER_MINUTE * speed))
