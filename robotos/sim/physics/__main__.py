"""`python -m robotos.sim.physics FILE.png`: what the robot sees at a place of a home, or the home from above."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from robotos.navigation.home import LayoutError, load_home
from robotos.navigation.map_server import MapError
from robotos.sim.physics.library import PhysicsMissingError
from robotos.sim.physics.picture import EYE, VIEWS, PictureError, save
from robotos.sim.physics.world import MujocoWorld
from robotos.sim.spawn import start_pose

APARTMENT = Path(__file__).parents[3] / "maps" / "apartment"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the picture was written, 2 with one sentence on stderr when it was not."""
    to = argparse.ArgumentParser(prog="python -m robotos.sim.physics", description="Draw the physical world as PNG.")
    to.add_argument("file", type=Path, metavar="FILE.png", help="where to write the picture")
    to.add_argument("--map", type=Path, default=APARTMENT, metavar="DIR", help="directory with the home's layout.yaml")
    to.add_argument(
        "--at", default="dock", metavar="PLACE", help="room or place where the robot stands (default: dock)"
    )
    to.add_argument("--view", choices=VIEWS, default=EYE, help="the robot's camera, or the home from above")
    options = to.parse_args(arguments)
    try:
        home = load_home(options.map)
        save(MujocoWorld(home, start_pose(home, options.at)), options.file, options.view)
    except (LayoutError, MapError, PhysicsMissingError, PictureError, OSError, ValueError, KeyError) as error:
        print(error.args[0] if isinstance(error, KeyError) else error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
