"""Where speech goes: the loudspeaker through PortAudio, or nowhere at a loudspeaker's pace; and into a WAV file."""

from __future__ import annotations

import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from robotos.peripherals.sound import RATE, Pcm, SoundError

BLOCK: Final = 0.05  # s written at a time: so late at most is a hush noticed
PORTAUDIO_MISSING: Final = "no sound device can be used without PortAudio: apt-get install libportaudio2"


class Output(Protocol):
    """Plays samples; `write` returns when the output is ready for more, about as long as the block lasts."""

    def write(self, pcm: Pcm, rate: int) -> None: ...

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

    def abort(self) -> None:
        return None

    def close(self) -> None:
        self._closed.set()


class LoudspeakerOutput:
    """A PortAudio output stream, opened again when the rate changes."""

    def __init__(self, device: int | str | None = None) -> None:
        """`device` by number or part of its name; the default one else. Raises `SoundError`."""
        self._sounddevice = load_sounddevice()
        self._device = device
        self._stream: Any = None
        self._rate = 0
        try:
            self._sounddevice.query_devices(device, "output")
        except (ValueError, self._sounddevice.PortAudioError) as error:
            raise SoundError("there is no loudspeaker; connect one, or listen to the WAV file instead") from error

    def write(self, pcm: Pcm, rate: int) -> None:
        try:
            if self._stream is None or rate != self._rate:
                self._open(rate)
            if self._stream.stopped:
                self._stream.start()
            self._stream.write(np.ascontiguousarray(pcm).reshape(-1, 1))
        except self._sounddevice.PortAudioError as error:
            self._stream = None
            raise SoundError(f"the loudspeaker has stopped working ({error}); check its cable") from error

    def abort(self) -> None:
        if self._stream is not None and not self._stream.stopped:
            self._stream.abort(ignore_errors=True)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close(ignore_errors=True)
            self._stream = None

    def _open(self, rate: int) -> None:
        self.close()
        self._stream = self._sounddevice.OutputStream(
            samplerate=rate, channels=1, dtype="int16", device=self._device, latency="low"
        )
        self._stream.start()
        self._rate = rate


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


def open_output() -> tuple[Output, str]:
    """The loudspeaker, or a silent output and the sentence that says why."""
    try:
        return LoudspeakerOutput(), ""
    except SoundError as error:
        return SilentOutput(), f"nothing will be heard: {error}"
