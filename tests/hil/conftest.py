"""Which targets each test runs on, and a bench with one of them: the emulated boards, or a real one with --port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.transport import TransportLost
from tests.hil import emulated
from tests.hil.bench import Bench
from tests.hil.boards import Board, CoreBoard
from tests.hil.plants import PortPlant, PtyPlant, VirtualPlant
from tests.hil.targets import PORT, TARGETS, Target

ROBOT_ON_A_STAND = "the wheels would turn: put the robot on a stand and say --wheels-free"
SAY_INTERACTIVE = "somebody must press a sensor: say --interactive"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hil", "hardware in the loop")
    group.addoption("--port", help="test the board at this serial port in place of the emulated ones")
    group.addoption("--baud", type=int, default=250000, help="of --port")
    group.addoption("--wheels-free", action="store_true", help="the robot at --port is on a stand: its wheels may turn")
    group.addoption("--thorough", action="store_true", help="also what takes longer than ten seconds (make hil)")
    group.addoption("--interactive", action="store_true", help="somebody is there who presses sensors when asked")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "thorough: runs only with --thorough, as `make hil` has it")
    config.addinivalue_line("markers", "needs(*traits): what a target must offer for this test (tests/hil/targets.py)")
    config.addinivalue_line("markers", "lengthy: the emulated board in real time is left out but for --thorough")


def _wanted(config: pytest.Config) -> tuple[Target, ...]:
    if not config.getoption("port", None):
        return TARGETS
    traits = PORT
    if config.getoption("wheels_free"):
        traits |= {"moves"}
    if config.getoption("interactive"):
        traits |= {"press"}
    return (Target("port", "", traits),)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every target that offers what the test needs; a real board always, so that the report says what was left out."""
    if "target" not in metafunc.fixturenames:
        return
    needs = {trait for mark in metafunc.definition.iter_markers("needs") for trait in mark.args}
    lengthy = metafunc.definition.get_closest_marker("lengthy") and not metafunc.config.getoption("thorough", False)
    chosen = []
    for target in _wanted(metafunc.config):
        if lengthy and target.name == "pty":
            continue
        lacking = needs - target.traits
        if not lacking:
            chosen.append(pytest.param(target, id=target.name))
        elif target.name == "port":
            chosen.append(pytest.param(target, id=target.name, marks=pytest.mark.skip(reason=_why(lacking))))
    metafunc.parametrize("target", chosen)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is too long for every day, and what is of no board when a real one is tested."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        if item.get_closest_marker("thorough") and not config.getoption("thorough", False):
            item.add_marker(pytest.mark.skip(reason="takes long: make hil, or --thorough"))
        if config.getoption("port", None) and "target" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="tests the simulated body, not the board at --port"))


def _why(lacking: set[str]) -> str:
    if lacking == {"moves"}:
        return ROBOT_ON_A_STAND
    if lacking == {"press"}:
        return SAY_INTERACTIVE
    return f"needs the emulator or a simulated body ({', '.join(sorted(lacking))})"


def _board(target: Target) -> Board:
    return emulated.make(target.board) if target.board else CoreBoard()


@pytest.fixture
def make_bench(request: pytest.FixtureRequest) -> Iterator[Callable[[Target], Bench]]:
    """Benches as they come from the shop: powered, and left alone since."""
    benches: list[Bench] = []

    def one(target: Target) -> Bench:
        if target.name == "port":
            config = request.config
            ask = _asker(request) if config.getoption("interactive") else None
            try:
                plant: Any = PortPlant(config.getoption("port"), config.getoption("baud"), ask)
            except TransportLost as error:
                pytest.exit(str(error), returncode=2)
        elif target.realtime:
            plant = PtyPlant(_board(target))
        else:
            plant = VirtualPlant(_board(target))
        benches.append(Bench(target, plant))
        return benches[-1]

    yield one
    for bench in benches:
        bench.plant.close()


@pytest.fixture
def bench(make_bench: Callable[[Target], Bench], target: Target) -> Bench:
    return make_bench(target)


def _asker(request: pytest.FixtureRequest) -> Callable[[str], None]:
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def ask(words: str) -> None:
        with capture.global_and_fixture_disabled():
            input(f"\n{words}, then press Enter: ")

    return ask
