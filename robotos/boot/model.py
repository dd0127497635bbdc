"""Loading the processor: the bundled model or one that was named."""

from __future__ import annotations

from pathlib import Path

from robotos.boot.children import BootError
from robotos.clock import Clock
from robotos.cpu.processor import Core, LlamaProcessor, VirtualProcessor
from robotos.kernel.ports import Processor


def load_core(model: Path | None) -> Core:
    """The engine with its instruction set; `BootError` when the file is missing, damaged or of another kind."""
    from robotos.cpu.engine import ModelError
    from robotos.cpu.load import load

    try:
        return load(model)
    except ModelError as error:
        raise BootError(str(error)) from error


def virtual(core: Core, clock: Clock) -> Processor:
    """For the evaluator: the same answers, in virtual time."""
    return VirtualProcessor(core, clock)


def threaded(core: Core) -> Processor:
    """For the live robot: a thread of its own."""
    return LlamaProcessor(core)
