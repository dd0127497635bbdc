"""Fitting the network to clips: first each of its outputs by itself, then the peaks that a detection is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from robotos.peripherals.stop.decision import SMOOTHED
from robotos.training.stop.clips import Clips
from robotos.training.stop.network import StopNet

_YES_WEIGHT: Final = 3.0  # a missed stop costs more than a false one, and there are few outputs that shall say yes
_MOST_BANDS, _MOST_MOMENTS = 7, 7  # masked at once (Park et al. 2019, SpecAugment)
_FAR: Final = 30.0  # a logit that no output beats
_EACH_TOO: Final = 0.5  # share of the outputs' own loss while peaks are trained
_TILT: Final = 0.25  # deviation of a device's tone over the bands, in units of the columns: 6.5 dB at either end


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast."""

    epochs: int = 3  # over all clips, each output by itself
    peak_epochs: int = 2  # by the highest in each clip, in each cycle of the rate
    cycles: int = 2  # after each of which the weights are taken down; their mean is the result
    batch: int = 64
    rate: float = 4e-3
    peak_rate: float = 2e-3
    decay: float = 0.02


def fit(
    net: StopNet, clips: Clips, course: Course, seed: int, on_step: Callable[[int, int, float], None] | None = None
) -> None:
    """Train `net` in place with AdamW; `on_step(step, of, loss)` is told of each step.

    The result is the mean of the weights after each cycle (Izmailov et al. 2018, stochastic weight averaging).
    """
    generator = torch.Generator().manual_seed(seed)
    phases = [_Phase(course.epochs, course.rate, _each)]
    phases += [_Phase(course.peak_epochs, course.peak_rate, _peak)] * course.cycles
    total = sum(phase.epochs for phase in phases) * (len(clips.columns) // course.batch)
    done = 0
    ends: list[dict[str, Any]] = []
    net.train()
    for phase in phases:
        for loss in _run(net, clips, course, phase, generator):
            done += 1
            if on_step is not None:
                on_step(done, total, loss)
        if phase.loss is _peak or not course.cycles:
            ends.append({name: value.clone() for name, value in net.state_dict().items()})
    net.load_state_dict(mean(ends))
    net.eval()


def mean(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The mean of weights and statistics; counters are those of the last."""
    last = states[-1]
    return {
        name: sum(state[name] for state in states) / len(states) if value.is_floating_point() else value
        for name, value in last.items()
    }


@dataclass(frozen=True, slots=True)
class _Phase:
    epochs: int
    rate: float
    loss: Callable[[torch.Tensor, torch.Tensor], Any]


def _run(net: StopNet, clips: Clips, course: Course, phase: _Phase, generator: torch.Generator) -> Iterator[float]:
    """One cycle of the learning rate; the loss of each step."""
    steps = phase.epochs * (len(clips.columns) // course.batch)
    optimiser = torch.optim.AdamW(net.parameters(), lr=phase.rate, weight_decay=course.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, phase.rate, total_steps=steps, pct_start=0.2)
    for index in _batches(len(clips.columns), phase.epochs, course.batch, generator):
        x = disturbed(torch.from_numpy(clips.columns[index].astype(np.float32)), generator)
        loss = phase.loss(net(x), torch.from_numpy(clips.targets[index]))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        yield float(loss.detach())


def _batches(count: int, epochs: int, batch: int, generator: torch.Generator) -> Iterator[NDArray[np.int64]]:
    for _ in range(epochs):
        order = torch.randperm(count, generator=generator).numpy()
        for start in range(0, count - batch + 1, batch):
            yield order[start : start + batch]


def disturbed(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Columns (batch, n, bands) with another tone, and a few bands and moments taken away."""
    batch, count, bands = x.shape
    slope, level = torch.randn(2, batch, 1, 1, generator=generator) * _TILT
    x = torch.clamp(x + slope * torch.linspace(-1, 1, bands) + 0.5 * level, min=-1.24)
    for size, most in ((bands, _MOST_BANDS), (count, _MOST_MOMENTS)):
        width = torch.randint(0, most + 1, (batch, 1), generator=generator)
        first = torch.randint(0, size, (batch, 1), generator=generator)
        place = torch.arange(size)
        masked = (place >= first) & (place < first + width)
        x = x.masked_fill(masked.unsqueeze(1) if size == bands else masked.unsqueeze(2), -0.6)
    return x


def _each(logits: torch.Tensor, targets: torch.Tensor) -> Any:
    """Cross-entropy of every output that has a target."""
    yes = targets == 1
    weight = (targets >= 0).float() * (1.0 + (_YES_WEIGHT - 1.0) * yes.float())
    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, yes.float(), weight, reduction="sum")
    return each / weight.sum()


def _peak(logits: torch.Tensor, targets: torch.Tensor) -> Any:
    """Cross-entropy of the highest smoothed output where there shall be one, and of the highest where there shall not.

    After Sun et al. 2016, "Max-pooling loss training of LSTM networks for small-footprint keyword spotting"; the exact
    end of a word, which loudness tells only roughly, no longer matters.
    """
    smooth = torch.nn.functional.avg_pool1d(logits.transpose(1, 2), SMOOTHED, 1)
    over = targets.transpose(1, 2)[:, :, SMOOTHED - 1 :]
    near = torch.nn.functional.max_pool1d((over == 1).float(), 3, 1, 1) > 0  # one output to either side
    said = near.any(dim=2)
    highest = smooth.masked_fill(~near, -_FAR).amax(dim=2)
    false = smooth.masked_fill(over != 0, -_FAR).amax(dim=2)
    softplus = torch.nn.functional.softplus
    peaks = (softplus(-highest) * said.float()).sum() + softplus(false).sum()
    return peaks / len(logits) + _EACH_TOO * _each(logits, targets)
