"""Processes: starting and waiting, mail, and the syscalls that stop, pause, resume and cancel work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from robotos.errno import Errno
from robotos.kernel.calls import Bindings, Call, Kind, Result, Taint
from robotos.kernel.interrupts import Interrupt
from robotos.kernel.kernel import Handler, Kernel
from robotos.kernel.mailbox import Message
from robotos.kernel.ports import Refused
from robotos.kernel.process import Priority, Process, Program, State
from robotos.kernel.resolve import Named, resolve
from robotos.kernel.trap import PENDING, Blocked

FOREVER = float("inf")


def start(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Start a program as a child."""
    child = kernel.spawn(
        cast(Program, args["program"]), cast("Mapping[str, object]", args["args"]), parent=process.pid,
        taint=cast(Taint, args["taint"]), asked_by=str(args["asked_by"]),
    )  # fmt: skip
    return child.pid


def receive(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The next message of the mailbox."""
    box = process.mailbox
    return Blocked(lambda: box.take() or PENDING if len(box) else PENDING, FOREVER, lambda: PENDING, "mail")


def stop(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The syscall; the words themselves were caught by the reflex long before, if they were plain."""
    kernel.interrupt(Interrupt("stop", kernel.now(), "ordered"))
    return Result()


def pause(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Hold the running task."""
    holder = kernel.base.holder
    if holder is None or holder.state is State.PAUSED:
        return Result(Errno.ENOENT, reason="Nothing is running.")
    kernel.hold(holder)
    return Result(data={"doing": holder.call, "doing_bindings": kernel.bindings_of(holder)})


def resume(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Go on with the paused task; failing that, clean on in the room whose cleaning was interrupted last."""
    holder = kernel.base.holder
    if holder is not None and holder.state is State.PAUSED:
        engaged = kernel.ports.actuators.engage(f"{process.asked_by}: resume")
        if isinstance(engaged, Refused):
            return Result(engaged.errno, reason=engaged.reason)
        kernel.wake(holder)
        return Result(data={"doing": holder.call, "doing_bindings": kernel.bindings_of(holder)})
    if holder is not None:
        return Result(Errno.EALREADY, reason="I am at it already.")
    last = kernel.ports.disk.tasks("clean", limit=1)
    if not last or last[0].outcome != "interrupted":
        return Result(Errno.ENOENT, reason="There is nothing to go on with.")
    bindings, room = Bindings().bind(Kind.ROOM, last[0].room)
    call = Call("clean", {"rooms": (room,)})
    return kernel.handlers["call"].run(kernel, process, {"call": call, "bindings": bindings})


def recover(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The owner tells the robot to back away."""
    answer = kernel.ports.actuators.recover()
    return Result(answer.errno, reason=answer.reason) if isinstance(answer, Refused) else Result()


def kill(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Cancel the running task, the schedule, or everything."""
    target = cast("tuple[object, ...]", args["target"])[0]
    if isinstance(target, Named):
        victim = kernel.processes.get(int(cast(float, target.value)))
        if victim is None or victim.program.priority is Priority.DAEMON:
            return Result(Errno.ENOENT, reason="There is no such task.")
        kernel.kill(victim, Errno.ECANCELED, "cancelled")
        return Result(data={"cancelled": [victim.program.name]})
    killed, unplanned = [], 0
    if target in {"scheduled", "everything"}:
        for entry in kernel.ports.disk.planned():
            kernel.ports.disk.unplan(entry.id)
            unplanned += 1
    if target in {"current", "everything"}:
        holders = kernel.base.everyone()
        for victim in holders if target == "everything" else holders[:1]:
            killed.append(victim.program.name)
            kernel.kill(victim, Errno.ECANCELED, "cancelled")
    if not killed and not unplanned:
        return Result(Errno.ENOENT, {"target": target}, reason="There is nothing to cancel.")
    return Result(data={"cancelled": killed, "scheduled": unplanned})


def spawn(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Start a program row as a process of its own; its pid comes back at once."""
    wanted, bindings = cast("tuple[Call, ...]", args["call"])[0], cast(Bindings, args[""])
    resolved = resolve(wanted, bindings)
    if not isinstance(resolved, tuple):
        return Result(resolved.errno, reason=resolved.reason)
    row, arguments = resolved
    if row.program is None:
        return Result(Errno.EINVAL, reason=f"{row.name} is not a program")
    if row.capability not in process.capabilities:
        return Result(Errno.EACCES, reason=f"the process does not hold {row.capability!r}")
    child = kernel.spawn_moving(
        row.program, arguments, parent=1, taint=process.taint, asked_by=process.asked_by, call=wanted
    )
    if isinstance(child, Refused):
        return Result(child.errno, reason=child.reason)
    return Result(data={"pid": child.pid})


def wait_for(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The result of a process once it has ended."""
    target = cast("tuple[Named, ...]", args["process"])[0]
    child = kernel.processes.get(int(cast(float, target.value)))
    if child is None or child is process:
        return Result(Errno.ENOENT, reason="There is no such task.")
    return Blocked(lambda: child.result or PENDING, FOREVER, lambda: PENDING, f"waits for {child.pid}")


def send(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Put words into a process's mailbox, with the sender's taint."""
    target = cast("tuple[Named, ...]", args["process"])[0]
    text = cast("tuple[Named, ...]", args["message"])[0]
    receiver = kernel.processes.get(int(cast(float, target.value)))
    if receiver is None or receiver.ended:
        return Result(Errno.ENOENT, reason="There is no such task.")
    if not receiver.mailbox.put(Message(process.pid, "text", text.value, process.taint)):
        return Result(Errno.EAGAIN, reason="its mailbox is full")
    return Result()


def leave(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """`exit`: the assistant's loop ends on it; there is nothing else to do."""
    return Result()


HANDLERS = {
    "start": Handler(start, "spawn"),
    "receive": Handler(receive),
    "sys.stop": Handler(stop),
    "sys.pause": Handler(pause),
    "sys.resume": Handler(resume, "motion"),
    "sys.recover": Handler(recover, "motion"),
    "sys.kill": Handler(kill),
    "sys.spawn": Handler(spawn, "spawn"),
    "sys.wait_for": Handler(wait_for),
    "sys.send": Handler(send),
    "sys.exit": Handler(leave),
}
