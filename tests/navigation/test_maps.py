"""Maps and layouts: what is written is read back, and what is wrong is named with its cure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from robotos.geometry import Pose
from robotos.navigation.draw import draw, load_drawing
from robotos.navigation.field import distance_to, signed_distance
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, OccupancyGrid
from robotos.navigation.home import LayoutError, load_home
from robotos.navigation.map_server import MapError, load_map, save_map

HEADER = "image: {image}\nresolution: 0.1\norigin: [-1.0, 2.0, 0.0]\nnegate: {negate}\nmode: {mode}\n"


def write(
    directory, pixels, mode="trinary", negate=0, name="m.pgm", extra="occupied_thresh: 0.65\nfree_thresh: 0.25\n"
):
    Image.fromarray(np.array(pixels, dtype=np.uint8)).save(directory / name)
    path = directory / "m.yaml"
    path.write_text(HEADER.format(image=name, mode=mode, negate=negate) + extra)
    return path


def test_trinary_turns_the_picture_up(tmp_path):
    grid = load_map(write(tmp_path, [[254, 0], [205, 254]]))
    assert grid.cells.tolist() == [[UNKNOWN if (255 - 205) / 255 >= 0.25 else FREE, FREE], [FREE, OCCUPIED]]
    assert grid.to_cell(-0.85, 2.15) == (1, 1)
    assert grid.to_world(0, 0) == pytest.approx((-0.95, 2.05))


def test_negated(tmp_path):
    assert load_map(write(tmp_path, [[255, 0]], negate=1)).cells.tolist() == [[OCCUPIED, FREE]]


def test_scale_spreads_what_is_between_the_thresholds(tmp_path):
    cells = load_map(write(tmp_path, [[255, 140, 0]], mode="scale")).cells[0]
    assert cells[0] == FREE and cells[2] == OCCUPIED and 1 <= cells[1] <= 99


def test_raw_takes_values_as_they_are(tmp_path):
    assert load_map(write(tmp_path, [[0, 37, 100, 101, 255]], mode="raw")).cells.tolist() == [[0, 37, 100, -1, -1]]


def test_transparent_is_unknown(tmp_path):
    pixels = np.full((1, 2, 4), 255)
    pixels[0, 1, 3] = 0
    assert load_map(write(tmp_path, pixels, name="m.png")).cells.tolist() == [[FREE, UNKNOWN]]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_saved_is_loaded(tmp_path_factory, data):
    shape = data.draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    cells = data.draw(
        st.lists(st.sampled_from([-1, 0, 100]), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])
    )
    grid = OccupancyGrid(np.array(cells, dtype=np.int8).reshape(shape), 0.05, Pose(-3.5, 0.25))
    path = tmp_path_factory.mktemp("map") / "m.yaml"
    save_map(path, grid)
    again = load_map(path)
    assert np.array_equal(again.cells, grid.cells)
    assert (again.resolution, again.origin) == (grid.resolution, grid.origin)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image: [", "line 1"),
        ("image: gone.pgm\nresolution: 0.05\norigin: [0, 0, 0]\n", "gone.pgm"),
        ("image: m.pgm\nresolution: -1\norigin: [0, 0, 0]\n", "resolution"),
        ("image: m.pgm\nresolution: .nan\norigin: [0, 0, 0]\n", "resolution"),
        ("image: m.pgm\nresolution: 0.05\norigin: [0, 0, 1.5]\n", "turn the picture"),
        ("image: m.pgm\nresolution: 0.05\norigin: [0, 0, 0]\nfree_thresh: 0.9\n", "free_thresh"),
        ("image: m.yaml\nresolution: 0.05\norigin: [0, 0, 0]\n", "not a readable"),
        ("just words", "keys and values"),
    ],
)
def test_broken_map_names_file_and_cure(tmp_path, text, words):
    path = tmp_path / "m.yaml"
    path.write_text(text)
    with pytest.raises(MapError, match=words) as caught:
        load_map(path)
    assert str(tmp_path) in str(caught.value)


def test_distances_to_squares_are_exact():
    rng = np.random.default_rng(5)
    mask = rng.random((15, 18)) < 0.1
    rows, columns = np.nonzero(mask)
    measured = distance_to(mask, 0.05)
    for (row, column), value in np.ndenumerate(measured):
        dx = np.maximum(np.abs(columns - column) - 0.5, 0) * (columns != column)
        dy = np.maximum(np.abs(rows - row) - 0.5, 0) * (rows != row)
        assert value == pytest.approx(0.05 * np.hypot(dx, dy).min(), abs=1e-9)


def test_signed_distance_is_negative_inside():
    mask = np.zeros((9, 9), dtype=bool)
    mask[:, 4:] = True
    assert signed_distance(mask, 0.1)[4].tolist() == pytest.approx(
        [0.35, 0.25, 0.15, 0.05, -0.05, -0.15, -0.25, -0.35, -0.45]
    )


ROOMS = {"hallway", "kitchen", "living room", "bedroom", "bathroom", "study"}


def test_the_apartment_is_complete(home):
    assert set(home.rooms) == ROOMS
    assert len(home.places) == 19 and len(home.things) == 18
    assert set(home.people) == {"owner", "grandma", "guest", "cat", "dog"}
    assert {name for name, person in home.people.items() if person.animal} == {"cat", "dog"}
    assert [keepout.name for keepout in home.keepouts] == ["stairwell"]


def test_the_map_is_what_the_layout_draws(home, apartment):
    assert np.array_equal(draw(load_drawing(apartment)).cells, home.grid.cells)


def test_everybody_sits_on_furniture(home):
    for person in home.people.values():
        assert home.grid.occupied[home.grid.to_cell(person.x, person.y)], person.name
        assert home.room_at(person.x, person.y) == person.room


def test_places_are_in_their_rooms_and_within_reach(home, costmap):
    for place in home.places.values():
        assert home.room_at(place.x, place.y) == place.room, place.name
        assert home.room_at(place.approach.x, place.approach.y) == place.room
        assert costmap.allows(place.approach.x, place.approach.y, 0.05), place.name
        assert np.hypot(place.x - place.approach.x, place.y - place.approach.y) <= 0.61


def test_room_at(home):
    assert home.room_at(2.6, 4.63) in {"kitchen", "hallway"}  # in the doorway
    assert home.room_at(9.0, 4.0) == ""  # the stairs
    assert home.room_at(-5.0, 4.0) == ""
    assert home.room_at(home.dock.x, home.dock.y) == "hallway"


def test_no_name_means_two_things(home):
    for kind in (home.rooms, home.places, home.things, home.people):
        words = [word for item in kind.values() for word in (item.name, *item.aliases)]
        assert len(words) == len(set(words)), sorted(w for w in words if words.count(w) > 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("place: bookshelf", "place: bookshelff", "things.book.place"),
        ("dock: [4.3, 4.35, -90.0]", "dock: [4.3, 4.65, -90.0]", "dock"),
        ("floor: carpet", "flor: carpet", "rooms.bedroom"),
        ("map: apartment.yaml", "map: elsewhere.yaml", "elsewhere.yaml"),
        ("approach: [0.8, 3.75]", "approach: [0.8, 3.35]", "places.shoe rack.approach"),
    ],
)
def test_broken_layout_names_file_and_key(tmp_path, apartment, old, new, words):
    for source in apartment.iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    text = (apartment / "layout.yaml").read_text()
    assert old in text
    (tmp_path / "layout.yaml").write_text(text.replace(old, new))
    with pytest.raises((LayoutError, MapError), match=words) as caught:
        load_home(tmp_path)
    assert str(tmp_path) in str(caught.value)


PIECES = [
    "rooms",
    "outline",
    "[0.1, 3.2]",
    "hallway",
    "dock",
    "-90.0",
    "floor: ",
    "\n",
    "  ",
    ":",
    "{",
    "]",
    "kitchen",
    "map: ",
]
JUNK = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["1e999", "-.inf", "&a", "*a", "!!python/name:os.system", "null", "9" * 5000, "2026-13-45", "<<: "]
    ),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.integers(0, 30), JUNK), min_size=1, max_size=3))
def test_no_layout_gets_past_as_anything_but_a_home(apartment, tmp_path_factory, changes):
    directory = tmp_path_factory.mktemp("fuzz")
    for source in apartment.iterdir():
        (directory / source.name).write_bytes(source.read_bytes())
    text = (apartment / "layout.yaml").read_text().partition("drawing:")[0]
    for old, which, new in changes:
        parts = text.split(old)
        at = which % max(1, len(parts) - 1)
        text = old.join(parts[: at + 1]) + new + old.join(parts[at + 1 :])
    (directory / "layout.yaml").write_text(text, encoding="utf-8", errors="replace")
    try:
        home = load_home(directory)
    except (LayoutError, MapError) as error:
        assert str(directory) in str(error) and "\n" not in str(error)
    else:
        assert home.rooms
