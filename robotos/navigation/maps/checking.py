"""Whether a robot can work in a home: the rules, each a function that says what is wrong and what cures it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import reachable
from robotos.navigation.grid import UNKNOWN
from robotos.navigation.maps.assembling import Parts
from robotos.navigation.maps.home import Home
from robotos.navigation.planner import Unreachable, plan

LEAST_SHARE = 0.5  # of a room's floor that can be swept, below which something is likely to be wrong with the map
STRAY = 0.5  # m² of floor in no room that nobody needs to hear of
OVERLAP = 0.05  # m² that two outlines may share along their border
OUTSIDE = 0.10  # share of an outline off the map that is a slip of the pen
LEAK = 0.5  # m of floor that ends in the unknown without a wall
_UNNAMED = re.compile(r"(room|other floor|segment|unnamed)[ _-]*\d*")

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` is a fixed word for programs, `about` the name it is about, `message` a sentence with the cure."""

    rule: str
    severity: str
    about: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """`areas` of free floor in m², `reachable` share of it that can be swept, and what was found."""

    areas: Mapping[str, float]
    reachable: Mapping[str, float]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the robot from its work."""
        return tuple(f for f in self.findings if f.severity == ERROR)


def check(home: Home, parts: Parts, costmap: Costmap) -> Report:
    """Apply all rules; `costmap` knows the robot's radius and clearances."""
    cell = home.grid.resolution**2
    areas = {name: float(room.mask.sum()) * cell for name, room in home.rooms.items()}
    shares = {
        name: float(reachable(costmap, room.mask, home.dock).sum()) / max(1.0, float(room.mask.sum()))
        for name, room in home.rooms.items()
    }
    findings = (
        *_dock(home, costmap), *_rooms_reached(shares, _without_areas(home, costmap)), *_places(home, costmap),
        *_names(home), *_unnamed(home), *_overlaps(home, parts), *_outside(home, parts), *_strays(home), *_leaks(home),
        *_floors(home),
    )  # fmt: skip
    return Report(areas, shares, findings)


def _dock(home: Home, costmap: Costmap) -> Iterator[Finding]:
    if not costmap.allows(home.dock.x, home.dock.y):
        said = f"dock: a disc of {costmap.radius:g} m does not fit at ({home.dock.x:.2f}, {home.dock.y:.2f})"
        yield Finding("dock", ERROR, "dock", f"{said}; move it in layout.yaml, or with `robotos map edit MAP dock`")


def _without_areas(home: Home, costmap: Costmap) -> frozenset[str]:
    """Rooms that could be reached if there were no keep-out areas."""
    if not home.keepouts:
        return frozenset()
    open_ways = Costmap(home.grid, costmap.radius, costmap.clearance, margin=costmap.margin)
    return frozenset(n for n, room in home.rooms.items() if reachable(open_ways, room.mask, home.dock).any())


def _rooms_reached(shares: Mapping[str, float], without_areas: frozenset[str]) -> Iterator[Finding]:
    for name, share in shares.items():
        if share == 0.0 and name in without_areas:
            said = f"{name}: cannot be reached from the dock because of keep-out areas"
            cure = "remove one with `robotos map edit MAP remove keepouts NAME`"
            yield Finding("room-reachable", ERROR, name, f"{said}; {cure}")
        elif share == 0.0:
            yield Finding(
                "room-reachable", ERROR, name,
                f"{name}: cannot be reached from the dock at all; widen the doors of the map, or correct its outline "
                "in layout.yaml",
            )  # fmt: skip
        elif share < LEAST_SHARE:
            yield Finding(
                "room-reachable", ERROR, name,
                f"{name}: only {share:.0%} of its floor can be swept; widen the doors or correct its outline in "
                "layout.yaml",
            )  # fmt: skip


def _places(home: Home, costmap: Costmap) -> Iterator[Finding]:
    for place in home.places.values():
        found = plan(costmap, home.dock, place.approach)
        if isinstance(found, Unreachable):
            yield Finding(
                "place-reachable", ERROR, place.name,
                f"{place.name}: cannot be reached from the dock ({found.reason}); move its approach in layout.yaml",
            )  # fmt: skip
        at = home.room_at(place.approach.x, place.approach.y)
        if at != place.room:
            yield Finding(
                "place-room", WARNING, place.name,
                f"{place.name}: is said to be in the room {place.room!r}, but its approach is in {at or 'none'!r}; "
                "correct one of both in layout.yaml",
            )  # fmt: skip


