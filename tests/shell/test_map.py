from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from robotos.navigation.draw import draw, load_drawing
from robotos.navigation.map_server import save_map
from robotos.shell.main import main
from tests.cottage import LAYOUT


def test_the_apartment_is_described_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "apartment", "--check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == []
    assert set(told["rooms"]) == {"hallway", "kitchen", "living room", "bedroom", "bathroom", "study"}
    assert 45 < told["area_m2"] < 80
    assert all(room["reachable"] > 0.9 for room in told["rooms"].values())
    assert told["keepouts"] == ["stairwell"] and told["things"]["red cup"] == "coffee table"
    assert main(["map", "apartment", "--check"]) == 0
    shown = capsys.readouterr().out
    assert "living room" in shown and "every place can be reached" in shown


def test_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "map.png"
    assert main(["map", "apartment", "--png", str(file)]) == 0
    assert f"wrote {file}" in capsys.readouterr().out
    with Image.open(file) as picture:
        assert picture.format == "PNG" and picture.width > 1000
        colours = picture.getcolors(maxcolors=1 << 22)
    assert colours is not None and len(colours) > 50


def test_a_room_behind_a_wall_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = LAYOUT.replace("  furniture:", "  furniture:\n    barricade: [2.2, 0.1, 2.4, 2.3]")
    assert layout != LAYOUT
    (tmp_path / "layout.yaml").write_text(layout, encoding="utf-8")
    save_map(tmp_path / "cottage.yaml", draw(load_drawing(tmp_path)))
    assert main(["map", str(tmp_path)]) == 0
    assert main(["map", str(tmp_path), "--check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert any(problem.startswith("study: only") for problem in told["problems"])
    assert any(problem.startswith("shelf: cannot be reached") for problem in told["problems"])
    assert all("layout.yaml" in problem for problem in told["problems"])
