"""Weights and a vocabulary as a GGUF file that llama.cpp runs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

UNKNOWN_TOKEN = "[UNK]"

_ROPE_BASE = 10000.0
_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a llama model: `width` = `heads` x head size; `inner` is the feed-forward width."""

    width: int = 192
    layers: int = 6
    heads: int = 6
    inner: int = 512
    context: int = 1024


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Ordinary tokens, and control tokens after them.

    With `merges` ("a b") the tokens are byte-level BPE in GPT-2's alphabet, without they are word pieces as BERT has
    them: `##` before a piece that continues a word, and `UNKNOWN_TOKEN` among them.
    """

    tokens: tuple[str, ...]
    merges: tuple[str, ...]
    control: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.tokens) + len(self.control)

    @property
    def pieces(self) -> dict[str, int]:
        """Ids of the control tokens."""
        return {piece: len(self.tokens) + i for i, piece in enumerate(self.control)}


def byte_alphabet() -> list[str]:
    """GPT-2's printable stand-in for each of the 256 bytes, in byte order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    stand_ins = {byte: chr(byte) for byte in printable}
    spare = 256
    for byte in range(256):
        if byte not in stand_ins:
            stand_ins[byte] = chr(spare)
            spare += 1
    return [stand_ins[byte] for byte in range(256)]


def tensor_shapes(shape: Shape, vocabulary: int) -> dict[str, tuple[int, ...]]:
    """Every tensor a tied-head llama model needs, by GGUF name, as (rows, columns)."""
    shapes: dict[str, tuple[int, ...]] = {"token_embd.weight": (vocabulary, shape.width)}
    square = (shape.width, shape.width)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        shapes[block + "attn_norm.weight"] = (shape.width,)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            shapes[f"{block}{name}.weight"] = square
        shapes[block + "ffn_norm.weight"] = (shape.width,)
        shapes[block + "ffn_gate.weight"] = (shape.inner, shape.width)
        shapes[block + "ffn_up.weight"] = (shape.inner, shape.width)
        shapes[block + "ffn_down.weight"] = (shape.width, shape.inner)
    shapes["output_norm.weight"] = (shape.width,)
    return shapes


def random_tensors(shape: Shape, vocabulary: int, seed: int) -> dict[str, Array]:
    """Weights without training: what a model looks like that has learned nothing."""
    generator = np.random.default_rng(seed)
    tensors: dict[str, Array] = {}
    for name, size in tensor_shapes(shape, vocabulary).items():
        if len(size) == 1:
            tensors[name] = np.ones(size, np.float32)
        else:
            tensors[name] = (generator.standard_normal(size) / np.sqrt(size[-1])).astype(np.float32)
    return tensors


def write(
    path: Path,
    shape: Shape,
    vocabulary: Vocabulary,
    tensors: Mapping[str, Array],
    quantization: str = "q8_0",
    chat_template: str = "",
) -> None:
    """Write the model; `quantization` is f32, f16 or q8_0 (norms stay f32).

    RoPE is interleaved, so query and key rows need no permutation; the head is tied to the embedding and left out.
    """
    missing = set(tensor_shapes(shape, vocabulary.size)) ^ set(tensors)
    if missing:
        raise ValueError(f"tensors do not match the shape: {', '.join(sorted(missing)[:5])}")
    kind = {
        "f32": gguf.GGMLQuantizationType.F32,
        "f16": gguf.GGMLQuantizationType.F16,
        "q8_0": gguf.GGMLQuantizationType.Q8_0,
    }[quantization]
    writer = gguf.GGUFWriter(path, "llama")
    _add_shape(writer, shape, vocabulary.size)
    _add_vocabulary(writer, vocabulary)
    if chat_template:
        writer.add_chat_template(chat_template)
    for name, tensor in tensors.items():
        used = gguf.GGMLQuantizationType.F32 if tensor.ndim == 1 else kind
        writer.add_tensor(name, gguf.quantize(np.ascontiguousarray(tensor), used), raw_dtype=used)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_shape(writer: gguf.GGUFWriter, shape: Shape, vocabulary: int) -> None:
    writer.add_name("robotos compact")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(_ROPE_BASE)
    writer.add_layer_norm_rms_eps(_EPSILON)
    writer.add_vocab_size(vocabulary)


def _add_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    end = vocabulary.pieces["<|end|>"]
    kinds: Sequence[int] = [gguf.TokenType.NORMAL] * len(vocabulary.tokens)
    if vocabulary.merges:
        tokens: Sequence[str] = vocabulary.tokens
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("smollm")
        writer.add_token_merges(list(vocabulary.merges))
    else:
        tokens = [_as_llama_spells(token) for token in vocabulary.tokens]
        writer.add_tokenizer_model("bert")
        writer.add_unk_token_id(vocabulary.tokens.index(UNKNOWN_TOKEN))
        for name in ("padding", "seperator", "mask", "cls"):  # llama.cpp's own spelling; else it takes BERT's numbers
            writer.add_uint32(f"tokenizer.ggml.{name}_token_id", end)
    writer.add_token_list([*tokens, *vocabulary.control])
    writer.add_token_types([*kinds, *[gguf.TokenType.CONTROL] * len(vocabulary.control)])
    writer.add_bos_token_id(end)
    writer.add_eos_token_id(end)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)


def _as_llama_spells(piece: str) -> str:
    if piece == UNKNOWN_TOKEN:
        return piece
    return piece.removeprefix("##") if piece.startswith("##") and len(piece) > 2 else f"\u2581{piece}"


def randomised(source: Path, target: Path, seed: int) -> None:
    """A copy of a model with the same vocabulary and sizes and weights that have learned nothing."""
    shutil.copyfile(source, target)
    generator = np.random.default_rng(seed)
    reader = gguf.GGUFReader(target, "r+")
    for tensor in reader.tensors:
        rows = tuple(int(size) for size in reversed(tensor.shape))
        if len(rows) == 2:
            weights = (generator.standard_normal(rows) / np.sqrt(rows[1])).astype(np.float32)
            tensor.data[:] = gguf.quantize(weights, tensor.tensor_type)
    reader.data.flush()
