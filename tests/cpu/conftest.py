from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from robotos.cpu.engine import Engine
from robotos.cpu.isa import Compact, control_pieces
from robotos.kernel.syscalls import TABLE
from robotos.training.export import Shape, Vocabulary, byte_alphabet, random_tensors, write

SHAPE = Shape(width=64, layers=2, heads=2, inner=128, context=512)


def _build(path: Path, seed: int) -> Path:
    space = byte_alphabet()[ord(" ")]
    merges = (f"{space} c", f"{space}c l", "e a", "ea n", f"{space}cl ean", f"{space} t", f"{space}t h", f"{space}th e")
    tokens = (*byte_alphabet(), *(merge.replace(" ", "") for merge in merges))
    vocabulary = Vocabulary(tokens, merges, tuple(control_pieces(TABLE)))
    write(path, SHAPE, vocabulary, random_tensors(SHAPE, vocabulary.size, seed), "f32")
    return path


@pytest.fixture(scope="session")
def build_model() -> Callable[[Path, int], Path]:
    return _build


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("model") / "tiny.gguf", 7)


@pytest.fixture
def engine(model_path: Path) -> Iterator[Engine]:
    with Engine(model_path, context=1024, sequences=4, batch=64) as opened:
        yield opened


@pytest.fixture
def isa(engine: Engine) -> Compact:
    return Compact(engine.pieces(), engine.tokenize, TABLE)
