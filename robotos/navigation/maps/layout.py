"""The layout file of a home: its schema, and what its parts may name of one another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from robotos.navigation.maps.errors import LayoutError
from robotos.navigation.maps.source import Source, read_yaml

LAYOUT = "layout.yaml"
LARGEST_LABEL = 254  # of a cell picture, whose cells are bytes; 0 is no room
FARTHEST = 1000.0  # m from the origin; beyond that a coordinate is a slip of the pen


def _name(text: str) -> str:
    """A name as people say and files hold it."""
    if not text.strip() or text != text.strip():
        raise ValueError("a name is wanted, without blanks before or after it")
    if not text.isprintable() or len(text) > 80:
        raise ValueError("a name has at most 80 characters, all of them printable")
    return text


Name = Annotated[str, AfterValidator(_name)]
Metres = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST)]
Degrees = Annotated[float, Field(ge=-3600.0, le=3600.0)]
Corner = tuple[Metres, Metres]
Outline = Annotated[tuple[Corner, ...], Field(min_length=3, max_length=10_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    aliases: tuple[Name, ...] = ()


class RoomPart(_Part):
    """A room: the corners of its `outline`, or the value of its `cells` in the picture of the home's `cells`."""

    outline: Outline | None = None
    cells: int | None = Field(default=None, ge=1, le=LARGEST_LABEL)
    floor: Name

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.outline is None) == (self.cells is None):
            raise ValueError("either outline or cells is wanted")
        return self


class PlacePart(_Part):
    """A place: where it is, and where the robot stands before it."""

    room: Name
    at: tuple[Metres, Metres, Metres]
    approach: tuple[Metres, Metres] | tuple[Metres, Metres, Degrees]


class ThingPart(_Part):
    """A thing and the place it belongs to."""

    place: Name
    colour: str = Field(default="", max_length=80)


class PersonPart(_Part):
    """Somebody of the household."""

    room: Name
    at: Corner
    animal: bool = False


class AreaPart(_Part):
    """The corners of an area."""

    outline: Outline


class ObstaclePart(_Part):
    """Something on the floor."""

    at: Corner
    radius: float = Field(default=0.1, gt=0, le=2.0)


class FilterPart(BaseModel):
    """A filter mask as of Nav2's costmap filters: `type` by its name or by its number there."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    mask: Name
    type: Literal["keepout", "speed_percent", "speed_absolute", 0, 1, 2]
    base: float = 0.0
    multiplier: float = 1.0


class Layout(BaseModel):
    """The layout file. Metres; headings in degrees. `drawing` belongs to `robotos.navigation.draw`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Name
    map: Name
    dock: tuple[Metres, Metres, Degrees]
    cells: Name | None = None  # a picture as large as the map, whose values rooms name as their `cells`
    rooms: dict[Name, RoomPart] = Field(min_length=1, max_length=LARGEST_LABEL)
    places: dict[Name, PlacePart] = {}
    things: dict[Name, ThingPart] = {}
    people: dict[Name, PersonPart] = {}
    keepouts: dict[Name, AreaPart] = {}
    no_mop: dict[Name, AreaPart] = {}
    obstacles: dict[Name, ObstaclePart] = {}
    filters: tuple[FilterPart, ...] = Field(default=(), max_length=16)
    drawing: dict[str, Any] = {}


def load_layout(path: Path) -> Layout:
    """Read and validate a layout file alone.

    Raises:
        LayoutError: the file is missing or broken, or a key is missing, unknown or out of range.
    """
    return layout_of(read_yaml(path, LayoutError))


def layout_of(source: Source) -> Layout:
    """Validate what a layout file holds: `LayoutError` as of `load_layout`."""
    try:
        layout = Layout.model_validate(source.data)
    except ValidationError as error:
        raise LayoutError(f"{source.problem(error)}; correct that key (example: maps/apartment)") from error
    for kind, named, known, what in (
        ("places", {n: p.room for n, p in layout.places.items()}, layout.rooms, "room"),
        ("people", {n: p.room for n, p in layout.people.items()}, layout.rooms, "room"),
        ("things", {n: t.place for n, t in layout.things.items()}, layout.places, "place"),
    ):
        for name, target in named.items():
            if target not in known:
                where = source.where((kind, name, what))
                raise LayoutError(f"{where}: there is no {what} {target!r}; {_instead(what, tuple(known))}")
    for name, room in layout.rooms.items():
        if room.cells is not None and layout.cells is None:
            where = source.where(("rooms", name, "cells"))
            raise LayoutError(f"{where}: the layout names no picture with cells; add its file name as key `cells`")
    return layout


def _instead(what: str, known: tuple[str, ...]) -> str:
    return f"use one of {', '.join(known)}" if known else f"add a {what} of that name first"
