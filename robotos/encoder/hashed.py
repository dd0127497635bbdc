"""Vectors without an encoder: hashed words and trigrams, which know spelling and a few synonyms but no English."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from robotos.disk.embedding import SIZE, embed
from robotos.encoder.vectors import Vectors


class HashedSentences:
    """`Embeds` on the disk's own hashing."""

    size = SIZE

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, size); all zero for a text without words."""
        return np.stack([embed(text) for text in texts]) if texts else np.zeros((0, SIZE), np.float32)

    def close(self) -> None:
        """Nothing is held."""
