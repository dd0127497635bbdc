"""Every program by the name the syscall table knows it by. A new program is its own file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from robotos.kernel.process import Program
from robotos.programs import clean, counting, dock, finding, follow, goto, lead, looking, move, things


def catalogue() -> Mapping[str, Program]:
    """All programs that syscalls are implemented by."""
    every = (
        goto.PROGRAM, move.MOVE_BY, move.TURN_BY, follow.PROGRAM, lead.PROGRAM, dock.PROGRAM, clean.PROGRAM,
        finding.FIND, counting.PROGRAM, things.FETCH, things.PICK, things.PUT, things.GIVE, looking.LOOK, looking.READ,
    )  # fmt: skip
    return MappingProxyType({program.name: program for program in every})
