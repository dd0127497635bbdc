from __future__ import annotations

import importlib.util
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.sound import RATE, SoundError, level, read_sound, resample, write_wav


def tone(rate: int, seconds: float = 0.5, hertz: float = 440.0) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


def save(path: Path, data: bytes, channels: int, width: int, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(data)
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    pcm = tone(RATE)
    write_wav(tmp_path / "a.wav", pcm)
    assert np.array_equal(read_sound(tmp_path / "a.wav"), pcm)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000])
def test_other_rates_keep_length_and_pitch(rate: int) -> None:
    changed = resample(tone(rate), rate)
    assert abs(len(changed) - RATE // 2) <= 1
    spectrum = np.abs(np.fft.rfft(changed))
    assert abs(np.argmax(spectrum) * RATE / len(changed) - 440) < 4


def test_channels_are_averaged(tmp_path: Path) -> None:
    both = np.column_stack((np.full(100, 1000), np.full(100, 3000))).astype("<i2")
    assert set(read_sound(save(tmp_path / "s.wav", both.tobytes(), 2, 2, RATE))) == {2000}


@pytest.mark.parametrize(("width", "data"), [(1, bytes([192])), (3, b"\x00\x00\x40"), (4, b"\x00\x00\x00\x40")])
def test_other_sample_widths(tmp_path: Path, width: int, data: bytes) -> None:
    assert set(read_sound(save(tmp_path / "w.wav", data * 100, 1, width, RATE))) == {16384}


@given(st.binary(max_size=300))
def test_garbage_is_one_clear_error(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("garbage") / "g.wav"
    path.write_bytes(b"RIFF\x24\x00\x00\x00WAVE" + body)
    with pytest.raises(SoundError) as caught:
        read_sound(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"hello", b"fLaC" + bytes(50)])
def test_what_is_no_sound_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.flac"
    path.write_bytes(content)
    with pytest.raises(SoundError, match=r"x\.flac"):
        read_sound(path)


def test_missing_empty_and_endless_files(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="no sound file"):
        read_sound(tmp_path / "none.wav")
    with pytest.raises(SoundError, match="holds no sound"):
        read_sound(save(tmp_path / "e.wav", b"", 1, 2, RATE))
    with pytest.raises(SoundError, match="longer than"):
        read_sound(save(tmp_path / "l.wav", bytes(2 * 4000 * 601), 1, 2, 4000))


@pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="FLAC is read by PyAV, of the voice extra")
def test_flac(tmp_path: Path) -> None:
    import av

    with av.open(str(tmp_path / "a.flac"), "w") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(RATE).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    assert np.array_equal(read_sound(tmp_path / "a.flac"), tone(RATE))


def test_level_is_in_decibels_below_full_scale() -> None:
    assert level(np.zeros(10, np.int16)) == -120.0
    assert abs(level(np.full(10, 16384, np.int16)) + 6.02) < 0.01
