"""Changes of a home's layout, each from the parts before to the parts after; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import ValidationError
from scipy import ndimage

from robotos.navigation.grid import Bools
from robotos.navigation.maps.assembling import Labels, Parts, assemble
from robotos.navigation.maps.layout import LARGEST_LABEL, AreaPart, FilterPart, Layout, PlacePart, RoomPart
from robotos.navigation.maps.standing import DOCK, dock_place, standing

KINDS = ("rooms", "places", "things", "people", "keepouts", "no_mop", "obstacles")


class EditError(Exception):
    """A change cannot be made; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Line:
    """From (x0, y0) to (x1, y1), metres."""

    x0: float
    y0: float
    x1: float
    y1: float


def rename(parts: Parts, kind: str, old: str, new: str) -> Parts:
    """Give a part another name, wherever it is named."""
    named = _named(parts.layout, kind, old)
    if new in named and new != old:
        raise EditError(f"there is a {_one(kind)} {new!r} already; choose another name, or merge them")
    updates: dict[str, Any] = {kind: {new if name == old else name: part for name, part in named.items()}}
    if kind == "rooms":
        for other in ("places", "people"):
            updates[other] = _pointing(getattr(parts.layout, other), "room", old, new)
    if kind == "places":
        updates["things"] = _pointing(parts.layout.things, "place", old, new)
    return _with(parts, updates)


def remove(parts: Parts, kind: str, name: str) -> Parts:
    """Take a part out; what still names it stands in the way."""
    named = _named(parts.layout, kind, name)
    if kind == "rooms" and len(named) == 1:
        raise EditError("a home has at least one room; add another one first")
    for other, key in (("places", "room"), ("people", "room")) if kind == "rooms" else (("things", "place"),):
        using = [n for n, part in getattr(parts.layout, other).items() if getattr(part, key) == name]
        if using and kind in {"rooms", "places"}:
            raise EditError(f"{', '.join(using)}: still in the {_one(kind)} {name!r}; remove or move {other} first")
    return _with(parts, {kind: {n: part for n, part in named.items() if n != name}})


def merge(parts: Parts, one: str, other: str, name: str | None = None) -> Parts:
    """Two rooms become one, called `name` or as the first."""
    parts = with_cells(parts)
    rooms = _named(parts.layout, "rooms", one)
    _named(parts.layout, "rooms", other)
    if one == other:
        raise EditError(f"{one!r} is one room already; name two")
    kept, gone = rooms[one], rooms[other]
    labels = _labels(parts).copy()
    labels[labels == gone.cells] = kept.cells or 0
    aliases = tuple(dict.fromkeys((*kept.aliases, *gone.aliases)))
    updates: dict[str, Any] = {
        "rooms": {
            n: part.model_copy(update={"aliases": aliases}) if n == one else part
            for n, part in rooms.items()
            if n != other
        }
    }
    for kind in ("places", "people"):
        updates[kind] = _pointing(getattr(parts.layout, kind), "room", other, one)
    merged = replace(_with(parts, updates), labels=labels)
    return merged if name is None or name == one else rename(merged, "rooms", one, name)


def split(parts: Parts, room: str, line: Line, name: str) -> Parts:
    """Cut a room along a line; what lies to the left of it, seen from its start, is called `name`."""
    parts = with_cells(parts)
    rooms = _named(parts.layout, "rooms", room)
    if name in rooms:
        raise EditError(f"there is a room {name!r} already; choose another name for the new part")
    labels = _labels(parts).copy()
    mine = np.asarray(labels == rooms[room].cells)
    new = mine & _left_of(parts, line)
    if not (new & parts.grid.free).any() or not (mine & ~new & parts.grid.free).any():
        raise EditError(f"the line doesn't divide {room!r}; give two points on either side of it, in metres")
    number = _free_number(labels)
    labels[new] = number
    updates = {"rooms": {**rooms, name: RoomPart(cells=number, floor=rooms[room].floor)}}
    divided = _with(parts, updates)
    return replace(_with(divided, _moved(divided, labels, room, name, number)), labels=labels)


def add_place(parts: Parts, name: str, place: Mapping[str, Any]) -> Parts:
    """Add a place; `place` as in the layout file."""
    if name in parts.layout.places:
        raise EditError(f"there is a place {name!r} already; remove it first")
    return _with(parts, {"places": {**parts.layout.places, name: _valid(PlacePart, place)}})


def add_area(parts: Parts, kind: str, name: str, outline: Sequence[tuple[float, float]]) -> Parts:
    """Add a keep-out or no-mop area; of two corners the rectangle between them."""
    known = getattr(parts.layout, kind)
    if name in known:
        raise EditError(f"there is an area {name!r} already; remove it first")
    if len(outline) == 2:
        (x0, y0), (x1, y1) = outline
        outline = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return _with(parts, {kind: {**known, name: _valid(AreaPart, {"outline": tuple(outline)})}})


def set_floor(parts: Parts, room: str, floor: str) -> Parts:
    """Say what floor a room has."""
    rooms = _named(parts.layout, "rooms", room)
    return _with(parts, {"rooms": {**rooms, room: rooms[room].model_copy(update={"floor": floor})}})


