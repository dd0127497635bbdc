"""The process table: starting programs, running each up to its next trap, ending them whatever they do."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

from robotos.errno import Errno
from robotos.kernel import dispatch
from robotos.kernel.api import Sys
from robotos.kernel.calls import Result
from robotos.kernel.capabilities import granted
from robotos.kernel.process import Args, Order, Priority, Process, Program, State, Task
from robotos.kernel.trap import PENDING, Blocked, Forbidden, Killed, TrapRefusedError

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel

DYING_TRAPS = 32  # traps a program may still make while it is being killed
ROUNDS = 100  # traps each process may make in one step of the kernel
KEPT = 60.0  # s for which a process that has ended can still be asked for its result

Ended = Callable[[Process], None]


class Lifecycle:
    """Owns the table. `on_end` is told of each process that has ended, whatever it was."""

    def __init__(self, kernel: Kernel, on_end: Ended) -> None:
        self._kernel = kernel
        self._on_end = on_end
        self.table: dict[int, Process] = {}
        self._next = 1
        self._reap_at = 0.0

    # ------------------------------------------------------------ starting

    def spawn(self, program: Program, args: Args, parent: int, order: Order, task: Task | None = None) -> Process:
        """Enter a program into the table; it runs from the next step on."""
        pid, self._next = self._next, self._next + 1
        process = Process(
            pid, parent, program, args, granted(order.taint), order, self._kernel.now(), _main(program, pid, args),
            task=task, announcement=task.announcement if task is not None else "",
        )  # fmt: skip
        self.table[pid] = process
        self._kernel.journal(
            "spawn", {"pid": pid, "program": program.name, "by": order.asked_by, "taint": order.taint.value}
        )
        return process

    def children(self, process: Process) -> list[Process]:
        """Those it started that still run."""
        return [p for p in self.table.values() if p.parent == process.pid and not p.ended]

    @property
    def working(self) -> list[Process]:
        """Everything that words have started and that has not ended."""
        return [p for p in self.table.values() if not p.ended and p.program.priority is not Priority.DAEMON]

    # ------------------------------------------------------------ ending

    def kill(self, process: Process, errno: Errno, reason: str) -> None:
        """End a process and its children: raised inside it at the trap it waits in, so that it can tidy up."""
        if process.ended or process.dying:
            return
        process.dying = True
        for child in self.children(process):
            self.kill(child, errno, reason)
        self._kernel.journal("kill", {"pid": process.pid, "errno": errno.value, "reason": reason})
        waiting, process.waiting = process.waiting, None
        if waiting is not None and waiting.abandon is not None:
            waiting.abandon()
        result = Result(errno, reason=reason)
        if inspect.getcoroutinestate(process.coroutine) == inspect.CORO_CREATED:
            process.coroutine.close()
        else:
            result = self._unwind(process, result)
        self._end(process, result)

    def cancel_all(self, errno: Errno, reason: str) -> None:
        """Kill everything that was started by words, whether it moves or is still being thought about."""
        for process in self.working:
            self.kill(process, errno, reason)

    def _unwind(self, process: Process, result: Result) -> Result:
        """Let a killed program tidy up. Nothing waits there any more: each trap that would is its end again."""
        coroutine = process.coroutine
        try:
            trap: object = coroutine.throw(Killed(result.errno, result.reason))
            for _ in range(DYING_TRAPS):
                answer = dispatch.serve(self._kernel, process, trap)
                if isinstance(answer, Blocked):
                    trap = coroutine.throw(Killed(result.errno, result.reason))
                elif isinstance(answer, Forbidden):
                    trap = coroutine.throw(TrapRefusedError(answer.errno, answer.reason))
                else:
                    trap = coroutine.send(answer)
            coroutine.close()
        except StopIteration as stop:
            return stop.value if isinstance(stop.value, Result) and not stop.value.ok else result
        except (Killed, TrapRefusedError):
            pass  # the normal way out of a program that does not catch it
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a bug in user space must not take the kernel along
            self._crashed(process, error)
        return result

    def _end(self, process: Process, result: Result) -> None:
        if process.ended:
            return
        process.state = State.ENDED
        process.result = result
        process.ended_at = self._kernel.now()
        process.waiting = None
        self._kernel.ports.processor.release(process.pid)
        self._kernel.journal("exit", {"pid": process.pid, "program": process.program.name, "errno": result.errno.value})
        self._on_end(process)
        for child in self.children(process):
            self.kill(child, Errno.ECANCELED, "its parent has ended")

    def _crashed(self, process: Process, error: BaseException) -> None:
        process.crashed = True
        self._kernel.journal("crash", {"pid": process.pid, "program": process.program.name, "error": repr(error)})
        self._kernel.note(process.pid, process.program.name, "event", f"crashed: {error!r}", Errno.EIO)

    # ------------------------------------------------------------ running

    def run(self) -> None:
        """Run everything that can run until all of it waits."""
        for _ in range(ROUNDS):
            ran = [self._turn(process) for process in list(self.table.values())]
            if not any(ran):
                break
        self._reap()

    def _turn(self, process: Process) -> bool:
        """Run one process up to its next trap if it can run. Whether it did."""
        if process.ended or process.held:
            return False
        if process.waiting is not None:
            answer = dispatch.wait(self._kernel, process, process.waiting)
            if answer is PENDING:
                return False
            process.waiting, process.reply = None, answer
        trap = self._resume(process)
        if trap is not None:
            self._trapped(process, dispatch.serve(self._kernel, process, trap))
        return True

    def _resume(self, process: Process) -> object:
        """Hand the reply to the program and let it run; what it yields next, None when it has ended."""
        reply, process.reply = process.reply, None
        process.state = State.READY
        try:
            if isinstance(reply, Forbidden):
                return process.coroutine.throw(TrapRefusedError(reply.errno, reply.reason)) or _NOTHING
            return process.coroutine.send(reply) or _NOTHING
        except StopIteration as stop:
            self._finish(process, stop.value)
        except Killed as killed:
            self._end(process, Result(killed.errno, reason=killed.reason))
        except TrapRefusedError as refused:
            self._end(process, Result(refused.errno, reason=refused.reason))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a bug in user space must not take the kernel along
            self._crashed(process, error)
            self._end(process, Result(Errno.EIO, reason="the program failed"))
        return None

    def _finish(self, process: Process, value: object) -> None:
        if isinstance(value, Result):
            self._end(process, value)
        else:
            self._crashed(process, TypeError(f"answered {value!r} instead of a result"))
            self._end(process, Result(Errno.EIO, reason="the program failed"))

    def _trapped(self, process: Process, answer: object) -> None:
        if process.ended:
            return
        if isinstance(answer, Blocked):
            process.waiting = answer
            if not process.held:
                process.state = State.BLOCKED
        else:
            process.waiting = Blocked(lambda: answer, float("inf"), lambda: answer)

    def _reap(self) -> None:
        """Forget those that nobody can ask for any more."""
        now = self._kernel.now()
        if now < self._reap_at:
            return
        self._reap_at = now + 1.0
        for pid, process in list(self.table.items()):
            if process.ended and (now - process.ended_at > KEPT or self._orphan(process)):
                del self.table[pid]

    def _orphan(self, process: Process) -> bool:
        parent = self.table.get(process.parent)
        return parent is None or parent.ended


_NOTHING = object()  # what a program yields that yields None: no trap


async def _main(program: Program, pid: int, args: Args) -> Result:
    return await program.main(Sys(pid), args)
