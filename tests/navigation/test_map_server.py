"""ROS maps: pictures mean what Nav2's map_server takes them for, and nothing broken comes through."""

import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, OccupancyGrid
from robotos.navigation.map_server import MapError, load_map, read_map, save_map
from robotos.navigation.maps.importing import Wishes, draft_of
from robotos.navigation.maps.turning import cropped, turned

HEAD = "resolution: 0.05\norigin: [0.0, 0.0, 0.0]\n"


def nav2(red, green, blue, alpha, has_alpha, mode, negate, free, full):
    """One pixel as `loadMapFromFile` of nav2_map_server has it, written out; channels from 0 to 255."""
    channels = [red, green, blue]
    if mode == "trinary" and has_alpha:
        channels.append(alpha)
    shade = sum(channels) / len(channels) / 255.0
    occ = shade if negate else 1.0 - shade
    if mode == "raw":
        percent = math.floor(shade * 255 + 0.5)
        return percent if 0 <= percent <= 100 else -1
    if mode == "scale" and has_alpha and alpha != 255:
        return -1
    if full < occ:
        return 100
    if occ < free:
        return 0
    if mode == "trinary":
        return -1
    return round((occ - free) / (full - free) * 100.0)  # half to even, as rint


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_every_pixel_is_taken_as_nav2_takes_it(tmp_path_factory, data):
    mode = data.draw(st.sampled_from(["trinary", "scale", "raw"]))
    negate = data.draw(st.booleans())
    kind = data.draw(st.sampled_from(["L", "LA", "RGB", "RGBA"]))
    free = data.draw(st.sampled_from([0.0, 0.196, 0.25, 64 / 255]))
    full = data.draw(st.sampled_from([0.65, 0.5, 1.0, 200 / 255]))
    width, height = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    count = width * height * len(kind)
    edges = st.sampled_from([0, 1, 50, 54, 63, 64, 89, 100, 101, 127, 128, 190, 191, 192, 205, 254, 255])
    values = data.draw(st.lists(st.one_of(edges, st.integers(0, 255)), min_size=count, max_size=count))
    pixels = np.array(values, dtype=np.uint8).reshape(height, width, len(kind))
    directory = tmp_path_factory.mktemp("nav2")
    Image.fromarray(pixels[:, :, 0] if kind == "L" else pixels, mode=kind).save(directory / "m.png")
    (directory / "m.yaml").write_text(
        f"image: m.png\n{HEAD}mode: {mode}\nnegate: {int(negate)}\noccupied_thresh: {full!r}\nfree_thresh: {free!r}\n"
    )
    cells = load_map(directory / "m.yaml").cells
    for row in range(height):
        for column in range(width):
            colours = pixels[row, column].tolist()
            alpha = colours.pop() if kind in {"LA", "RGBA"} else 255
            red, green, blue = colours * 3 if len(colours) == 1 else colours
            expected = nav2(red, green, blue, alpha, kind in {"LA", "RGBA"}, mode, negate, free, full)
            got = int(cells[height - 1 - row, column])
            occ = sum(colours) / len(colours) / 255.0
            near = min(abs((occ if negate else 1 - occ) - limit) for limit in (free, full)) < 1e-9
            assert got == expected or near, (colours, alpha, mode)


@pytest.mark.parametrize("magic", ["P2", "P5"])
def test_both_kinds_of_pgm_and_their_comments(tmp_path, magic):
    head = f"{magic}\n# from a scanner\n3 2\n# and one more\n255\n".encode()
    body = b"254 0 205\n0 254 254\n" if magic == "P2" else bytes([254, 0, 205, 0, 254, 254])
    (tmp_path / "m.pgm").write_bytes(head + body)
    (tmp_path / "m.yaml").write_text(f"image: m.pgm\n{HEAD}free_thresh: 0.196\noccupied_thresh: 0.65\n")
    assert load_map(tmp_path / "m.yaml").cells.tolist() == [[OCCUPIED, FREE, FREE], [FREE, OCCUPIED, UNKNOWN]]


