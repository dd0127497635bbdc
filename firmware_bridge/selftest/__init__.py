"""Whether a controller does what keeps people safe: asked of the emulated binary, or of a board at a serial port."""

from firmware_bridge.selftest.checks import CHECKS, Failed, Left, Outcome, run_checks
from firmware_bridge.selftest.loop import Loop, measure_loop
from firmware_bridge.selftest.rigs import EmulatedRig, PortRig, Rig

__all__ = ["CHECKS", "EmulatedRig", "Failed", "Left", "Loop", "Outcome", "PortRig", "Rig", "measure_loop", "run_checks"]
