"""Processes: starting and waiting, mail, and the syscalls that stop, pause and resume work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from robotos.errno import Errno
from robotos.kernel.budget import for_words
from robotos.kernel.calls import Bindings, Call, Kind, Result, Taint
from robotos.kernel.capabilities import granted
from robotos.kernel.handler import Handler
from robotos.kernel.handlers.body import backing_off
from robotos.kernel.handlers.call import FOREVER, awaited, permitted
from robotos.kernel.interrupts import Interrupt
from robotos.kernel.kernel import Kernel
from robotos.kernel.mailbox import Message
from robotos.kernel.ports import Refused, Sent
from robotos.kernel.process import Order, Priority, Process, Program, Task
from robotos.kernel.resolve import Invalid, Named
from robotos.kernel.trap import PENDING, Blocked, Forbidden

SETTLED_WITHIN = 30.0  # s, as long as the processor may take


def start(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Start a program as a child, with a budget of its own. Nobody can grant what it does not hold itself."""
    taint = cast(Taint, args["taint"])
    wanted = granted(taint)
    if not wanted or not wanted <= process.capabilities:
        return Forbidden(Errno.EACCES, f"words from {taint.value} start nothing here")
    order = Order(taint, str(args["asked_by"]), for_words())
    program = cast(Program, args["program"])
    return kernel.life.spawn(program, cast("Mapping[str, object]", args["args"]), process.pid, order).pid


def settled(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Wait until a child has ended or says that it reads no more."""
    child = kernel.processes.get(cast(int, args["pid"]))
    if child is None:
        return None
    until = kernel.now() + SETTLED_WITHIN
    return Blocked(
        lambda: None if child.ended or child.progress.get("settled") else PENDING, until, lambda: None, "settled"
    )


def receive(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The next message of the mailbox."""
    return Blocked(lambda: process.mailbox.take() or PENDING, FOREVER, lambda: PENDING, "mail")


def stop(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The syscall; the words themselves were caught by the reflex long before, if they were plain."""
    kernel.interrupt(Interrupt("stop", kernel.now(), "ordered"))
    return Result()


def pause(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Hold the running task."""
    if kernel.custody.pause() is None:
        return Result(Errno.ENOENT, reason="Nothing is running.")
    return Result()


def resume(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Go on with the paused task; failing that, clean on in the room whose cleaning was interrupted last."""
    resumed = kernel.custody.carry_on(process.asked_by)
    if isinstance(resumed, Refused):
        return Result(resumed.errno, reason=resumed.reason)
    if resumed is not None:
        return Result()
    if kernel.base.holder is not None:
        return Result(Errno.EALREADY, reason="I am at it already.")
    last = kernel.ports.disk.tasks("clean", limit=1)
    if not last or last[0].outcome != "interrupted":
        return Result(Errno.ENOENT, reason="There is nothing to go on with.")
    bindings, room = Bindings().bind(Kind.ROOM, last[0].room)
    call = Call("clean", {"rooms": (room,)})
    return kernel.handlers["call"].run(kernel, process, {"call": call, "bindings": bindings})


def recover(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Somebody tells the robot to back away from what it touches."""
    if kernel.base.holder is not None:
        return Result(Errno.EBUSY, reason="I am moving already.")

    def as_result(answer: Sent | Refused) -> Result:
        return Result(answer.errno, reason=answer.reason) if isinstance(answer, Refused) else Result()

    return backing_off(kernel, as_result)


def spawn(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Start a program row as a process of its own; its pid comes back at once."""
    wanted, bindings = cast("tuple[Call, ...]", args["call"])[0], cast(Bindings, args[""])
    allowed = permitted(process, wanted, bindings)
    if isinstance(allowed, Invalid):
        return Result(allowed.errno, reason=allowed.reason)
    row, arguments = allowed
    if row.program is None:
        return Result(Errno.EINVAL, reason=f"{row.name} is not a program")
    first = min(kernel.processes)  # it outlives the process that asked
    child = kernel.custody.start(row.program, arguments, first, process.order, Task(wanted, bindings))
    if isinstance(child, Refused):
        return Result(child.errno, reason=child.reason)
    return Result(data={"pid": child.pid})


def wait_for(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The result of a process once it has ended."""
    target = cast("tuple[Named, ...]", args["process"])[0]
    child = kernel.processes.get(cast(int, target.value))
    if child is None or child is process or child.program.priority is Priority.DAEMON:
        return Result(Errno.ENOENT, reason="There is no such task.")
    return awaited(child)


def send(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Put words into a process's mailbox, with the sender's taint."""
    target = cast("tuple[Named, ...]", args["process"])[0]
    text = cast("tuple[Named, ...]", args["message"])[0]
    receiver = kernel.processes.get(cast(int, target.value))
    if receiver is None or receiver.ended:
        return Result(Errno.ENOENT, reason="There is no such task.")
    if not receiver.mailbox.put(Message(process.pid, "text", text.value, process.taint)):
        return Result(Errno.EAGAIN, reason="its mailbox is full")
    return Result()


def leave(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """`exit`: the assistant's loop ends on it; there is nothing else to do."""
    return Result()


HANDLERS = {
    "start": Handler(start, "spawn", dying=False),
    "settled": Handler(settled),
    "receive": Handler(receive),
    "sys.stop": Handler(stop),
    "sys.pause": Handler(pause),
    "sys.resume": Handler(resume, "motion", dying=False),
    "sys.recover": Handler(recover, "motion", dying=False),
    "sys.spawn": Handler(spawn, "spawn", dying=False),
    "sys.wait_for": Handler(wait_for),
    "sys.send": Handler(send),
    "sys.exit": Handler(leave),
}
