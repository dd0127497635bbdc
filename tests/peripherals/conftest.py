"""The apartment's vocabulary, a recogniser for it, and voices to speak to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from robotos.boot.voice import what_people_say
from robotos.clock import VirtualClock
from robotos.navigation.home import Home, load_home
from robotos.peripherals.recogniser import PocketsphinxRecogniser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def home() -> Home:
    return load_home(ROOT / "maps" / "apartment")


@pytest.fixture(scope="session")
def vocabulary(home: Home) -> list[str]:
    return list(what_people_say(home))


@pytest.fixture(scope="session")
def recogniser(vocabulary: list[str], tmp_path_factory: pytest.TempPathFactory) -> PocketsphinxRecogniser:
    return PocketsphinxRecogniser(vocabulary, tmp_path_factory.mktemp("language-model"))


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 20, 15, 10))
