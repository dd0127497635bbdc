"""`robotos bench maps`: how long imports take, and how well rooms are found on plans whose rooms are known."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from robotos.bench.figure import Figure
from robotos.bench.registry import Options
from robotos.boot.survey import survey_directory
from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, OccupancyGrid
from robotos.navigation.home import LayoutError, load_home
from robotos.navigation.map_server import MapError
from robotos.navigation.maps.importing import Wishes, draft_of
from robotos.navigation.maps.rooms import segment
from robotos.navigation.maps.writing import write_home

DATA = "ROBOTOS_BENCH_DATA"
TUNED = ("lab_a_scan", "lab_c_scan")  # `rooms.Doors` was chosen on these; the figures of the others are the honest ones
RESOLUTION = 0.05  # m a pixel of the plans
LIGHT = 250  # of 255, from which a pixel of a plan is floor
LEAST = 400  # pixels of a true room; the lines around are full of specks
IMPORT_GOAL = "<= 5"

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Quality:
    """How much of each true room is in the found one that it overlaps most (`recall`), and the other way round.

    As in Bormann et al. (2016), "Room segmentation: survey, implementation, and analysis".
    """

    precision: tuple[float, ...]
    recall: tuple[float, ...]


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area."""
    data = Path(os.environ.get(DATA, Path(__file__).parents[3] / "shared" / "data")) / "maps"
    return [*_imports(data / "valetudo", options.quick), *_rooms(data / "ipa", options.quick)]


def _imports(directory: Path, quick: bool) -> list[Figure]:
    files = sorted(directory.glob("*.json"))[: 3 if quick else None]
    if not files:
        note = f"no maps in {directory}; name the data's directory with {DATA}"
        return [Figure("longest import", None, "s", IMPORT_GOAL, note)]
    seconds: list[float] = []
    failed: list[str] = []
    sound = 0
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="robotos-bench-maps-") as directory_name:
        for file in files:
            out = Path(directory_name) / file.stem
            began = time.perf_counter()
            try:
                draft = draft_of(file, Wishes())
                write_home(out, draft)
                home = load_home(out)
            except (MapError, LayoutError) as error:
                failed.append(str(error))
                continue
            seconds.append(time.perf_counter() - began)
            found = survey_directory(out, home)
            sound += not found.errors
            area = sum(found.areas.values())
            note = f"{len(home.rooms)} rooms, {area:.1f} m², {len(found.errors)} errors in its check"
            figures.append(Figure(f"import {file.stem[:24]}", round(seconds[-1], 3), "s", "", note))
    longest = round(max(seconds), 3) if seconds else None
    return [
        Figure("longest import", longest, "s", IMPORT_GOAL, "read, put together, written and read again; no picture"),
        Figure("maps that load", float(len(seconds)), "maps", f">= {len(files)}", "; ".join(failed)),
        Figure("maps without an error in their check", float(sound), "maps", "", f"of {len(files)}"),
        *figures,
    ]


def _rooms(directory: Path, quick: bool) -> list[Figure]:
    truths = sorted(directory.glob("*_gt_segmentation.png"))
    names = [path.name.removesuffix("_gt_segmentation.png") for path in truths]
    if not names:
        note = f"no plans in {directory}; name the data's directory with {DATA}"
        return [
            Figure("rooms found, precision", None, "%", "", note),
            Figure("rooms found, recall", None, "%", "", note),
        ]
    figures: list[Figure] = []
    for kind, chosen in (
        ("held out", [name for name in names if name not in TUNED]),
        ("tuned on", [name for name in names if name in TUNED]),
    ):
        for suffix, furnished in (("", "empty"), ("_furnitures", "furnished")):
            found = [_plan(directory, name, suffix) for name in (chosen[:1] if quick else chosen)]
            figures += _figures(f"{furnished} plans, {kind}", found)
    return figures


def _figures(what: str, found: Sequence[Quality]) -> list[Figure]:
    """Means over plans of each plan's mean over rooms, as in the survey, and the worst plan."""
    figures = []
    for word in ("precision", "recall"):
        means = [float(np.mean(getattr(quality, word))) for quality in found]
        rooms = sum(len(getattr(quality, word)) for quality in found)
        note = f"per room, {rooms} rooms on {len(found)} plans, worst plan {min(means) if means else 0:.1%}"
        value = round(100 * float(np.mean(means)), 1) if means else None
        figures.append(Figure(f"rooms found, {word}, {what}", value, "%", "", note))
    return figures


def _plan(directory: Path, name: str, suffix: str) -> Quality:
    with Image.open(directory / f"{name}{suffix}.png") as image:
        light = np.asarray(image.convert("L")) >= LIGHT
    grid = OccupancyGrid(np.where(light, FREE, OCCUPIED).astype(np.int8), RESOLUTION, Pose(0.0, 0.0))
    return quality_of(segment(grid).astype(np.int64), true_rooms(directory / f"{name}_gt_segmentation.png"))


def true_rooms(path: Path) -> Labels:
    """Rooms (H, W) of a true segmentation, whose doors are closed by lines, counted from 1; 0 is none."""
    with Image.open(path) as image:
        pieces, count = ndimage.label(np.asarray(image.convert("L")) >= LIGHT)
    keep = np.bincount(pieces.ravel(), minlength=count + 1) >= LEAST
    keep[0] = False
    numbers = np.zeros(count + 1, dtype=np.int64)
    numbers[keep] = np.arange(1, int(keep.sum()) + 1)
    return np.asarray(numbers[pieces])


def quality_of(found: Labels, true: Labels) -> Quality:
    """Precision and recall of each room, by cells that lie in a true room."""
    inside = true > 0
    overlap = np.zeros((int(found.max()) + 1, int(true.max()) + 1))
    np.add.at(overlap, (found[inside], true[inside]), 1)
    recall = [float(overlap[1:, room].max(initial=0.0) / overlap[:, room].sum()) for room in range(1, overlap.shape[1])]
    precision = [float(row.max() / row.sum()) for row in overlap[1:] if row.sum()]
    return Quality(tuple(precision), tuple(recall))
