"""Where speech goes: the loudspeaker through PortAudio, or nowhere at a loudspeaker's pace; and into a WAV file."""

from __future__ import annotations

import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from robotos.clock import Clock, RealClock
from robotos.peripherals.playback import Playback, PlayedListener, dac_delay
from robotos.peripherals.resampling import StreamResampler
from robotos.peripherals.sample_clock import SampleClock
from robotos.peripherals.sound import RATE, Pcm, SoundError, to_float, to_pcm

BLOCK: Final = 0.01  # s that the device takes at a time: so late at most is a hush or a ducking heard, plus its latency
PORTAUDIO_MISSING: Final = "no sound device can be used without PortAudio: apt-get install libportaudio2"
_LATENCY: Final = 0.035  # s asked of the device: with less, ALSA runs dry whenever this process computes
_ROOM: Final = 0.2  # s of sound that wait for the device
_PUMP: Final = 0.005  # s between looks at what it has taken
_STALLED: Final = 1.0  # s without a callback after which it counts as gone (the first takes longer)
_FIRST: Final = 3.0


class Output(Protocol):
    """Plays samples. `abort` and `duck` may be called from any thread and never wait."""

    def write(self, pcm: Pcm, rate: int) -> None:
        """Hand over samples, or none to get ready for `rate`; returns when ready for more. Raises `SoundError`."""

    def pump(self) -> None:
        """Called now and then while nothing is written, by the thread that writes; never waits."""

    def drain(self) -> None:
        """Return when what was written has been heard or dropped."""

    def duck(self, level: float) -> None:
        """Play `level` times as loud from the next block on."""

    def abort(self) -> None:
        """Drop what has been written and not yet been heard."""

    def close(self) -> None: ...


class SilentOutput:
    """No loudspeaker: waits as long as one would play. `pause(seconds)` does the waiting."""

    def __init__(self, pause: Callable[[float], object] | None = None) -> None:
        self._closed = threading.Event()
        self._pause = pause if pause is not None else self._closed.wait

    def write(self, pcm: Pcm, rate: int) -> None:
        self._pause(len(pcm) / rate)

    def pump(self) -> None:
        return None

    def drain(self) -> None:
        return None

    def duck(self, level: float) -> None:
        return None

    def abort(self) -> None:
        return None

    def close(self) -> None:
        self._closed.set()


