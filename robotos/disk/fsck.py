"""Checking a home through and through, and making its index anew where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from robotos.disk import lexical
from robotos.disk.database import Database
from robotos.disk.errors import DiskError
from robotos.disk.index import ChromaIndex
from robotos.disk.reader import FILE, Reader
from robotos.disk.schema import migrate
from robotos.disk.store import lock_home, note_seal


@dataclass(frozen=True, slots=True)
class Checked:
    """What `fsck` found: how many rows of each kind, and why the index had to be rebuilt (nothing: it was right)."""

    events: int
    tasks: int
    memories: int
    rebuilt: tuple[str, ...]


def fsck(directory: Path) -> Checked:
    """Check every page of the database, then the index against it, memory by memory; rebuild the index if it is wrong.

    Raises:
        DiskBusyError: the home is in use.
        DiskCorruptError: the database is damaged: it is the truth, so nothing here can mend it; nothing was changed.
        DiskError: there is no home there.
    """
    file = directory / FILE
    if not file.is_file():
        raise DiskError(f"{file}: no such file; name the directory given to --home")
    lock = lock_home(directory)
    try:
        database = Database(file)
        try:
            return _check(database, file, directory)
        finally:
            database.close()
    finally:
        lock.release()


def _check(database: Database, file: Path, directory: Path) -> Checked:
    database.check(thorough=True)
    migrate(database, file)
    rebuilt = _words(database)
    index = ChromaIndex(directory, Reader(database))
    try:
        index.verify()
    finally:
        closed = index.close()
        if closed is not None:
            note_seal(database, closed)
    events, tasks, memories = (
        int(database.value(f"SELECT count(*) FROM {table}")) for table in ("journal", "task", "memory")
    )
    return Checked(events, tasks, memories, (*rebuilt, *index.rebuilt))


def _words(database: Database) -> tuple[str, ...]:
    if lexical.bring_up_to_date(database):
        return ()
    wrong = lexical.wrong(database)
    if not wrong:
        return ()
    lexical.rewrite(database)
    return (f"the words of {wrong} memories were wrong",)
