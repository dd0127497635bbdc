"""The apartment's vocabulary, a recogniser for it, and voices to speak to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.navigation.home import Home, load_home
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.vocabulary import sentences
from robotos.training import corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def home() -> Home:
    return load_home(ROOT / "maps" / "apartment")


@pytest.fixture(scope="session")
def vocabulary(home: Home) -> list[str]:
    lines = [line for entry in corpus.load() for line in entry.lines]
    return sentences(home, lines, corpus.fillers())


@pytest.fixture(scope="session")
def recogniser(vocabulary: list[str], tmp_path_factory: pytest.TempPathFactory) -> PocketsphinxRecogniser:
    return PocketsphinxRecogniser(vocabulary, tmp_path_factory.mktemp("language-model"))


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 20, 15, 10))
