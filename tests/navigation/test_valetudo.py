"""Vacuum robots' maps become homes: every part where the file has it, and broken files become one sentence."""

import copy
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN
from robotos.navigation.home import load_home
from robotos.navigation.map_server import MapError
from robotos.navigation.maps.valetudo import draft_valetudo, read_valetudo
from robotos.navigation.maps.writing import write_home
from tests.navigation.valetudo import FLAT, NAMES, entity, flat, map_of, text

METRES = 0.2  # a pixel


@pytest.fixture
def save(tmp_path):
    def write(value):
        path = tmp_path / "map.json"
        path.write_text(value if isinstance(value, str) else text(value))
        return path

    return write


def spot(column, row):
    """Metres of the middle of a letter: the picture is 40 pixels high, the drawing begins at (5, 7)."""
    return (5 + column + 0.5) * METRES, (40 - 7 - row - 0.5) * METRES


@pytest.mark.parametrize("version", [1, 2])
def test_every_pixel_is_where_the_file_has_it(save, version):
    home = read_valetudo(save(flat(version=version)))
    for row, line in enumerate(FLAT):
        for column, letter in enumerate(line):
            x, y = spot(column, row)
            cell = home.grid.to_cell(x, y)
            assert home.grid.cells[cell] == (OCCUPIED if letter == "#" else FREE)
            if letter in NAMES:
                name = {"a": "kitchen", "b": "room 17"}[letter]
                assert home.rooms[name].mask[cell] and home.room_at(x, y) == name
    assert home.grid.resolution == METRES
    assert (home.grid.cells == UNKNOWN).any()
    assert home.rooms["kitchen"].floor == "tiles" and home.rooms["room 17"].floor == "unknown"


def test_the_dock_is_before_the_charger_with_its_back_to_it(save):
    home = read_valetudo(save(flat()))
    x, y = spot(1, 4)
    assert home.dock.yaw == pytest.approx(0.0, abs=1e-6)
    assert home.dock.x - x == pytest.approx(0.1, abs=0.11) and home.dock.y == pytest.approx(y, abs=0.21)


@pytest.mark.parametrize(("angle", "heading"), [(0, 90), (90, 0), (180, -90), (270, 180), (-9, 99), (359, 91)])
def test_angles_are_clockwise_from_upwards(save, angle, heading):
    value = map_of(FLAT, NAMES, [entity("charger_location", 4.5, 4.5, angle=angle)])
    off = math.degrees(read_valetudo(save(value)).dock.yaw) - heading
    assert math.remainder(off, 360) == pytest.approx(0.0, abs=0.06)


def test_without_a_charger_the_dock_is_where_the_vacuum_stood(save):
    value = map_of(FLAT, NAMES, [entity("robot_position", 12.5, 4.5, angle=180)])
    draft = draft_valetudo(save(value))
    assert draft.home().room_at(*draft.layout.dock[:2]) == "room 17"
    assert any("no charger" in note for note in draft.notes)
    nothing = draft_valetudo(save(map_of(FLAT, NAMES, [])))
    assert any("most room" in note for note in nothing.notes) and nothing.home().rooms


def test_areas_walls_and_obstacles(save):
    value = flat(
        entity("no_go_area", 1, 1, 3, 1, 3, 3, 1, 3),
        entity("no_go_area", 12, 1, 13, 1, 13, 2, 12, 2),
        entity("virtual_wall", 9, 3, 9, 6),
        entity("no_mop_area", 10, 6, 16, 6, 16, 9, 10, 9),
        entity("obstacle", 13.5, 7.5, label="Pedestal (89%)"),
        entity("path", *range(0, 12)),
        entity("active_zone", 1, 1, 3, 1, 3, 3, 1, 3),
    )
    home = read_valetudo(save(value))
    assert [area.name for area in home.keepouts] == ["no-go area", "no-go area 2", "virtual wall"]
    area = home.grid.polygon(home.keepouts[0].polygon)
    assert area.sum() == 4 and area[home.grid.to_cell(*spot(2, 2))]
    wall = home.keepouts[2].polygon
    assert np.ptp(wall[:, 0]) == pytest.approx(0.1) and np.ptp(wall[:, 1]) == pytest.approx(0.7)
    assert [area.name for area in home.no_mop] == ["no-mop area"]
    wet = ~home.no_mop_cells()
    assert not wet[home.grid.to_cell(*spot(12, 7))] and wet[home.grid.to_cell(*spot(12, 4))]
    assert home.room_at(*spot(2, 2)) == "" and home.room_at(*spot(12, 7)) == "room 17"
    assert [(thing.name, thing.x) for thing in home.obstacles] == [("pedestal", pytest.approx(spot(13, 7)[0]))]
    assert home.grid.occupied[home.grid.to_cell(*spot(13, 7))]


