"""The floor of each room that counts as reachable when a cleaning is judged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import reachable
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import circles
from robotos.sim.world import RADIUS


def reachable_floors(
    world: InhabitedWorld, walls: float, person: float, keepout_margin: float
) -> dict[str, NDArray[np.bool_]]:
    """Room to cells (H, W) that a disc of the robot's radius can sweep from where the robot stands now.

    Its edge keeps `walls` from what the map holds, `keepout_margin` from keep-out areas, and `person` from people
    who stand on the floor now; all metres.
    """
    home = world.home
    costmap = Costmap(home.grid, RADIUS, walls, home.keepouts, keepout_margin=keepout_margin)
    standing = circles(world.people)
    if standing.size:
        costmap = costmap.blocked(standing, keep=PERSON_RADIUS + person)
    return {name: reachable(costmap, room.mask, world.pose) for name, room in home.rooms.items()}
