"""The refusals a syscall, the gate or the controller can answer with, by their POSIX names."""

from __future__ import annotations

from enum import StrEnum


class Errno(StrEnum):
    """`OK` and the errno names in use; what each means here is in its comment."""

    OK = "OK"
    ENOSYS = "ENOSYS"  # no such syscall on this robot
    EPERM = "EPERM"  # a safety rule or latch forbids it
    EACCES = "EACCES"  # the process lacks the capability
    EINVAL = "EINVAL"  # arguments make no sense
    ERANGE = "ERANGE"  # a number outside its range, or not finite
    EBUSY = "EBUSY"  # the resource is held by something more important
    EALREADY = "EALREADY"  # done so recently, or so late at night, that policy says no; `force` goes before that
    ETIMEDOUT = "ETIMEDOUT"  # a deadline passed
    ESTALE = "ESTALE"  # a command older than its deadline, or replayed
    ENODEV = "ENODEV"  # the device is gone or never was
    ENOENT = "ENOENT"  # no such place, thing, record
    EHOSTUNREACH = "EHOSTUNREACH"  # no way to get there
    ECANCELED = "ECANCELED"  # cancelled by the owner or by another order
    EINTR = "EINTR"  # interrupted; may be tried again
    EAGAIN = "EAGAIN"  # not now
    EIO = "EIO"  # the device answered nonsense
    ENOSPC = "ENOSPC"  # a budget is used up
