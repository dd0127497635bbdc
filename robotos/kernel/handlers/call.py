"""The door from a program to the syscall table: resolve, check, dispatch, log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from robotos.errno import Errno
from robotos.kernel.calls import Bindings, Call, Result, spelled
from robotos.kernel.capabilities import Denied, check
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Refused
from robotos.kernel.process import Process, Task
from robotos.kernel.resolve import Arguments, Invalid, resolve
from robotos.kernel.table import Syscall
from robotos.kernel.trap import PENDING, Blocked

FOREVER = float("inf")  # a child ends by itself: its own waits all have deadlines


def call(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Carry out a call from the table for a program."""
    wanted, bindings = cast(Call, args["call"]), cast(Bindings, args["bindings"])
    kernel.journal("call", {"pid": process.pid, "call": str(wanted)})
    shown = spelled(wanted, bindings)
    kernel.note(process.pid, process.program.name, "call", shown)
    return _log(kernel, process, wanted, shown, _carry_out(kernel, process, args, wanted, bindings))


def _carry_out(
    kernel: Kernel, process: Process, args: Mapping[str, object], wanted: Call, bindings: Bindings
) -> object:
    allowed = permitted(process, wanted, bindings)
    if isinstance(allowed, Invalid):
        return Result(allowed.errno, reason=allowed.reason)
    row, arguments = allowed
    if row.program is None:
        return kernel.handlers[f"sys.{row.name}"].run(kernel, process, {**arguments, "": bindings})
    task = Task(wanted, bindings, str(args.get("announcement", "")))
    child = kernel.custody.start(row.program, arguments, process.pid, process.order, task)
    if isinstance(child, Refused):
        return Result(child.errno, reason=child.reason)
    return awaited(child)


def permitted(process: Process, wanted: Call, bindings: Bindings) -> tuple[Syscall, Arguments] | Invalid:
    """The table row and arguments of a call, or why this process cannot make it."""
    resolved = resolve(wanted, bindings)
    if isinstance(resolved, Invalid):
        return resolved
    verdict = check(process.capabilities, resolved[0].capability)
    if isinstance(verdict, Denied):
        return Invalid(Errno.EACCES, verdict.reason)
    return resolved


def awaited(child: Process) -> Blocked:
    """The result of a process once it has ended."""
    return Blocked(lambda: child.result or PENDING, FOREVER, lambda: PENDING, f"waits for {child.pid}")


def _log(kernel: Kernel, process: Process, wanted: Call, shown: str, answer: object) -> object:
    """Write the result into the syscall log once there is one."""
    if isinstance(answer, Result):
        kernel.journal("result", {"pid": process.pid, "call": str(wanted), "errno": answer.errno.value})
        kernel.note(process.pid, process.program.name, "result", f"{shown} {answer.reason}".strip(), answer.errno)
        return answer
    if isinstance(answer, Blocked):
        inner = answer.poll

        def poll() -> object:
            result = inner()
            return result if result is PENDING else _log(kernel, process, wanted, shown, result)

        return replace(answer, poll=poll)
    raise TypeError(f"handler of {wanted.name} answered {answer!r}")


HANDLERS = {"call": Handler(call, dying=False)}
