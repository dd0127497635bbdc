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
from robotos.peripherals.wyoming.address import Address, need_package

if TYPE_CHECKING:
    from robotos.peripherals.playback import PlayedListener
    from robotos.peripherals.recogniser import Recogniser
    from robotos.peripherals.speaker import Output
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
        """What is wrong with the voice or the loudspeaker, "" for nothing."""
        return self.loud.problem if self.loud is not None else ""


@dataclass(slots=True)
class ManyEars:
    """Implements `ports.Ears`: everything that any of several ears hears."""

    ears: list[Ears] = field(default_factory=list)

    def poll(self) -> Sequence[Heard]:
        return [heard for ear in self.ears for heard in ear.poll()]


@dataclass(frozen=True, slots=True)
class Hearing:
    """The ears of a live system: a keyboard always, a microphone once it has been added."""

    typed: TypedEars
    every: ManyEars

    @classmethod
    def of(cls, clock: Clock) -> Hearing:
        """A keyboard alone."""
        typed = TypedEars(clock)
        return cls(typed, ManyEars([typed]))


@contextlib.contextmanager
def open_mouth(
    clock: Clock,
    mute: bool,
    directory: Path,
    elsewhere: Sequence[Output] = (),
    device: int | str | None = None,
    listener: PlayedListener | None = None,
) -> Iterator[Mouth]:
    """The loudspeaker if there is one and it is wanted, and what is `elsewhere`; words on the screen otherwise.

    `device` is the loudspeaker's number or part of its name; `listener` is told what it plays.
    """
    if mute and not elsewhere:
        yield Mouth(SilentSpeech(clock))
        return
    from robotos.peripherals.spoken import SpokenSpeech

    try:
        output, notice = _loudspeaker(clock, mute, elsewhere, device, listener)
        loud = SpokenSpeech(clock, best_synthesiser(directory), output)
    except SoundError as error:
        yield Mouth(SilentSpeech(clock), f"what it says is printed only: {error}")
        return
    try:
        yield Mouth(loud, notice, loud=loud)
    finally:
        loud.close()


def _loudspeaker(
    clock: Clock, mute: bool, elsewhere: Sequence[Output], device: int | str | None, listener: PlayedListener | None
) -> tuple[Output, str]:
    """Where speech goes, and what is to be said about it. Raises `SoundError` where it would go nowhere."""
    from robotos.peripherals.speaker import LoudspeakerOutput, SilentOutput

    try:
        own: Output = SilentOutput() if mute else LoudspeakerOutput(device, clock, listener)
        notice = ""
    except SoundError as error:
        if not elsewhere:
            raise
        own, notice = SilentOutput(), f"it is heard at satellites only: {error}"
    if not elsewhere:
        return own, notice
    from robotos.peripherals.wyoming.mouth import ManyOutputs

    return ManyOutputs(own, elsewhere), notice


def best_synthesiser(directory: Path) -> Synthesiser:
    """The voice that was chosen; else a Piper voice that lies in `<directory>/models/piper`, else espeak-ng.

    Raises:
        SoundError: it cannot be used on this machine.
    """
    from robotos.peripherals.espeak import EspeakSynthesiser
    from robotos.peripherals.piper import PiperSynthesiser
    from robotos.peripherals.synth import open_synthesiser

    choice = read_choice(directory)
    if (service := choice.services.get(Role.VOICE)) is not None:
        need_package()
        from robotos.peripherals.wyoming.services import WyomingSynthesiser

        return WyomingSynthesiser(service)
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
    names = [*home.rooms, *home.places, *home.things, *home.people]
    if (service := choice.services.get(Role.RECOGNISER)) is not None:
        return _served_recogniser(service, names)
    chosen = choice.file(Role.RECOGNISER, directory)
    model = chosen.parent if chosen is not None else whisper_model(directory)
    if model is None or choice.built_in(Role.RECOGNISER):
        return open_recogniser(home, directory / "cache")
    try:
        return WhisperRecogniser(model, names)
    except SoundError as error:
        raise BootError(str(error)) from error


def _served_recogniser(service: Address, names: Sequence[str]) -> Recogniser:
    try:
        need_package()
    except SoundError as error:
        raise BootError(str(error)) from error
    from robotos.peripherals.wyoming.services import WyomingRecogniser

    return WyomingRecogniser(service, names)
