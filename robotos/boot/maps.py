"""Loading, importing and changing maps so that whatever is wrong reaches a person as one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.places import map_directory
from robotos.navigation.home import Home, LayoutError, load_home
from robotos.navigation.map_server import MapError
from robotos.navigation.maps.assembling import Parts, assemble
from robotos.navigation.maps.editing import EditError
from robotos.navigation.maps.importing import Wishes, draft_of
from robotos.navigation.maps.loading import read_parts
from robotos.navigation.maps.writing import WriteError, Written, write_change, write_home

_WRONG = (LayoutError, MapError, EditError, WriteError)


@dataclass(frozen=True, eq=False)
class Imported:
    """What an import left on the disk, and what it decided on the way."""

    written: Written
    home: Home
    notes: tuple[str, ...]


def load_map(name: str) -> tuple[Path, Home]:
    """The map's directory and what it holds; `BootError` with the loader's own words when it is wrong."""
    directory = map_directory(name)
    with told():
        return directory, load_home(directory)


def import_map(file: Path, directory: Path, wishes: Wishes, replace: bool, step: Callable[[str], None]) -> Imported:
    """Make a home's directory of a file of another program; `step` is told what is done next.

    What was written is read again before this returns. `BootError` when something is wrong.
    """
    with told():
        step(f"reading {file.name}, finding rooms")
        draft = draft_of(file, wishes)
        step("putting it together")
        draft.home()
        step(f"writing {directory}")
        written = write_home(directory, draft, replace)
        return Imported(written, load_home(directory), draft.notes)


def edit_map(name: str, change: Callable[[Parts], Parts]) -> tuple[Written, Home]:
    """Change a home's layout; nothing is written unless the changed home can be put together. `BootError` otherwise."""
    directory = map_directory(name)
    with told():
        before = read_parts(directory)
        after = change(before)
        assemble(after)
        relabelled = after.labels is not None and after.labels is not before.labels
        written = write_change(directory, after.layout, after.labels if relabelled else None)
        return written, load_home(directory)


@contextmanager
def told() -> Iterator[None]:
    """Errors of maps as `BootError`, whose words a person sees."""
    try:
        yield
    except _WRONG as error:
        raise BootError(str(error)) from error
