"""The benches of coverage and navigation measure what they say, on a small home."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from robotos.bench.coverage_plans import Floor, measured, picture, plain_sweep
from robotos.bench.navigation_plans import ways
from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import plan_coverage, reachable
from tests.cottage import build


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Floor:
    home = build(tmp_path_factory.mktemp("cottage"))
    costmap = Costmap(home.grid, keepouts=home.keepouts)
    none = np.zeros(home.grid.shape, dtype=bool)
    return Floor("cottage", "kitchen", costmap, home.rooms["kitchen"].mask, Pose(3.1, 1.0), none)


def test_a_room_is_measured_against_a_plain_sweep(floor: Floor) -> None:
    room = measured(floor)
    assert room is not None
    assert room.share >= 0.985 and room.share > room.plain_share > 0.5
    assert 2.5 < room.way < 4.5 and room.forbidden == room.cut_off == 0


def test_the_plain_sweep_stays_where_the_robot_may_be(floor: Floor) -> None:
    wanted = reachable(floor.costmap, floor.mask, floor.start)
    lanes = plain_sweep(floor.costmap, floor.mask, wanted)
    assert len(lanes) >= 3
    assert all(floor.costmap.clear(*lane.points[0], *lane.points[1]) for lane in lanes)


def test_cells_swept_in_forbidden_places_are_counted(floor: Floor) -> None:
    room = measured(Floor(floor.home, floor.room, floor.costmap, floor.mask, floor.start, floor.mask))
    assert room is not None and room.forbidden > 500


def test_the_picture_shows_the_room(floor: Floor, tmp_path: Path) -> None:
    path = tmp_path / "lanes.png"
    picture(floor, plan_coverage(floor.costmap, floor.mask, floor.start), path)
    with Image.open(path) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20)}
    assert {(200, 40, 40), (255, 255, 255), (40, 40, 40)} <= colours


def test_ways_are_compared_with_the_optimum() -> None:
    found = ways("apartment", 6, seed=1)
    assert len(found.ratios) == found.reachable > 0 and max(found.ratios) <= 1.10
    assert found.told == found.refused > 0
