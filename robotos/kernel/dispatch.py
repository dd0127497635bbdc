"""From a trap to its handler: capability, budget, and whatever goes wrong inside answered as a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robotos.errno import Errno
from robotos.kernel.capabilities import Denied, check
from robotos.kernel.process import Process
from robotos.kernel.trap import PENDING, Blocked, Forbidden, Trap

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel


def serve(kernel: Kernel, process: Process, trap: object) -> object:
    """The answer to what a program has yielded. Never raises for the program's or a handler's mistakes."""
    if not isinstance(trap, Trap):
        return Forbidden(Errno.ENOSYS, f"a program can only wait for traps, not for {type(trap).__name__}")
    handler = kernel.handlers.get(trap.name)
    if handler is None:
        return Forbidden(Errno.ENOSYS, f"there is no trap {trap.name!r}")
    verdict = check(process.capabilities, handler.capability)
    if isinstance(verdict, Denied):
        return Forbidden(Errno.EACCES, verdict.reason)
    if process.dying and not handler.dying:
        return Forbidden(Errno.ECANCELED, f"a process that is being ended cannot {trap.name}")
    within = process.budget.charge("syscalls", 1)
    if not within and process.program.moves and not process.dying:
        return Forbidden(Errno.ENOSPC, "its budget of system calls is used up")
    try:
        return handler.run(kernel, process, trap.args)
    except Exception as error:  # noqa: BLE001 - arguments that make no sense must not take the kernel along
        return failed(kernel, process, trap.name, error)


def wait(kernel: Kernel, process: Process, blocked: Blocked) -> object:
    """What a blocked trap answers by now: `PENDING`, or the answer, or past its deadline the late one."""
    try:
        answer = blocked.poll()
        if answer is PENDING and kernel.now() >= blocked.deadline:
            return blocked.late()
        return answer
    except Exception as error:  # noqa: BLE001 - as above
        return failed(kernel, process, blocked.label, error)


def failed(kernel: Kernel, process: Process, what: str, error: Exception) -> Forbidden:
    """Journal a handler's failure. A disk that cannot even take that entry ends the kernel: the gate then stops."""
    kernel.journal("failure", {"pid": process.pid, "trap": what, "error": repr(error)})
    kernel.note(process.pid, process.program.name, "event", f"{what} failed: {error!r}", Errno.EIO)
    return Forbidden(Errno.EIO, f"{what} failed")
