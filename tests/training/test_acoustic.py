from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from robotos.peripherals.acoustic.noisy import CARD, SHIFTS
from robotos.peripherals.sound import RATE
from robotos.training.acoustic import command
from robotos.training.acoustic.front import differences
from robotos.training.acoustic.speech import as_people


def test_differences_are_sphinxs() -> None:
    ramp = np.arange(20.0)[:, None] * np.ones(13)
    found = differences(ramp)
    assert found.shape == (20, 3, 13)
    assert np.allclose(found[5:15, 0, 0], ramp[5:15, 0] - ramp.mean())
    assert np.allclose(found[5:15, 1], 4.0) and np.allclose(found[5:15, 2], 0.0)


def test_speech_gets_the_spectrum_of_people() -> None:
    white = np.random.default_rng(1).normal(0, 3000, 4 * RATE).astype(np.int16)
    power = np.abs(np.fft.rfft(as_people(white, np.random.default_rng(2)))) ** 2
    f = np.fft.rfftfreq(len(white), 1 / RATE)
    low, high = (power[(f > a) & (f < 1.26 * a)].sum() for a in (450.0, 4500.0))
    assert 8 < 10 * np.log10(low / high) < 27  # 17 dB in the table


def test_noise_fills_the_pauses_and_the_card_is_true(tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader")
    assert command.main(["--out", str(tmp_path), "--sentences", "6", "--quiet"]) == 0
    with np.load(io.BytesIO((tmp_path / SHIFTS).read_bytes())) as file:
        shifts = file["shifts"].astype(np.float64)
    assert shifts.shape == (42, 3, 128, 13) and np.isfinite(shifts).all()
    silence, vowel = shifts[32, 0, :, 0].mean(), shifts[2, 0, :, 0].mean()  # SIL and AA: loudness against the mean
    assert silence > 0 > vowel
    card = json.loads((tmp_path / CARD).read_text("utf-8"))
    assert card["sentences"] == 6 and card["seed"] == 1


def test_where_nothing_can_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert command.main(["--out", str(tmp_path / "file"), "--sentences", "0", "--quiet"]) == 1
    assert "the noise was not learnt" in capsys.readouterr().err
