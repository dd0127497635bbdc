from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from robotos.navigation.draw import draw, load_drawing
from robotos.navigation.map_server import save_map
from robotos.shell.main import main
from tests.cottage import LAYOUT
from tests.navigation.valetudo import entity, flat, text


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
    assert any(problem.startswith("study: cannot be reached") for problem in told["problems"])
    assert any(problem.startswith("shelf: cannot be reached") for problem in told["problems"])
    assert all("layout.yaml" in problem for problem in told["problems"])
    assert main(["map", "check", str(tmp_path), "--json"]) == 1
    checked = json.loads(capsys.readouterr().out)
    assert not checked["ok"] and checked["errors"] == len(told["problems"])
    assert ("room-reachable", "error", "study") in {(f["rule"], f["severity"], f["about"]) for f in checked["findings"]}


def test_a_vacuums_map_is_imported_shown_checked_and_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "ValetudoMap.json", tmp_path / "homes" / "flat"
    file.write_text(text(flat(entity("no_go_area", 1, 1, 3, 1, 3, 3, 1, 3))))
    assert main(["map", "import", str(file), "--out", str(out), "--name", "flat"]) == 0
    said = capsys.readouterr().out
    assert f"robotos sim --map {out}" in said and "room 17: has no name" in said
    with Image.open(out / "preview.png") as picture:
        assert picture.format == "PNG" and picture.width > 1000
    assert main(["map", "import", str(file), "--out", str(out)]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main(["map", "import", str(file), "--out", str(out), "--replace", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert set(again["rooms"]) == {"kitchen", "room 17"} and again["backup"].endswith("flat.~1~")
    assert main(["map", "edit", str(out), "--json", "rename-room", "room 17", "bedroom"]) == 0
    assert json.loads(capsys.readouterr().out)["backup"].endswith("layout.yaml.~1~")
    for change in (
        ["floor", "bedroom", "carpet"],
        ["alias", "rooms", "bedroom", "my room"],
        ["split", "kitchen", "1.6", "0", "1.6", "9", "larder"],
        ["merge", "kitchen", "larder"],
        ["add-keepout", "bowl", "3.9", "6.1", "4.1", "6.3"],
        ["add-no-mop", "rug", "3.5", "5.2", "3.9", "5.2", "3.9", "5.6"],
        ["add-place", "shelf", "--room", "bedroom", "--at", "4.2", "5.6", "1", "--approach", "3.9", "5.7"],
        ["remove", "keepouts", "no-go area"],
        ["dock", "1.5", "5.6", "0"],
    ):
        assert main(["map", "edit", str(out), *change]) == 0, change
    assert main(["map", "show", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(told["rooms"]) == {"kitchen", "bedroom"} and told["rooms"]["bedroom"]["floor"] == "carpet"
    assert told["places"]["shelf"]["room"] == "bedroom" and told["keepouts"] == ["bowl"] and told["no_mop"] == ["rug"]
    assert told["dock"][:2] == [1.5, 5.6]


def test_a_ros_map_and_a_picture_are_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    maps = Path(__file__).parents[2] / "maps" / "apartment"
    out = tmp_path / "ros"
    assert main(["map", "import", str(maps / "apartment.yaml"), "--out", str(out), "--dock", "4.3", "4.35", "-90"]) == 0
    assert "rooms were found by the map's shape" in capsys.readouterr().out
    assert main(["map", "import", str(maps / "apartment.pgm"), "--out", str(tmp_path / "picture")]) == 1
    assert "--resolution" in capsys.readouterr().err
    arguments = ["--out", str(tmp_path / "picture"), "--resolution", "0.05", "--json"]
    assert main(["map", "import", str(maps / "apartment.pgm"), *arguments]) == 0
    told = json.loads(capsys.readouterr().out)
    assert 4 <= len(told["rooms"]) <= 9 and any("no dock is known" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("gone.json", None, "no such file"),
        ("m.json", b"{", "line 1: not valid JSON"),
        ("m.yaml", b"image: [", "line 1"),
        ("m.txt", b"hello", "keys and values"),
        ("m.png", b"\x89PNG", "not a readable"),
        (".", None, "is a directory"),
    ],
)
def test_what_cannot_be_imported_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, raw: bytes | None, words: str
) -> None:
    if raw is not None:
        (tmp_path / name).write_bytes(raw)
    assert main(["map", "import", str(tmp_path / name), "--out", str(tmp_path / "out"), "--resolution", "0.05"]) == 1
    said = capsys.readouterr().err
    assert words in said and "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("import", "show", "check", "edit"))
