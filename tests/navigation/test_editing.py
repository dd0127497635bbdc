"""Homes are changed as asked, checked before they are written, and what was there is kept."""

import os
import shutil

import numpy as np
import pytest

from robotos.boot.children import BootError
from robotos.boot.maps import edit_map
from robotos.boot.survey import survey_directory
from robotos.navigation.home import LayoutError, load_home
from robotos.navigation.maps import writing
from robotos.navigation.maps.editing import (
    EditError,
    Line,
    add_alias,
    add_area,
    add_place,
    merge,
    remove,
    rename,
    set_dock,
    set_floor,
    split,
    with_cells,
)
from robotos.navigation.maps.loading import read_parts
from robotos.navigation.maps.writing import WriteError, write_change, write_home
from tests.navigation.test_valetudo import draft_valetudo
from tests.navigation.valetudo import flat, text


@pytest.fixture
def directory(apartment, tmp_path):
    for file in apartment.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path


def edited(directory, change):
    parts = change(read_parts(directory))
    write_change(directory, parts.layout, parts.labels)
    return load_home(directory)


def test_cells_instead_of_outlines_are_the_same_rooms(directory, home):
    again = edited(directory, with_cells)
    assert {n: r.mask.tolist() for n, r in again.rooms.items()} == {n: r.mask.tolist() for n, r in home.rooms.items()}
    for x, y in ((2.6, 4.63), (1.0, 1.0), (8.0, 6.0)):
        assert again.room_at(x, y) == home.room_at(x, y)


def test_a_renamed_room_keeps_what_is_in_it(directory, home):
    again = edited(directory, lambda parts: rename(parts, "rooms", "living room", "salon"))
    assert "living room" not in again.rooms and again.places["sofa"].room == "salon"
    assert again.people["owner"].room == "salon"
    assert list(again.rooms) == [n.replace("living room", "salon") for n in home.rooms]


def test_a_renamed_place_keeps_its_things(directory):
    again = edited(directory, lambda parts: rename(parts, "places", "desk", "writing table 2"))
    assert again.things["headphones"].place == "writing table 2"


def test_merged_rooms_have_all_floor_places_and_names(directory, home):
    again = edited(directory, lambda parts: merge(parts, "kitchen", "living room", "open plan"))
    assert set(again.rooms) == set(home.rooms) - {"kitchen", "living room"} | {"open plan"}
    whole = home.rooms["kitchen"].mask | home.rooms["living room"].mask
    assert np.array_equal(again.rooms["open plan"].mask, whole)
    assert again.places["fridge"].room == again.places["sofa"].room == "open plan"
    assert "lounge" in again.rooms["open plan"].aliases and "kitchenette" in again.rooms["open plan"].aliases


def test_a_split_room_is_divided_with_its_places(directory, home):
    line = Line(6.0, 4.0, 6.0, 9.0)  # upwards: what lies to the left is to the west
    again = edited(directory, lambda parts: split(parts, "living room", line, "snug"))
    west, east = again.rooms["snug"].mask, again.rooms["living room"].mask
    assert np.array_equal(west | east, home.rooms["living room"].mask) and not (west & east).any()
    columns = np.flatnonzero(west.any(axis=0))
    assert again.grid.to_world(0, columns[-1])[0] < 6.0
    assert again.places["tv stand"].room == "living room" and again.people["dog"].room == "snug"
    assert again.room_at(4.6, 6.0) == "snug"


