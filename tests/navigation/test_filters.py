"""Filter masks: keep-out cells bar planner and gate, speed limits are those of Nav2, and errors say what is wrong."""

import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.home import LayoutError, load_home
from robotos.navigation.maps.filters import forbidden, lowest_limit, speed_limits
from robotos.navigation.maps.outline import outlines

ORIGIN = Pose(-0.5, -0.5)


def grid_of(cells, resolution=0.05, origin=ORIGIN):
    return OccupancyGrid(np.asarray(cells, dtype=np.int8), resolution, origin)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_outlines_give_their_cells_back(height, width, seed, share):
    """Holes within holes, diagonals, borders: everything."""
    mask = np.random.default_rng(seed).random((height, width)) < share
    grid = grid_of(np.zeros((height, width)), 0.05, Pose(3.15, -7.3))
    again = np.zeros_like(mask)
    for polygon in outlines(mask, grid):
        cells = grid.polygon(polygon)
        assert not (again & cells).any()
        again |= cells
    assert np.array_equal(again, mask)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([0.02, 0.05, 0.1, 0.13]), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.integers(0, 99))
def test_no_forbidden_point_is_lost_whatever_the_masks_grid(resolution, dx, dy, seed):
    mask = grid_of(100 * (np.random.default_rng(seed).random((9, 9)) < 0.2), resolution, Pose(dx, dy))
    grid = grid_of(np.zeros((40, 40)))
    met = forbidden(mask, grid)
    for row, column in np.argwhere(mask.cells == 100).tolist():
        cell = grid.to_cell(*mask.to_world(row, column))
        if grid.inside(*cell):
            assert met[cell]
    for row, column in np.argwhere(met).tolist():  # and none is made up: the mask is within a cell's reach
        x, y = grid.to_world(row, column)
        xs, ys = mask.centres()
        away = np.maximum(abs(xs[None, :] - x), abs(ys[:, None] - y))
        assert (mask.cells[away <= (0.05 + resolution) / 2 + 1e-9] == 100).any()


@pytest.mark.parametrize(
    ("kind", "base", "multiplier", "value", "limit"),
    [
        ("speed_percent", 100.0, -1.0, 30, 0.7 * 0.3),
        ("speed_percent", 0.0, 1.0, 50, 0.5 * 0.3),
        ("speed_absolute", 0.0, 0.01, 12, 0.12),
        ("speed_absolute", 0.05, 0.01, 5, 0.1),
    ],
)
def test_limits_are_nav2s(kind, base, multiplier, value, limit):
    limits = speed_limits(grid_of([[0, value]]), kind, base, multiplier)
    assert limits.at(-0.425, -0.475, 0.3) == pytest.approx(limit)
    assert limits.at(-0.475, -0.475, 0.3) == 0.3 and limits.at(5.0, 5.0, 0.3) == 0.3
    field = lowest_limit([limits, limits], grid_of(np.zeros((3, 3))), 0.3)
    assert field[0, 1] == pytest.approx(limit) and np.isinf(field[0, 0]) and np.isinf(field[2, 2])


@pytest.mark.parametrize(
    ("cells", "kind", "base", "multiplier", "words"),
    [
        ([[0, -1]], "speed_percent", 100.0, -1.0, "unknown cells"),
        ([[0, 100]], "speed_percent", 100.0, -1.0, "above 0"),
        ([[0, 50]], "speed_percent", 100.0, 1.0, "at most 1"),
        ([[0, 50]], "speed_absolute", 0.1, -0.01, "above 0"),
    ],
)
def test_what_nav2_takes_for_full_speed_is_refused(cells, kind, base, multiplier, words):
    with pytest.raises(LayoutError, match=words):
        speed_limits(grid_of(cells), kind, base, multiplier)


@pytest.fixture
def masked(apartment, tmp_path):
    """The apartment with a mask over the map: nothing painted yet."""
    for file in apartment.iterdir():
        shutil.copy(file, tmp_path)
    head = (tmp_path / "apartment.yaml").read_text()
    size = Image.open(tmp_path / "apartment.pgm").size

    def paint(name, left, top, right, bottom, about, shade=0, mode="trinary"):
        """`about` goes to the layout; the corners are pixels from the upper left."""
        pixels = np.full(size[::-1], 0 if mode == "raw" else 255, dtype=np.uint8)
        pixels[top:bottom, left:right] = shade
        Image.fromarray(pixels).save(tmp_path / f"{name}.pgm")
        text = head.replace("apartment.pgm", f"{name}.pgm").replace("mode: trinary", f"mode: {mode}")
        (tmp_path / f"{name}.yaml").write_text(text)
        with (tmp_path / "layout.yaml").open("a") as layout:
            layout.write(f"\nfilters:\n  - {{mask: {name}.yaml, {about}}}\n")
        return tmp_path

    return paint


def test_a_painted_area_is_a_keep_out(masked, home):
    directory = masked("stay-out", 60, 135, 80, 150, "type: keepout")
    barred = load_home(directory)
    new = [area for area in barred.keepouts if area.name.startswith("stay-out")]
    assert len(new) == 1 and barred.grid.polygon(new[0].polygon).sum() == 20 * 15
    x, y = barred.grid.to_world(barred.grid.shape[0] - 142, 68)
    assert Costmap(home.grid, keepouts=home.keepouts).allows(x, y)
    assert not Costmap(barred.grid, keepouts=barred.keepouts).allows(x, y)
    assert barred.room_at(x, y) == ""


def test_a_speed_mask_reaches_the_home(masked):
    home = load_home(masked("slow", 60, 135, 80, 150, "type: 1, base: 100, multiplier: -1", 40, "raw"))
    x, y = home.grid.to_world(home.grid.shape[0] - 142, 68)
    assert home.speed_limit(x, y, 0.3) == pytest.approx(0.6 * 0.3)
    assert home.speed_limit(home.dock.x, home.dock.y, 0.3) == 0.3


def test_a_speed_mask_names_its_file_and_line(masked):
    directory = masked("slow", 60, 135, 80, 150, "type: 1, base: 100, multiplier: 1", 77, "raw")
    with pytest.raises(LayoutError, match=r"layout\.yaml: line \d+: filters\.0: .*slow\.yaml: .*at most 1"):
        load_home(directory)
