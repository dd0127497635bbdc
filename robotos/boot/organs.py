"""Choosing what a live system hears and speaks with, and saying what is left out on this machine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import Role
from robotos.boot.library.choice import read_choice
from robotos.clock import Clock
from robotos.kernel.ports import Ears, Heard, Speech
from robotos.navigation.home import Home
from robotos.peripherals.sound import SoundError
from robotos.peripherals.typed import SilentSpeech, TypedEars

if TYPE_CHECKING:
    from robotos.peripherals.microphone import MicrophoneEars
    from robotos.peripherals.recogniser import Recogniser
    from robotos.peripherals.spoken import SpokenSpeech
    from robotos.peripherals.synth import Synthesiser


@dataclass(frozen=True, slots=True)
class Mouth:
    """A mouth and, where it is silent against the owner's wish, why. `loud` is None when nothing is played."""

    speech: Speech
    notice: str = ""
    loud: SpokenSpeech | None = None

    def speaking(self) -> bool:
        """Whether it can be heard now."""
        return self.loud is not None and self.loud.speaking

    @property
    def problem(self) -> str:
        """What went wrong with the loudspeaker last, "" for nothing."""
        return self.loud.errors[-1] if self.loud is not None and self.loud.errors else ""


@dataclass(slots=True)
class ManyEars:
    """Implements `ports.Ears`: everything that any of several ears hears."""

    ears: list[Ears] = field(default_factory=list)

    def poll(self) -> Sequence[Heard]:
        return [heard for ear in self.ears for heard in ear.poll()]


@dataclass(frozen=True, slots=True)
class Hearing:
    """The ears of a live system: a keyboard always, a microphone once `listen` has added it."""

    typed: TypedEars
    every: ManyEars

    @classmethod
    def of(cls, clock: Clock) -> Hearing:
        """A keyboard alone."""
        typed = TypedEars(clock)
        return cls(typed, ManyEars([typed]))


@contextlib.contextmanager
def open_mouth(clock: Clock, mute: bool, directory: Path) -> Iterator[Mouth]:
    """The loudspeaker if there is one and it is wanted; words on the screen alone otherwise."""
    if mute:
        yield Mouth(SilentSpeech(clock))
        return
    from robotos.peripherals.speaker import LoudspeakerOutput
    from robotos.peripherals.spoken import SpokenSpeech

    try:
        output = LoudspeakerOutput()
        loud = SpokenSpeech(clock, best_synthesiser(directory), output)
    except SoundError as error:
        yield Mouth(SilentSpeech(clock), f"what it says is printed only: {error}")
        return
    try:
        yield Mouth(loud, loud=loud)
    finally:
        loud.close()


@contextlib.contextmanager
def listen(clock: Clock, home: Home, directory: Path, mouth: Mouth) -> Iterator[MicrophoneEars]:
    """The default microphone. Raises `BootError` when there is none, or nothing to understand it with."""
    from robotos.peripherals.microphone import MicrophoneEars
    from robotos.peripherals.vad import open_vad

    try:
        ears = MicrophoneEars(clock, best_recogniser(home, directory), open_vad()[0], speaking=mouth.speaking)
    except SoundError as error:
        raise BootError(f"cannot listen: {error}; leave out --listen to type only") from error
    try:
        yield ears
    finally:
        ears.close()


def best_synthesiser(directory: Path) -> Synthesiser:
    """The voice that was chosen; else a Piper voice that lies in `<directory>/models/piper`, else espeak-ng.

    Raises:
        SoundError: it cannot be used on this machine.
    """
    from robotos.peripherals.espeak import EspeakSynthesiser
    from robotos.peripherals.piper import PiperSynthesiser
    from robotos.peripherals.synth import open_synthesiser

    choice = read_choice(directory)
    if (chosen := choice.file(Role.VOICE, directory)) is not None:
        return PiperSynthesiser(chosen)
    return EspeakSynthesiser() if choice.built_in(Role.VOICE) else open_synthesiser(directory)


def best_recogniser(home: Home, directory: Path) -> Recogniser:
    """What was chosen; else Whisper when a model lies in `<directory>/models/whisper`, else what needs no download.

    Raises:
        BootError: it cannot be used on this machine.
    """
    from robotos.boot.voice import open_recogniser
    from robotos.peripherals.whisper import WhisperRecogniser, whisper_model

    choice = read_choice(directory)
    chosen = choice.file(Role.RECOGNISER, directory)
    model = chosen.parent if chosen is not None else whisper_model(directory)
    if model is None or choice.built_in(Role.RECOGNISER):
        return open_recogniser(home, directory / "cache")
    names = [*home.rooms, *home.places, *home.things, *home.people]
    try:
        return WhisperRecogniser(model, names)
    except SoundError as error:
        raise BootError(str(error)) from error
