"""Sound in Wyoming's chunks: 16-bit PCM of any rate and number of channels, to and from what the rest works with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

from robotos.peripherals.resampling import StreamResampler
from robotos.peripherals.sound import RATE, Pcm, to_float, to_pcm
from robotos.peripherals.wyoming.wire import WireError

_SLOWEST, _FASTEST = 4_000, 192_000  # Hz
_CHANNELS: Final = 8
_CHUNK: Final = 0.064  # s in one event


def mono(event: Event) -> tuple[Pcm, int]:
    """The samples of an `audio-chunk`, channels averaged, and their rate. Raises `WireError`."""
    rate, channels = sound_format(event.data)
    payload = event.payload or b""
    if len(payload) % (2 * channels):
        raise WireError("a chunk of sound ends in the middle of a sample")
    samples = np.frombuffer(payload, "<i2")
    if channels > 1:
        samples = samples.reshape(-1, channels).mean(axis=1).astype(np.int16)
    return samples.astype(np.int16, copy=False), rate


def sound_format(data: dict[str, Any]) -> tuple[int, int]:
    """Rate and channels of an `audio-start` or `audio-chunk`. Raises `WireError` for what is not taken here."""
    rate, width, channels = (data.get(name) for name in ("rate", "width", "channels"))
    if type(rate) is not int or not _SLOWEST <= rate <= _FASTEST:
        raise WireError("a chunk of sound has no usable rate; send 16000 Hz")
    if width != 2:
        raise WireError("only 16-bit sound is taken; send a width of 2 bytes")
    if type(channels) is not int or not 1 <= channels <= _CHANNELS:
        raise WireError("a chunk of sound has no usable number of channels; send 1")
    return rate, channels


class Incoming:
    """Chunks of one sound, brought to 16 kHz without seams."""

    def __init__(self) -> None:
        self._resampler: StreamResampler | None = None
        self._rate = 0

    def take(self, event: Event) -> Pcm:
        """The samples of the next `audio-chunk` at 16 kHz. Raises `WireError`."""
        pcm, rate = mono(event)
        if rate == RATE:
            return pcm
        if self._resampler is None or rate != self._rate:
            self._resampler, self._rate = StreamResampler(rate, RATE), rate
        return to_pcm(self._resampler.push(to_float(pcm)))


def start(rate: int) -> Event:
    """`audio-start` of 16-bit mono."""
    return AudioStart(rate=rate, width=2, channels=1).event()


def chunk(pcm: Pcm, rate: int) -> Event:
    """One `audio-chunk`."""
    return AudioChunk(rate=rate, width=2, channels=1, audio=pcm.astype("<i2").tobytes()).event()


def stop() -> Event:
    """`audio-stop`."""
    return AudioStop().event()


def chunks(pcm: Pcm, rate: int) -> Iterator[Event]:
    """A sound in `audio-chunk`s."""
    step = max(1, int(_CHUNK * rate))
    for begin in range(0, len(pcm), step):
        yield chunk(pcm[begin : begin + step], rate)
