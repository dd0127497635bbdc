"""Long computations of programs, beside the kernel's loop: the gate must hear of the kernel every period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from robotos.errno import Errno
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process
from robotos.kernel.trap import PENDING, Blocked, Forbidden

LONGEST = 60.0  # s


def compute(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Run a pure function and come back with its result; what it raises ends as a failed trap."""
    future = kernel.ports.compute(cast("Callable[[], object]", args["work"]))
    if future.done():
        return future.result()

    def abandon() -> None:
        future.cancel()

    late = Forbidden(Errno.ETIMEDOUT, f"a computation took longer than {LONGEST:.0f} s")
    return Blocked(
        lambda: future.result() if future.done() else PENDING,
        kernel.now() + LONGEST,
        lambda: late,
        "computes",
        abandon,
    )


HANDLERS = {"compute": Handler(compute, dying=False)}
