"""Sound as the rest of this package wants it: int16, 16 kHz, mono; read from files, resampled, written to WAV."""

from __future__ import annotations

import importlib.util
import wave
from math import gcd
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
"""Samples of one channel, shape (n,)."""

RATE: Final = 16_000  # Hz, of everything that is recognised
LONGEST: Final = 600.0  # s of one file
_FULL_SCALE: Final = 32768.0
_SLOWEST, _FASTEST = 4_000, 384_000  # Hz a file may have


class SoundError(Exception):
    """A sound, a voice, a recogniser or a device cannot be used; the message says in one sentence what to do."""


def read_sound(path: Path) -> Pcm:
    """The sound of a file at `RATE`, its channels averaged. WAV always; FLAC, OGG, MP3 with the `voice` extra.

    Raises:
        SoundError: missing, unreadable, empty, longer than `LONGEST` seconds, or of a kind nothing here can read.
    """
    if not path.is_file():
        raise SoundError(f"there is no sound file {path}; give the path of a WAV file")
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise SoundError(f"{path} cannot be read ({error.strerror}); check its permissions") from error
    samples, rate = _read_wav(path) if head[:4] == b"RIFF" and head[8:] == b"WAVE" else _read_coded(path)
    if len(samples) == 0:
        raise SoundError(f"{path} holds no sound; record it again")
    if not _SLOWEST <= rate <= _FASTEST:
        raise SoundError(f"{path} says it has {rate} samples a second; record it at 16000")
    if len(samples) > LONGEST * rate:
        raise SoundError(f"{path} is longer than {LONGEST / 60:.0f} minutes; cut it into shorter files")
    return resample(samples, rate)


def write_wav(path: Path, pcm: Pcm, rate: int = RATE) -> None:
    """Write 16-bit mono WAV. Raises `SoundError` where the file cannot be written."""
    try:
        with path.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(pcm.astype("<i2").tobytes())
    except OSError as error:
        raise SoundError(f"{path} cannot be written ({error.strerror}); choose another place") from error


def resample(pcm: Pcm, rate: int, to: int = RATE) -> Pcm:
    """The same sound at another rate (polyphase filter), clipped to 16 bits."""
    if rate == to or len(pcm) == 0:
        return pcm
    from scipy.signal import resample_poly  # takes half a second, and most sound has the right rate

    common = gcd(rate, to)
    changed = resample_poly(pcm.astype(np.float32), to // common, rate // common)
    return np.asarray(np.clip(np.rint(changed), -32768, 32767), dtype=np.int16)


def to_float(pcm: Pcm) -> NDArray[np.float32]:
    """Samples between -1 and 1."""
    return pcm.astype(np.float32) / np.float32(_FULL_SCALE)


def to_pcm(sound: NDArray[np.float32]) -> Pcm:
    """Samples of full scale 1 as 16 bits, clipped."""
    return np.asarray(np.clip(np.rint(sound * 32767.0), -32768, 32767), dtype=np.int16)


def level(pcm: Pcm) -> float:
    """Root mean square in dB below full scale; -120 for digital silence."""
    power = float(np.mean(np.square(to_float(pcm), dtype=np.float64))) if len(pcm) else 0.0
    return max(-120.0, 10.0 * float(np.log10(power))) if power > 0 else -120.0


def _read_wav(path: Path) -> tuple[Pcm, int]:
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            if rate > 0 and file.getnframes() > LONGEST * rate:
                raise SoundError(f"{path} is longer than {LONGEST / 60:.0f} minutes; cut it into shorter files")
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError, RuntimeError) as error:
        raise SoundError(f"{path} is not a readable WAV file ({error}); save it as 16-bit PCM WAV") from error
    whole = len(data) - len(data) % (width * channels)  # a file cut off in mid-frame keeps what is complete
    samples = _widths(data[:whole], width)
    if samples is None:
        raise SoundError(f"{path} has {8 * width}-bit samples; save it as 16-bit PCM WAV")
    return _mono(samples, channels), rate


def _widths(data: bytes, width: int) -> NDArray[np.float32] | None:
    """PCM of 1 (unsigned), 2, 3 or 4 bytes as floats in the range of int16."""
    if width == 1:
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128.0) * 256.0
    if width == 2:
        return np.frombuffer(data, "<i2").astype(np.float32)
    if width == 3:
        parts = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return np.ascontiguousarray(parts[:, 1:]).view("<i2").reshape(-1).astype(np.float32)
    if width == 4:
        return (np.frombuffer(data, "<i4") / 65536.0).astype(np.float32)
    return None


def _mono(samples: NDArray[np.float32], channels: int) -> Pcm:
    mixed = samples.reshape(-1, channels).mean(axis=1) if channels > 1 else samples
    return np.asarray(np.clip(np.rint(mixed), -32768, 32767), dtype=np.int16)


def _read_coded(path: Path) -> tuple[Pcm, int]:
    """FLAC, OGG, MP3 and the like through PyAV, which comes with faster-whisper."""
    if importlib.util.find_spec("av") is None:
        raise SoundError(f"{path} is no WAV file, and other kinds need: pip install 'robotos[voice]'")
    import av

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise SoundError(f"{path} holds no sound; give a sound file")
            resampler: Any = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            blocks: list[NDArray[np.int16]] = []
            length = 0
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    blocks.append(part.to_ndarray().reshape(-1))
                    length += len(blocks[-1])
                if length > LONGEST * RATE:
                    break
            blocks += [part.to_ndarray().reshape(-1) for part in resampler.resample(None)]
    except (av.error.FFmpegError, ValueError, EOFError) as error:
        raise SoundError(f"{path} is not a sound file that can be read; save it as 16-bit PCM WAV") from error
    return (np.concatenate(blocks) if blocks else np.zeros(0, np.int16)), RATE
