"""Rooms found by shape: doors part them, furniture doesn't, and every free cell of a room is in one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, OccupancyGrid
from robotos.navigation.maps.rooms import segment


def grid_of(cells):
    return OccupancyGrid(np.asarray(cells, dtype=np.int8), 0.05, Pose(0.0, 0.0))


def two_rooms(door, left=3.0, right=4.0, height=3.0):
    """Metres; a wall of 10 cm with a door in its middle."""
    cells = np.full((round(height / 0.05) + 4, round((left + right) / 0.05) + 6), OCCUPIED, dtype=np.int8)
    wall = 2 + round(left / 0.05)
    cells[2:-2, 2:wall] = FREE
    cells[2:-2, wall + 2 : -2] = FREE
    half, middle = round(door / 0.1), cells.shape[0] // 2
    cells[middle - half : middle + half, wall : wall + 2] = FREE
    return grid_of(cells), wall


@pytest.mark.parametrize("door", [0.6, 0.8, 0.9, 1.2])
def test_a_door_parts_two_rooms_at_the_wall(door):
    grid, wall = two_rooms(door)
    labels = segment(grid)
    assert labels.max() == 2 and (labels[grid.free] > 0).all()
    right, left = labels == 1, labels == 2  # the larger one is the first
    assert left[:, wall + 4 :].sum() == 0 and right[:, : wall - 3].sum() == 0


def test_an_open_side_parts_nothing():
    grid, _ = two_rooms(2.8)
    assert segment(grid).max() == 1


def test_a_corridor_is_one_room_however_long():
    cells = np.full((160, 420), OCCUPIED, dtype=np.int8)
    cells[70:90, 5:415] = FREE  # 1 m x 20 m
    for start in (10, 150, 290):  # rooms of 4 m x 3 m, with doors of 0.8 m
        cells[92:152, start : start + 80] = FREE
        cells[90:92, start + 30 : start + 46] = FREE
    labels = segment(grid_of(cells))
    assert labels.max() == 4 and len(np.unique(labels[75:85, 10:410])) == 1


def test_table_legs_make_no_rooms():
    cells = np.full((84, 84), OCCUPIED, dtype=np.int8)
    cells[2:-2, 2:-2] = FREE
    cells[20:66:11, 20:66:11] = OCCUPIED
    labels = segment(grid_of(cells))
    assert labels.max() == 1 and (labels[cells == FREE] == 1).all() and (labels[cells == OCCUPIED] == 0).all()


def test_a_cupboard_is_no_room():
    grid, _ = two_rooms(0.8, left=0.8, right=4.0)
    cells = grid.cells.copy()
    cells[: cells.shape[0] // 2 - 10, :18] = OCCUPIED
    cells[cells.shape[0] // 2 + 10 :, :18] = OCCUPIED  # 0.8 m x 1 m is left of it
    assert segment(grid_of(cells)).max() == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 30), st.integers(3, 30), st.floats(0.0, 0.6))
def test_rooms_are_floor_in_one_piece(seed, height, width, share):
    """Whatever the map: no room on what isn't free, none smaller than a room, the largest first."""
    random = np.random.default_rng(seed)
    blocks = random.random((height, width))
    cells = np.where(blocks < share, random.choice([OCCUPIED, UNKNOWN], (height, width)), FREE)
    grid = grid_of(np.kron(cells, np.ones((4, 4))))
    labels = segment(grid)
    assert labels.dtype == np.uint8 and not labels[~grid.free].any()
    sizes = np.bincount(labels.ravel())[1:]
    floors, _ = ndimage.label(grid.free)
    large = np.flatnonzero(np.bincount(floors.ravel())[1:] * 0.05**2 >= 4.0) + 1
    assert (labels[np.isin(floors, large)] > 0).all(), "large floor is always in some room"
    assert (np.diff(sizes) <= 40).all() or len(sizes) < 2  # furniture that is taken out may change the order a little
