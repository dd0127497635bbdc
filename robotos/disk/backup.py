"""A copy of a home's database while the robot runs: whole, of one moment, and checked before it gets its name."""

from __future__ import annotations

import os
from pathlib import Path

from robotos.disk.database import Database
from robotos.disk.errors import DiskError
from robotos.disk.reader import FILE

PART = ".part"


def backup(directory: Path, to: Path) -> int:
    """Copy the database of the home in `directory` into the new file `to`; its size in bytes.

    It goes through SQLite's backup interface, so it needs no lock and holds up nobody. To restore it, copy it to
    `robotos.db` in an empty directory and name that with --home: the index is built anew from it. What was forgotten
    before the copy is not in it; what is forgotten later stays in it.

    Raises:
        DiskError: there is no home there, `to` exists or cannot be written, or the copy is not whole.
    """
    file, part = directory / FILE, to.with_name(to.name + PART)
    if not file.is_file():
        raise DiskError(f"{file}: no such file; name the directory given to --home")
    if to.exists():
        raise DiskError(f"{to}: exists already; name another file")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
    except OSError as error:
        raise DiskError(f"{part}: cannot be written ({error.strerror}); name another file") from error
    try:
        _copied(file, part)
        part.rename(to)
        _flush(to.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return to.stat().st_size


def _copied(file: Path, part: Path) -> None:
    source = Database(file, readonly=True)
    try:
        source.copy_to(part)
    finally:
        source.close()
    copy = Database(part, readonly=True)
    try:
        copy.check(thorough=True)
    finally:
        copy.close()
    _flush(part)


def _flush(path: Path) -> None:
    """So that a power failure after the answer does not take it back."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
