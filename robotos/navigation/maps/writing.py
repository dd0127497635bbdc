"""Writes homes: a new directory at once or not at all, changes of one with a backup of what was there."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image

from robotos.navigation.map_server import save_map
from robotos.navigation.maps.assembling import Labels
from robotos.navigation.maps.draft import Draft
from robotos.navigation.maps.layout import LAYOUT, Layout

HEAD = "# Metres, headings in degrees, x to the right, y up. `robotos map check .` says whether all of it fits.\n"
_PALETTE_SEED = 7


class WriteError(Exception):
    """A home cannot be written; the message names the directory and the cure."""


@dataclass(frozen=True, slots=True)
class Written:
    """`backup` is where the state before is, None where there was none."""

    directory: Path
    backup: Path | None


def write_home(directory: Path, draft: Draft, replace: bool = False) -> Written:
    """Write a draft as a new directory, which is there with all its files or not at all.

    Raises:
        WriteError: something is there already and `replace` isn't said, or the disk refuses.
    """
    if directory.exists() and not replace:
        raise WriteError(f"{directory} is there already; name another directory, or say --replace to keep it as backup")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
        try:
            partial.chmod(0o755)
            _fill(partial, draft)
            backup = _move_away(directory) if directory.exists() else None
            partial.rename(directory)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise WriteError(f"{directory} cannot be written ({error}); name another directory") from error
    return Written(directory, backup)


def write_change(directory: Path, layout: Layout, labels: Labels | None) -> Written:
    """Put another layout, and other cells of rooms if given, in a home's directory.

    The cells go into a new picture; the layout that names it takes the old one's place in one step. A crash leaves the
    old home or the new one. The old layout stays as `layout.yaml.~N~`, and so does the picture that it names.

    Raises:
        WriteError: the disk refuses.
    """
    path = directory / LAYOUT
    try:
        if labels is not None:
            name = _unused(directory, Path(layout.cells or "rooms.png").stem)
            _save_labels(directory / name, labels)
            layout = layout.model_copy(update={"cells": name})
        backup = _backup_name(path)
        shutil.copy2(path, backup)
        _replace(path, layout_text(layout))
    except OSError as error:
        raise WriteError(f"{path} cannot be written ({error}); check permissions and free space") from error
    return Written(directory, backup)


def layout_text(layout: Layout) -> str:
    """The layout as YAML: what has its default value is left out, and innermost lists stay on one line."""
    plain = layout.model_dump(mode="json", exclude_defaults=True)
    dumped = yaml.dump(_short(plain), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return HEAD + str(dumped)


def _fill(directory: Path, draft: Draft) -> None:
    layout = draft.layout
    save_map(directory / layout.map, draft.grid)
    if layout.cells is not None and draft.labels is not None:
        _save_labels(directory / layout.cells, draft.labels)
    for name, mask in draft.masks.items():
        save_map(directory / name, mask)
    (directory / LAYOUT).write_text(layout_text(layout), encoding="utf-8")


def _save_labels(path: Path, labels: Labels) -> None:
    """Bytes with a palette, so that people see rooms where programs read numbers."""
    colours = np.random.default_rng(_PALETTE_SEED).integers(96, 240, (256, 3), dtype=np.uint8)
    colours[0] = 24
    image = Image.fromarray(np.ascontiguousarray(labels[::-1]), mode="P")
    image.putpalette(colours.tobytes())
    with path.open("wb") as file:
        image.save(file, format="PNG")
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    at = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)


def _move_away(directory: Path) -> Path:
    backup = _backup_name(directory)
    directory.rename(backup)
    return backup


def _backup_name(path: Path) -> Path:
    """As `cp --backup=numbered` names it."""
    number = 1
    while (found := path.with_name(f"{path.name}.~{number}~")).exists():
        number += 1
    return found


def _unused(directory: Path, stem: str) -> str:
    base = stem.rsplit("-", 1)[0] if stem.rsplit("-", 1)[-1].isdigit() else stem
    number = 2
    while (directory / f"{base}-{number}.png").exists():
        number += 1
    return f"{base}-{number}.png"


class _Line(list[Any]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True  # the loader refuses them


def _line(dumper: yaml.SafeDumper, data: _Line) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)


_Dumper.add_representer(_Line, _line)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(part) for key, part in value.items()}
    if isinstance(value, list):
        return value if value and isinstance(value[0], dict) else _Line(value)
    return value
