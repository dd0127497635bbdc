"""What the gate does while it does not know where it is: it looks, standing, and nothing moves by a guess."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from robotos.actuation.estimate import Estimator
from robotos.actuation.localiser import Localiser
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import BodyEvent
from robotos.navigation.home import Home
from robotos.navigation.localisation.relocalise import Ambiguous, Found, Nowhere, Relocaliser

SLICES = 8  # of the search in one cycle of the gate: about as many milliseconds, while the wheels stand
DOUBTS = 3  # slices in a cycle for a second opinion, while the wheels may turn
STANDING = 0.002  # m/s and rad/s
START_SCANS = 3  # a pose told at the start is held against so many scans before the whole map is searched
DOCK_REACH = 0.3  # m around the dock's pose within which the charging contacts can meet
SEED = 20
NAMELESS = "somewhere between my rooms"


class Relocating:
    """Searches while the pose is lost, and tells by events how it stands: `lost`, `located`, `ambiguous`, `nowhere`.

    `told` are poses that may be right (where it stood last, the dock): they are believed when a scan bears one out.
    """

    def __init__(self, estimator: Estimator, localiser: Localiser, home: Home, told: Sequence[Pose], sigma: float):
        self._estimator = estimator
        self._localiser = localiser
        self._home = home
        self._told, self._start_sigma = tuple(told), sigma
        self._start_scans = START_SCANS if told else 0
        self._search: Relocaliser | None = None
        self._was_lost = bool(told)  # not worth a word before the first scans were seen
        self._docked = False
        self._reported: object = None
        self.events: list[BodyEvent] = []

    def moved(self, step: Pose) -> None:
        """Odometry has gone on by `step`, in the robot's frame."""
        if self._search is not None:
            self._search.moved(step)

    def scan(self, ranges: Sequence[float], now: float) -> None:
        """Take in a scan; only one taken standing counts, as the caller sees to."""
        if not self._estimator.lost:
            return
        if self._start_scans:
            self._start_scans -= 1
            if self._estimator.prove(self._told, ranges, self._start_sigma):
                self._start_scans = 0
                self._came_back(now)
            self._was_lost = self._start_scans > 0
            return
        if self._search is not None:
            self._search.scan(ranges)

    def cycle(self, twist: Twist, charging: bool, now: float) -> None:
        """Go on searching for as long as a cycle has time, if the robot is lost and stands."""
        self._estimator.reconsider(DOUBTS)
        if not self._estimator.lost:
            self._search = None
            self._was_lost = False
            return
        if not self._was_lost:
            self._was_lost, self._reported = True, None
            self.events.append(BodyEvent("lost", now))
        if self._start_scans or abs(twist.v) > STANDING or abs(twist.w) > STANDING:
            return
        if self._search is None:
            self._search = self._localiser.relocaliser(SEED)
            self._docked = False
        if charging and not self._docked:
            self._search.begin(self._dock())
        self._docked = charging
        for _ in range(SLICES):
            if not self._search.work():
                break
        self._report(self._search, now)

    def hint(self, room: str) -> bool:
        """A person at the machine says in which room it is; False for an unknown room, or when it isn't lost."""
        if self._search is None or room not in self._home.rooms:
            return False
        self._search.begin(self._home.rooms[room].mask)
        self._reported = None
        return True

    def _report(self, search: Relocaliser, now: float) -> None:
        answer = search.answer
        if answer is self._reported:
            return
        if isinstance(answer, Found):
            self._estimator.found(answer.pose, answer.sigma)
            self._came_back(now)
        elif isinstance(answer, Ambiguous):
            self.events.append(BodyEvent("ambiguous", now, " or ".join(self._rooms(answer.places))))
        elif isinstance(answer, Nowhere) and not isinstance(self._reported, Nowhere):
            self.events.append(BodyEvent("nowhere", now))
        self._reported = answer

    def _came_back(self, now: float) -> None:
        self._search, self._was_lost, self._reported = None, False, None
        pose = self._estimator.pose
        self.events.append(BodyEvent("located", now, self._home.room_at(pose.x, pose.y)))

    def _rooms(self, places: Sequence[Pose]) -> list[str]:
        """The rooms that the places lie in, each once."""
        return list(dict.fromkeys(self._home.room_at(place.x, place.y) or NAMELESS for place in places))

    def _dock(self) -> NDArray[np.bool_]:
        """The cells (H, W) where it can be while it charges."""
        xs, ys = self._home.grid.centres()
        return np.asarray(np.hypot(xs[None, :] - self._home.dock.x, ys[:, None] - self._home.dock.y) <= DOCK_REACH)
