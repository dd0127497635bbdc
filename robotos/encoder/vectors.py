"""Vectors that were computed once, kept in the user's cache by text: a phrase costs 5 ms, all of them a minute."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_MOST = 60_000  # texts kept; past that only those that were asked for last
_CHUNK = 256  # texts between two reports of progress


class Embeds(Protocol):
    """What turns texts into unit vectors."""

    @property
    def size(self) -> int:
        """Numbers of one vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, size)."""

    def close(self) -> None:
        """Let go of native memory. May be called again."""


def embed_cached(encoder: Embeds, texts: Sequence[str], file: Path, done: Callable[[int], object] = int) -> Vectors:
    """The vectors of `texts`, shape (texts, size); what `file` lacks is computed and added to it.

    `file` belongs to one encoder: name it after the encoder's hash. `done` is told how many texts are ready.
    """
    known = _read(file, encoder.size)
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    done(len(texts) - len(missing))
    for begin in range(0, len(missing), _CHUNK):
        some = missing[begin : begin + _CHUNK]
        known.update(zip(some, encoder.embed(some), strict=True))
        done(len(some))
    if missing:
        wanted = dict.fromkeys(texts)
        _write(file, known if len(known) <= _MOST else {text: known[text] for text in wanted})
    return np.stack([known[text] for text in texts]) if texts else np.zeros((0, encoder.size), np.float32)


def _read(file: Path, size: int) -> dict[str, Vectors]:
    """What the file holds; a damaged one holds nothing and is written anew."""
    try:
        with np.load(file, allow_pickle=False) as held:
            texts, vectors = held["texts"].tobytes().decode().split("\n"), held["vectors"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        return {}
    if vectors.shape != (len(texts), size):
        return {}
    return dict(zip(texts, vectors, strict=True))


def _write(file: Path, known: dict[str, Vectors]) -> None:
    """Whole or not at all: two processes may build at the same time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = np.frombuffer("\n".join(known).encode(), np.uint8)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        np.savez(part, texts=texts, vectors=np.stack(list(known.values())))
    Path(part.name).replace(file)
