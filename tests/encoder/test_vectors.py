from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from robotos.encoder.hashed import HashedSentences
from robotos.encoder.vectors import Vectors, embed_cached


class Counting(HashedSentences):
    """Counts what is really computed."""

    def __init__(self) -> None:
        self.computed: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.computed += texts
        return super().embed(texts)


def test_each_text_is_computed_once(tmp_path: Path) -> None:
    encoder, file, ready = Counting(), tmp_path / "deep" / "vectors.npz", []
    first = embed_cached(encoder, ["clean", "dock", "clean"], file, ready.append)
    again = embed_cached(encoder, ["dock", "clean", "fetch"], file, ready.append)
    assert encoder.computed == ["clean", "dock", "fetch"]
    assert np.array_equal(first[[1, 0]], again[:2])
    assert np.array_equal(again, HashedSentences().embed(["dock", "clean", "fetch"]))
    assert sum(ready) == 6


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\0" * 500])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    encoder, file = Counting(), tmp_path / "vectors.npz"
    embed_cached(encoder, ["clean", "dock"], file)
    file.write_bytes(content)
    embed_cached(encoder, ["clean", "dock"], file)
    embed_cached(encoder, ["clean", "dock"], file)
    assert encoder.computed == ["clean", "dock"] * 2


def test_vectors_of_another_size_are_not_taken(tmp_path: Path) -> None:
    encoder, file = Counting(), tmp_path / "vectors.npz"
    np.savez(file, texts=np.frombuffer(b"clean", np.uint8), vectors=np.ones((1, 3), np.float32))
    assert embed_cached(encoder, ["clean"], file).shape == (1, encoder.size)


def test_no_texts_have_no_vectors(tmp_path: Path) -> None:
    assert embed_cached(Counting(), [], tmp_path / "vectors.npz").shape == (0, HashedSentences.size)
