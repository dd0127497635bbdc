"""A kernel wired to ports: the same for the simulator on virtual time, the live simulator and a real robot."""

from __future__ import annotations

from robotos.boot.words import linker_of
from robotos.clock import Clock
from robotos.kernel.handlers import table
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Actuators, Camera, Compute, Disk, Ears, Exemplars, Ports, Processor, Speech, at_once
from robotos.language.stopwords import is_stop
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.policy import Policy
from robotos.programs.assistant import assistant_program
from robotos.programs.catalogue import catalogue

ROBOT_RADIUS = 0.175  # m


def costmap_of(home: Home, policy: Policy) -> Costmap:
    """Where this robot's centre may be in a home."""
    clearance = policy.clearance
    return Costmap(
        home.grid, ROBOT_RADIUS, clearance.walls, home.keepouts, keepout_margin=clearance.keepout_margin + 0.07
    )


def build_kernel(
    *,
    clock: Clock,
    processor: Processor,
    actuators: Actuators,
    camera: Camera,
    speech: Speech,
    ears: Ears,
    disk: Disk,
    home: Home,
    policy: Policy,
    compute: Compute = at_once,
    exemplars: Exemplars | None = None,
) -> Kernel:
    """The kernel with all programs, ready for its first `step`."""
    costmap = costmap_of(home, policy)
    ports = Ports(
        clock, processor, actuators, camera, speech, ears, disk, home, costmap, policy, is_stop, compute, exemplars
    )
    return Kernel(ports, catalogue(), table(), assistant_program(linker_of(home, policy.day)))
