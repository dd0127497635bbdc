"""Fixtures of a robot in the cottage, to be told what to do; the conftest of whoever wants them imports them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from robotos.navigation.home import Home
from tests.cottage import build
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


@pytest.fixture(scope="session")
def cottage(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build(tmp_path_factory.mktemp("cottage"))


@pytest.fixture
def make(cottage: Home, tmp_path: Path) -> Iterator[MakeRobot]:
    """Robots in the cottage; every one is shut down at the end."""
    robots: list[Robot] = []

    def one(**options: Any) -> Robot:
        directory = options.pop("directory", tmp_path / f"disk{len(robots)}")
        robots.append(Robot(options.pop("home", cottage), directory, **options))
        return robots[-1]

    yield one
    for robot in robots:
        robot.rig.close()


@pytest.fixture
def restart(robot: Robot) -> Iterator[Callable[..., Robot]]:
    """The power fails: a second robot on a copy of the first one's disk, where that one stands."""
    restarted: list[Robot] = []

    def one(**options: Any) -> Robot:
        restarted.append(robot.restart(**options))
        return restarted[-1]

    yield one
    for again in restarted:
        again.rig.close()


@pytest.fixture
def robot(make: MakeRobot) -> Robot:
    """On its dock, in the hall."""
    return make()