def _names(home: Home) -> Iterator[Finding]:
    """One name for two things of a kind: nobody could tell which is meant."""
    for kind, items in (("room", home.rooms), ("place", home.places), ("thing", home.things), ("person", home.people)):
        taken: dict[str, str] = {}
        for name, item in items.items():
            for word in dict.fromkeys((name.casefold(), *(alias.casefold() for alias in item.aliases))):
                other = taken.setdefault(word, name)
                if other != name:
                    said = f"{name}: the {kind} {other!r} is called {word!r} too"
                    yield Finding("name-twice", ERROR, name, f"{said}; take it from one of them in layout.yaml")


def _unnamed(home: Home) -> Iterator[Finding]:
    for name in home.rooms:
        if _UNNAMED.fullmatch(name.casefold()):
            cure = f'`robotos map edit MAP rename-room "{name}" kitchen`'
            yield Finding("unnamed-room", WARNING, name, f"{name}: has no name that people say; {cure}")


def _overlaps(home: Home, parts: Parts) -> Iterator[Finding]:
    """Outlines may share walls, not floor: what two rooms claim is the first one's."""
    claimed = {
        name: home.grid.polygon(np.array(part.outline)) & home.grid.free
        for name, part in parts.layout.rooms.items()
        if part.outline is not None
    }
    names = list(claimed)
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            shared = float((claimed[one] & claimed[other]).sum()) * home.grid.resolution**2
            if shared > OVERLAP:
                said = f"{other}: shares {shared:.2f} m² of floor with {one!r}, which gets it"
                yield Finding("overlap", WARNING, other, f"{said}; move the border of one outline in layout.yaml")


def _outside(home: Home, parts: Parts) -> Iterator[Finding]:
    """How much of an outline lies beyond the picture, or on what nobody has mapped."""
    outlines = {("rooms", n): p.outline for n, p in parts.layout.rooms.items() if p.outline is not None}
    outlines |= {("keepouts", n): p.outline for n, p in parts.layout.keepouts.items()}
    for (kind, name), outline in outlines.items():
        area = _area(outline)
        cells = home.grid.polygon(np.array(outline))
        if kind == "rooms":
            cells &= home.grid.cells != UNKNOWN
        inside = float(cells.sum()) * home.grid.resolution**2
        if kind == "rooms" and area > 0 and 1.0 - inside / area > OUTSIDE:
            said = f"{name}: {1.0 - inside / area:.0%} of its outline is not on the map"
            yield Finding("outside", WARNING, name, f"{said}; correct its corners in layout.yaml")
        elif kind == "keepouts" and not cells.any():
            said = f"{name}: no cell of the map lies in it, so that it keeps nobody out"
            yield Finding("outside", ERROR, name, f"{said}; correct its corners in layout.yaml")


def _strays(home: Home) -> Iterator[Finding]:
    inside = np.zeros(home.grid.shape, dtype=bool)
    for room in home.rooms.values():
        inside |= room.mask
    for area in home.keepouts:
        inside |= home.grid.polygon(area.polygon)
    stray = float((home.grid.free & ~inside).sum()) * home.grid.resolution**2
    if stray > STRAY:
        said = f"{stray:.1f} m² of floor are in no room and are never cleaned"
        yield Finding("stray-floor", WARNING, "floor", f"{said}; widen the outlines in layout.yaml")


def _leaks(home: Home) -> Iterator[Finding]:
    """Floor beside the unknown: there is no wall for a range sensor to see."""
    grid = home.grid
    unknown = np.pad(grid.cells == UNKNOWN, 1, constant_values=True)
    open_floor = np.pad(grid.free, 1) & ndimage.binary_dilation(unknown)
    length = float(open_floor.sum()) * grid.resolution
    if length > LEAK:
        said = f"{length:.1f} m of floor end in the unknown without a wall"
        yield Finding("open-border", WARNING, "floor", f"{said}; draw the walls, or leave it if that is a glass front")


def _floors(home: Home) -> Iterator[Finding]:
    for name, room in home.rooms.items():
        if room.floor == "unknown":
            cure = f'`robotos map edit MAP floor "{name}" wood`'
            yield Finding("floor-kind", WARNING, name, f"{name}: nobody has said what floor it has; {cure}")


def _area(outline: Sequence[tuple[float, float]]) -> float:
    """m² of a polygon, by the shoelace formula."""
    xs, ys = np.array(outline).T
    return abs(float(np.dot(xs, np.roll(ys, -1)) - np.dot(ys, np.roll(xs, -1)))) / 2
