"""The official encoder (safetensors and a WordPiece vocabulary) as a GGUF file that llama.cpp runs."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, TokenType
from gguf.quants import quantize
from numpy.typing import NDArray

Array = NDArray[np.float32]

NAME = "all-MiniLM-L6-v2"
LICENCE = "Apache-2.0"
_EPSILON = 1e-12
_HEADS = 12
_LAYER_TENSORS = (
    ("attention.self.query", "attn_q"),
    ("attention.self.key", "attn_k"),
    ("attention.self.value", "attn_v"),
    ("attention.output.dense", "attn_output"),
    ("attention.output.LayerNorm", "attn_output_norm"),
    ("intermediate.dense", "ffn_up"),
    ("output.dense", "ffn_down"),
    ("output.LayerNorm", "layer_output_norm"),
)
_WORD_START = "\u2581"


class ConversionError(ValueError):
    """A file that is not the encoder it should be; the message says what is wrong with it."""


def read_safetensors(raw: bytes) -> dict[str, Array]:
    """The float32 tensors of a safetensors file by name.

    Layout: 8 bytes little-endian length, a JSON header of that length, the numbers
    (https://huggingface.co/docs/safetensors).
    """
    try:
        (length,) = struct.unpack_from("<Q", raw)
        header: Mapping[str, Mapping[str, object]] = json.loads(raw[8 : 8 + length])
        found = {}
        for name, about in header.items():
            if name == "__metadata__" or about["dtype"] != "F32":
                continue
            begin, end = (8 + length + int(offset) for offset in about["data_offsets"])  # type: ignore[attr-defined]
            found[name] = np.frombuffer(raw[begin:end], np.float32).reshape(about["shape"])  # type: ignore[call-overload]
        return found
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConversionError(f"not a safetensors file: {error}") from error


def write_gguf(path: Path, tensors: Mapping[str, Array], vocabulary: Sequence[str], heads: int = _HEADS) -> None:
    """Write a BERT sentence encoder with mean pooling, matrices as q8_0; raises `ConversionError`."""
    try:
        width = tensors["embeddings.word_embeddings.weight"].shape[1]
        context = tensors["embeddings.position_embeddings.weight"].shape[0]
        inner = tensors["encoder.layer.0.intermediate.dense.weight"].shape[0]
        layers = 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith("encoder.layer."))
        writer = GGUFWriter(path, "bert")
        writer.add_name(NAME)
        writer.add_license(LICENCE)
        writer.add_context_length(context)
        writer.add_embedding_length(width)
        writer.add_feed_forward_length(inner)
        writer.add_block_count(layers)
        writer.add_head_count(heads)
        writer.add_layer_norm_eps(_EPSILON)
        writer.add_causal_attention(False)
        writer.add_pooling_type(gguf.PoolingType.MEAN)
        writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
        _add_vocabulary(writer, vocabulary)
        _add_tensors(writer, tensors, layers)
    except (KeyError, ValueError) as error:
        raise ConversionError(f"not the encoder that was expected: {error}") from error
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_vocabulary(writer: GGUFWriter, vocabulary: Sequence[str]) -> None:
    """WordPiece as llama.cpp wants it: a mark at the start of words in place of `##` inside them."""
    tokens, types = [], []
    for piece in vocabulary:
        bracketed = len(piece) > 2 and piece.startswith("[") and piece.endswith("]")
        inside = piece.startswith("##")
        tokens.append(piece if bracketed else piece[2:] if inside else _WORD_START + piece)
        unused = piece.startswith("[unused")
        types.append(TokenType.UNUSED if unused else TokenType.CONTROL if bracketed else TokenType.NORMAL)
    writer.add_tokenizer_model("bert")
    writer.add_token_type_count(2)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_bos_token_id(vocabulary.index("[CLS]"))
    writer.add_sep_token_id(vocabulary.index("[SEP]"))
    writer.add_unk_token_id(vocabulary.index("[UNK]"))
    writer.add_pad_token_id(vocabulary.index("[PAD]"))
    writer.add_mask_token_id(vocabulary.index("[MASK]"))


def _add_tensors(writer: GGUFWriter, tensors: Mapping[str, Array], layers: int) -> None:
    def put(name: str, array: Array, exact: bool = False) -> None:
        if exact or array.ndim == 1:
            writer.add_tensor(name, np.ascontiguousarray(array))
        else:
            writer.add_tensor(name, quantize(array, GGMLQuantizationType.Q8_0), raw_dtype=GGMLQuantizationType.Q8_0)

    put("token_embd.weight", tensors["embeddings.word_embeddings.weight"])
    put("position_embd.weight", tensors["embeddings.position_embeddings.weight"], exact=True)
    put("token_types.weight", tensors["embeddings.token_type_embeddings.weight"], exact=True)
    for part in ("weight", "bias"):
        put(f"token_embd_norm.{part}", tensors[f"embeddings.LayerNorm.{part}"])
        for layer in range(layers):
            for theirs, ours in _LAYER_TENSORS:
                put(f"blk.{layer}.{ours}.{part}", tensors[f"encoder.layer.{layer}.{theirs}.{part}"])
