"""The disk: an SQLite file that is the truth, and a Chroma index over its memories that can always be made anew."""

from robotos.disk.backup import backup
from robotos.disk.errors import DiskBusyError, DiskCorruptError, DiskError
from robotos.disk.export import export
from robotos.disk.fsck import Checked, fsck
from robotos.disk.reader import Event, Reader, StoredPlace, open_reader
from robotos.disk.store import SqliteDisk, open_disk

__all__ = [
    "Checked",
    "DiskBusyError",
    "DiskCorruptError",
    "DiskError",
    "Event",
    "Reader",
    "SqliteDisk",
    "StoredPlace",
    "backup",
    "export",
    "fsck",
    "open_disk",
    "open_reader",
]
