"""Every benchmark by name. A new one is its own module with `measure(options)`, and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from robotos.bench.figure import Figure

BENCHES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "boot": ("robotos.bench.boot", "set-up, start, memory, and how soon words become motion"),
        "body": (
            "robotos.bench.body",
            "firmware, link and gate: how soon they stop, what they cost, how large they are",
        ),
        "disk": ("robotos.bench.disk", "how fast a full disk answers, and whether it keeps what it was told"),
        "coverage": ("robotos.bench.coverage", "how much of the floor is swept on how long a way, planned and driven"),
        "navigation": ("robotos.bench.navigation", "whether it gets there, how short the ways are, past people"),
        "maps": ("robotos.bench.maps", "how long imports of maps take, and how well rooms are found"),
        "localisation": (
            "robotos.bench.localisation",
            "how well it knows where it is, and how soon it knows that it does not",
        ),
        "world": ("robotos.bench.world", "how much faster than real time the simulated robot runs"),
        "voice": ("robotos.bench.voice", "orders, stop words and speech out: how much is understood, how soon"),
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says: a model instead of the bundled one, processes to use, and less of everything."""

    model: Path | None = None
    jobs: int = 1
    quick: bool = False


Measure = Callable[[Options], Sequence[Figure]]
