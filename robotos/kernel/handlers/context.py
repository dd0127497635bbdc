"""Traps of the assistant: the processor, the conversation and what is going on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from robotos.errno import Errno
from robotos.kernel.api import Situation
from robotos.kernel.calls import Bindings, Handle
from robotos.kernel.kernel import Handler, Kernel
from robotos.kernel.ports import Decoded, Fault, Instruction, Page
from robotos.kernel.process import Process, State
from robotos.kernel.syscalls import TABLE
from robotos.kernel.trap import PENDING, Blocked

DEADLINE = 30.0  # s for one call of the processor

_OFFERED = tuple(row for row in TABLE if row.model)


def infer(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Let the processor write the next call after the given pages."""
    instruction = Instruction(
        process.pid, cast("tuple[Page, ...]", args["pages"]), _OFFERED, cast("tuple[Handle, ...]", args["handles"])
    )
    ticket = kernel.ports.processor.submit(instruction)

    def poll() -> object:
        done = kernel.finished.pop(ticket, None)
        if done is None:
            return PENDING
        if isinstance(done, Decoded):
            tokens = done.usage.prompt - done.usage.cached + done.usage.generated
            text = f"{done.call} p={done.probability:.2f} tokens={done.usage.prompt}+{done.usage.generated}"
            kernel.note(process.pid, "cpu", "event", text)
            if not process.budget.charge("tokens", tokens):
                return Fault(ticket, Errno.ENOSPC, "the budget of tokens is used up")
        return done

    def late() -> object:
        kernel.ports.processor.interrupt(ticket)
        return Fault(ticket, Errno.ETIMEDOUT, "the processor did not answer in time")

    return Blocked(poll, kernel.now() + DEADLINE, late, "infer")


def situation(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """What the robot is doing, for the state page."""
    body = kernel.ports.actuators.state()
    here = kernel.ports.home.room_at(body.pose.x, body.pose.y)
    holder = kernel.base.holder
    held = kernel.ports.disk.things_at("robot")
    return Situation(
        here or "",
        holder.call if holder is not None else None,
        kernel.bindings_of(holder),
        holder is not None and holder.state is State.PAUSED,
        held[0].thing if held else "",
    )


def conversation(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The bindings and the pages of the exchanges that still matter."""
    return kernel.conversation.bindings, kernel.conversation.recent(kernel.now())


def commit(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Add a finished exchange; what falls out of the window goes to the journal."""
    kernel.conversation.bindings = cast(Bindings, args["bindings"])
    for evicted in kernel.conversation.commit(cast("tuple[Page, ...]", args["pages"]), kernel.now()):
        kernel.journal("evict", {"pages": [repr(page.content) for page in evicted.pages]})
    return None


HANDLERS = {
    "infer": Handler(infer, "infer"),
    "situation": Handler(situation),
    "conversation": Handler(conversation),
    "commit": Handler(commit),
}
