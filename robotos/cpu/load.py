"""From a model file to a processor's core: verify it, load it, choose the instruction set it understands."""

from __future__ import annotations

from pathlib import Path

from robotos.cpu.chat import CONTEXT, SEQUENCES, Chat
from robotos.cpu.engine import Engine, ModelError
from robotos.cpu.isa import END_PIECE, PAGE_PIECES, Compact, InstructionSet
from robotos.cpu.models import ModelFile, bundled, verified
from robotos.cpu.processor import Core
from robotos.kernel.ports import PageKind
from robotos.kernel.syscalls import TABLE


def load(model: ModelFile | Path | None = None, threads: int = 1) -> Core:
    """The bundled model, or the GGUF file `model`: one trained by `robotos train`, or any instruct model.

    Raises:
        ModelError: the file is missing, damaged, or does not fit the syscall table.
    """
    file = bundled() if model is None else ModelFile(model) if isinstance(model, Path) else model
    path = verified(file)
    engine = Engine(path, threads=threads)
    if not _compact(engine):  # any instruct model: it must be told the table, which takes room
        engine.close()
        engine = Engine(path, context=CONTEXT, sequences=SEQUENCES, threads=threads)
    try:
        return Core(engine, instruction_set(engine), file.calibration)
    except ModelError:
        engine.close()
        raise


def instruction_set(engine: Engine) -> InstructionSet:
    """`compact` for a model that has its control tokens, `chat` for every other."""
    if _compact(engine):
        return Compact(engine.pieces(), engine.tokenize, TABLE)
    return Chat(engine, TABLE)


def _compact(engine: Engine) -> bool:
    """Whether it was trained by `robotos train`. Others have a token named `<|end|>`, too: one is not enough."""
    return {END_PIECE, PAGE_PIECES[PageKind.RESULT]} <= engine.pieces().keys()
