"""The homes that localisation is measured on: the apartment, and the recorded ones of the data folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from robotos.boot.maps import load_map
from robotos.navigation.home import Home
from robotos.navigation.maps.valetudo import read_valetudo

DATA = "ROBOTOS_BENCH_DATA"
USUAL = Path("../shared/data")
APARTMENT = "apartment"


def names(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The apartment first, then the path of every recorded map."""
    folder = Path(environment.get(DATA) or USUAL) / "maps" / "valetudo"
    return [APARTMENT, *(str(path.resolve()) for path in sorted(folder.glob("*.json")))]


def home_of(name: str) -> Home:
    """The home of one of `names`."""
    return load_map(APARTMENT)[1] if name == APARTMENT else read_valetudo(Path(name))


def said(found: Sequence[str]) -> str:
    """Which homes these are, for the note of a figure."""
    if len(found) == 1:
        return f"on {APARTMENT} only: no recorded maps in {USUAL}/maps/valetudo, and {DATA} names no other folder"
    return f"on {APARTMENT} and {len(found) - 1} recorded homes"
