from __future__ import annotations

import itertools
import random
import shutil

import numpy as np
import pytest

from robotos.bench import voice_orders, voice_talk
from robotos.bench.voice_live import listen
from robotos.bench.voice_rejection import judge
from robotos.boot.places import map_directory
from robotos.boot.words import lexicon_of
from robotos.navigation.home import load_home
from robotos.peripherals.endpoint import DEFAULT
from robotos.peripherals.recogniser import Recognition, WholeSegments
from robotos.peripherals.sound import RATE, Pcm
from robotos.peripherals.vad import EnergyVad
from robotos.training import homes

MAP = map_directory(voice_orders.HOME)


class Says:
    """Hears the same in everything."""

    def __init__(self, text: str) -> None:
        self.text = text

    def transcribe(self, pcm: Pcm) -> Recognition:
        return Recognition(self.text, 1.0)


@pytest.mark.parametrize(
    ("said", "heard", "same"),
    [
        ("robot clean the kitchen", "clean the kitchen please", True),
        ("move forward one metre", "move forward one meter", True),
        ("clean the kitchen", "clean the bedroom", False),
        ("clean the kitchen", "", False),
        ("turn left ninety degrees", "turn left nine degrees", False),
    ],
)
def test_the_same_command(said: str, heard: str, same: bool) -> None:
    assert voice_orders.same_command(said, heard, lexicon_of(load_home(MAP))) is same


def test_held_out_orders_were_not_read() -> None:
    read = voice_orders.known(load_home(MAP))
    knows = frozenset(word for line in read for word in line.split())
    unread = voice_orders.held_out(homes.of_map(MAP), knows, 20, 1)
    assert len(unread) == 20
    assert unread == voice_orders.held_out(homes.of_map(MAP), knows, 20, 1)
    assert sum(text in read for text in unread) <= 2  # another line may come to the same words


def test_talk_calls_no_robot() -> None:
    rng = random.Random(1)
    said = [voice_talk.sentence(rng) for _ in range(500)]
    assert len(set(said)) > 250
    assert not any("robot" in text for text in said)


def sound() -> Pcm:
    """One second of a tone in two of quiet."""
    pcm = np.random.default_rng(1).normal(0, 10, 4 * RATE)
    pcm[RATE : 2 * RATE] += 8000 * np.sin(2 * np.pi * 300 * np.arange(RATE) / RATE)
    return pcm.astype(np.int16)


def test_delay_is_the_pause_and_the_work() -> None:
    ticks = itertools.count()
    (fast,) = listen(sound(), WholeSegments(Says("yes")), EnergyVad(), lambda: 0.0)
    # Nothing takes time: only the pause is waited for, a long one, since a tone is a sound drawn out.
    assert 0.0 <= fast.at - 2.0 - DEFAULT.unfinished < 0.1
    (slow,) = listen(sound(), WholeSegments(Says("yes")), EnergyVad(), lambda: 0.02 * next(ticks))
    assert slow.at > fast.at


def test_only_who_is_called_takes_a_command() -> None:
    called = judge([sound()], WholeSegments(Says("robot clean the kitchen")), EnergyVad())
    assert (called.utterances, called.taken, called.believed) == (1, ("robot clean the kitchen",), 1)
    overheard = judge([sound()], WholeSegments(Says("clean the kitchen")), EnergyVad())
    assert (overheard.utterances, overheard.taken, overheard.believed) == (1, (), 1)


@pytest.mark.skipif(shutil.which("flite") is None, reason="these voices need flite: apt-get install flite")
def test_what_is_said_ends_where_the_words_end() -> None:
    said = next(iter(voice_orders.say([("robot, stop", True)], 15.0, 1)))
    assert said.text == "robot stop" and said.ordinary
    assert 0.6 < said.ended < len(said.pcm) / RATE - 1.5
