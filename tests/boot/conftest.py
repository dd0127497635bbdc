"""A kernel on virtual time in the cottage, and a processor that reads its calls from a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from robotos.boot.simulated import Rig, simulate
from robotos.clock import Clock
from robotos.cpu.grammar import parse_linear
from robotos.kernel.syscalls import TABLE
from robotos.navigation.home import Home
from robotos.policy import load
from tests.cottage import build
from tests.scripted import ScriptedProcessor

SCRIPT = {
    "clean the r1": ["clean r1"],
    "clean the r2": ["clean r2"],
    "go to the r1": ["goto r1"],
    "go to the x1": ["ask x1"],
    "pick up the o1": ["pick o1"],
    "put the o1 on the p1": ["pick o1", "put p1"],
    "what time is it": ["status clock"],
}


def scripted(_clock: Clock | None = None) -> ScriptedProcessor:
    return ScriptedProcessor({said: [parse_linear(call, TABLE) for call in calls] for said, calls in SCRIPT.items()})


@pytest.fixture(scope="session")
def cottage_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cottage")
    build(directory)
    return directory


@pytest.fixture(scope="session")
def cottage(cottage_directory: Path) -> Home:
    return build(cottage_directory)


@pytest.fixture
def rig(cottage: Home, tmp_path: Path) -> Iterator[Rig]:
    running = simulate(cottage, load(), scripted, tmp_path, index=False)
    yield running
    running.close()


MakeRig = Callable[..., Rig]
