"""A CTranslate2 Whisper model of 0.2 MB with random weights: hears nonsense, but loads and runs as a real one does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tokenizers
from ctranslate2.specs import whisper_spec
from tokenizers import decoders, models, pre_tokenizers

WIDTH, LAYERS, HEADS, MELS = 16, 1, 2, 80
WORDS = ["robot", "clean", "the", "kitchen", "stop", "go", "to"]
CONTROL = [
    "<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>",
    "<|nospeech|>", "<|notimestamps|>",
]  # fmt: skip


def write_model(directory: Path) -> None:
    """`model.bin`, `config.json`, `vocabulary.json`, `tokenizer.json`."""
    tokens = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens += ["\u0120" + word for word in WORDS] + CONTROL
    directory.mkdir(parents=True)
    _tokenizer(tokens).save(str(directory / "tokenizer.json"))
    spec = whisper_spec.WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    rng = np.random.default_rng(1)
    _fill(spec.encoder, rng)
    _fill(spec.decoder, rng)
    spec.encoder.conv1.weight = _random(rng, WIDTH, MELS, 3)
    spec.encoder.conv2.weight = _random(rng, WIDTH, WIDTH, 3)
    spec.encoder.position_encodings.encodings = _random(rng, 1500, WIDTH)
    spec.decoder.position_encodings.encodings = _random(rng, 448, WIDTH)
    spec.decoder.embeddings.weight = _random(rng, len(tokens), WIDTH)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = []
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    spec.save(str(directory))


def _tokenizer(tokens: list[str]) -> tokenizers.Tokenizer:
    made = tokenizers.Tokenizer(models.BPE({token: n for n, token in enumerate(tokens)}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(CONTROL)
    return made


def _random(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(0.0, 0.3, shape).astype(np.float32)


def _fill(part: object, rng: np.random.Generator) -> None:
    """Weights for the linear and norm layers, found by walking the specification."""
    for spec in _walk(part):
        kind = type(spec).__name__
        if kind == "LayerNormSpec":
            spec.gamma, spec.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)
        elif kind == "Conv1DSpec":
            spec.bias = np.zeros(WIDTH, np.float32)
        elif kind == "MultiHeadAttentionSpec":
            sizes = [3 * WIDTH, WIDTH] if len(spec.linear) == 2 else [WIDTH, 2 * WIDTH, WIDTH]
            for linear, size in zip(spec.linear, sizes, strict=True):
                linear.weight, linear.bias = _random(rng, size, WIDTH), np.zeros(size, np.float32)
        elif kind == "FeedForwardSpec":
            spec.linear_0.weight, spec.linear_0.bias = _random(rng, 4 * WIDTH, WIDTH), np.zeros(4 * WIDTH, np.float32)
            spec.linear_1.weight, spec.linear_1.bias = _random(rng, WIDTH, 4 * WIDTH), np.zeros(WIDTH, np.float32)


def _walk(spec: object):
    yield spec
    for value in vars(spec).values():
        for child in value if isinstance(value, list) else [value]:
            if hasattr(child, "validate") and hasattr(child, "variables"):
                yield from _walk(child)
