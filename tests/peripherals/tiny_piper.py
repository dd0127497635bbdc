"""A Piper voice of a few hundred bytes: its ONNX graph, written byte by byte, gives every phoneme 256 equal samples."""

from __future__ import annotations

import json
from pathlib import Path

RATE = 16_000
SAMPLES = 256  # of each phoneme
_FLOAT, _INT64 = 1, 7  # onnx.TensorProto.DataType


def write_voice(path: Path) -> None:
    """`path` (NAME.onnx) and NAME.onnx.json beside it. Phonemes are letters: no phonemiser is needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_model())
    letters = {letter: [n] for n, letter in enumerate("_^$ abcdefghijklmnopqrstuvwxyz.,'")}
    config = {
        "audio": {"sample_rate": RATE}, "num_symbols": len(letters), "num_speakers": 1, "phoneme_type": "text",
        "espeak": {"voice": "en-us"}, "phoneme_id_map": letters,
    }  # fmt: skip
    Path(f"{path}.json").write_text(json.dumps(config), "utf-8")


def _model() -> bytes:
    """output (1, 1, n * SAMPLES) = Sin(Cast(input)) with each value repeated; the other inputs are only declared."""
    shapes = [
        _tensor("column", [3], [1, -1, 1]),
        _tensor("times", [3], [1, 1, SAMPLES]),
        _tensor("row", [3], [1, 1, -1]),
    ]
    nodes = [
        _node("Cast", ["input"], "float", _field(5, _text(1, "to") + _int(3, _FLOAT) + _int(20, 2))),
        _node("Sin", ["float"], "tone"),
        _node("Reshape", ["tone", "column"], "upright"),
        _node("Tile", ["upright", "times"], "tiled"),
        _node("Reshape", ["tiled", "row"], "output"),
    ]
    inputs = [_value("input", _INT64, 2), _value("input_lengths", _INT64, 1), _value("scales", _FLOAT, 1)]
    graph = b"".join(_field(1, node) for node in nodes) + _text(2, "tiny")
    graph += b"".join(_field(5, shape) for shape in shapes) + b"".join(_field(11, value) for value in inputs)
    graph += _field(12, _value("output", _FLOAT, 3))
    return _int(1, 8) + _field(7, graph) + _field(8, _text(1, "") + _int(2, 13))  # IR version 8, opset 13


def _node(operator: str, inputs: list[str], output: str, attributes: bytes = b"") -> bytes:
    return b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, operator) + attributes


def _tensor(name: str, dims: list[int], values: list[int]) -> bytes:
    numbers = b"".join(_int(7, value) for value in values)
    return b"".join(_int(1, size) for size in dims) + _int(2, _INT64) + numbers + _text(8, name)


def _value(name: str, kind: int, rank: int) -> bytes:
    shape = b"".join(_field(1, _text(2, f"{name}{axis}")) for axis in range(rank))
    return _text(1, name) + _field(2, _field(1, _int(1, kind) + _field(2, shape)))


def _varint(value: int) -> bytes:
    value &= 2**64 - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _int(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())
