"""Traps of the assistant: the processor, the conversation and what is going on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from robotos.errno import Errno
from robotos.kernel.api import Situation
from robotos.kernel.calls import Bindings, Handle, Taint
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.memory import Subject
from robotos.kernel.ports import Decoded, Fault, Instruction, Page
from robotos.kernel.process import Process, State
from robotos.kernel.syscalls import TABLE
from robotos.kernel.trap import PENDING, Blocked
from robotos.kernel.whereabouts import room_of

DEADLINE = 30.0  # s for one call of the processor

_OFFERED = tuple(row for row in TABLE if row.model)
_WRITABLE = frozenset(row.name for row in _OFFERED)


def infer(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Let the processor write the next call after the given pages."""
    instruction = Instruction(
        process.pid, cast("tuple[Page, ...]", args["pages"]), _OFFERED, cast("tuple[Handle, ...]", args["handles"])
    )
    ticket = kernel.ports.processor.submit(instruction)
    kernel.tickets[ticket] = None

    def poll() -> object:
        done = kernel.tickets[ticket]
        if done is None:
            return PENDING
        del kernel.tickets[ticket]
        return _checked(kernel, process, done) if isinstance(done, Decoded) else done

    def abandon() -> None:
        del kernel.tickets[ticket]
        kernel.ports.processor.interrupt(ticket)

    def late() -> object:
        abandon()
        return Fault(ticket, Errno.ETIMEDOUT, "the processor did not answer in time")

    return Blocked(poll, kernel.now() + DEADLINE, late, "infer", abandon)


def _checked(kernel: Kernel, process: Process, done: Decoded) -> Decoded | Fault:
    tokens = done.usage.prompt - done.usage.cached + done.usage.generated
    text = f"{done.call} p={done.probability:.2f} tokens={done.usage.prompt}+{done.usage.generated}"
    text += f" by={done.by}" if done.by else ""
    kernel.note(process.pid, "cpu", "event", text)
    if not process.budget.charge("tokens", tokens):
        return Fault(done.ticket, Errno.ENOSPC, "the budget of tokens is used up")
    if done.call.name not in _WRITABLE:
        return Fault(done.ticket, Errno.ENOSYS, f"the processor wrote {done.call.name!r}, which is not in its table")
    return done


def situation(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """What the robot is doing, for the state page."""
    body = kernel.ports.actuators.state()
    holder = kernel.base.holder
    task = holder.task if holder is not None else None
    held = kernel.ports.disk.things_at("robot")
    return Situation(
        room_of(body, kernel.ports.home),
        task.call if task is not None else None,
        task.bindings if task is not None else Bindings(),
        holder is not None and holder.state is State.PAUSED,
        held[0].thing if held and body.gripper_holding else "",
    )


def conversation(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The bindings and the pages of the exchanges that still matter."""
    return kernel.conversation.window(kernel.now())


def commit(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Add an exchange, or what has become of it meanwhile; what falls out of the window goes to the journal."""
    pages, bindings = cast("tuple[Page, ...]", args["pages"]), cast(Bindings, args["bindings"])
    if not kernel.conversation.overtaken(process.pid):
        kernel.conversation.subject = Subject(str(args["subject"]), cast(Taint, args["source"]))
    for evicted in kernel.conversation.commit(pages, bindings, kernel.now(), process.pid):
        kernel.journal("evict", {"pages": [repr(page.content) for page in evicted.pages]})
    return None


HANDLERS = {
    "infer": Handler(infer, "infer", dying=False),
    "situation": Handler(situation),
    "conversation": Handler(conversation),
    "commit": Handler(commit),
}
