"""The stop reflex's benchmark: figures without data say why, rates carry their interval, the cost is arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robotos.bench import voice_stop
from robotos.peripherals.sound import SoundError
from robotos.peripherals.stop.listener import StopHeard, StopListener, open_stop_listener
from robotos.trials import stop_words

pytest.importorskip("onnxruntime", reason="the stop reflex runs on onnxruntime")


class Loud(StopListener):
    """Hears a stop in every frame that has a sample over 10000: for the arithmetic alone."""

    def __init__(self) -> None:
        self.frames = 0

    def reset(self) -> None:
        self.frames = 0

    def push(self, frame: np.ndarray) -> StopHeard | None:
        self.frames += 1
        return StopHeard(self.frames * 0.032, 1.0) if np.abs(frame).max() > 10_000 else None


def test_without_recordings_every_figure_of_people_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROBOTOS_BENCH_DATA", str(tmp_path))
    figures = voice_stop._people(open_stop_listener(), quick=True)
    assert len(figures) == 7
    assert all(figure.value is None and "ROBOTOS_BENCH_DATA" in figure.note for figure in figures)


def test_without_the_reflex_nothing_else_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> StopListener:
        raise SoundError("the weights are gone; install robotos again")

    monkeypatch.setattr(voice_stop, "open_stop_listener", broken)
    figures = voice_stop.measure(voice_stop.Options(quick=True))
    assert figures and all(figure.value is None and "weights are gone" in figure.note for figure in figures)


def test_a_rate_has_its_count_and_interval() -> None:
    loud, soft = np.full(1024, 20_000, np.int16), np.zeros(1024, np.int16)
    figure = voice_stop._rate("some", Loud(), [loud] * 9 + [soft], ">= 94", "")
    assert figure.value == 90.0
    assert figure.met is False
    assert figure.note == "9 of 10, 95 % interval 59.6 to 98.2"


def test_the_cost_is_time_over_time() -> None:
    times = iter((1.0, 1.0 + voice_stop.TIMED * 0.00032))
    assert voice_stop._cost(Loud(), lambda: next(times)).value == pytest.approx(1.0)


def test_a_spoken_stop_reaches_the_wire_of_a_turning_robot() -> None:
    sound = np.zeros(16_000, np.int16)
    sound[3000:6000] = np.random.default_rng(1).normal(0.0, 12_000.0, 3000).clip(-32768, 32767)
    (seconds,) = stop_words.stop_words([sound], Loud())
    assert seconds is not None
    assert -0.2 < seconds < 1.0  # heard at its first frame, before its end
