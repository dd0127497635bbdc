from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotos.boot.children import BootError, Nursery

GATE, SIM = "robotos.actuation.server", "robotos.sim.serve"


@pytest.fixture
def nursery(monkeypatch: pytest.MonkeyPatch) -> Iterator[Nursery]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with Nursery() as made:
        yield made


def test_a_child_runs_once_it_is_told_how_and_ends_with_the_nursery(nursery: Nursery) -> None:
    nursery.prepare("robot", SIM, priority=10)
    child = nursery.take("robot")
    child.begin(["--map", "maps/apartment", "--socket", str(nursery.directory / "s")])
    assert Path(child.wait_ready()["port"]).exists()
    assert child.alive
    nursery.__exit__()
    assert not child.alive
    assert not nursery.directory.exists()


def test_what_a_child_complains_of_is_told(nursery: Nursery) -> None:
    nursery.prepare("robot", SIM)
    child = nursery.take("robot")
    child.begin(["--map", "maps/nowhere", "--socket", str(nursery.directory / "s")])
    with pytest.raises(BootError, match=r"robot did not start: .*nowhere"):
        child.wait_ready()
    assert not child.alive


def test_a_child_that_says_it_cannot_is_believed(nursery: Nursery) -> None:
    nursery.prepare("gate", GATE)
    child = nursery.take("gate")
    directory = nursery.directory
    child.begin(["--port", "/dev/none", "--map", "maps/apartment", "--socket", str(directory / "a"),
                 "--console", str(directory / "b")])  # fmt: skip
    with pytest.raises(BootError, match=r"gate did not start: .*/dev/none"):
        child.wait_ready()


def test_nobody_waits_for_ever(nursery: Nursery) -> None:
    nursery.prepare("robot", SIM)
    began = time.monotonic()
    with pytest.raises(BootError, match="it said nothing"):
        nursery.take("robot").wait_ready(limit=0.2)
    assert time.monotonic() - began < 15


def test_a_child_that_was_never_begun_ends_by_itself_when_its_parent_is_gone(nursery: Nursery) -> None:
    nursery.prepare("robot", SIM)
    process = nursery.take("robot").process
    assert process.stdin is not None
    process.stdin.close()  # as the system does for a parent that has died
    assert process.wait(30) == 0


def test_arguments_for_a_child_that_has_died_are_not_an_error_of_their_own(nursery: Nursery) -> None:
    nursery.prepare("robot", "robotos.no_such_module")
    child = nursery.take("robot")
    child.process.wait(30)
    child.begin(["--map", "x"])
    with pytest.raises(BootError, match="No module named"):
        child.wait_ready()