def test_floor_that_ends_without_a_wall_gets_one(save):
    rows = [line.replace("#", " ") for line in FLAT]
    draft = draft_valetudo(save(map_of(rows, NAMES, [])))
    grid = draft.home().grid
    unknown = np.pad(grid.cells == UNKNOWN, 1, constant_values=True)
    free = np.pad(grid.free, 1)
    assert not (unknown[:-1] & free[1:]).any() and not (unknown[:, 1:] & free[:, :-1]).any()
    assert any("taken for wall" in note for note in draft.notes)


def test_without_segments_rooms_are_found(save):
    rows = [line.replace("a", ".").replace("b", ".") for line in FLAT]
    draft = draft_valetudo(save(map_of(rows, {}, [])))
    assert draft.home().rooms and any("found by the map's shape" in note for note in draft.notes)


def test_floor_in_no_segment_is_a_room_of_its_own(save):
    rows = [line.replace("b", ".") for line in FLAT]
    home = read_valetudo(save(map_of(rows, {"a": NAMES["a"]}, [])))
    assert set(home.rooms) == {"kitchen", "other floor"}


def test_equal_names_are_told_apart_and_odd_ones_made_sayable(save):
    names = {"a": {"name": " Bad\troom\n\u0000"}, "b": {"name": "bad ROOM"}}
    assert set(read_valetudo(save(map_of(FLAT, names, []))).rooms) == {"bad room", "bad room 2"}


def test_what_was_written_is_what_was_read(save, tmp_path):
    value = flat(entity("no_go_area", 1, 1, 3, 1, 3, 3, 1, 3), entity("obstacle", 13.5, 7.5, label="Cable"))
    draft = draft_valetudo(save(value))
    before = draft.home()
    after = load_home(write_home(tmp_path / "flat", draft).directory)
    assert np.array_equal(before.grid.cells, after.grid.cells)
    assert after.grid.origin == before.grid.origin and after.dock == before.dock
    assert {n: r.mask.tolist() for n, r in before.rooms.items()} == {n: r.mask.tolist() for n, r in after.rooms.items()}
    assert [a.polygon.tolist() for a in before.keepouts] == [a.polygon.tolist() for a in after.keepouts]
    assert before.obstacles == after.obstacles


def changed(path, value):
    """The flat with one value put where `path` leads."""
    result = copy.deepcopy(flat())
    at = result
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return result


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("size", "x"), 10**12, "size.x"),
        (("size",), {"x": 10**7, "y": 10**7}, "size.x"),
        (("pixelSize",), 0, "pixelSize"),
        (("pixelSize",), 1e-9, "too many"),
        (("layers",), [], "layers"),
        (("layers", 0, "compressedPixels", 2), 10**9, "is no pixel"),
        (("layers", 0, "compressedPixels", 2), 39, "are not within"),
        (("layers", 0, "compressedPixels", 2), 0, "are not within"),
        (("layers", 0, "compressedPixels", 2), True, "is no pixel"),
        (("layers", 0, "compressedPixels", 2), 1.5, "is no pixel"),
        (("layers", 0, "compressedPixels", 1), -1, "is no pixel"),
        (("layers", 0, "compressedPixels"), [1, 2], "multiple of 3"),
        (("layers", 0, "compressedPixels"), [[1, 2, 3]], "is no pixel"),
        (("layers", 0, "compressedPixels"), "x", "compressedPixels"),
        (("layers", 0, "type"), 7, "type"),
        (("entities", 0, "points"), [1, 2, 3], "odd number"),
        (("entities", 0, "points"), [1e300, 2], "further away"),
        (("entities", 0, "points", 0), None, "points.0"),
    ],
)
def test_a_broken_file_is_named_with_line_and_cure(save, path, value, words):
    file = save(changed(path, value))
    with pytest.raises(MapError, match=words) as caught:
        read_valetudo(file)
    said = str(caught.value)
    assert said.startswith(f"{file}: line ") and "\n" not in said
    number = int(said.split("line ")[1].split(":", maxsplit=1)[0])
    assert 1 <= number <= len(file.read_text().splitlines())


