"""Figures of maps: the quality of found rooms is the survey's, and absent data is said, not made up."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from robotos.bench import maps
from robotos.bench.registry import Options
from tests.navigation.valetudo import flat, text

TRUE = np.array([[1, 1, 1, 1, 0, 2, 2, 2]] * 4)


def test_what_is_found_as_it_is_has_full_marks() -> None:
    quality = maps.quality_of(np.where(TRUE == 1, 2, np.where(TRUE == 2, 1, 0)), TRUE)
    assert quality.precision == quality.recall == (1.0, 1.0)


def test_a_split_room_costs_recall_and_a_merged_one_precision() -> None:
    split = np.array([[1, 1, 1, 3, 0, 2, 2, 2]] * 4)
    quality = maps.quality_of(split, TRUE)
    assert quality.recall == (0.75, 1.0) and quality.precision == (1.0, 1.0, 1.0)
    merged = maps.quality_of(np.ones_like(TRUE), TRUE)
    assert merged.recall == (1.0, 1.0) and merged.precision == (pytest.approx(16 / 28),)


def test_floor_in_no_room_costs_recall() -> None:
    quality = maps.quality_of(np.array([[1, 1, 0, 0, 0, 2, 2, 2]] * 4), TRUE)
    assert quality.recall == (0.5, 1.0)


def test_doors_of_true_plans_are_lines(tmp_path: Path) -> None:
    plan = np.full((40, 90), 255, dtype=np.uint8)
    plan[:, 44:46] = 0
    plan[10:13, 44:46] = 120  # anti-aliased
    Image.fromarray(plan).save(tmp_path / "p_gt_segmentation.png")
    rooms = maps.true_rooms(tmp_path / "p_gt_segmentation.png")
    assert rooms.max() == 2 and (rooms[:, :44] == 1).all() and not rooms[:, 44:46].any()


def test_absent_data_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(maps.DATA, str(tmp_path))
    figures = {figure.name: figure for figure in maps.measure(Options())}
    assert figures["longest import"].value is None and str(tmp_path) in figures["longest import"].note


def test_imports_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "maps" / "valetudo"
    folder.mkdir(parents=True)
    (folder / "flat.json").write_text(text(flat()))
    (folder / "broken.json").write_text("{")
    monkeypatch.setenv(maps.DATA, str(tmp_path))
    figures = {figure.name: figure for figure in maps.measure(Options())}
    assert figures["maps that load"].value == 1 and figures["maps that load"].met is False
    assert "broken.json" in figures["maps that load"].note
    assert figures["longest import"].value is not None