class LoudspeakerOutput:
    """A PortAudio output stream that runs all the time, opened again when the rate changes or the device was lost.

    `listener` is told the samples that are really played and when, from the thread that writes. An `abort` is heard
    after one block and what the device itself has buffered.
    """

    def __init__(
        self, device: int | str | None = None, clock: Clock | None = None, listener: PlayedListener | None = None
    ) -> None:
        """`device` by number or part of its name; the default one else. Raises `SoundError`."""
        self._sounddevice = load_sounddevice()
        self._device, self._listener = device, listener
        self._clock = clock if clock is not None else RealClock()
        self._stream: Any = None
        self._playback: Playback | None = None
        self._wanted = 0  # Hz of what is written; the device may insist on another rate
        self._resampler: StreamResampler | None = None
        self._ends = 0.0  # clock seconds at which the last sample taken is heard
        self._level = 1.0
        self._tick = threading.Event()
        self._look_up()

    def write(self, pcm: Pcm, rate: int) -> None:
        playback = self._ready(rate)
        rest = self._converted(pcm)
        limit = _STALLED if playback.calls else _FIRST
        calls, moved = playback.calls, self._clock.now()
        while len(rest):
            rest = rest[playback.write(rest) :]
            self._tell(playback)
            now = self._clock.now()
            if playback.calls != calls:
                calls, moved = playback.calls, now
            elif now - moved > limit or not self._stream.active:
                self.close()
                raise SoundError("the loudspeaker has stopped working; check its cable")
            if len(rest):
                self._tick.wait(_PUMP)

    def pump(self) -> None:
        if self._playback is not None:
            self._tell(self._playback)

    def drain(self) -> None:
        playback = self._playback
        if playback is None:
            return
        now = self._clock.now()
        end = now + _ROOM + _STALLED
        asked = playback.calls
        # A block that fades out may still be taken after everything was dropped.
        while now < end and (playback.waiting or playback.calls <= asked or now < self._ends):
            self._tick.wait(_PUMP)
            self._tell(playback)
            now = self._clock.now()

    def duck(self, level: float) -> None:
        self._level = level
        if (playback := self._playback) is not None:
            playback.duck(level)

    def abort(self) -> None:
        if (playback := self._playback) is not None:
            playback.drop()

    def close(self) -> None:
        stream, self._stream, self._playback = self._stream, None, None
        if stream is not None:
            stream.close(ignore_errors=True)

    def _look_up(self) -> Any:
        try:
            return self._sounddevice.query_devices(self._device, "output")
        except (ValueError, self._sounddevice.PortAudioError) as error:
            named = f"loudspeaker {self._device!r}" if self._device is not None else "loudspeaker"
            raise SoundError(f"there is no {named}; connect one, or listen to the WAV file instead") from error

    def _ready(self, rate: int) -> Playback:
        if self._playback is not None and rate == self._wanted and self._stream.active:
            return self._playback
        if self._playback is not None and self._stream.active:
            self.drain()
        self.close()
        try:
            self._stream, self._playback = self._open(rate)
        except self._sounddevice.PortAudioError as refused:
            own = int(self._look_up()["default_samplerate"])
            try:
                self._stream, self._playback = self._open(own)
            except self._sounddevice.PortAudioError:
                raise SoundError(f"the loudspeaker cannot be opened ({refused}); check its cable") from refused
        self._wanted = rate
        self._resampler = StreamResampler(rate, self._playback.rate) if rate != self._playback.rate else None
        return self._playback

    def _converted(self, pcm: Pcm) -> Pcm:
        return pcm if self._resampler is None else to_pcm(self._resampler.push(to_float(pcm)))

    def _open(self, rate: int) -> tuple[Any, Playback]:
        playback = Playback(rate, max(1, int(BLOCK * rate)), _ROOM)
        playback.duck(self._level)
        clock = self._clock

        stamps = SampleClock()

        def callback(out: Any, frames: int, time: Any, _status: Any) -> None:
            playback.fill(out[:, 0], stamps.stamp(clock.now() + dac_delay(time), frames / rate))

        stream = self._sounddevice.OutputStream(
            samplerate=rate, blocksize=playback.block, channels=1, dtype="int16", device=self._device, latency=_LATENCY,
            callback=callback,
        )  # fmt: skip
        try:
            stream.start()
        except self._sounddevice.PortAudioError:
            stream.close(ignore_errors=True)
            raise
        return stream, playback

    def _tell(self, playback: Playback) -> None:
        for block, at in playback.taken():
            self._ends = at + len(block) / playback.rate
            if self._listener is not None:
                self._listener.played(block, playback.rate, at)


class WavLog:
    """Everything that is said, appended to one WAV file; the header is right after every sentence."""

    def __init__(self, path: Path, rate: int = RATE) -> None:
        """Starts the file anew. Raises `SoundError` when the file cannot be written."""
        self.rate = rate
        try:
            # Opened here: a Wave_write that fails to open its file complains once more when it is collected.
            self._raw = path.open("wb")
        except OSError as error:
            raise SoundError(f"{path} cannot be written ({error.strerror}); choose another place") from error
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)

    def append(self, pcm: Pcm) -> None:
        """Raises `SoundError` when the disk is full or gone."""
        try:
            self._file.writeframes(pcm.astype("<i2").tobytes())
        except OSError as error:
            raise SoundError(
                f"what is said can no longer be recorded ({error.strerror}); make room on the disk"
            ) from error

    def close(self) -> None:
        self._file.close()
        self._raw.close()


def load_sounddevice() -> Any:
    """The sounddevice module; importing it needs the PortAudio library. Raises `SoundError`."""
    try:
        import sounddevice
    except ImportError as error:
        raise SoundError("sound devices need: pip install sounddevice") from error
    except OSError as error:
        raise SoundError(PORTAUDIO_MISSING) from error
    return sounddevice


def open_output(device: int | str | None = None) -> tuple[Output, str]:
    """The loudspeaker, or a silent output and the sentence that says why."""
    try:
        return LoudspeakerOutput(device), ""
    except SoundError as error:
        return SilentOutput(), f"nothing will be heard: {error}"
