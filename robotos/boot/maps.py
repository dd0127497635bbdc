"""Loading a map so that whatever is wrong with it reaches a person as one sentence."""

from __future__ import annotations

from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.places import map_directory
from robotos.navigation.home import Home, LayoutError, load_home
from robotos.navigation.map_server import MapError


def load_map(name: str) -> tuple[Path, Home]:
    """The map's directory and what it holds; `BootError` with the loader's own words when it is wrong."""
    directory = map_directory(name)
    try:
        return directory, load_home(directory)
    except (LayoutError, MapError) as error:
        raise BootError(str(error)) from error
