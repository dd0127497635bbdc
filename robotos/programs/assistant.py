"""The first process: takes in words and what the schedule brings, and starts a turn for each."""

from __future__ import annotations

from robotos.kernel.agenda import load
from robotos.kernel.api import Sys
from robotos.kernel.calls import Result, Taint
from robotos.kernel.ports import Heard
from robotos.kernel.process import Args, Priority, Program
from robotos.programs.turn import Linker, perform, turn_program


def assistant_program(link: Linker) -> Program:
    """The daemon behind every conversation."""
    turn = turn_program(link)

    async def main(sys: Sys, args: Args) -> Result:
        while True:
            message = await sys.receive()
            if isinstance(message.body, Heard):
                words = {"text": message.body.text, "speaker": message.body.speaker}
                await sys.start(turn, words, message.taint, message.body.speaker)
            elif message.kind == "due":
                await sys.start(DUE, {"call": message.body}, Taint.OWNER, "schedule")

    return Program("assistant", main, Priority.DAEMON, moves=False)


async def due(sys: Sys, args: Args) -> Result:
    """Carry out a call that was scheduled earlier."""
    call, bindings = load(str(args["call"]))
    return await perform(sys, call, bindings, "owner")


DUE = Program("due", due, Priority.INTERACTIVE, moves=False)
