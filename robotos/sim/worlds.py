"""The simulated worlds by their names in `world.WORLDS`, each imported only where it is asked for."""

from __future__ import annotations

from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.sim.flaws import Imperfection
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.world import KINEMATIC, MUJOCO, WORLDS


def make_world(
    name: str,
    home: Home,
    start: Pose | None = None,
    seed: int = 0,
    imperfection: Imperfection | None = None,
) -> InhabitedWorld:
    """One of `WORLDS`, the robot standing at `start` (default: the dock).

    Raises:
        ValueError: no such world.
        PhysicsMissingError: the world needs a library that is not installed; the message says which.
    """
    if name == KINEMATIC:
        return KinematicWorld(home, start, seed, imperfection)
    if name == MUJOCO:
        from robotos.sim.physics.world import MujocoWorld

        return MujocoWorld(home, start, seed, imperfection)
    raise ValueError(f"no world {name!r}; known: {', '.join(WORLDS)}")
