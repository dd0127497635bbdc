"""A microphone of any rate and any number of channels, as frames of 16 kHz mono with the time of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from robotos.clock import Clock
from robotos.peripherals.resampling import StreamResampler
from robotos.peripherals.ring import BlockRing
from robotos.peripherals.sample_clock import SampleClock
from robotos.peripherals.sound import RATE, Pcm, SoundError
from robotos.peripherals.speaker import load_sounddevice
from robotos.peripherals.vad import FRAME, FRAME_SECONDS

_RING_SECONDS: Final = 30.0
_MOST_CHANNELS: Final = 8
_LONGEST_DELAY: Final = 2.0  # s that a device may say its sound is old

Callback = Callable[[Any, int, Any, Any], None]
"""PortAudio's: samples (frames, channels) int16, frames, time, status."""


class Stream(Protocol):
    """What is used of `sounddevice.InputStream`."""

    def start(self) -> object: ...

    def close(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Format:
    """What a device delivers: blocks of 32 ms."""

    rate: int = RATE
    channels: int = 1

    @property
    def block(self) -> int:
        """Samples of one block."""
        return round(FRAME * self.rate / RATE)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """`pcm` (512,); `at` clock second of its first sample; `lost`: blocks that are missing before it."""

    pcm: Pcm
    at: float
    lost: int = 0
    jumped: bool = False  # whether the time was set anew


OpenStream = Callable[[Callback], Stream]


class Capture:
    """An open microphone. `frames` yields what has come in since; for one thread."""

    def __init__(self, clock: Clock, open_stream: Callable[[Callback], Stream], form: Format = Format()) -> None:
        """`open_stream` delivers blocks of `form`. Raises `SoundError`."""
        self._clock = clock
        self._form = form
        self._ring = BlockRing(int(_RING_SECONDS / FRAME_SECONDS), form.block, form.channels)
        self._stamps = SampleClock()
        self._resampler = StreamResampler(form.rate, RATE) if form.rate != RATE else None
        self._rest: Pcm = np.zeros(0, np.int16)
        self._stream = open_stream(self._receive)
        try:
            self._stream.start()
        except BaseException:
            self._stream.close()
            raise

    @property
    def started(self) -> bool:
        """Whether the device has delivered its first block."""
        return self._ring.written > 0

    @property
    def waiting(self) -> int:
        """Blocks that have come in and were not read."""
        return self._ring.waiting

    def frames(self) -> Iterator[Frame]:
        """The frames of the next block, if one has come in: one, none or two."""
        block = self._ring.read()
        if block is None:
            return
        jumps = self._stamps.jumps
        at = self._stamps.stamp(block.at, self._form.block / self._form.rate) - len(self._rest) / RATE
        jumped = self._stamps.jumps != jumps
        pcm = self._converted(block.samples)
        rest = np.concatenate((self._rest, pcm)) if len(self._rest) else pcm
        lost = block.lost
        while len(rest) >= FRAME:
            yield Frame(rest[:FRAME], at, lost, jumped)
            rest, at, lost, jumped = rest[FRAME:], at + FRAME_SECONDS, 0, False
        self._rest = rest

    def close(self) -> None:
        """Let go of the device."""
        self._stream.close()

    def _receive(self, block: Any, frames: int, time: Any, _status: Any) -> None:
        if frames == self._form.block:
            self._ring.write(block, self._clock.now() - _age(time, frames / self._form.rate))

    def _converted(self, samples: np.ndarray[Any, np.dtype[np.int16]]) -> Pcm:
        if self._form.channels == 1 and self._resampler is None:
            return samples[:, 0]
        mixed = samples.mean(axis=1, dtype=np.float32) if self._form.channels > 1 else samples[:, 0].astype(np.float32)
        if self._resampler is not None:
            mixed = self._resampler.push(mixed)
        return np.asarray(np.clip(np.rint(mixed), -32768, 32767), dtype=np.int16)


def _age(time: Any, block: float) -> float:
    """Seconds since the block's first sample was heard, from PortAudio's times; its own length where it says none."""
    if time is None:
        return block
    age = float(time.currentTime) - float(time.inputBufferAdcTime)
    return age if block <= age < _LONGEST_DELAY else block


def formats(device: int | str | None) -> list[Format]:
    """What to ask of a device, best first: 16 kHz mono, then its own rate and as many channels as it insists on.

    Raises:
        SoundError: there is no such microphone.
    """
    sounddevice = load_sounddevice()
    try:
        about = sounddevice.query_devices(device, "input")
    except (ValueError, sounddevice.PortAudioError) as error:
        named = f"microphone {device!r}" if device is not None else "microphone"
        raise SoundError(
            f"there is no usable {named} ({_first_line(error)}); connect one, or type instead "
            "(robotos voice devices lists what there is)"
        ) from error
    own = round(float(about["default_samplerate"]))
    most = min(_MOST_CHANNELS, int(about["max_input_channels"]))
    wanted = [Format(), Format(own, 1), Format(RATE, 2), Format(own, 2), Format(own, most)]
    return [one for one in dict.fromkeys(wanted) if 0 < one.channels <= most]


def open_capture(clock: Clock, device: int | str | None = None) -> Capture:
    """A microphone by number or part of its name, the default one else. Raises `SoundError`."""
    sounddevice = load_sounddevice()
    refused: Exception | None = None
    for form in formats(device):
        try:
            return Capture(clock, lambda callback, form=form: _stream(callback, device, form), form)  # type: ignore[misc]
        except (ValueError, sounddevice.PortAudioError) as error:
            refused = error
    named = f"microphone {device!r}" if device is not None else "microphone"
    raise SoundError(f"the {named} cannot be opened ({_first_line(refused)}); is another program using it?")


def _stream(callback: Callback, device: int | str | None, form: Format) -> Stream:
    stream: Stream = load_sounddevice().InputStream(
        samplerate=form.rate, blocksize=form.block, channels=form.channels, dtype="int16", device=device,
        latency="low", callback=callback,
    )  # fmt: skip
    return stream


def _first_line(error: Exception | None) -> str:
    return str(error).partition("\n")[0] or "no reason given"
