"""Which children a live system has. Cheap to import: they are begun before anything else is."""

from __future__ import annotations

from robotos.boot.children import Nursery

SIMULATED, GATE = "the simulated robot", "the gate"
SIMULATED_PRIORITY = 10  # below the gate's own


def nursery(simulated: bool) -> Nursery:
    """The gate on its way and, if wanted, a simulated robot."""
    made = Nursery()
    if simulated:
        made.prepare(SIMULATED, "robotos.sim.serve", SIMULATED_PRIORITY)
    made.prepare(GATE, "robotos.actuation.server")
    return made
