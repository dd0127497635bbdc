"""Whether the robot can work in a home: what it reaches from its dock, and how much of each floor it can sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from robotos.boot.system import costmap_of
from robotos.navigation.coverage import reachable
from robotos.navigation.home import Home
from robotos.navigation.planner import Unreachable, plan
from robotos.policy import Policy, load

LEAST = 0.5  # share of a room's floor below which something is likely to be wrong with the map


@dataclass(frozen=True, slots=True)
class Survey:
    """`areas` of free floor in m², `reachable` share of it that can be swept, and what is wrong, in sentences."""

    areas: Mapping[str, float]
    reachable: Mapping[str, float]
    problems: tuple[str, ...]


def survey(home: Home, policy: Policy | None = None) -> Survey:
    """Look at every room and place of a home."""
    costmap = costmap_of(home, policy or load())
    cell = home.grid.resolution**2
    areas = {name: float(room.mask.sum()) * cell for name, room in home.rooms.items()}
    shares = {
        name: float(reachable(costmap, room.mask, home.dock).sum()) / max(1.0, float(room.mask.sum()))
        for name, room in home.rooms.items()
    }
    problems = [
        f"{name}: only {share:.0%} of its floor can be swept; widen the doors or correct its outline in layout.yaml"
        for name, share in shares.items()
        if share < LEAST
    ]
    for place in home.places.values():
        found = plan(costmap, home.dock, place.approach)
        if isinstance(found, Unreachable):
            problems.append(
                f"{place.name}: cannot be reached from the dock ({found.reason}); move its approach in layout.yaml"
            )
    return Survey(areas, shares, tuple(problems))
