"""The trained network as an ONNX file, checked against torch before it is published."""

from __future__ import annotations

import io
import warnings
from typing import Final, cast

import numpy as np
import torch
from torch import nn

from robotos.peripherals.stop.features import BANDS
from robotos.peripherals.stop.network import FIELD, INPUT, OUTPUT, Network
from robotos.peripherals.stop.words import WORDS
from robotos.training.stop.network import StopNet

LARGEST: Final = 200 * 1024  # bytes
_OPSET: Final = 17
_ALIKE: Final = 1e-4  # of a probability, between torch and onnxruntime
_TRIED: Final = 50


class ExportError(Exception):
    """The file is not what was trained, or too large."""


class _Probable(nn.Module):  # type: ignore[misc]
    def __init__(self, net: StopNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        return cast(torch.Tensor, torch.sigmoid(self.net(columns)))


def export(net: StopNet, seed: int) -> bytes:
    """The ONNX file: `columns` (1, `FIELD`, `BANDS`) to `probabilities` (1, 1, words).

    Raises:
        ExportError: it answers otherwise than torch, or is larger than `LARGEST`.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        torch.onnx.export(
            _Probable(net).eval(),
            (torch.zeros(1, FIELD, BANDS),),
            buffer,
            dynamo=False,
            opset_version=_OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT],
        )
    model = buffer.getvalue()
    if len(model) > LARGEST:
        raise ExportError(f"the network has {len(model)} bytes, more than {LARGEST}; make it narrower")
    _check(net, model, np.random.default_rng(seed))
    return model


def _check(net: StopNet, model: bytes, rng: np.random.Generator) -> None:
    runtime = Network(model, np.full(len(WORDS), 0.5, np.float32))
    for _ in range(_TRIED):
        columns = rng.uniform(-1.2, 1.2, (FIELD, BANDS)).astype(np.float32)
        with torch.inference_mode():
            wanted = torch.sigmoid(net(torch.from_numpy(columns).unsqueeze(0)))[0, 0].numpy()
        apart = float(np.abs(wanted - runtime.probabilities(columns)).max())
        if apart > _ALIKE:
            raise ExportError(f"onnxruntime and torch differ by {apart:.2g}; take another version of torch or onnx")
