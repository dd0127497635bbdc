"""Which differences of two sentences matter to a robot: a linear map of the encoder's vectors, learned from the corpus.

To an encoder trained on everything people write, "clean the kitchen" and "don't clean the kitchen" are nearly the same.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from robotos.cpu.engine import ModelError
from robotos.cpu.models import bundled
from robotos.encoder.files import Card
from robotos.encoder.vectors import Vectors

FILE = "metric.npz"


@dataclass(frozen=True, slots=True)
class Metric:
    """`matrix`: shape (encoder's size, size). `encoder` is the SHA-256 of the official file it was learned for."""

    matrix: NDArray[np.float16]
    encoder: str

    @property
    def digest(self) -> str:
        """Stands for the map, in names of what was made with it."""
        return hashlib.sha256(self.matrix.tobytes()).hexdigest()

    def of(self, vectors: Vectors) -> Vectors:
        """Unit vectors, shape (texts, size), whose cosines say how alike the orders are; from the encoder's own."""
        mapped = vectors @ self.matrix.astype(np.float32)
        unit: Vectors = (mapped / (np.linalg.norm(mapped, axis=1, keepdims=True) + 1e-9)).astype(np.float32)
        return unit


def write_metric(file: Path, metric: Metric) -> None:
    """Write it down at half precision."""
    np.savez(file, matrix=metric.matrix, encoder=np.frombuffer(metric.encoder.encode(), np.uint8))


def read_metric(file: Path) -> Metric:
    """What was written; raises `ModelError` when it is missing or damaged."""
    try:
        with np.load(file, allow_pickle=False) as held:
            matrix, encoder = held["matrix"], held["encoder"].tobytes().decode()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise ModelError(f"what sentences mean to a robot cannot be read from {file}; reinstall robotos") from error
    if matrix.ndim != 2 or matrix.dtype != np.float16 or not np.isfinite(matrix).all():
        raise ModelError(f"{file} is damaged; reinstall robotos")
    return Metric(matrix, encoder)


def bundled_metric(card: Card) -> Metric | None:
    """The one that the bundled model was trained beside; None when it was learned for another encoder.

    Raises:
        ModelError: it is missing or damaged.
    """
    metric = read_metric(bundled().path.parent / FILE)
    return metric if metric.encoder == card.source_sha256 else None
