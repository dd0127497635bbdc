"""The processor of a live system: the bundled model, and behind it the larger one that the owner has chosen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

from robotos.boot.library.catalogue import Role
from robotos.boot.library.choice import Choice
from robotos.boot.library.store import sha256_of_main
from robotos.boot.places import policy_file, read_policy
from robotos.clock import Clock
from robotos.cpu.late import LateProcessor
from robotos.cpu.models import ModelFile
from robotos.cpu.router import Router
from robotos.kernel.ports import Processor

MOST_THREADS = 4  # more make a small model no faster
LOADING = 120.0  # s that a run on virtual time waits for the larger model to be loaded
COSTS = (0.004, 0.05)  # virtual s for a prompt token and a written one: ten times the bundled model's


def routed(first: Processor, choice: Choice, home: Path, clock: Clock) -> Processor:
    """`first`, backed by the larger model of a choice where there is one; that is loaded while everything starts.

    Raises:
        BootError: the policy, which says what counts as unsure, is damaged.
    """
    file = _file(choice, home)
    return first if file is None else Router(first, LateProcessor(partial(_load, file)), clock, _threshold(home))


def routed_virtual(first: Processor, choice: Choice, home: Path, clock: Clock) -> Processor:
    """The same on virtual time: the larger model is loaded when it is first needed, and waited for.

    Raises:
        BootError: the policy is damaged.
    """
    file = _file(choice, home)
    if file is None:
        return first
    return Router(first, LateProcessor(partial(_load_virtual, file, clock), LOADING), clock, _threshold(home))


def problem_of(processor: Processor) -> str:
    """Why a larger model cannot be asked; "" while nothing is wrong with it."""
    larger = processor.larger if isinstance(processor, Router) else None
    if not isinstance(larger, LateProcessor) or not larger.problem:
        return ""
    return f"the larger model cannot be used: {larger.problem}. The bundled one works alone"


def escalations(processor: Processor) -> Mapping[str, int] | None:
    """How often the larger model was asked, by what came of it; None when there is none."""
    return asdict(processor.counts) if isinstance(processor, Router) else None


def _file(choice: Choice, home: Path) -> ModelFile | None:
    model = choice.models.get(Role.LARGER)
    if model is None:
        return None
    cure = f"get it anew: robotos models pull {model.name}"
    return ModelFile(model.main_file(home), sha256_of_main(model, home), cure=cure)


def _threshold(home: Path) -> float:
    return read_policy(policy_file(home)).tasks.confidence


def _load(file: ModelFile) -> Processor:
    """Check and load it; raises `ModelError`."""
    from robotos.cpu.load import load
    from robotos.cpu.processor import LlamaProcessor

    return LlamaProcessor(load(file, _threads()))


def _load_virtual(file: ModelFile, clock: Clock) -> Processor:
    """The same, for virtual time."""
    from robotos.cpu.load import load
    from robotos.cpu.processor import Costs, VirtualProcessor

    return VirtualProcessor(load(file, _threads()), clock, Costs(*COSTS))


def _threads() -> int:
    """All processors but one: the kernel's loop and the gate need theirs."""
    return max(1, min(MOST_THREADS, (os.cpu_count() or 2) - 1))
