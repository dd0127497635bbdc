"""The database's tables, as numbered migrations, and bringing a file up to date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from robotos.disk.database import Database
from robotos.disk.errors import DiskError, corrupt

APPLICATION_ID = 0x524F424F  # "ROBO", in the header of every database file robotos makes

# Times are civil, ISO 8601 with microseconds, so that text order is time order. `seq` and `id` are never reused.
_FIRST = """
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, clock REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX journal_kind ON journal (kind, seq);
CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, room TEXT NOT NULL, begin TEXT NOT NULL, end TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'interrupted', 'failed', 'declined')),
    coverage REAL NOT NULL CHECK (coverage BETWEEN 0 AND 1), asked_by TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX task_room ON task (task, room, begin);
CREATE TABLE ledger (
    task_id INTEGER NOT NULL REFERENCES task (id), room TEXT NOT NULL, at TEXT NOT NULL, cells BLOB NOT NULL,
    PRIMARY KEY (task_id, room)
);
CREATE TABLE room (name TEXT PRIMARY KEY, floor TEXT NOT NULL, aliases TEXT NOT NULL);
CREATE TABLE place (
    name TEXT PRIMARY KEY, room TEXT NOT NULL, x REAL NOT NULL, y REAL NOT NULL, z REAL NOT NULL,
    approach_x REAL NOT NULL, approach_y REAL NOT NULL, approach_yaw REAL NOT NULL, aliases TEXT NOT NULL
);
CREATE TABLE thing (name TEXT PRIMARY KEY, colour TEXT NOT NULL, aliases TEXT NOT NULL);
CREATE TABLE belief (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, thing TEXT NOT NULL, place TEXT NOT NULL, source TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX belief_thing ON belief (thing, seq);
CREATE TABLE memory (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, every REAL NOT NULL CHECK (every >= 0),
    call TEXT NOT NULL, asked_by TEXT NOT NULL
);
"""

# What the owner has taught: names of their own, and phrases that stand for a call.
_SECOND = """
CREATE TABLE alias (name TEXT PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE taught (phrase TEXT PRIMARY KEY, call TEXT NOT NULL, at TEXT NOT NULL);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND)


def migrate(database: Database, file: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Bring the file to the newest version, all or nothing. `user_version` counts the migrations already applied.

    Raises:
        DiskError: the file belongs to a newer robotos.
        DiskCorruptError: it is a database, but not one of ours.
    """
    version = int(database.value("PRAGMA user_version"))
    if version == len(migrations):
        return
    if version > len(migrations):
        raise DiskError(
            f"{file}: written by a newer robotos (version {version}, this one knows {len(migrations)}); "
            "update robotos or choose another directory with --home"
        )
    if version == 0 and database.value("SELECT count(*) FROM sqlite_master"):
        raise corrupt(file, "it holds tables that robotos did not make")
    with database.transaction():
        for script in migrations[version:]:
            for statement in script.split(";"):
                if statement.strip():
                    database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {len(migrations)}")
