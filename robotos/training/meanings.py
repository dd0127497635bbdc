"""What English words mean before training begins: the sentence encoder's own word vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from robotos.encoder import files
from robotos.encoder.places import cache_directory
from robotos.training.exemplars import EncoderMissingError
from robotos.training.export import UNKNOWN_TOKEN
from robotos.training.tokenizer import word_pieces

Vectors = NDArray[np.float32]

_WORD_START = "\u2581"
_NOT_WORDS = 999  # BERT's first entries: unused, special, single characters


@dataclass(frozen=True, slots=True)
class English:
    """Word pieces with `##` before those that continue a word, and a vector for each: shape (pieces, size)."""

    pieces: tuple[str, ...]
    vectors: Vectors

    @property
    def by_frequency(self) -> tuple[str, ...]:
        """Pieces that may be words or parts of words, the commonest first."""
        return self.pieces[_NOT_WORDS:]

    def of(self, tokens: Sequence[str]) -> Vectors:
        """A vector for each token, shape (tokens, size): its own, or the mean of its pieces; centred, of one length.

        Centred because all of BERT's word vectors share a large common part that says nothing.
        """
        index = {piece: i for i, piece in enumerate(self.pieces)}
        cutter = word_pieces(self.pieces)

        def rows(token: str) -> list[int]:
            if token in index:
                return [index[token]]
            return list(cutter.encode(token.removeprefix("##")).ids) or [index[UNKNOWN_TOKEN]]

        found = np.stack([self.vectors[rows(token)].mean(0) for token in tokens])
        found -= found.mean(0)
        found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-6
        scaled: Vectors = (found * np.sqrt(found.shape[1])).astype(np.float32)
        return scaled


def english(directory: Path | None = None) -> English:
    """Read them from the encoder that was pulled; raises `EncoderMissingError` when none was."""
    if files.read_card(directory) is None:
        raise EncoderMissingError(f"training needs the sentence encoder's word vectors: `{files.PULL}` gets it (25 MB)")
    reader = gguf.GGUFReader((directory or cache_directory()) / files.MODEL)
    spelled: Sequence[str] = reader.fields["tokenizer.ggml.tokens"].contents()
    table = next(tensor for tensor in reader.tensors if tensor.name == "token_embd.weight")
    vectors = gguf.dequantize(table.data, table.tensor_type)
    return English(tuple(map(_as_bert_spells, spelled)), np.asarray(vectors, np.float32))


def _as_bert_spells(token: str) -> str:
    if token.startswith(_WORD_START):
        return token[1:]
    return token if token.startswith("[") and token.endswith("]") and len(token) > 2 else f"##{token}"
