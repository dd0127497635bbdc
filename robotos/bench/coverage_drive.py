"""Coverage as driven: whole rooms cleaned by the whole system, with wheels and beams that err."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robotos.bench.driven import order, system
from robotos.bench.localisation_homes import APARTMENT, home_of
from robotos.boot.system import costmap_of
from robotos.geometry import Pose
from robotos.kernel.calls import Kind
from robotos.kernel.resolve import Named
from robotos.navigation.coverage import reachable
from robotos.policy import load

LIMIT = 1500.0  # virtual s for a room
SMALLEST, LARGEST = 2.5, 8.0  # m² of the recorded rooms that are driven
ROOMS = ("kitchen", "bathroom", "study")  # of the apartment


@dataclass(frozen=True, slots=True)
class Driven:
    """One room cleaned: m², share of its reachable floor swept by the world itself, metres, seconds, contacts."""

    home: str
    room: str
    area: float
    share: float
    way: float
    seconds: float
    touched: int
    outcome: str

    def said(self) -> str:
        """The rest of the figures in words."""
        each = f"{self.way / max(self.area, 0.01):.2f} m/m², {self.seconds / max(self.area, 0.01):.0f} s/m²"
        return f"{self.area:.1f} m², {each}, {self.touched} contacts, {self.outcome}"


def drive_jobs(homes: Sequence[str], quick: bool) -> list[tuple[str, int]]:
    """Which home is driven, and the how-manieth of its rooms that are neither large nor tiny."""
    real = [name for name in homes if name != APARTMENT]
    jobs = [(APARTMENT, k) for k in range(1 if quick else len(ROOMS))]
    return [*jobs, *((name, 0) for name in (real[-1:] if quick else real[1::2]))]


def driven(job: tuple[str, int]) -> Driven | None:
    """Have one room cleaned, from where the robot comes in; None where no room of the home is of that size."""
    name, which = job
    home = home_of(name)
    costmap = costmap_of(home, load())
    dock = home.dock
    fits = []
    for room in home.rooms.values():
        floor = reachable(costmap, room.mask, dock)
        area = float(floor.sum()) * home.grid.resolution**2
        if room.name in ROOMS if name == APARTMENT else SMALLEST <= area <= LARGEST:
            fits.append((room, floor, area))
    if which >= len(fits):
        return None
    room, floor, area = fits[which]
    stand = np.argwhere(room.mask & (costmap.slack >= 0.05) & floor)
    if not len(stand):
        return None
    row, column = stand[len(stand) // 2]
    x, y = home.grid.to_world(int(row), int(column))
    with system(home, Pose(x, y), seed=which + 11) as rig:
        for person in home.people:
            rig.robot.move_person(person, 500.0, 500.0)
        result, seconds = order(rig, "clean", {"rooms": (Named(Kind.ROOM, room.name),), "force": ("force",)}, LIMIT)
        truth = rig.robot.truth
        outcome = "not finished" if result is None else str(result.errno)
        share = truth.coverage({room.name: floor})[room.name]
        return Driven(Path(name).stem, room.name, area, share, truth.path, seconds, len(truth.touched), outcome)
