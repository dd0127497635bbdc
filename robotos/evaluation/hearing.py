"""Where `wav` turns get their words from: the recogniser of this installation, made at the first sound file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.places import home_directory
from robotos.evaluation.drive import Transcribe
from robotos.evaluation.scenario import ScenarioError
from robotos.kernel.ports import Heard
from robotos.navigation.home import Home


def recogniser(cache: Path | None = None) -> Transcribe:
    """Words of a sound file in a home; one recogniser a home. `cache` keeps its language model between runs."""
    ears: dict[str, Callable[[Path], Heard]] = {}

    def transcribe(path: Path, home: Home) -> str:
        from robotos.boot.voice import load_ears  # loads numpy-heavy parts that scenarios without sound never need

        try:
            if home.name not in ears:
                ears[home.name] = load_ears(home, (cache or home_directory(None)) / "cache")
            return ears[home.name](path).text
        except BootError as error:
            raise ScenarioError(f"{path}: {error}") from error

    return transcribe
