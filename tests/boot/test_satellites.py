"""A satellite as ears and mouth of a system: the real path from its sound to words, and from answers to its sound."""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

pytest.importorskip("wyoming", reason="the wyoming extra")

from robotos.boot.children import BootError
from robotos.boot.organs import Mouth, open_mouth
from robotos.boot.satellites import Hearers, SatelliteEars, listening, outposts
from robotos.clock import RealClock
from robotos.kernel.ports import Heard
from robotos.navigation.home import Home
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import RATE, read_sound
from robotos.policy import load

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "robotos" / "shell" / "recordings"
LIMIT = 60.0  # s
PAUSE = np.zeros(RATE, np.int16)


@pytest.fixture(scope="module")
def made() -> ModuleType:
    path = ROOT / "tests" / "peripherals" / "wyoming" / "a_satellite.py"
    spec = importlib.util.spec_from_file_location("a_satellite", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> PocketsphinxRecogniser:
    """A recogniser that is made quickly."""
    orders = ["robot stop", "robot clean the kitchen", "robot do it anyway", "stop"]
    return PocketsphinxRecogniser(orders * 5, tmp_path_factory.mktemp("model"))


def sound(name: str) -> np.ndarray:
    return read_sound(RECORDINGS / f"{name}.wav")


Live = Callable[..., tuple[object, SatelliteEars, Mouth]]


@pytest.fixture
def live(
    made: ModuleType, small: PocketsphinxRecogniser, cottage: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Live]:
    import contextlib

    monkeypatch.setattr("robotos.boot.satellites.best_recogniser", lambda home, directory: small)
    with contextlib.ExitStack() as stack:

        def begin(*sounds: np.ndarray, wake: bool = False) -> tuple[object, SatelliteEars, Mouth]:
            clock = RealClock()
            there = made.ASatellite([np.concatenate([PAUSE, *sounds, PAUSE, PAUSE])], wake=wake, pace=1.0)
            stack.callback(there.close)
            posts = outposts([f"127.0.0.1:{there.port}"], clock)
            mouth = stack.enter_context(open_mouth(clock, True, tmp_path, [post.output for post in posts]))
            told = Hearers(load().voice, lambda heard: False, mouth)
            (ears,) = stack.enter_context(listening(posts, clock, cottage, tmp_path, told))
            return there, ears, mouth

        yield begin


def heard_by(ears: SatelliteEars, count: int) -> list[Heard]:
    found: list[Heard] = []
    end, tick = time.monotonic() + LIMIT, threading.Event()
    while len(found) < count:
        assert time.monotonic() < end, (found, ears.problem, ears.ears.notes())
        found += ears.poll()
        tick.wait(0.02)
    return found


def test_words_come_from_a_satellite_and_answers_go_there(live: Live) -> None:
    there, ears, mouth = live(sound("clean_kitchen"), PAUSE, PAUSE, sound("stop"))
    first, second = heard_by(ears, 2)
    assert "clean the kitchen" in first.text and "stop" in second.text
    assert (first.speaker, first.source) == ("owner", "voice")  # as good as the robot's own microphone, no better
    assert first.began < first.ended < second.began
    assert ears.post.line.problem == ""
    pytest.importorskip("espeakng_loader", reason="espeak-ng comes with the espeak extra")
    mouth.speech.say("I am going to clean the kitchen.")
    end = time.monotonic() + LIMIT
    while mouth.speaking() or "audio-stop" not in there.types():
        assert time.monotonic() < end
        time.sleep(0.02)
    assert len(there.played) > RATE
    assert "clean the kitchen" in next(event for event in there.got if event.type == "transcript").data["text"]


def test_a_satellites_own_wake_word_is_push_to_talk(live: Live) -> None:
    there, ears, _ = live(sound("anyway"), wake=True)
    (words,) = heard_by(ears, 1)
    assert words.text and (words.speaker, words.source) == ("owner", "voice")
    end = time.monotonic() + LIMIT
    while "transcript" not in there.types():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_is_no_address_does_not_start() -> None:
    with pytest.raises(BootError, match="wyoming://host:port"):
        outposts(["no such:thing:at all"], RealClock())
    assert outposts([], RealClock()) == ()
