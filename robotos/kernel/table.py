"""How a syscall is described: one `Syscall` row generates grammar, parser, prompt, validation and documentation."""

from __future__ import annotations

from dataclasses import dataclass

from robotos.errno import Errno
from robotos.kernel.calls import Kind


@dataclass(frozen=True, slots=True)
class Operand:
    """One operand in the linear form `name [keyword] value...`.

    `kinds` are the handle kinds it takes and `literals` the fixed words. With `keyword` the value is preceded by that
    word (and the operand is found by it); a `flag` is the keyword alone; `many` takes one or more values; `call` takes
    one nested call (which must come last).
    """

    name: str
    kinds: frozenset[Kind] = frozenset()
    literals: tuple[str, ...] = ()
    keyword: str | None = None
    many: bool = False
    required: bool = True
    flag: bool = False
    call: bool = False


@dataclass(frozen=True, slots=True)
class Syscall:
    """One row of the table. `model` says whether the processor may write it; `motion` whether it can move the robot."""

    name: str
    doc: str
    operands: tuple[Operand, ...] = ()
    errnos: tuple[Errno, ...] = ()
    capability: str = ""  # the capability a caller must hold; "" for none
    model: bool = True
    motion: bool = False
    program: str | None = None  # the program in user space that implements it; None: the kernel does