def test_the_line_is_that_of_the_value(save):
    file = save(changed(("layers", 0, "compressedPixels", 4), -7))
    with pytest.raises(MapError) as caught:
        read_valetudo(file)
    number = int(str(caught.value).split("line ")[1].split(":")[0])
    assert file.read_text().splitlines()[number - 1].strip() == "-7,"


@pytest.mark.parametrize(
    "raw",
    ["", "{", "[]", "null", '{"size": NaN}', "[" * 100_000, '{"a": ' * 50_000, '{"size": 1' + "0" * 9000 + "}", "{}"],
)
def test_what_is_no_map_at_all(save, raw):
    with pytest.raises(MapError, match=r"map\.json"):
        read_valetudo(save(raw))


def test_binary_and_missing_files(tmp_path):
    (tmp_path / "map.json").write_bytes(b"\x80\xff\x00" * 9)
    for name, words in (("map.json", "UTF-8"), ("gone.json", "no such file")):
        with pytest.raises(MapError, match=words):
            read_valetudo(tmp_path / name)


def test_a_long_file_of_long_runs_needs_little_memory(save):
    """Runs that cover the same cells a thousand times over are painted once."""
    import tracemalloc

    value = flat()
    value["layers"][1]["compressedPixels"] = [6, 8, 8] * 100_000
    file = save(json.dumps(value))
    tracemalloc.start()
    try:
        read_valetudo(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100e6


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def places_in(value, path=()):
    """Every path into a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places_in(inner, (*path, key))


PATHS = [path for path in places_in(flat(entity("no_go_area", 1, 1, 3, 1, 3, 3, 1, 3))) if path]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), junk), min_size=1, max_size=3), st.data())
def test_whatever_is_in_the_file_it_is_a_home_or_a_sentence(tmp_path_factory, changes, data):
    value = flat(entity("no_go_area", 1, 1, 3, 1, 3, 3, 1, 3))
    for path, new in changes:
        at = value
        try:
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = new
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
    raw = json.dumps(value)
    if data.draw(st.booleans()):
        cut = data.draw(st.integers(0, len(raw)))
        raw = raw[:cut] + data.draw(st.text(max_size=5)) + raw[cut + data.draw(st.integers(0, 3)) :]
    file = tmp_path_factory.mktemp("fuzz") / "map.json"
    file.write_text(raw, encoding="utf-8", errors="replace")
    try:
        home = read_valetudo(file)
    except MapError as error:
        assert str(file) in str(error) and "\n" not in str(error)
    else:
        assert home.rooms


@pytest.mark.parametrize("far", [1e9, 1e5, -46_000.0])
def test_areas_beyond_any_home(save, far):
    with pytest.raises(MapError, match="further away"):
        read_valetudo(save(changed(("entities", 0, "points"), [far, 100.0])))


def test_a_room_in_a_no_go_area_is_left_out(save):
    draft = draft_valetudo(save(flat(entity("no_go_area", 9, 0, 18, 0, 18, 11, 9, 11))))
    assert set(draft.home().rooms) == {"kitchen"}
    assert any(note.startswith("room 17: lies in a no-go area") for note in draft.notes)


def test_a_home_that_is_all_no_go(save):
    with pytest.raises(MapError, match=r"no room for a robot|all of its floor"):
        read_valetudo(save(flat(entity("no_go_area", -2, -2, 19, -2, 19, 12, -2, 12))))


def test_an_obstacle_on_the_dock_moves_the_dock(save):
    home = read_valetudo(save(flat(entity("obstacle", 1.5, 4.5, label="sock"))))
    assert home.grid.free[home.grid.to_cell(home.dock.x, home.dock.y)]


@pytest.mark.parametrize("name", ["\u0130" * 60, "x" * 5000, "\ud800", "\u200b", 17, None, {"a": 1}])
def test_names_of_all_sorts(save, name):
    value = flat()
    next(layer for layer in value["layers"] if layer["type"] == "segment")["metaData"]["name"] = name
    assert len(read_valetudo(save(value)).rooms) == 2
