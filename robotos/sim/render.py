"""A picture of a home from above: rooms, furniture, cleaned floor, the way driven, and the robot."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.draw import Drawing
from robotos.navigation.home import Home
from robotos.sim import palette
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import Somebody
from robotos.sim.things import ROBOT, Spot
from robotos.sim.truth import Truth
from robotos.sim.world import RADIUS

SIZE = (1600, 1360)  # pixels

_OVER = 2  # drawn larger by this, then shrunk: smooth edges
_MARGIN = 56  # pixels of the finished picture
_FOOT = 56  # pixels below the map for the caption
_TILE, _BOARD = 0.3, 0.15  # m
_HATCH = 0.16  # m
_THING = 0.045  # m, radius of a thing's dot
_LABEL = 14  # pixels, furniture
_SHARES = (0.5, 0.25, 0.75)  # of a piece of furniture, where its name may stand

Points = Sequence[tuple[float, float]]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Scene:
    """What to draw. `path` in metres; `swept` (H, W) cells of the map; `drawing` tells furniture from walls."""

    home: Home
    drawing: Drawing | None = None
    path: Points = ()
    swept: NDArray[np.bool_] | None = None
    robot: Pose | None = None
    people: Mapping[str, Somebody] = field(default_factory=dict)
    things: Mapping[str, Spot] = field(default_factory=dict)
    caption: str = ""


def scene_of(world: InhabitedWorld, truth: Truth, drawing: Drawing | None = None, caption: str = "") -> Scene:
    """The scene that a simulated world is in."""
    path = [(x, y) for _, x, y, _ in truth.track]
    return Scene(
        world.home, drawing, path, truth.swept, world.pose, dict(world.people), dict(world.things.spots), caption
    )


def save(scene: Scene, file: Path, size: tuple[int, int] = SIZE) -> None:
    """Write the picture as PNG; `OSError` where it cannot be written."""
    render(scene, size).save(file, format="PNG", optimize=True)


def render(scene: Scene, size: tuple[int, int] = SIZE) -> Image.Image:
    """The picture, `size` pixels, mode RGB."""
    canvas = _Canvas(scene.home, size)
    _floors(canvas, scene)
    if scene.swept is not None:
        canvas.wash(scene.swept, palette.SWEPT)
    _furniture(canvas, scene)
    _furniture_labels(canvas, scene)
    _no_mop(canvas, scene.home)
    _keepouts(canvas, scene.home)
    _dock(canvas, scene.home.dock)
    _path(canvas, scene.path)
    _room_labels(canvas, scene.home)
    _things(canvas, scene.things.values())
    _people(canvas, scene.people.values())
    if scene.robot is not None:
        _robot(canvas, scene.robot)
    canvas.caption(scene.caption or scene.home.name)
    return canvas.picture.resize(size, Image.Resampling.LANCZOS)


class _Canvas:
    """A large picture, onto which colours with alpha blend, and the way from metres to its pixels."""

    def __init__(self, home: Home, size: tuple[int, int]) -> None:
        self.grid = home.grid
        self.size = (size[0] * _OVER, size[1] * _OVER)
        self.picture = Image.new("RGB", self.size, palette.PAPER)
        self.draw = ImageDraw.Draw(self.picture, "RGBA")
        rows, columns = np.nonzero(home.grid.cells >= 0)
        self.left, self.bottom = home.grid.to_world(rows.min() - 0.5, columns.min() - 0.5)
        right, top = home.grid.to_world(rows.max() + 0.5, columns.max() + 0.5)
        wide = (self.size[0] - 2 * _MARGIN * _OVER) / (right - self.left)
        high = (self.size[1] - (2 * _MARGIN + _FOOT) * _OVER) / (top - self.bottom)
        self.scale = min(wide, high)  # pixels per metre
        self.x0 = (self.size[0] - (right - self.left) * self.scale) / 2
        self.y0 = self.size[1] - (_MARGIN + _FOOT) * _OVER

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixel of a point in metres."""
        return self.x0 + (x - self.left) * self.scale, self.y0 - (y - self.bottom) * self.scale

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Pixels of a rectangle in metres: left, top, right, bottom."""
        (left, bottom), (right, top) = self.at(x0, y0), self.at(x1, y1)
        return left, top, right, bottom

    def stencil(self, mask: NDArray[np.bool_], soft: bool = False) -> Image.Image:
        """A mask of cells (H, W) as an 8-bit picture of the canvas's size; `soft` rounds its corners."""
        height, width = mask.shape
        small = Image.fromarray((mask[::-1] * 255).astype(np.uint8))
        step = self.grid.resolution * self.scale
        left, top = self.at(self.grid.origin.x, self.grid.origin.y + height * self.grid.resolution)
        if soft:
            small = small.resize((width * 8, height * 8), Image.Resampling.NEAREST)
            small = small.filter(ImageFilter.GaussianBlur(5)).point(lambda value: 255 if value > 127 else 0)
        across, down = small.width / (width * step), small.height / (height * step)
        return small.transform(
            self.size,
            Image.Transform.AFFINE,
            (across, 0, -left * across, 0, down, -top * down),
            Image.Resampling.NEAREST,
        )

    def wash(self, mask: NDArray[np.bool_], colour: palette.Glass) -> None:
        """Tint cells."""
        alpha = self.stencil(mask, soft=True).point(lambda value: value * colour[3] // 255)
        self.picture.paste(Image.new("RGB", self.size, colour[:3]), mask=alpha)

    def text(self, x: float, y: float, words: str, size: float, colour: palette.Colour) -> None:
        """Words centred on a point (metres), `size` in pixels of the finished picture, on a halo of light."""
        self.draw.text(
            self.at(x, y),
            words,
            fill=colour,
            font=font(size),
            anchor="mm",
            stroke_width=round(size / 7),
            stroke_fill=(255, 255, 255, 205),
        )

    def caption(self, words: str) -> None:
        """One line below the map."""
        x, y = self.x0, self.size[1] - (_MARGIN + _FOOT / 2 - 10) * _OVER
        self.draw.text((x, y), words, fill=palette.INK, font=font(26), anchor="lm")


def font(size: float) -> Font:
    """Pillow's own typeface at `size` pixels of the finished picture."""
    return ImageFont.load_default(size * _OVER)


def _floors(canvas: _Canvas, scene: Scene) -> None:
    home = scene.home
    labels = np.full(home.grid.shape, -1)
    for index, room in enumerate(home.rooms.values()):
        labels[room.mask] = index
    nearest = ndimage.distance_transform_edt(labels < 0, return_distances=False, return_indices=True)
    # Furniture stands on its room's floor; walls are painted over it.
    floor = labels[tuple(nearest)]
    inside = home.grid.cells >= 0
    for index, room in enumerate(home.rooms.values()):
        stencil = canvas.stencil((floor == index) & inside)
        colour = palette.ROOMS[index % len(palette.ROOMS)]
        canvas.picture.paste(_texture(canvas, colour, room.floor), mask=stencil)
    canvas.picture.paste(Image.new("RGB", canvas.size, palette.WALL), mask=canvas.stencil(_walls(scene)))


def _walls(scene: Scene) -> NDArray[np.bool_]:
    """Occupied cells that no piece of furniture explains."""
    walls = scene.home.grid.occupied.copy()
    for x0, y0, x1, y1 in scene.drawing.furniture.values() if scene.drawing else ():
        walls &= ~scene.home.grid.polygon(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
    return walls


def _texture(canvas: _Canvas, colour: palette.Colour, floor: str) -> Image.Image:
    picture = Image.new("RGB", canvas.size, colour)
    draw = ImageDraw.Draw(picture, "RGBA")
    step = {"tiles": _TILE, "wood": _BOARD}.get(floor, 0.0) * canvas.scale
    if step:
        for k in range(math.ceil(canvas.size[1] / step)):
            draw.line([(0, k * step), (canvas.size[0], k * step)], palette.TEXTURE, _OVER)
    if floor == "tiles":
        for k in range(math.ceil(canvas.size[0] / step)):
            draw.line([(k * step, 0), (k * step, canvas.size[1])], palette.TEXTURE, _OVER)
    return picture


def _furniture(canvas: _Canvas, scene: Scene) -> None:
    if scene.drawing is None:
        return
    shift = 0.03
    for x0, y0, x1, y1 in scene.drawing.furniture.values():
        canvas.draw.rounded_rectangle(
            canvas.box(x0 + shift, y0 - shift, x1 + shift, y1 - shift), 0.07 * canvas.scale, palette.SHADOW
        )
    for x0, y0, x1, y1 in scene.drawing.furniture.values():
        canvas.draw.rounded_rectangle(
            canvas.box(x0, y0, x1, y1),
            0.07 * canvas.scale,
            palette.FURNITURE,
            palette.FURNITURE_EDGE,
            2 * _OVER,
        )


def _furniture_labels(canvas: _Canvas, scene: Scene) -> None:
    """Names of the furniture, where they fit beside what lies or sits on it."""
    dots = [(spot.x, spot.y, _THING) for spot in scene.things.values()]
    dots += [(person.x, person.y, PERSON_RADIUS) for person in scene.people.values()]
    for name, box in scene.drawing.furniture.items() if scene.drawing else ():
        for across, words, up in product(_SHARES, (name, name.replace(" ", "\n")), _SHARES):
            x, y = box[0] + across * (box[2] - box[0]), box[1] + up * (box[3] - box[1])
            if _label_fits(canvas, words, box, (x, y), dots):
                canvas.draw.multiline_text(
                    canvas.at(x, y),
                    words,
                    fill=palette.FAINT,
                    font=font(_LABEL),
                    anchor="mm",
                    align="center",
                    spacing=2,
                )
                break


def _label_fits(
    canvas: _Canvas,
    words: str,
    box: tuple[float, float, float, float],
    centre: tuple[float, float],
    dots: Iterable[tuple[float, float, float]],
) -> bool:
    left, top, right, bottom = canvas.draw.multiline_textbbox((0, 0), words, font=font(_LABEL), spacing=2)
    half_width, half_height = (right - left) / 2 / canvas.scale + 0.03, (bottom - top) / 2 / canvas.scale + 0.02
    x, y = centre
    if not (box[0] + half_width <= x <= box[2] - half_width and box[1] + half_height <= y <= box[3] - half_height):
        return False
    return not any(abs(dx - x) < half_width + r and abs(dy - y) < half_height + r for dx, dy, r in dots)


def _keepouts(canvas: _Canvas, home: Home) -> None:
    for area in home.keepouts:
        outline = [canvas.at(float(x), float(y)) for x, y in area.polygon]
        stencil = Image.new("L", canvas.size, 0)
        ImageDraw.Draw(stencil).polygon(outline, fill=255)
        hatch = Image.new("RGB", canvas.size, (255, 236, 233))
        draw = ImageDraw.Draw(hatch, "RGBA")
        step = _HATCH * canvas.scale
        for k in range(math.ceil(sum(canvas.size) / step)):
            draw.line([(k * step, 0), (k * step - canvas.size[1], canvas.size[1])], (*palette.KEEP_OUT, 120), 3 * _OVER)
        solid = canvas.stencil(home.grid.occupied)
        stencil.paste(0, mask=solid)
        canvas.picture.paste(hatch, mask=stencil)
        canvas.draw.line([*outline, outline[0]], palette.KEEP_OUT, 2 * _OVER)
        x, y = area.polygon.mean(axis=0)
        canvas.text(float(x), float(y), area.name, 20, palette.KEEP_OUT)


def _no_mop(canvas: _Canvas, home: Home) -> None:
    for area in home.no_mop:
        outline = [canvas.at(float(x), float(y)) for x, y in area.polygon]
        canvas.draw.line([*outline, outline[0]], palette.NO_MOP, 3 * _OVER)
        x, y = area.polygon.mean(axis=0)
        canvas.text(float(x), float(y), area.name, 20, palette.NO_MOP)


def _dock(canvas: _Canvas, dock: Pose) -> None:
    half, depth = 0.2, 0.07
    corners = [(-RADIUS - depth, -half), (-RADIUS, -half), (-RADIUS, half), (-RADIUS - depth, half)]
    points = [dock.compose(Pose(x, y)) for x, y in corners]
    canvas.draw.polygon([canvas.at(p.x, p.y) for p in points], fill=palette.DOCK)


def _path(canvas: _Canvas, path: Points) -> None:
    if len(path) > 1:
        pixels = [canvas.at(x, y) for x, y in path]
        canvas.draw.line(pixels, palette.PATH, 3 * _OVER, joint="curve")


def _room_labels(canvas: _Canvas, home: Home) -> None:
    """Each at the point of its floor where there is most room around it."""
    for room in home.rooms.values():
        space = ndimage.distance_transform_edt(np.pad(room.mask, 1))[1:-1, 1:-1]
        row, column = np.unravel_index(int(np.argmax(space)), space.shape)
        x, y = home.grid.to_world(float(row), float(column))
        canvas.text(x, y, room.name, 30, palette.INK)


def _things(canvas: _Canvas, spots: Iterable[Spot]) -> None:
    for spot in spots:
        if spot.at != ROBOT:
            _dot(canvas, spot.x, spot.y, _THING, palette.THING)


def _people(canvas: _Canvas, people: Iterable[Somebody]) -> None:
    for person in people:
        _dot(canvas, person.x, person.y, PERSON_RADIUS, palette.ANIMAL if person.animal else palette.PERSON)
        size = 15 if len(person.name) <= 5 else 12
        canvas.draw.text(canvas.at(person.x, person.y), person.name, fill="white", font=font(size), anchor="mm")


def _dot(canvas: _Canvas, x: float, y: float, radius: float, colour: palette.Colour) -> None:
    canvas.draw.ellipse(
        canvas.box(x - radius, y - radius, x + radius, y + radius), fill=colour, outline="white", width=2 * _OVER
    )


def _robot(canvas: _Canvas, pose: Pose) -> None:
    shift = 0.025
    canvas.draw.ellipse(
        canvas.box(pose.x - RADIUS + shift, pose.y - RADIUS - shift, pose.x + RADIUS + shift, pose.y + RADIUS - shift),
        fill=palette.SHADOW,
    )
    _dot(canvas, pose.x, pose.y, RADIUS, palette.ROBOT)
    nose = [pose.compose(Pose(x, y)) for x, y in ((0.13, 0.0), (-0.07, 0.08), (-0.03, 0.0), (-0.07, -0.08))]
    canvas.draw.polygon([canvas.at(p.x, p.y) for p in nose], fill=palette.ROBOT_TOP)
