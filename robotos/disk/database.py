"""An SQLite connection whose every failure says which file and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from robotos.disk.errors import corrupt, explain

MEMORY = Path(":memory:")
_WAIT = 2.0  # s for a reader's lock to go away
_QUICK_CHECK_BYTES = 64 * 2**20  # above this the check takes seconds from an SD card; `fsck` does it then

Parameter = str | int | float | bytes | None


class Database:
    """One connection, for the thread that made it. Statements commit by themselves outside `transaction`.

    Raises:
        DiskError: on any failure of the file, in every method.
        ValueError: a row breaks a rule of the schema.
    """

    def __init__(self, file: Path, durable: bool = True, readonly: bool = False) -> None:
        self._file = file
        try:
            if readonly:
                self._connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT)
            else:
                self._connection = sqlite3.connect(file, timeout=_WAIT)
        except sqlite3.Error as error:
            raise explain(file, error) from error
        self._connection.isolation_level = None
        try:
            self._configure(durable, readonly)
        except BaseException:
            self._connection.close()
            raise

    def _configure(self, durable: bool, readonly: bool) -> None:
        self.execute("PRAGMA foreign_keys = ON")
        if readonly:
            self.execute("PRAGMA query_only = ON")
            return
        if self._file == MEMORY:
            return
        self.execute("PRAGMA journal_mode = WAL" if durable else "PRAGMA journal_mode = MEMORY")
        self.execute("PRAGMA synchronous = FULL" if durable else "PRAGMA synchronous = OFF")
        self.execute("PRAGMA secure_delete = ON")  # what the owner has forgotten is overwritten, not just unlinked

    def check(self, thorough: bool = False) -> None:
        """Read the file's structure (all of its indices too when `thorough`) and raise where it is damaged."""
        if self._file == MEMORY or (not thorough and self._file.stat().st_size > _QUICK_CHECK_BYTES):
            return
        found = self.rows("PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)")
        if found != [("ok",)]:
            raise corrupt(self._file, str(found[0][0]).splitlines()[-1] if found else "no answer to the check")

    def execute(self, sql: str, parameters: Sequence[Parameter] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        try:
            return self._connection.execute(sql, tuple(map(_storable, parameters)))
        except sqlite3.IntegrityError as error:
            raise ValueError(f"not written to {self._file}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise explain(self._file, error) from error

    def execute_many(self, sql: str, rows: Sequence[Sequence[Parameter]]) -> None:
        """Run one statement for each row."""
        for row in rows:
            self.execute(sql, row)

    def insert(self, sql: str, parameters: Sequence[Parameter]) -> int:
        """Run one INSERT; the number of its row."""
        row = self.execute(sql, parameters).lastrowid
        if row is None:
            raise ValueError(f"not an INSERT: {sql}")
        return row

    def rows(self, sql: str, parameters: Sequence[Parameter] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        try:
            return self._connection.execute(sql, tuple(map(_storable, parameters))).fetchall()
        except sqlite3.DatabaseError as error:
            raise explain(self._file, error) from error

    def value(self, sql: str, parameters: Sequence[Parameter] = ()) -> Any:
        """The first column of the first row, None when there is none."""
        found = self.rows(sql, parameters)
        return found[0][0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens or nothing does. Inside another one it is part of that one."""
        if self._connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # some failures (a full device) have rolled back already
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def copy_to(self, file: Path) -> None:
        """Copy everything, as it is at one moment, into a new file; who writes meanwhile is not held up."""
        try:
            target = sqlite3.connect(file)
            try:
                self._connection.backup(target)  # in one step: in several it would begin anew at each write
                target.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
            finally:
                target.close()
        except sqlite3.Error as error:
            raise explain(file, error) from error

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _storable(parameter: Parameter) -> Parameter:
    """Speech recognition and JSON can yield lone surrogates, which no UTF-8 file can hold."""
    return parameter.encode("utf-8", "replace").decode("utf-8") if isinstance(parameter, str) else parameter
