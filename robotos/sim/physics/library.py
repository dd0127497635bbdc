"""Finding MuJoCo, which is an extra: imported when a physical world is made, not before."""

from __future__ import annotations

import ctypes.util
import importlib
import os
from typing import Any

CHOICE = "MUJOCO_GL"  # the environment variable by which MuJoCo, once, as it is imported, chooses its OpenGL
BACKENDS = (("egl", "EGL"), ("osmesa", "OSMesa"))  # those that need no screen, and the library that each is


class PhysicsMissingError(ImportError):
    """MuJoCo is not installed; the message says how to install it."""


def mujoco() -> Any:
    """The library, told to draw without a screen if there is anything here to draw with.

    Raises:
        PhysicsMissingError: it is not installed, or cannot be loaded here.
    """
    if CHOICE not in os.environ:
        found = next((name for name, needs in BACKENDS if ctypes.util.find_library(needs)), "disabled")
        os.environ[CHOICE] = found
    try:
        return importlib.import_module("mujoco")
    except ImportError as error:
        raise PhysicsMissingError(
            f"the physical world needs MuJoCo ({error}): pip install 'robotos[mujoco]', or take --world kinematic"
        ) from error
