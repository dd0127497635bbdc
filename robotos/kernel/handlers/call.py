"""The door from a program to the syscall table: resolve, check, dispatch, log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from robotos.errno import Errno
from robotos.kernel.calls import Bindings, Call, Result
from robotos.kernel.capabilities import Denied, check
from robotos.kernel.kernel import Handler, Kernel
from robotos.kernel.ports import Refused
from robotos.kernel.process import Process
from robotos.kernel.resolve import Arguments, Invalid, resolve
from robotos.kernel.table import Syscall
from robotos.kernel.trap import PENDING, Blocked

FOREVER = float("inf")  # a child ends by itself: its own waits all have deadlines


def call(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Carry out a call from the table for a program."""
    wanted, bindings = cast(Call, args["call"]), cast(Bindings, args["bindings"])
    kernel.journal("call", {"pid": process.pid, "call": str(wanted)})
    kernel.note(process.pid, process.program.name, "call", str(wanted))
    resolved = resolve(wanted, bindings)
    if isinstance(resolved, Invalid):
        return _log(kernel, process, wanted, Result(resolved.errno, reason=resolved.reason))
    row, arguments = resolved
    verdict = check(process.capabilities, row.capability)
    if isinstance(verdict, Denied):
        return _log(kernel, process, wanted, Result(Errno.EACCES, reason=verdict.reason))
    if row.program is not None:
        answer: object = _program(kernel, process, row, arguments, wanted, str(args.get("announcement", "")))
    else:
        answer = kernel.handlers[f"sys.{row.name}"].run(kernel, process, {**arguments, "": bindings})
    return _log(kernel, process, wanted, answer)


def _program(
    kernel: Kernel, process: Process, row: Syscall, arguments: Arguments, wanted: Call, announcement: str
) -> Result | Blocked:
    child = kernel.spawn_moving(
        str(row.program), arguments, parent=process.pid, taint=process.taint, asked_by=process.asked_by,
        call=wanted, announcement=announcement,
    )  # fmt: skip
    if isinstance(child, Refused):
        return Result(child.errno, reason=child.reason)
    return Blocked(lambda: child.result or PENDING, FOREVER, lambda: PENDING, f"waits for {child.pid}")


def _log(kernel: Kernel, process: Process, wanted: Call, answer: object) -> object:
    """Write the result into the syscall log once there is one."""
    if isinstance(answer, Result):
        kernel.journal("result", {"pid": process.pid, "call": str(wanted), "errno": answer.errno.value})
        kernel.note(process.pid, process.program.name, "result", f"{wanted} {answer.reason}".strip(), answer.errno)
        return answer
    if isinstance(answer, Blocked):
        inner = answer.poll

        def poll() -> object:
            result = inner()
            return result if result is PENDING else _log(kernel, process, wanted, result)

        return replace(answer, poll=poll)
    raise TypeError(f"handler of {wanted.name} answered {answer!r}")


HANDLERS = {"call": Handler(call)}
