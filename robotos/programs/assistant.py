"""The first process: takes in words and what the schedule brings, and starts a turn for each."""

from __future__ import annotations

from robotos.errno import Errno
from robotos.kernel.agenda import Scheduled, load
from robotos.kernel.api import Sys
from robotos.kernel.calls import Result
from robotos.kernel.custody import SCHEDULE
from robotos.kernel.mailbox import Message
from robotos.kernel.ports import Heard
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.trap import TrapRefusedError
from robotos.programs.turn import Linker, perform, turn_program


def assistant_program(link: Linker) -> Program:
    """The daemon behind every conversation."""
    turn = turn_program(link)

    async def main(sys: Sys, args: Args) -> Result:
        while True:
            message = await sys.receive()
            try:
                await _answer(sys, message, turn)
            except TrapRefusedError:
                continue  # words that may start nothing; the kernel has noted it

    return Program("assistant", main, Priority.DAEMON, moves=False)


async def _answer(sys: Sys, message: Message, turn: Program) -> None:
    if isinstance(message.body, Heard):
        words = {"text": message.body.text, "speaker": message.body.speaker, "taint": message.taint}
        pid = await sys.start(turn, words, message.taint, message.body.speaker)
        await sys.settled(pid)  # the next words are read knowing what these have led to
    elif message.kind == "due":
        try:
            scheduled = load(str(message.body))
        except ValueError:
            await sys.speak("Something was planned for now, but I cannot read what.")
            return
        await sys.start(DUE, {"scheduled": scheduled}, scheduled.taint, SCHEDULE)


async def due(sys: Sys, args: Args) -> Result:
    """Carry out a call that was scheduled earlier."""
    scheduled = args["scheduled"]
    if not isinstance(scheduled, Scheduled):
        return Result(Errno.EINVAL, reason="nothing is scheduled")
    return await perform(sys, scheduled.call, scheduled.bindings, "owner")


DUE = Program("due", due, Priority.INTERACTIVE, moves=False)
