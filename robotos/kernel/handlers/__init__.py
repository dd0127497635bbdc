"""What serves the traps: one module a subject, merged into the one table the kernel dispatches by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from robotos.kernel.handler import Handler
from robotos.kernel.handlers import (
    body,
    call,
    cancel,
    compute,
    context,
    disk,
    learning,
    process,
    state,
    tasks,
    time,
    words,
)


def table() -> Mapping[str, Handler]:
    """All handlers by trap name. Names that begin with `sys.` serve rows of the syscall table."""
    merged: dict[str, Handler] = {}
    for module in (body, call, cancel, compute, context, disk, learning, process, state, tasks, time, words):
        for name, handler in module.HANDLERS.items():
            if name in merged:
                raise ValueError(f"two handlers for {name!r}")
            merged[name] = handler
    return MappingProxyType(merged)
