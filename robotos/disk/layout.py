"""Copying what a home's layout names into the database, without contradicting what the robot has learnt since."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from robotos.disk.database import Database

if TYPE_CHECKING:
    from robotos.navigation.home import Home

SOURCE = "layout"


def write_home(database: Database, home: Home, at: datetime) -> None:
    """Replace rooms, places and things by those of `home`, and believe its things to be where it says.

    A thing's belief is written only where nothing is known, or where nothing but an older layout said otherwise: what
    was seen, told or moved wins. Repeating it changes nothing.
    """
    with database.transaction():
        for table in ("room", "place", "thing"):
            database.execute(f"DELETE FROM {table}")
        for room in home.rooms.values():
            database.execute("INSERT INTO room VALUES (?, ?, ?)", (room.name, room.floor, json.dumps(room.aliases)))
        for place in home.places.values():
            spot, stand = (place.x, place.y, place.z), (place.approach.x, place.approach.y, place.approach.yaw)
            database.execute(
                "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (place.name, place.room, *spot, *stand, json.dumps(place.aliases)),
            )
        for thing in home.things.values():
            database.execute(
                "INSERT INTO thing VALUES (?, ?, ?)", (thing.name, thing.colour, json.dumps(thing.aliases))
            )
            _believe(database, thing.name, thing.place, at)


def _believe(database: Database, thing: str, place: str, at: datetime) -> None:
    newest = database.rows("SELECT place, source FROM belief WHERE thing = ? ORDER BY seq DESC LIMIT 1", (thing,))
    if newest and (newest[0][1] != SOURCE or newest[0][0] == place):
        return
    database.execute(
        "INSERT INTO belief (thing, place, source, at) VALUES (?, ?, ?, ?)",
        (thing, place, SOURCE, at.isoformat(timespec="microseconds")),
    )
