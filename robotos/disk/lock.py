"""One writer to a home: an advisory lock that the operating system drops when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from robotos.disk.errors import DiskBusyError, DiskError

NAME = "lock"


class HomeLock:
    """Holds `directory`/lock from construction until `release`.

    Raises:
        DiskBusyError: somebody else holds it; the message names the process.
        DiskError: the lock file cannot be made.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        file = directory / NAME
        try:
            self._fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DiskError(f"{file}: cannot be opened ({error.strerror}); check its owner and permissions") from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._fd, 32).decode("ascii", "replace").strip()
            os.close(self._fd)
            raise DiskBusyError(
                f"{directory}: already open in process {holder or '(unknown)'}; stop that one "
                "or choose another directory with --home"
            ) from error
        os.ftruncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()}\n".encode("ascii"))

    def release(self) -> None:
        """Let the next one in. May be called again."""
        if self._fd < 0:
            return
        with contextlib.suppress(OSError):  # a full storage device must not keep the lock held
            os.ftruncate(self._fd, 0)
        os.close(self._fd)
        self._fd = -1
