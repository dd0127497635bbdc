"""Frame and firmware sizes next to MAVLink 2's for the same meanings: its figure is the goal of ours."""

from __future__ import annotations

from collections.abc import Sequence

from robotos.bench.figure import Figure
from robotos.bench.registry import Options


def measure(options: Options) -> Sequence[Figure]:
    """Bytes; measured side by side."""
    return [*_frames(), *_firmware()]


def _frames() -> list[Figure]:
    from robotos.trials.mavlink import MavlinkMissingError, rows

    try:
        found = rows()
    except MavlinkMissingError as error:
        return [Figure("frames next to MAVLink 2", None, "B", "", str(error))]
    figures = []
    for row in found:
        lacks = f", which lacks {row.lacks}" if row.lacks else ""
        note = f"MAVLink 2: {row.their_bytes} B as {' + '.join(row.theirs)}{lacks}"
        figures.append(
            Figure(
                f"{row.ours} frame (MAVLink 2: {row.their_bytes})", row.our_bytes, "B", f"<= {row.their_bytes}", note
            )
        )
    return figures


def _firmware() -> list[Figure]:
    from robotos.trials.mavlink import MavlinkMissingError
    from robotos.trials.mavlink_size import BOARD, SizeError, sizes

    try:
        found = sizes()
    except (MavlinkMissingError, SizeError) as error:
        return [Figure("codec and requests next to MAVLink 2", None, "B", "", str(error))]
    note = (
        f"{BOARD}, for size, buffers to send left out; MAVLink 2 with only the messages used, no signatures, and "
        "without sessions, repeats, deadlines and latch, which ours includes"
    )
    return [
        Figure(
            f"wire code, flash (MAVLink 2: {found.their_flash})", found.our_flash, "B", f"<= {found.their_flash}", note
        ),
        Figure(f"wire code, RAM (MAVLink 2: {found.their_ram})", found.our_ram, "B", f"<= {found.their_ram}", note),
    ]
