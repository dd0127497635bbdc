from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from robotos.boot.children import BootError
from robotos.boot.listening import Listen, attention_of, listen
from robotos.boot.organs import Hearing, best_recogniser, open_mouth
from robotos.clock import RealClock, VirtualClock
from robotos.navigation.home import Home
from robotos.peripherals.echo import EchoReference
from robotos.peripherals.typed import SilentSpeech, TypedEars
from robotos.policy import Voice


def test_many_ears_hear_everything_once() -> None:
    clock = VirtualClock(datetime(2026, 11, 20, 15, 10))
    hearing, other = Hearing.of(clock), TypedEars(clock)
    hearing.every.ears.append(other)
    hearing.typed.type("one")
    other.type("two")
    assert [heard.text for heard in hearing.every.poll()] == ["one", "two"]
    assert list(hearing.every.poll()) == []


def test_a_mute_mouth_says_nothing_about_it(tmp_path: Path) -> None:
    with open_mouth(RealClock(), True, tmp_path) as mouth:
        assert isinstance(mouth.speech, SilentSpeech)
        assert (mouth.notice, mouth.problem, mouth.speaking()) == ("", "", False)


def test_a_mouth_is_loud_or_says_why_not(tmp_path: Path) -> None:
    with open_mouth(RealClock(), False, tmp_path) as mouth:
        assert (mouth.loud is None) == mouth.notice.startswith("what it says is printed only: ")


def test_ears_listen_or_say_what_to_do(cottage: Home, tmp_path: Path) -> None:
    wanted = Listen(attention_of(Voice(), cottage), lambda heard: False, EchoReference())
    clock = RealClock()
    try:
        with open_mouth(clock, True, tmp_path) as mouth, listen(clock, cottage, tmp_path, mouth, wanted) as ears:
            assert not ears.problem
    except BootError as error:
        assert str(error).startswith("cannot listen: ") and "--listen" in str(error)


def test_a_whisper_model_with_files_missing_is_one_sentence(cottage: Home, tmp_path: Path) -> None:
    (tmp_path / "models" / "whisper").mkdir(parents=True)
    (tmp_path / "models" / "whisper" / "model.bin").touch()
    with pytest.raises(BootError, match=r"lacks config\.json"):
        best_recogniser(cottage, tmp_path)
