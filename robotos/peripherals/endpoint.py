"""Where an utterance begins and ends, decided from the speech probability of one frame after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from robotos.peripherals.sound import RATE, Pcm
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, Vad


@dataclass(frozen=True, slots=True)
class Endpointing:
    """When speech has begun and ended; times in seconds."""

    on: float = 0.5  # probability that begins speech
    off: float = 0.35  # and below which it may be over
    shortest: float = 0.1  # of speech that counts as such
    pause: float = 0.6  # of quiet that ends an utterance of which nothing is known
    finished: float = 0.32  # that ends one whose words sound finished
    unfinished: float = 1.3  # and one that breaks off, or ends with a hesitation
    lead: float = 0.25  # kept from before the beginning
    tail: float = 0.2  # and from after the end
    longest: float = 20.0  # after which an utterance ends, whoever still speaks


DEFAULT: Final = Endpointing()


@dataclass(frozen=True, slots=True)
class Span:
    """An utterance: offsets in seconds from the beginning of the stream."""

    began: float
    ended: float


class Endpointer:
    """Fed frame by frame; answers with a span when an utterance is over."""

    def __init__(self, settings: Endpointing = DEFAULT) -> None:
        self._settings = settings
        self._frames = 0
        self._began: int | None = None  # frame
        self._last = 0  # frame after the last one with speech
        self._voiced = 0  # frames with speech

    @property
    def speaking(self) -> bool:
        """Whether an utterance has begun and is not over."""
        return self._began is not None

    @property
    def earliest(self) -> float:
        """Sound from before this offset is no longer needed."""
        first = self._frames if self._began is None else self._began
        return max(0.0, first * FRAME_SECONDS - self._settings.lead)

    @property
    def quiet(self) -> float:
        """Seconds since the last frame with speech of the utterance; 0 while there is none."""
        return 0.0 if self._began is None else (self._frames - self._last) * FRAME_SECONDS

    def push(self, probability: float, pause: float | None = None) -> Span | None:
        """The probability of the next frame; the utterance that it ended, if any, after so long a `pause` (s)."""
        self._frames += 1
        if self._began is None:
            if probability < self._settings.on:
                return None
            self._began, self._voiced = self._frames - 1, 0
        if probability >= self._settings.off:
            self._last = self._frames
            self._voiced += 1
        length = (self._frames - self._began) * FRAME_SECONDS
        enough = self._settings.pause if pause is None else pause
        return self._finish() if self.quiet >= enough or length >= self._settings.longest else None

    def close(self) -> Span | None:
        """The stream is over: what was being said, if anything."""
        return self._finish() if self._began is not None else None

    def _finish(self) -> Span | None:
        assert self._began is not None
        began, voiced = self._began, self._voiced
        self._began = None
        if voiced * FRAME_SECONDS < self._settings.shortest:
            return None
        end = min(self._frames * FRAME_SECONDS, self._last * FRAME_SECONDS + self._settings.tail)
        return Span(max(0.0, began * FRAME_SECONDS - self._settings.lead), end)


def spans(pcm: Pcm, vad: Vad, settings: Endpointing = DEFAULT, reset: bool = True) -> Iterator[Span]:
    """The utterances in a whole recording, in order; the last frame is filled up with silence.

    Without `reset` the detector remembers what it has heard before.
    """
    if reset:
        vad.reset()
    endpointer = Endpointer(settings)
    length = len(pcm) / RATE
    padded = np.concatenate((pcm, np.zeros(-len(pcm) % FRAME, np.int16)))
    for start in range(0, len(padded), FRAME):
        span = endpointer.push(vad.probability(padded[start : start + FRAME]))
        if span is not None:
            yield Span(span.began, min(span.ended, length))
    last = endpointer.close()
    if last is not None:
        yield Span(last.began, min(last.ended, length))


def cut(pcm: Pcm, span: Span) -> Pcm:
    """The samples of a span."""
    return pcm[int(span.began * RATE) : int(span.ended * RATE)]
