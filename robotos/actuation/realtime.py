"""Asks the system for a real-time priority and locked memory, and says plainly what it was given."""

from __future__ import annotations

import ctypes
import os

PRIORITY = 20
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4


def acquire() -> dict[str, str]:
    """`scheduler` and `memory`, each with what it is now and, where refused, what to do about it."""
    return {"scheduler": _scheduler(), "memory": _memory()}


def _scheduler() -> str:
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except (OSError, AttributeError) as error:
        return f"normal ({error}; allow LimitRTPRIO={PRIORITY} for SCHED_FIFO)"
    return f"SCHED_FIFO {PRIORITY}"


def _memory() -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    # On fault: what is used stays in memory; locking every library page that is never touched would cost 100 MB.
    if libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) == 0:
        return "locked"
    return f"not locked ({os.strerror(ctypes.get_errno())}; allow LimitMEMLOCK=infinity)"
