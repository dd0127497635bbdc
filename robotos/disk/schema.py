"""The database's tables, as numbered migrations, and bringing a file up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
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

# Who told it; what is where now, without looking through what was where before; the words of the memories, to find
# them by; what the index has not been told yet; preferences; and orders of rows, so that each question reads few.
_THIRD = """
ALTER TABLE belief ADD COLUMN told_by TEXT NOT NULL DEFAULT '';
CREATE TABLE whereabouts (thing TEXT PRIMARY KEY, seq INTEGER NOT NULL, place TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX whereabouts_place ON whereabouts (place, thing);
INSERT INTO whereabouts (thing, seq, place) SELECT thing, max(seq), place FROM belief GROUP BY thing;
CREATE TRIGGER belief_added AFTER INSERT ON belief BEGIN
    INSERT INTO whereabouts (thing, seq, place) VALUES (new.thing, new.seq, new.place)
    ON CONFLICT (thing) DO UPDATE SET seq = excluded.seq, place = excluded.place WHERE excluded.seq > seq;
END;
CREATE TRIGGER belief_gone AFTER DELETE ON belief BEGIN
    DELETE FROM whereabouts WHERE thing = old.thing AND seq = old.seq;
    INSERT OR IGNORE INTO whereabouts (thing, seq, place)
    SELECT thing, seq, place FROM belief WHERE thing = old.thing ORDER BY seq DESC LIMIT 1;
END;
CREATE INDEX belief_at ON belief (at);

CREATE INDEX memory_text ON memory (text, source);
CREATE TABLE memory_word (word TEXT NOT NULL, memory INTEGER NOT NULL, PRIMARY KEY (word, memory)) WITHOUT ROWID;
CREATE INDEX memory_word_memory ON memory_word (memory);
CREATE TABLE unindexed (seq INTEGER PRIMARY KEY AUTOINCREMENT, memory INTEGER NOT NULL);
INSERT INTO unindexed (memory) SELECT id FROM memory;
CREATE TRIGGER memory_added AFTER INSERT ON memory BEGIN
    INSERT INTO unindexed (memory) VALUES (new.id);
END;
CREATE TRIGGER memory_gone AFTER DELETE ON memory BEGIN
    INSERT INTO unindexed (memory) VALUES (old.id);
    DELETE FROM memory_word WHERE memory = old.id;
    DELETE FROM preference WHERE memory = old.id;
END;
CREATE TABLE preference (memory INTEGER PRIMARY KEY, who TEXT NOT NULL, about TEXT NOT NULL);
CREATE INDEX preference_about ON preference (who, about, memory);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE INDEX journal_said ON journal (at) WHERE kind IN ('heard', 'say');
CREATE INDEX journal_at ON journal (at);
CREATE INDEX task_ended ON task (task, room, outcome, coalesce(end, begin), id);
CREATE INDEX task_kind_ended ON task (task, outcome, coalesce(end, begin), id);
CREATE INDEX task_outcome ON task (outcome, coalesce(end, begin), id);
CREATE INDEX task_newest ON task (coalesce(end, begin), id);
CREATE INDEX task_begin ON task (begin, id);
CREATE INDEX task_kind_begin ON task (task, begin, id);
CREATE INDEX task_room_begin ON task (room, begin, id);
CREATE INDEX task_end ON task (end);
CREATE INDEX ledger_room ON ledger (room, task_id);
"""

# A planned call's own time beside the one it was put off to, and the last one that was handed out; and when the owner
# says the home's meals are.
_FOURTH = """
ALTER TABLE schedule ADD COLUMN due TEXT;
ALTER TABLE schedule ADD COLUMN ran TEXT;
CREATE TABLE day_time (name TEXT PRIMARY KEY, clock TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD, _FOURTH)


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
            for statement in _statements(script):
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {len(migrations)}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one; those of a trigger's body are part of its own."""
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip("; \n"):
                yield statement
            statement = ""
