"""What the listener would say to a whole recording, computed at once: for choosing thresholds and for the curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from robotos.peripherals.sound import RATE, Pcm
from robotos.peripherals.stop.decision import smoothed
from robotos.peripherals.stop.features import HOP, columns
from robotos.peripherals.stop.network import FIELD
from robotos.peripherals.vad import FRAME
from robotos.training.stop.network import StopNet

_BEFORE: Final = (FIELD - 1) * HOP  # silence the listener begins with
_QUIET: Final = RATE // 2  # after a recording, so that a word at its very end is heard out


def trace(net: StopNet, pcm: Pcm, warp: float = 1.0) -> NDArray[np.float32]:
    """Smoothed probabilities (frames, words) after each frame of 512 samples; the last one is filled with silence."""
    padded = np.concatenate((np.zeros(_BEFORE, np.int16), pcm, np.zeros(-len(pcm) % FRAME, np.int16)))
    with torch.inference_mode():
        logits = net(torch.from_numpy(columns(padded, warp)).unsqueeze(0))[0]
    return smoothed(torch.sigmoid(logits).numpy())


def peaks(net: StopNet, sounds: Sequence[Pcm]) -> NDArray[np.float32]:
    """The highest smoothed probability of each word in each recording, followed by silence: (n, words)."""
    quiet = np.zeros(_QUIET, np.int16)
    return np.stack([trace(net, np.concatenate((pcm, quiet))).max(axis=0) for pcm in sounds])
