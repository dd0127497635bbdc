"""The network: depthwise-separable convolutions over log-mel columns, unpadded in time, so that it can stream."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import nn

from robotos.peripherals.stop.words import WORDS


class _Separable(nn.Module):  # type: ignore[misc]
    """Depthwise 3 x 3, then pointwise (Howard et al. 2017, MobileNets); frequency shrinks by `stride`."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, channels, 3, (1, stride), (0, 1), groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, out, 1, bias=False),
            nn.BatchNorm2d(out),
            nn.ReLU(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return cast(torch.Tensor, self.layers(x))


class _Temporal(nn.Module):  # type: ignore[misc]
    """Depthwise over five moments `dilation` apart, pointwise, and a way around; time shrinks by 4 x `dilation`."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.cut = 4 * dilation
        self.layers = nn.Sequential(
            nn.Conv2d(channels, channels, (5, 1), dilation=(dilation, 1), groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return cast(torch.Tensor, torch.relu(self.layers(x) + x[:, :, self.cut :]))


class StopNet(nn.Module):  # type: ignore[misc]
    """Columns (batch, n, bands) to logits (batch, 1 + (n - `FIELD`) // `STRIDE`, words)."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[Any] = [
            nn.Conv2d(1, 16, 5, 2, (0, 2), bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            _Separable(16, 32, 2), _Separable(32, 48, 2), _Separable(48, 64, 1),
            nn.Conv2d(64, 64, (1, 5), bias=False), nn.BatchNorm2d(64), nn.ReLU(),
            _Temporal(64, 1), _Temporal(64, 2), _Temporal(64, 2),
            nn.Dropout(0.1), nn.Conv2d(64, len(WORDS), 1),
        ]  # fmt: skip
        self.layers = nn.Sequential(*layers)

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        return cast(torch.Tensor, self.layers(columns.unsqueeze(1)).squeeze(3).transpose(1, 2))
