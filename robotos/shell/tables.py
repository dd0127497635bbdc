"""Tables for the terminal, line by line, so that a prompt can stay below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

Rows = Sequence[Mapping[str, Any]]


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[Text]:
    """Rows under their heads, each column as wide as it must be; `right` are columns set to the right."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()

    return [Text(line(heads), style="bold"), *(Text(line(row)) for row in rows)]


def process_table(rows: Rows) -> list[Text]:
    """The answer of the control socket to `ps`."""
    cells = [
        [
            str(row["pid"]), str(row["parent"]), row["program"] + (" *" if row["base"] else ""), row["state"],
            row["by"], row["taint"], f"{row['seconds']:.0f} s", str(row["syscalls"]), str(row["tokens"]),
            f"{row['metres']:.1f} m", row["call"] or row["waits"],
        ]
        for row in rows
    ]  # fmt: skip
    heads = ["PID", "PPID", "PROGRAM", "STATE", "FOR", "TAINT", "TIME", "CALLS", "TOKENS", "DRIVEN", "CALL"]
    return columns(heads, cells, right=(0, 1, 6, 7, 8, 9))
