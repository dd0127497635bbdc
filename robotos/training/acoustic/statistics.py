"""How far noise moves each Gaussian: means of the same frames clean and noisy, smoothed where there are few."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.acoustic.parameters import Values, read_parameters
from robotos.training.acoustic.front import Features, State

_FLOOR: Final = 1e-4  # variance, as pocketsphinx has it
_SHARE: Final = 1024 * np.log(1.0001)  # natural logarithm of one step of a mixture weight in `sendump`
_FEW: Final = 40.0  # frames that what similar Gaussians do counts for
_FEW_OF_PHONE: Final = 200.0
_RIDGE: Final = 10.0
PART: Final = 0.6
"""Of the shift: the model's own speech was not as quiet as ours. Chosen on other sentences by flite's kal at 6 dB."""
_FARTHEST: Final = 60.0
_Array = NDArray[np.float64]


class Shifts:
    """Sums over frames, for every Gaussian of the acoustic model in a directory."""

    def __init__(self, model: Path) -> None:
        """Raises `SoundError` for a model of another kind."""
        self._means = read_parameters(model / "means").astype(np.float64)
        variances = np.maximum(read_parameters(model / "variances").astype(np.float64), _FLOOR)
        self._scale = 0.5 / variances
        self._constant = -0.5 * np.log(variances).sum(axis=-1)
        self._weights = _mixture_weights(model / "sendump", self._means.shape[1], self._means.shape[2])
        self._phones = _phones(model / "mdef", len(self._means))
        self._count = np.zeros(self._means.shape[:3])
        self._moved = np.zeros(self._means.shape)  # sum of noisy minus clean

    def add(self, clean: Features, noisy: Features, states: Sequence[State]) -> None:
        """The same sound twice; whose frame it is, is judged by the clean one."""
        length = min(len(clean), len(noisy))
        for state in states:
            rows = slice(state.first, min(length, state.first + state.frames))
            codebook = self._phones[state.phone]
            for stream in range(clean.shape[1]):
                share = self._posterior(clean[rows, stream], codebook, stream, state.senone)
                self._count[codebook, stream] += share.sum(axis=0)
                self._moved[codebook, stream] += share.T @ (noisy[rows, stream] - clean[rows, stream])

    def shifts(self, part: float = PART) -> Values:
        """What is to be added to the means, shaped as these."""
        count = self._count[..., None]
        mean = self._moved / np.maximum(count, 1e-6)
        usual = np.stack([self._usual(mean, stream) for stream in range(mean.shape[1])], axis=1)
        found = part * (self._moved + _FEW * usual) / (count + _FEW)
        return np.clip(found, -_FARTHEST, _FARTHEST).astype(np.float32)

    def _posterior(self, x: _Array, codebook: int, stream: int, senone: int) -> _Array:
        """(frames, densities): which Gaussian a frame of that senone comes from."""
        mean, scale = self._means[codebook, stream], self._scale[codebook, stream]
        fit = self._constant[codebook, stream] - (x**2) @ scale.T + 2 * x @ (mean * scale).T
        fit -= (mean**2 * scale).sum(axis=-1) + _SHARE * self._weights[stream, :, senone]
        likely = np.exp(fit - fit.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(likely / likely.sum(axis=1, keepdims=True))

    def _usual(self, mean: _Array, stream: int) -> _Array:
        """What Gaussians of that place and phone usually do: a regression on the mean, and the phone's difference."""
        place = self._means[:, stream].reshape(-1, mean.shape[-1])
        place = np.concatenate((np.ones((len(place), 1)), place, np.square(place[:, :2]) / 20), axis=1)
        count, moved = self._count[:, stream].reshape(-1, 1), mean[:, stream].reshape(-1, mean.shape[-1])
        normal = (place * count).T @ place + _RIDGE * np.eye(place.shape[1])
        expected = place @ np.linalg.solve(normal, (place * count).T @ moved)
        often = moved[count[:, 0] > _FEW / 2]
        if len(often):
            expected = np.clip(expected, np.quantile(often, 0.01, axis=0), np.quantile(often, 0.99, axis=0))
        expected = expected.reshape(mean[:, stream].shape)
        weight = self._count[:, stream, :, None]
        rest = (weight * (mean[:, stream] - expected)).sum(axis=1, keepdims=True)
        return np.asarray(expected + rest / (weight.sum(axis=1, keepdims=True) + _FEW_OF_PHONE))


def _mixture_weights(path: Path, streams: int, densities: int) -> NDArray[np.uint8]:
    """(streams, densities, senones): steps below one; they are the last of the file."""
    data = path.read_bytes()
    at = int.from_bytes(data[:4], "little") + 4
    while (length := int.from_bytes(data[at : at + 4], "little")) != 0:
        at += 4 + length
    rows, senones = np.frombuffer(data, "<i4", 2, at + 4)
    if rows != densities:
        raise ValueError(f"{path} has {rows} densities, not {densities}")
    return np.frombuffer(data, np.uint8, streams * densities * int(senones), at + 12).reshape(streams, densities, -1)


def _phones(path: Path, count: int) -> dict[str, int]:
    """The phones in the order of their codebooks, from a binary model definition."""
    data = path.read_bytes()
    begin = 12 + int.from_bytes(data[8:12], "little") + 40
    names = data[begin : begin + 16 * count].split(b"\0")[:count]
    return {name.decode("ascii"): number for number, name in enumerate(names)}
