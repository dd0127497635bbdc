"""Words from sound files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from robotos.clock import Clock
from robotos.kernel.ports import Heard
from robotos.peripherals.endpoint import cut, spans
from robotos.peripherals.listening.foreground import ForegroundVad
from robotos.peripherals.recogniser import Transcriber
from robotos.peripherals.sound import RATE, Pcm, read_sound
from robotos.peripherals.typed import TypedEars
from robotos.peripherals.vad import Vad, open_vad


def transcribe_file(path: Path, recogniser: Transcriber, vad: Vad | None = None) -> Heard:
    """All that is said in a sound file, as one utterance.

    `began` and `ended` are seconds from the beginning of the file; `text` is "" for silence or noise, and then they
    are 0 and the file's length. Raises `SoundError`.
    """
    return transcribe_sound(read_sound(path), recogniser, vad)


def transcribe_sound(pcm: Pcm, recogniser: Transcriber, vad: Vad | None = None) -> Heard:
    """All that is said in `pcm` (n,) at 16 kHz, as `transcribe_file` answers it; distant babble is left out."""
    near = ForegroundVad(vad if vad is not None else open_vad()[0])
    near.prime(pcm)
    found = [
        (span, heard) for span in spans(pcm, near, reset=False) if (heard := recogniser.transcribe(cut(pcm, span))).text
    ]
    if not found:
        return Heard("", 0.0, 0.0, len(pcm) / RATE)
    text = " ".join(heard.text for _, heard in found)
    return Heard(text, min(heard.confidence for _, heard in found), found[0][0].began, found[-1][0].ended)


class FileEars:
    """Implements `ports.Ears` for sound files played "now": their words arrive once, stamped by the clock."""

    def __init__(self, clock: Clock, recogniser: Transcriber) -> None:
        self._clock = clock
        self._recogniser = recogniser
        self._words = TypedEars(clock)

    def play(self, path: Path, speaker: str = "owner") -> Heard:
        """Listen to a file as if its last word had ended just now; silence is answered, not passed on.

        Raises `SoundError`.
        """
        heard = transcribe_file(path, self._recogniser)
        now = self._clock.now()
        stamped = Heard(heard.text, heard.confidence, now - (heard.ended - heard.began), now, speaker)
        if heard.text:
            self._words.put(stamped)
        return stamped

    def poll(self) -> Sequence[Heard]:
        return self._words.poll()