def add_alias(parts: Parts, kind: str, name: str, alias: str) -> Parts:
    """Add another name that people say."""
    named = _named(parts.layout, kind, name)
    if alias in named[name].aliases:
        raise EditError(f"{name!r} is called {alias!r} already")
    part = named[name].model_copy(update={"aliases": (*named[name].aliases, alias)})
    return _with(parts, {kind: {**named, name: part}})


def set_dock(parts: Parts, x: float, y: float, degrees: float) -> Parts:
    """Say where the charger is: the robot's pose on it. The place of that name goes with it."""
    moved = _with(parts, {"dock": (x, y, degrees)})
    old = parts.layout.places.get(DOCK)
    if old is None:
        return moved
    home = assemble(replace(moved, layout=moved.layout.model_copy(update={"places": {}, "things": {}})))
    pose = home.dock
    room = home.room_at(pose.x, pose.y) or old.room
    place = dock_place(room, standing(home.grid, home.keepouts), home.grid, pose, old.aliases)
    return _with(moved, {"places": {**moved.layout.places, DOCK: place}})


def add_filter(parts: Parts, about: Mapping[str, Any]) -> Parts:
    """Add a filter mask; `about` as in the layout file."""
    return _with(parts, {"filters": (*parts.layout.filters, _valid(FilterPart, about))})


def with_cells(parts: Parts) -> Parts:
    """All rooms by their cells: outlines become cells, in the layout's order, the first one first."""
    layout = parts.layout
    labels = np.zeros(parts.grid.shape, dtype=np.uint8) if parts.labels is None else parts.labels.copy()
    rooms: dict[str, RoomPart] = {}
    for name, part in layout.rooms.items():
        if part.outline is None:
            rooms[name] = part
            continue
        number = _free_number(labels)
        inside = parts.grid.polygon(np.array(part.outline)) & (labels == 0)
        if not inside.any():
            raise EditError(f"{name}: no cell of the map lies in its outline; correct it in layout.yaml first")
        labels[inside] = number
        rooms[name] = RoomPart(cells=number, floor=part.floor, aliases=part.aliases)
    if all(part.outline is None for part in layout.rooms.values()):
        return parts
    return replace(_with(parts, {"rooms": rooms, "cells": layout.cells or "rooms.png"}), labels=labels)


def _moved(parts: Parts, labels: Labels, room: str, name: str, number: int) -> dict[str, Any]:
    """Places and people whose spot is nearer to the new part than to the rest belong to it from now on."""
    cells = parts.layout.rooms[room].cells
    away_new = ndimage.distance_transform_edt(labels != number)
    away_old = ndimage.distance_transform_edt(labels != cells)
    updates: dict[str, Any] = {}
    for kind in ("places", "people"):
        moved = {}
        for key, part in getattr(parts.layout, kind).items():
            x, y = (part.approach if kind == "places" else part.at)[:2]
            row, column = parts.grid.to_cell(x, y)
            there = part.room == room and parts.grid.inside(row, column)
            if there and away_new[row, column] < away_old[row, column]:
                part = part.model_copy(update={"room": name})  # noqa: PLW2901
            moved[key] = part
        updates[kind] = moved
    return updates


def _left_of(parts: Parts, line: Line) -> Bools:
    xs, ys = parts.grid.centres()
    dx, dy = line.x1 - line.x0, line.y1 - line.y0
    if dx == dy == 0.0:
        raise EditError("both points of the line are the same; give two")
    return np.asarray(dx * (ys[:, None] - line.y0) - dy * (xs[None, :] - line.x0) > 0.0)


def _free_number(labels: Labels) -> int:
    used = set(np.unique(labels).tolist())
    number = next((n for n in range(1, LARGEST_LABEL + 1) if n not in used), None)
    if number is None:
        raise EditError(f"a home has at most {LARGEST_LABEL} rooms; merge some first")
    return number


def _labels(parts: Parts) -> Labels:
    if parts.labels is None:
        raise EditError("the layout has no cells of rooms; give rooms outlines or cells")
    return parts.labels


def _named(layout: Layout, kind: str, name: str) -> dict[str, Any]:
    known: dict[str, Any] = getattr(layout, kind)
    if name not in known:
        instead = f"there are {', '.join(known)}" if known else "there is none"
        raise EditError(f"there is no {_one(kind)} {name!r}; {instead}")
    return dict(known)


def _pointing(items: Mapping[str, Any], key: str, old: str, new: str) -> dict[str, Any]:
    return {n: p.model_copy(update={key: new}) if getattr(p, key) == old else p for n, p in items.items()}


def _with(parts: Parts, updates: Mapping[str, Any]) -> Parts:
    """Checked as if it had been read from a file."""
    plain = {**dict(parts.layout), **updates}
    dumped = Layout.model_construct(**plain).model_dump(mode="python", exclude_defaults=True, warnings=False)
    return replace(parts, layout=_valid(Layout, dumped))


def _valid(model: type[Any], values: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        said = str(first["msg"]).removeprefix("Value error, ")
        where = ".".join(str(part) for part in first["loc"])
        raise EditError(f"{where}: {said}; give another value" if where else f"{said}; give another value") from error


def _one(kind: str) -> str:
    return {"people": "person", "no_mop": "no-mop area"}.get(kind, kind.rstrip("s"))
