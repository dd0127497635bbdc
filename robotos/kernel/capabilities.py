"""Who may do what: capabilities are granted by whose words started a process, and checked at every syscall."""

from __future__ import annotations

from dataclasses import dataclass

from robotos.kernel.calls import Taint

ALL = frozenset({"motion", "manipulate", "disk", "motor", "tool", "gripper", "infer", "spawn"})

# Rationale: the owner's words and the system's own programs may do everything a program can; a guest may send the
# robot about and have it carry things but not rewrite what the owner told it; words that came from paper or
# the web are data and start nothing.
GRANTS: dict[Taint, frozenset[str]] = {
    Taint.OWNER: ALL,
    Taint.SYSTEM: ALL,
    Taint.PERSON: ALL - {"disk"},
    Taint.PAPER: frozenset(),
    Taint.WEB: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """The call may go ahead."""


@dataclass(frozen=True, slots=True)
class Denied:
    """It may not, and why."""

    reason: str


def granted(taint: Taint) -> frozenset[str]:
    """What a process started by words of this origin may do."""
    return GRANTS.get(taint, frozenset())


def check(held: frozenset[str], needed: str) -> Allowed | Denied:
    """Whether `held` covers `needed` ("" needs nothing). Anything unknown is denied."""
    if needed == "":
        return Allowed()
    if needed in held:
        return Allowed()
    return Denied(f"the process does not hold the capability {needed!r}")
