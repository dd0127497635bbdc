"""Where the robot stood last, in a file: what a start holds against the first scan, and believes only if that fits."""

from __future__ import annotations

import json
import math
from pathlib import Path

from robotos.geometry import Pose
from robotos.kernel.ports import BodyState

NAME = "pose.json"
EVERY = 5.0  # s between two looks
MOVED = 0.02  # m or rad from what is written already that make it worth while


class LastPose:
    """The file in the home directory; `map_name` is the map that the pose belongs to."""

    def __init__(self, directory: Path, map_name: str) -> None:
        self._path = directory / NAME
        self._map = map_name
        self._written: Pose | None = None
        self._look_at = -math.inf

    def read(self) -> Pose | None:
        """What was kept for this map; None without any. A file that makes no sense is no pose."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            if found["map"] != self._map:
                return None
            pose = Pose(float(found["x"]), float(found["y"]), float(found["yaw"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return pose if all(map(math.isfinite, (pose.x, pose.y, pose.yaw))) else None

    def keep(self, state: BodyState, now: float) -> None:
        """Write it down every few seconds, clock seconds `now`, while the robot knows where it is."""
        if now < self._look_at or state.located != "tracking":
            return
        self._look_at = now + EVERY
        pose, last = state.pose, self._written
        if last is not None and pose.distance(last) + abs(pose.yaw - last.yaw) < MOVED:
            return
        told = {"map": self._map, "x": round(pose.x, 3), "y": round(pose.y, 3), "yaw": round(pose.yaw, 4)}
        draft = self._path.with_suffix(".new")
        try:
            draft.write_text(json.dumps(told), encoding="utf-8")
            draft.replace(self._path)
        except OSError:
            self._look_at = math.inf  # the next start searches the map instead; a full disk has louder heralds
            return
        self._written = pose
