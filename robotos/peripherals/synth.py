"""Words to speech: what every synthesiser answers, how a text is cut into what is spoken at once, and which voice."""

from __future__ import annotations

import queue
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from robotos.language.speech_text import spoken
from robotos.peripherals.sound import Pcm, SoundError

LIMIT: Final = 15.0  # s for one sentence, after which a voice counts as dead
_END: Final = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")
# Before a conjunction or after a mark: where a speaker may take breath.
_JOINTS: Final = "and|but|or|so|because|which|while|when|where|until|if|then|although"
_BREATH: Final = re.compile(rf"(?<=[,;:])\s+|\s+(?=(?:{_JOINTS})\s)")
_HANGING: Final = re.compile(rf"\b(?:{_JOINTS})$")
_SHORTEST: Final = 12  # characters of a part: shorter ones sound chopped


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


class TimedSynthesiser:
    """A voice that is given up after `limit` seconds, so that nobody waits for one that hangs."""

    def __init__(self, voice: Synthesiser, limit: float = LIMIT) -> None:
        self.name = voice.name
        self._voice, self._limit = voice, limit
        self._asked: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        self._made: queue.SimpleQueue[tuple[int, Synthesised | SoundError]] = queue.SimpleQueue()
        self._number = 0
        self._hangs = False
        threading.Thread(target=self._work, name="voice", daemon=True).start()

    def synthesise(self, text: str) -> Synthesised:
        """As the voice does; while it still hangs over an earlier sentence, raises `SoundError` at once."""
        if self._hangs and self._made.empty():
            raise SoundError(f"{self.name} still does not answer; start robotos again or choose another voice")
        self._number += 1
        self._asked.put((self._number, text))
        while True:
            try:
                number, made = self._made.get(timeout=self._limit)
            except queue.Empty:
                self._hangs = True
                raise SoundError(
                    f"{self.name} has not spoken within {self._limit:.0f} s; choose another voice (robotos models use)"
                ) from None
            self._hangs = False
            if number == self._number:
                break  # else it is a sentence that was given up
        if isinstance(made, SoundError):
            raise made
        return made

    def _work(self) -> None:
        while True:
            number, text = self._asked.get()
            try:
                self._made.put((number, self._voice.synthesise(text)))
            except SoundError as error:
                self._made.put((number, error))


def spoken_sentences(text: str) -> list[str]:
    """The sentences of `text`, with numbers, times and units in words, ready for a synthesiser."""
    return [part for line in text.splitlines() for part in _END.split(spoken(line)) if part]


def spoken_pieces(text: str, first: float) -> list[str]:
    """The sentences of `text`; one that begins with more than `first` characters is cut where a speaker takes breath.

    So the first sound comes early, and the rest is made while it plays.
    """
    sentences = spoken_sentences(text)
    if not sentences or len(sentences[0]) <= first:
        return sentences
    head = sentences[0]
    cuts = [
        m for m in _BREATH.finditer(head)
        if m.start() >= _SHORTEST and len(head) - m.end() >= _SHORTEST and not _HANGING.search(head[: m.start()])
    ]  # fmt: skip
    if not cuts:
        return sentences
    cut = max((m for m in cuts if m.start() <= first), key=lambda m: m.start(), default=cuts[0])
    return [head[: cut.start()], head[cut.end() :], *sentences[1:]]


def open_synthesiser(home: Path) -> Synthesiser:
    """Piper when a voice lies in `<home>/models/piper`, espeak-ng otherwise.

    Raises:
        SoundError: neither is installed, or the voice that is there does not load.
    """
    from robotos.peripherals.espeak import EspeakSynthesiser
    from robotos.peripherals.piper import PiperSynthesiser, piper_voice

    model = piper_voice(home)
    return PiperSynthesiser(model) if model is not None else EspeakSynthesiser()