def test_sixteen_bits_are_kept(tmp_path):
    Image.fromarray(np.array([[65535, 0, 65535 // 2]], dtype=np.uint16)).save(tmp_path / "m.png")
    (tmp_path / "m.yaml").write_text(f"image: m.png\n{HEAD}")
    assert load_map(tmp_path / "m.yaml").cells.tolist() == [[FREE, OCCUPIED, UNKNOWN]]


def test_words_that_nav2_takes(tmp_path):
    Image.fromarray(np.array([[255, 0]], dtype=np.uint8)).save(tmp_path / "m.pgm")
    (tmp_path / "m.yaml").write_text(f"image: m.pgm\n{HEAD}negate: true\nmode: Trinary\n")
    assert load_map(tmp_path / "m.yaml").cells.tolist() == [[OCCUPIED, FREE]]


def scanned(yaw=0.0):
    """A room of 4 m x 3 m with a wall in it, unknown around."""
    cells = np.full((80, 100), UNKNOWN, dtype=np.int8)
    cells[10:70, 10:90] = FREE
    cells[10, 10:90] = cells[69, 10:90] = cells[10:70, 10] = cells[10:70, 89] = OCCUPIED
    cells[10:45, 50] = OCCUPIED
    return OccupancyGrid(cells, 0.05, Pose(-1.0, 2.0, 0.0)), yaw


@pytest.mark.parametrize("yaw", [0.3, -1.2, math.pi / 2, 2.5, math.pi])
def test_a_turned_map_is_refused_by_the_loader_and_turned_by_the_import(tmp_path, yaw):
    grid, _ = scanned()
    save_map(tmp_path / "m.yaml", grid)
    text = (tmp_path / "m.yaml").read_text().replace(", 0.0]", f", {yaw}]")
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(MapError, match=r"line 4.*robotos map import"):
        load_map(tmp_path / "m.yaml")
    assert read_map(tmp_path / "m.yaml").yaw == yaw
    straight = draft_of(tmp_path / "m.yaml", Wishes()).grid
    frame = Pose(grid.origin.x, grid.origin.y, yaw)
    for x, y in ((1.0, 1.5), (3.5, 1.2), (2.525, 1.0), (0.525, 2.0)):
        old = grid.cells[math.floor(y / 0.05), math.floor(x / 0.05)]
        spot = frame.compose(Pose(x, y))
        assert straight.cells[straight.to_cell(spot.x, spot.y)] == old


@settings(max_examples=25, deadline=None)
@given(st.floats(-3.2, 3.2))
def test_turning_makes_no_hole_in_a_wall(yaw):
    grid, _ = scanned()
    straight = turned(grid, yaw)
    from scipy import ndimage

    labels, _ = ndimage.label(straight.cells == FREE)
    inside = Pose(grid.origin.x, grid.origin.y, yaw).compose(Pose(1.0, 1.0))
    room = labels == labels[straight.to_cell(inside.x, inside.y)]
    touching = ndimage.binary_dilation(room) & (straight.cells == UNKNOWN)
    assert room.sum() > 1000 and not touching.any()


def test_cropping_moves_nothing():
    grid, _ = scanned()
    small = cropped(grid)
    assert small.shape == (68, 88)
    for x, y in ((1.0, 4.0), (1.525, 3.0), (2.2, 4.9)):
        assert small.cells[small.to_cell(x, y)] == grid.cells[grid.to_cell(x, y)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image: m.pgm\nresolution: 0.05\norigin: [0, 0]\n", "line 3: origin"),
        ("image: m.pgm\nresolution: 0.05\norigin: [0, 0, 90]\n", "line 3: origin.*radians"),
        ("image: m.pgm\norigin: [0, 0, 0]\n", "'resolution' is missing"),
        ("image: m.pgm\n# why not\nresolution: five\norigin: [0, 0, 0]\n", "line 3: resolution"),
        ("image: m.pgm\nresolution: 0.05\norigin: [0, 0, 0]\nmode: colourful\n", "line 4: mode"),
        ("image: m.pgm\nresolution: 0.05\nresolution: 0.1\norigin: [0, 0, 0]\n", "line 3: resolution.*line 2"),
        ("a: &a [1, 2]\nb: *a\n", "line 2: an alias"),
        ("a: " + "[" * 200 + "]" * 200, "nested|not valid"),
        ("a: " + "9" * 9000, "image|a value"),
        ("a: 2026-99-99\n", "a value|image"),
        (
            "image: m.pgm\nmode: scale\nresolution: 1\norigin: [0, 0, 0]\nfree_thresh: 0.5\noccupied_thresh: 0.5\n",
            "free_",
        ),
    ],
)
def test_a_broken_header_is_named_with_its_line(tmp_path, text, words):
    Image.fromarray(np.array([[255]], dtype=np.uint8)).save(tmp_path / "m.pgm")
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(MapError, match=words) as caught:
        load_map(tmp_path / "m.yaml")
    assert str(caught.value).startswith(str(tmp_path))


@pytest.mark.parametrize(
    "raw",
    [
        b"P5\n100000 100000\n255\n",
        b"P2\n2000000000 2000000000\n255\n0",
        b"P5\n-3 4\n255\n",
        b"P5\n3 4\n0\n",
        b"P5\n3 4\n255\nxx",
        b"P2\n2 1\n255\nfull empty\n",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"",
    ],
)
def test_broken_and_boundless_pictures_are_refused(tmp_path, raw):
    (tmp_path / "m.pgm").write_bytes(raw)
    (tmp_path / "m.yaml").write_text(f"image: m.pgm\n{HEAD}")
    with pytest.raises(MapError, match=r"m\.pgm"):
        load_map(tmp_path / "m.yaml")


def bomb():
    """A PNG of 6,000 x 6,000 pixels in five kilobytes."""
    buffer = io.BytesIO()
    Image.new("1", (6_000, 6_000)).save(buffer, format="PNG")
    return buffer.getvalue()


def test_a_picture_bomb_is_not_unpacked(tmp_path):
    (tmp_path / "m.png").write_bytes(bomb())
    (tmp_path / "m.yaml").write_text(f"image: m.png\n{HEAD}")
    with pytest.raises(MapError, match=r"too many|exceeds limit"):
        load_map(tmp_path / "m.yaml")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_picture_gets_past_as_anything_but_a_map(tmp_path_factory, data):
    """A valid PNG or PGM with bytes changed, cut or added: a map or a sentence, never anything else."""
    buffer = io.BytesIO()
    kind = data.draw(st.sampled_from(["PNG", "PPM"]))
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(buffer, format=kind)
    raw = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
        if not raw:
            break
    directory = tmp_path_factory.mktemp("fuzz")
    (directory / "m.png").write_bytes(bytes(raw))
    (directory / "m.yaml").write_text(f"image: m.png\n{HEAD}")
    try:
        grid = load_map(directory / "m.yaml")
    except MapError as error:
        assert str(directory) in str(error) and "\n" not in str(error)
    else:
        assert grid.cells.dtype == np.int8
