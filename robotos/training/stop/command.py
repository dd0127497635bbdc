"""`python -m robotos.training.stop`: train the stop reflex, choose its thresholds, and publish network and card."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from robotos.peripherals.sound import SoundError
from robotos.peripherals.stop.listener import WEIGHTS
from robotos.training.stop import material
from robotos.training.stop.card import Result, publish
from robotos.training.stop.clips import make_clips
from robotos.training.stop.export import ExportError, export
from robotos.training.stop.fit import Course, fit
from robotos.training.stop.network import StopNet
from robotos.training.stop.recordings import RecordingsError, data_directory
from robotos.training.stop.split import Part
from robotos.training.stop.thresholds import choose, peaks_of

STOPS, OTHERS = 9500, 11500  # clips with a stop word and without
TALK: Final = 720.0  # s of talk on which thresholds are chosen, and tried
SPOKEN: Final = 240  # synthesised stop words in a trial
_QUICK: Final = 40  # times less of everything: to see that it runs


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when the weights were written, 1 with one sentence when they could not be made."""
    options = _parser().parse_args(argv)
    try:
        data = data_directory(options.data)
        with _bar(options.quiet) as bar:
            result = train(data, options.seed, options.quick, bar)
        publish(result, options.out)
    except (RecordingsError, SoundError, ExportError, OSError) as error:
        print(f"the stop reflex was not trained: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {len(result.model) / 1024:.0f} KB, thresholds {dict(result.thresholds)}")
    return 0


def train(data: Path, seed: int, quick: bool, bar: Progress) -> Result:
    """From recordings to a network with its thresholds; `bar` shows how far it is."""
    began = time.process_time()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    less = _QUICK if quick else 1
    task = bar.add_task("gathering", total=None)

    def tell(doing: str) -> None:
        bar.update(task, description=doing)

    full = material.Amounts()
    amounts = material.Amounts(*(-(-amount // less) for amount in (full.stops, full.near, full.talk, full.robot)))
    banks = material.banks(data, amounts, seed, tell)
    tell("making clips")
    clips = make_clips(banks, STOPS // less, OTHERS // less, seed)
    net = StopNet().to(memory_format=torch.channels_last)

    def on_step(step: int, steps: int, loss: float) -> None:
        bar.update(task, description=f"training, loss {loss:.3f}", completed=step, total=steps)

    fit(net, clips, Course(), seed, on_step)
    net = net.to(memory_format=torch.contiguous_format)
    dev = peaks_of(net, material.trial(data, Part.DEV, TALK / less, SPOKEN // less, seed, tell))
    trial = material.trial(data, Part.TEST, TALK / less, SPOKEN // less, seed, tell)
    test = peaks_of(net, trial)
    tell("exporting")
    return Result(
        export(net, seed), choose(dev), seed, time.process_time() - began, len(clips.columns), dev, test, trial
    )


def _bar(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


def _parser() -> argparse.ArgumentParser:
    to = argparse.ArgumentParser(
        prog="python -m robotos.training.stop",
        description="Train the stop reflex and write its network, card and curve.",
    )
    to.add_argument("--data", type=Path, help="folder with the recordings (default: ROBOTOS_BENCH_DATA)")
    to.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the weights (default: those in use)")
    to.add_argument("--seed", type=int, default=1, help="of everything that is drawn by chance (default: 1)")
    to.add_argument("--quick", action="store_true", help="a fortieth of everything, to see that it runs")
    to.add_argument("--quiet", action="store_true", help="no progress bar")
    return to
