"""The whole system in a simulated home, told what to do without words, for benches that drive."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from robotos.boot.simulated import Rig, simulate
from robotos.evaluation.scripted import given
from robotos.geometry import Pose
from robotos.kernel.budget import for_words
from robotos.kernel.calls import Call, Result, Taint
from robotos.kernel.process import Order, Process, Task
from robotos.kernel.resolve import Argument
from robotos.navigation.home import Home
from robotos.policy import load
from robotos.sim.flaws import Imperfection

USUAL = Imperfection(drift=0.02, slip_rate=0.1, outliers=0.05)


@contextmanager
def system(home: Home, start: Pose, seed: int) -> Iterator[Rig]:
    """A booted system whose simulated wheels drift and slip and whose beams err; closed at the end."""
    with tempfile.TemporaryDirectory(prefix="robotos-bench-") as directory:
        rig = simulate(
            home, load(), lambda clock: given(()), Path(directory),
            start=start, seed=seed, index=False, imperfection=USUAL,
        )  # fmt: skip
        try:
            rig.run(1.0)
            yield rig
        finally:
            rig.close()


def order(rig: Rig, name: str, args: Mapping[str, tuple[Argument, ...]], limit: float) -> tuple[Result | None, float]:
    """Let a program run to its end, or for `limit` virtual seconds; its answer (None: cut off), seconds taken."""
    kernel = rig.kernel
    began = kernel.now()
    started = kernel.custody.start(name, dict(args), 0, Order(Taint.OWNER, "owner", for_words()), Task(Call(name)))
    if not isinstance(started, Process):
        return Result(started.errno, reason=started.reason), 0.0
    ended = rig.run_until(lambda: started.result is not None, limit)
    return (started.result if ended else None), kernel.now() - began