def test_small_changes(directory):
    def all_of_them(parts):
        parts = set_floor(parts, "study", "carpet")
        parts = add_alias(parts, "rooms", "study", "cave")
        parts = add_area(parts, "keepouts", "cables", [(9.0, 0.2), (9.8, 0.8)])
        parts = add_area(parts, "no_mop", "rug", [(1, 1), (2, 1), (2, 2)])
        parts = add_place(parts, "plant", {"room": "study", "at": (8.0, 0.3, 0.2), "approach": (8.0, 0.7)})
        parts = remove(parts, "things", "vase")
        return set_dock(parts, 4.3, 4.3, -90.0)

    again = edited(directory, all_of_them)
    study = again.rooms["study"]
    assert study.floor == "carpet" and "cave" in study.aliases
    assert [area.name for area in again.keepouts] == ["stairwell", "cables"]
    assert len(again.keepouts[1].polygon) == 4 and again.no_mop[0].name == "rug"
    assert again.places["plant"].approach.x == 8.0 and "vase" not in again.things and again.dock.y == 4.3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: rename(p, "rooms", "attic", "loft"), "no room 'attic'; there are hallway"),
        (lambda p: rename(p, "rooms", "study", "kitchen"), "already"),
        (lambda p: rename(p, "rooms", "study", " "), "a name is wanted"),
        (lambda p: remove(p, "rooms", "study"), "desk, study shelf"),
        (lambda p: remove(p, "places", "desk"), "headphones, notebook"),
        (lambda p: merge(p, "study", "study"), "one room already"),
        (lambda p: split(p, "study", Line(0, 0, 0, 9), "x"), "doesn't divide"),
        (lambda p: split(p, "study", Line(8, 1, 8, 1), "x"), "the same"),
        (lambda p: split(p, "study", Line(8, 0, 8, 9), "kitchen"), "already"),
        (lambda p: add_place(p, "x", {"room": "attic", "at": (1, 1, 1), "approach": (1, 1)}), None),
        (lambda p: add_place(p, "x", {"room": "study", "at": (1, 1), "approach": (1, 1)}), "at"),
        (lambda p: add_area(p, "keepouts", "stairwell", [(0, 0), (1, 1)]), "already"),
        (lambda p: add_area(p, "keepouts", "x", [(0, 0)]), "outline"),
        (lambda p: set_dock(p, 1e9, 0, 0), "dock"),
        (lambda p: add_alias(p, "rooms", "study", "office"), "already"),
    ],
)
def test_what_cannot_be_done_is_said(directory, change, words):
    before = (directory / "layout.yaml").read_bytes()
    with pytest.raises(BootError, match=words):
        edit_map(str(directory), change)
    assert (directory / "layout.yaml").read_bytes() == before
    assert not list(directory.glob("*~*"))


def test_a_home_that_would_not_load_is_not_written(directory):
    with pytest.raises(BootError, match="not free floor"):
        edit_map(str(directory), lambda parts: set_dock(parts, 4.3, 4.65, -90.0))
    assert load_home(directory).dock.y == 4.35


def test_backups_pile_up_and_go_back(directory):
    original = (directory / "layout.yaml").read_text()
    first, _ = edit_map(str(directory), lambda parts: set_floor(parts, "study", "cork"))
    second, _ = edit_map(str(directory), lambda parts: merge(parts, "study", "bathroom"))
    third, home = edit_map(str(directory), lambda parts: merge(parts, "study", "bedroom"))
    assert [w.backup.name for w in (first, second, third)] == [f"layout.yaml.~{n}~" for n in (1, 2, 3)]
    assert first.backup.read_text() == original and len(home.rooms) == 4
    shutil.copy(third.backup, directory / "layout.yaml")
    assert len(load_home(directory).rooms) == 5, "the picture that it names is still there"


@pytest.mark.parametrize("step", ["fsync", "mkstemp"])
def test_a_crash_while_writing_leaves_a_whole_home(directory, monkeypatch, step):
    """Whatever fails on the way: the layout is the old one, byte by byte."""
    before = (directory / "layout.yaml").read_bytes()
    parts = merge(read_parts(directory), "study", "bathroom")

    def fail(*_args, **_kwargs):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(writing.os if step == "fsync" else writing.tempfile, step, fail)
    with pytest.raises(WriteError, match=r"cannot be written.*No space"):
        write_change(directory, parts.layout, parts.labels)
    assert (directory / "layout.yaml").read_bytes() == before
    assert not list(directory.glob(".layout*"))
    load_home(directory)


def test_a_new_home_is_there_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    (tmp_path / "map.json").write_text(text(flat()))
    draft = draft_valetudo(tmp_path / "map.json")
    out = tmp_path / "homes" / "flat"
    with monkeypatch.context() as patch:
        patch.setattr(writing, "layout_text", lambda layout: (_ for _ in ()).throw(OSError(28, os.strerror(28))))
        with pytest.raises(WriteError, match="No space"):
            write_home(out, draft)
    assert not list(out.parent.iterdir())
    write_home(out, draft)
    with pytest.raises(WriteError, match="--replace"):
        write_home(out, draft)
    again = write_home(out, draft, replace=True)
    assert (
        again.backup == out.with_name("flat.~1~")
        and load_home(again.backup).rooms.keys() == load_home(out).rooms.keys()
    )


