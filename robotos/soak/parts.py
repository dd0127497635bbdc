"""Every part of the soak, one entry each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from robotos.soak import runners
from robotos.soak.part import Work

_ALL = (
    Work("faults", "processes killed and suspended, cables, resets, floods", "of each", 50, 1, 5, runners.faults),
    Work("stops", "stops under full CPU load", "stops", 1000, 20, 100, runners.stops),
    Work("reactions", "the board's own reactions", "of each", 500, 10, 50, runners.reactions, runners.no_emulator),
    Work("frames", "damaged frames against a driving controller", "frames", 1_000_000, 5_000, 50_000, runners.frames),
    Work("gate", "a hostile caller at the gate, people about", "calls", 1_000_000, 5_000, 20_000, runners.gate),
    Work("fuzz", "libFuzzer, sanitizers on", "inputs each", 1_000_000, 5_000, 250_000, runners.fuzz, runners.no_fuzzer),
    Work("listening", "hours of sound down the listening path", "minutes", 480, 6, 480, runners.listening),
    Work("disk", "kill -9 while the disk is written", "kills", 200, 4, 20, runners.disk),
)
PARTS: Mapping[str, Work] = MappingProxyType({work.name: work for work in _ALL})


def sized(work: Work, quick: bool, count: int | None) -> Work:
    """With the count that is asked for."""
    full = count if count is not None else work.quick if quick else work.full
    return replace(work, full=full, chunk=min(work.chunk, full))
