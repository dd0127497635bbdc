"""The deepest stack a firmware can need, from its disassembly and the compiler's own figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_FUNCTION = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
_TARGET = re.compile(r"<([^>+]+)(?:\+0x[0-9a-f]+)?>")
_CALLS = frozenset({"call", "rcall", "jmp", "rjmp", "bl", "b", "b.n", "b.w"})
_INDIRECT = frozenset({"icall", "eicall", "ijmp", "eijmp", "blx", "bx"})
_INTERRUPT = re.compile(r"__vector_\d+$|.*_(?:Handler|handler|isr|ISR)$")
_ENTRY = re.compile(r"main$|_start$|__.*|.*[Rr]eset.*")


class StackError(ValueError):
    """The depth has no bound: a function calls itself, directly or through others."""


@dataclass
class _Function:
    pushes: int = 0
    calls: set[str] = field(default_factory=set)
    indirect: bool = False


@dataclass(frozen=True, slots=True)
class Depth:
    """Bytes: the deepest chain from main, its functions from the outside in, and the deepest interrupt on top of it."""

    main: int
    chain: tuple[str, ...]
    interrupt: int

    @property
    def total(self) -> int:
        return self.main + self.interrupt


def frames(files: Iterable[Path]) -> dict[str, int]:
    """Bytes of stack per function from gcc's .su files; of functions with the same name the largest."""
    found: dict[str, int] = {}
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            where, size, _ = line.split("\t")
            name = where.rsplit(":", 1)[-1]
            found[name] = max(found.get(name, 0), int(size))
    return found


def depth(
    disassembly: str, sizes: Mapping[str, int], return_bytes: int, push_bytes: int, exception_bytes: int
) -> Depth:
    """The bound for one interrupt at a time. `sizes` from `frames`; functions of libraries count by their pushes.

    `return_bytes` a call puts on the stack, `push_bytes` one register takes, `exception_bytes` the hardware saves on an
    interrupt. A call through a pointer may reach every function that nothing calls by name. Raises `StackError`.
    """
    functions = _functions(disassembly)
    called = {name for function in functions.values() for name in function.calls}
    pointed = {n for n in functions if n not in called and not _INTERRUPT.match(n) and not _ENTRY.match(n)}

    def own(name: str) -> int:
        compiled = sizes.get(_source_name(name))  # with the return address in it
        return functions[name].pushes * push_bytes + return_bytes if compiled is None else compiled

    def deepest(name: str, above: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
        if name in above:
            if all(_source_name(other) not in sizes for other in above[above.index(name) :]):
                return 0, ()  # pieces of one library function that jump to and fro
            raise StackError(f"{' -> '.join((*above, name))}: without an end, so the stack has no bound")
        function = functions[name]
        below = {n for n in function.calls if n in functions and n != name}
        if function.indirect and name in sizes:
            below |= pointed
        chains = [deepest(callee, (*above, name)) for callee in sorted(below)]
        size, chain = max(chains, default=(0, ()))
        return own(name) + size, (name, *chain)

    interrupts = [deepest(name, ())[0] + exception_bytes for name in functions if _INTERRUPT.match(name)]
    size, chain = deepest("main", ())
    return Depth(size, chain, max(interrupts, default=0))


def _source_name(name: str) -> str:
    """Without what the compiler appends to its copies of a function (`.constprop.0`)."""
    return name.partition(".")[0]


def _functions(disassembly: str) -> dict[str, _Function]:
    functions: dict[str, _Function] = {}
    current = _Function()
    for line in disassembly.splitlines():
        if match := _FUNCTION.match(line):
            current = functions.setdefault(match[1], _Function())
            continue
        parts = line.split("\t")
        if len(parts) < 2:
            continue
        operation, operands = parts[1].strip(), "\t".join(parts[2:])
        if operation.startswith("push"):
            current.pushes += operands.count("r") if "{" in operands else 1
        elif operation in _CALLS:
            current.calls |= {match[1] for match in _TARGET.finditer(operands)}
        elif operation in _INDIRECT and "lr" not in operands:
            current.indirect = True
    return functions