def test_layout_errors_say_where(directory):
    path = directory / "layout.yaml"
    good = path.read_text()
    for old, new, words in (
        ("floor: carpet", "flor: carpet", r"line \d+: rooms\.bedroom\.flor: there is no such key|floor"),
        ("room: study\n", "room: attic\n", r"line \d+: places\.desk\.room: there is no room 'attic'; use one of"),
        ("  kitchen:\n", "  hallway:\n", r"line \d+: hallway: is already in line"),
        ("[4.3, 4.35, -90.0]", "[4.3, .inf, -90.0]", r"line 5: dock"),
        ("[4.3, 4.35, -90.0]", "[4.3, 43500, -90.0]", r"line 5: dock"),
    ):
        assert old in good
        path.write_text(good.replace(old, new, 1))
        with pytest.raises(LayoutError, match=words) as caught:
            load_home(directory)
        if "places" in words:
            number = int(str(caught.value).split("line ")[1].split(":")[0])
            assert path.read_text().splitlines()[number - 1].strip() == "room: attic"


def test_cells_without_a_picture_and_pictures_of_another_size(directory):
    edited(directory, with_cells)
    path = directory / "layout.yaml"
    good = path.read_text()
    path.write_text(good.replace("cells: rooms-2.png\n", ""))
    with pytest.raises(LayoutError, match="names no picture"):
        load_home(directory)
    path.write_text(good.replace("cells: rooms-2.png", "cells: apartment.pgm"))
    with pytest.raises(LayoutError, match=r"holds no free cell|correct it"):
        load_home(directory)
    from PIL import Image

    Image.new("L", (3, 3)).save(directory / "rooms-2.png")
    path.write_text(good)
    with pytest.raises(LayoutError, match=r"3 x 3 pixels, the map \d+ x \d+"):
        load_home(directory)


RULES = [
    ("room-reachable", lambda p: add_area(p, "keepouts", "rope", [(4.7, 3.0), (5.8, 3.3)]), "bathroom"),
    ("name-twice", lambda p: add_alias(p, "rooms", "study", "kitchen"), "study"),
    ("unnamed-room", lambda p: rename(p, "rooms", "study", "room 7"), "room 7"),
    ("floor-kind", lambda p: set_floor(p, "study", "unknown"), "study"),
    ("outside", lambda p: add_area(p, "keepouts", "moon", [(90, 90), (91, 91)]), "moon"),
    (
        "place-room",
        lambda p: add_place(p, "lamp", {"room": "kitchen", "at": (8, 0.3, 1), "approach": (8, 0.7)}),
        "lamp",
    ),
    ("dock", lambda p: set_dock(p, 4.3, 4.52, -90.0), "dock"),
]


@pytest.fixture(scope="module")
def well(apartment, home):
    """What there is to say about the apartment as it is."""
    return {(f.rule, f.about) for f in survey_directory(apartment, home).findings}


@pytest.mark.parametrize(("rule", "change", "about"), RULES, ids=[rule for rule, _, _ in RULES])
def test_each_rule_finds_what_it_is_for(directory, well, rule, change, about):
    def rules(home):
        return {(f.rule, f.about) for f in survey_directory(directory, home).findings}

    new = rules(edited(directory, change)) - well
    assert (rule, about) in new


def test_overlaps_and_outlines_off_the_map(directory):
    layout = directory / "layout.yaml"
    layout.write_text(layout.read_text().replace("[0.1, 4.7], [3.9, 4.7]", "[-3.0, 3.7], [3.9, 3.7]"))
    found = {(f.rule, f.about): f for f in survey_directory(directory, load_home(directory)).findings}
    assert "hallway" in found["overlap", "kitchen"].message
    assert "not on the map" in found["outside", "kitchen"].message


def test_floor_in_no_room(directory):
    layout = directory / "layout.yaml"
    layout.write_text(layout.read_text().replace("[9.9, 4.7], [9.9, 8.0]", "[8.0, 4.7], [8.0, 8.0]"))
    found = {f.rule: f for f in survey_directory(directory, load_home(directory)).findings}
    assert "m² of floor are in no room" in found["stray-floor"].message


def test_an_edit_error_is_its_own(directory):
    with pytest.raises(EditError):
        remove(read_parts(directory), "rooms", "nowhere")
