"""Words to speech: what every synthesiser answers, how a text is cut into sentences, and which voice is taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from robotos.language.speech_text import spoken
from robotos.peripherals.sound import Pcm

_END: Final = re.compile(r"(?<=[.!?])\s+(?=\S)")


@dataclass(frozen=True, slots=True, eq=False)
class Synthesised:
    """Sound of one sentence: `pcm` (n,) int16 mono at `rate` Hz."""

    pcm: Pcm
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.pcm) / self.rate


class Synthesiser(Protocol):
    """A voice."""

    name: str

    def synthesise(self, text: str) -> Synthesised:
        """Sound of `text`, in which nothing is left to spell out. Raises `SoundError`."""


def spoken_sentences(text: str) -> list[str]:
    """The sentences of `text`, with numbers, times and units in words, ready for a synthesiser."""
    return [said for part in _END.split(text.strip()) if (said := spoken(part))]


def open_synthesiser(home: Path) -> Synthesiser:
    """Piper when a voice lies in `<home>/models/piper`, espeak-ng otherwise.

    Raises:
        SoundError: neither is installed, or the voice that is there does not load.
    """
    from robotos.peripherals.espeak import EspeakSynthesiser
    from robotos.peripherals.piper import PiperSynthesiser, piper_voice

    model = piper_voice(home)
    return PiperSynthesiser(model) if model is not None else EspeakSynthesiser()
