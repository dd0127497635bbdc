"""From a model file to a processor's core: verify it, load it, choose the instruction set it understands."""

from __future__ import annotations

from pathlib import Path

from robotos.cpu.chat import Chat
from robotos.cpu.engine import Engine, ModelError
from robotos.cpu.isa import END_PIECE, Compact, InstructionSet
from robotos.cpu.models import ModelFile, bundled, verified
from robotos.cpu.processor import Core
from robotos.kernel.syscalls import TABLE


def load(model: Path | None = None, threads: int = 1) -> Core:
    """The bundled model, or the GGUF file `model`: one trained by `robotos train`, or any instruct model.

    Raises:
        ModelError: the file is missing, damaged, or does not fit the syscall table.
    """
    engine = Engine(verified(bundled() if model is None else ModelFile(model)), threads=threads)
    try:
        return Core(engine, instruction_set(engine))
    except ModelError:
        engine.close()
        raise


def instruction_set(engine: Engine) -> InstructionSet:
    """`compact` for a model that has its control tokens, `chat` for every other."""
    if END_PIECE in engine.pieces():
        return Compact(engine.pieces(), engine.tokenize, TABLE)
    return Chat(engine, TABLE)
