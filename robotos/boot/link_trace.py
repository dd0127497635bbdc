"""The trace of a motor controller's link, for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmware_bridge.messages import CONTROLLER_TYPES, HOST_TYPES
from firmware_bridge.monitor import BAD, Monitor, Row, Summary
from firmware_bridge.trace import TraceError, TraceReader
from robotos.boot.children import BootError

__all__ = ["KINDS", "LinkTrace", "Row", "Summary", "open_trace"]

KINDS = frozenset({*(kind.__name__.lower() for kind in (*HOST_TYPES.values(), *CONTROLLER_TYPES.values())), BAD})


class LinkTrace:
    """A trace being read, decoded as far as it goes."""

    def __init__(self, reader: TraceReader) -> None:
        self._reader = reader
        self._monitor = Monitor()

    def rows(self) -> list[Row]:
        """What was added since the last call. Raises `BootError` where the file is damaged."""
        try:
            return self._monitor.rows(self._reader.read())
        except TraceError as error:
            raise BootError(str(error)) from error

    def summary(self) -> Summary:
        """All that was read so far."""
        return self._monitor.summary()


@contextmanager
def open_trace(path: Path) -> Iterator[LinkTrace]:
    """Open the trace at `path`. Raises `BootError` when there is none."""
    try:
        reader = TraceReader(path)
    except TraceError as error:
        raise BootError(str(error)) from error
    try:
        yield LinkTrace(reader)
    finally:
        reader.close()
