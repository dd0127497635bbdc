"""The table of syscalls is what the robot can do: each row is served, and nothing is served that has no row."""

from __future__ import annotations

from robotos.kernel.handlers import table
from robotos.kernel.syscalls import BY_NAME, TABLE
from robotos.programs.catalogue import catalogue

PREFIX = "sys."


def test_every_row_has_a_program_or_a_handler_and_not_both() -> None:
    programs, handlers = catalogue(), table()
    for row in TABLE:
        assert (row.program in programs) != (PREFIX + row.name in handlers), row.name
        assert row.program is None or row.program == row.name


def test_nothing_is_served_that_has_no_row() -> None:
    served = {name.removeprefix(PREFIX) for name in table() if name.startswith(PREFIX)} | set(catalogue())
    assert served == set(BY_NAME)


def test_what_writes_to_the_disk_takes_the_capability_for_it() -> None:
    assert {row.name for row in TABLE if row.capability == "disk"} == {"remember", "forget", "alias", "teach"}
    assert all(row.capability in {"motion", "manipulate"} for row in TABLE if row.motion)
