"""What can be wrong with the disk, each with the file it concerns and what to do about it."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class DiskError(Exception):
    """The disk cannot be used; the message names the file and the cure. Nothing was deleted."""


class DiskBusyError(DiskError):
    """Another process has this home open."""


class DiskCorruptError(DiskError):
    """A file's content is damaged or not what it should be."""


def corrupt(file: Path, detail: str) -> DiskCorruptError:
    """The error for a damaged database file."""
    return DiskCorruptError(
        f"{file}: the database is damaged ({detail}). Nothing was changed. Restore the file from a backup, "
        f"save what is readable with `sqlite3 {file} .recover`, or move it aside (`mv {file} {file}.damaged`) "
        "to start afresh"
    )


def explain(file: Path, error: sqlite3.Error) -> DiskError:
    """The error that says what an SQLite exception means for the file it happened on."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None  # extended codes carry the primary one in the low byte
    if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return corrupt(file, str(error))
    if primary == sqlite3.SQLITE_FULL:
        return DiskError(f"{file}: no space left to write ({error}); free some space and start again")
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return DiskError(f"{file}: cannot be opened for writing ({error}); check its owner and permissions")
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return DiskBusyError(f"{file}: in use by another program ({error}); close that one and try again")
    return DiskError(f"{file}: {error}; check the storage device, then run `robotos fsck`")
