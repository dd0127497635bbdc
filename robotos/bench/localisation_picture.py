"""A picture of localisation: a drive as it was and as it was believed, its error over time, and clouds of particles.

`python -m robotos.bench.localisation_picture FILE.png`; for the README.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from robotos.bench.localisation_drive import Roamer
from robotos.bench.localisation_homes import APARTMENT, home_of
from robotos.geometry import Pose
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.localisation.beams import ends_of
from robotos.navigation.localisation.likelihood import LikelihoodField
from robotos.navigation.localisation.particles import ParticleFilter
from robotos.sim.flaws import Imperfection
from robotos.sim.world import NO_ECHO

SCALE = 3  # pixels a cell
CHART, MARGIN = 220, 36  # pixels: height of the chart, and what is left free around it
DRIVE, AFTER = 60.0, 20.0  # s driven before it is carried off, and shown afterwards
SCANS = 2  # that the particles are weighed by
TOP = 0.04  # m at the top of the chart
CLOUD = 20000  # particles before the first scan
FREE, SOLID, UNKNOWN = (250, 250, 248), (60, 62, 66), (222, 222, 218)
TRUE, BELIEVED, SPREAD, LOST = (34, 120, 200), (214, 90, 40), (160, 60, 170), (244, 214, 206)
FLAWS = Imperfection(drift=0.02, slip_rate=0.1, outliers=0.05)


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when it has been written, 2 when no file was named."""
    if len(arguments) != 1:
        print("name the file: python -m robotos.bench.localisation_picture FILE.png", file=sys.stderr)
        return 2
    draw(Path(arguments[0]))
    return 0


def draw(path: Path) -> None:
    """Drive through the apartment, be carried off once, and draw how that went."""
    home = home_of(APARTMENT)
    roamer = Roamer(home, FLAWS, seed=4, people=1)
    track = _followed(roamer)
    sheet = _floor(home.grid)
    map_size, pen = sheet.size, ImageDraw.Draw(sheet)
    to_pixel = _pixel(home.grid)
    _cloud(roamer, pen, to_pixel)
    for (_, true, told), (_, next_true, next_told) in itertools.pairwise(track):
        if true.distance(next_true) < 0.5:
            pen.line([to_pixel(true.x, true.y), to_pixel(next_true.x, next_true.y)], TRUE, 3)
        if told is not None and next_told is not None and told.distance(next_told) < 0.5:
            pen.line([to_pixel(told.x, told.y), to_pixel(next_told.x, next_told.y)], BELIEVED, 1)
    whole = Image.new("RGB", (map_size[0], map_size[1] + CHART), FREE)
    whole.paste(sheet, (0, 0))
    _chart(ImageDraw.Draw(whole), track, map_size)
    whole.save(path)


def _followed(roamer: Roamer) -> list[tuple[float, Pose, Pose | None]]:
    """Seconds, where it is, and where it believes that it is (None: it is lost); carried off on the way."""
    found: list[tuple[float, Pose, Pose | None]] = []
    rig = roamer.rig
    carried = False
    while rig.clock.now() < DRIVE + AFTER:
        if not carried and rig.clock.now() >= DRIVE:
            rig.robot.world.move_robot(roamer.spot())
            carried = True
        roamer.cycle()
        state = rig.gate.state()
        found.append((rig.clock.now(), rig.robot.world.pose, state.pose if state.located != "lost" else None))
    return found


def _cloud(roamer: Roamer, pen: ImageDraw.ImageDraw, to_pixel: Callable[[float, float], tuple[float, float]]) -> None:
    """Particles over the whole floor, weighed by two scans: where they stay is where those could have been taken."""
    grid = roamer.home.grid
    random = np.random.default_rng(1)
    field = LikelihoodField(grid, sigma=0.25)
    cloud = ParticleFilter(field, random)
    cells = np.argwhere(grid.free)[random.integers(0, int(grid.free.sum()), CLOUD)]
    xs, ys = grid.centres()
    headings = random.uniform(-math.pi, math.pi, CLOUD)
    cloud.poses = np.column_stack((xs[cells[:, 1]], ys[cells[:, 0]], headings))
    cloud.weights = np.full(CLOUD, 1.0 / CLOUD)
    for _ in range(SCANS):
        ranges = [math.inf if value == NO_ECHO else value / 1000 for value in roamer.rig.robot.world.scan()]
        cloud.scan(ends_of(ranges))
    cloud.resample()
    for x, y, _ in cloud.poses:
        u, v = to_pixel(float(x), float(y))
        pen.ellipse([u - 2, v - 2, u + 2, v + 2], SPREAD)


def _floor(grid: OccupancyGrid) -> Image.Image:
    shades = np.empty((*grid.shape, 3), dtype=np.uint8)
    shades[:] = UNKNOWN
    shades[grid.free] = FREE
    shades[grid.occupied] = SOLID
    picture = Image.fromarray(shades[::-1].copy())
    return picture.resize((grid.shape[1] * SCALE, grid.shape[0] * SCALE), Image.Resampling.NEAREST)


def _pixel(grid: OccupancyGrid) -> Callable[[float, float], tuple[float, float]]:
    def of(x: float, y: float) -> tuple[float, float]:
        column, row = (x - grid.origin.x) / grid.resolution, (y - grid.origin.y) / grid.resolution
        return column * SCALE, (grid.shape[0] - row) * SCALE

    return of


def _chart(pen: ImageDraw.ImageDraw, track: Sequence[tuple[float, Pose, Pose | None]], above: tuple[int, int]) -> None:
    """Centimetres off over seconds; shaded where the robot says that it is lost."""
    left, right = MARGIN, above[0] - MARGIN
    top, bottom = above[1] + MARGIN, above[1] + CHART - MARGIN
    end = track[-1][0]
    points: list[tuple[float, float]] = []
    for at, true, told in track:
        x = left + (right - left) * at / end
        if told is None:
            pen.line([(x, top), (x, bottom)], LOST)
            points.append((math.nan, math.nan))
        else:
            points.append((x, bottom - (bottom - top) * min(1.0, true.distance(told) / TOP)))
    pen.line([(left, top), (left, bottom), (right, bottom)], SOLID)
    for a, b in itertools.pairwise(points):
        if not math.isnan(a[0]) and not math.isnan(b[0]):
            pen.line([a, b], BELIEVED, 2)
    pen.text((left, top - 18), f"position error, 0 to {TOP * 100:.0f} cm and more, over {end:.0f} s", SOLID)
    pen.text(
        (left, bottom + 8), "blue: where it was; orange: where it believed to be; shaded: it said it was lost", SOLID
    )
    pen.text(
        (left, bottom + 20),
        "purple: particles that two scans leave of twenty thousand all over the floor",
        SOLID,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
