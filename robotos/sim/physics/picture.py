"""What the robot's camera shows, or the home from above, drawn by MuJoCo into a PNG file; no screen is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from robotos.sim.physics.library import mujoco
from robotos.sim.physics.model import UNSEEN
from robotos.sim.physics.world import MujocoWorld

EYE, ABOVE = "eye", "above"
VIEWS = (EYE, ABOVE)
SIZE = (800, 600)  # pixels, width and height
_TILT = -60.0  # degrees from which the home is looked at, the horizon being 0


class PictureError(RuntimeError):
    """No picture can be drawn here; the message says what to install."""


def photograph(world: MujocoWorld, view: str = EYE, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """The picture (H, W, 3), 8 bits a colour.

    Raises:
        PictureError: there is no OpenGL for drawing without a screen.
        ValueError: no such view.
    """
    if view not in VIEWS:
        raise ValueError(f"no view {view!r}; known: {', '.join(VIEWS)}")
    library = mujoco()
    model, data = world.shown()
    width, height = size
    try:
        with library.Renderer(model, height, width) as renderer:
            option = library.MjvOption()
            option.geomgroup[:] = 1
            option.geomgroup[UNSEEN] = 0
            renderer.update_scene(data, EYE if view == EYE else _from_above(library, world), option)
            return np.asarray(renderer.render()).copy()
    except Exception as error:  # every OpenGL binding has its own
        raise PictureError(_cure(error)) from error


def save(world: MujocoWorld, file: Path, view: str = EYE, size: tuple[int, int] = SIZE) -> None:
    """Write the picture as PNG; errors as for `photograph`, and `OSError` where it cannot be written."""
    Image.fromarray(photograph(world, view, size)).save(file, format="PNG")


def _cure(reason: object) -> str:
    why = str(reason).strip() or type(reason).__name__
    return (
        f"no picture can be drawn here ({why}): apt-get install libosmesa6, and set MUJOCO_GL=osmesa before the start; "
        "everything else of this world works without"
    )


def _from_above(library: Any, world: MujocoWorld) -> Any:
    grid = world.home.grid
    rows, columns = np.nonzero(grid.cells >= 0)
    camera = library.MjvCamera()
    x, y = grid.to_world(float(rows.mean()), float(columns.mean()))
    camera.lookat[:] = (x, y, 0.0)
    camera.distance = 1.1 * grid.resolution * max(np.ptp(rows), np.ptp(columns))
    camera.azimuth, camera.elevation = 90.0, _TILT
    return camera
