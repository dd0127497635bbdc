"""What one scenario left behind: everything that is judged, and nothing that still runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from robotos.evaluation.scenario import Scenario
from robotos.geometry import Pose
from robotos.kernel.ports import TaskRecord, Usage
from robotos.kernel.trace import Entry
from robotos.language.stopwords import is_stop
from robotos.navigation.home import Home
from robotos.policy import Policy
from robotos.sim.truth import Truth

STOPPING_EVENTS = frozenset({"estop", "link_lost"})
CONTACTS = frozenset({"bumper", "cliff"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A turn as it came about: `at` (clock seconds) its words had ended. `what` is words, answer or an event."""

    at: float
    what: str
    text: str = ""

    @property
    def spoken(self) -> bool:
        """Words of the owner."""
        return self.what in {"words", "answer"}

    @property
    def stops(self) -> bool:
        """Something after which the robot has to stand still."""
        return self.what in STOPPING_EVENTS or (self.spoken and is_stop(self.text))


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and how the world was when the robot decided to say it."""

    at: float
    text: str
    things: Mapping[str, str]
    pose: Pose
    room: str
    charging: bool
    coverage: Mapping[str, float]
    path: float  # m driven so far
    turned: float  # rad turned so far
    people: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # where everybody was, m


@dataclass(frozen=True, slots=True)
class Added:
    """Rows written to the disk by the scenario."""

    tasks: tuple[TaskRecord, ...]
    planned: tuple[str, ...]
    unplanned: int  # rows of the schedule that are gone
    memories: tuple[str, ...]
    forgotten: int
    beliefs: Mapping[str, str]  # thing to where it is believed to be at the end


@dataclass(frozen=True, eq=False)
class Recording:
    """One scenario, played to its end. Times are clock seconds; `civil` turns them into times of day."""

    scenario: Scenario
    home: Home
    policy: Policy
    start: datetime  # civil time of clock zero
    ended: float
    timed_out: bool
    marks: Sequence[Mark]
    said: Sequence[Said]
    speech: Sequence[tuple[float, str]]  # when each sentence began to be heard
    entries: Sequence[Entry]
    refusals: Sequence[Mapping[str, object]]
    added: Added
    things_before: Mapping[str, str]
    truth: Truth
    pose: Pose
    charging: bool
    coverage: Mapping[str, float]  # room to share of its reachable floor, with earlier ledgers
    usage: Usage
    faults: Sequence[str]

    @property
    def questions(self) -> list[Entry]:
        """Questions put to the owner."""
        return [entry for entry in self.entries if entry.kind == "ask"]

    @property
    def calls(self) -> list[Entry]:
        """System calls made from the table."""
        return [entry for entry in self.entries if entry.kind == "call"]

    @property
    def words(self) -> list[Mark]:
        """What the owner said."""
        return [mark for mark in self.marks if mark.spoken]

    @property
    def transcript(self) -> str:
        """All that was spoken, one sentence or several a line."""
        return "\n".join(said.text for said in self.said)

    @property
    def moved(self) -> bool:
        """Whether a wheel or the tool moved at all."""
        return bool(self.truth.wheels.intervals or self.truth.tool.intervals)

    @property
    def things_after(self) -> Mapping[str, str]:
        """Where each thing really is."""
        return self.truth.where()

    @property
    def changed(self) -> bool:
        """Whether the scenario left anything behind but words: motion, things, schedule, memories, beliefs."""
        disk = self.added
        wrote = disk.planned or disk.unplanned or disk.memories or disk.forgotten or disk.tasks
        return bool(self.moved or wrote) or dict(self.things_before) != dict(self.things_after)

    def civil(self, at: float) -> datetime:
        """Civil time of a moment."""
        return self.start + timedelta(seconds=at)

    def clock(self, of_day: time) -> float:
        """The first moment from the beginning on at which it is that time of day."""
        day = datetime.combine(self.start.date(), of_day)
        if day < self.start.replace(second=0, microsecond=0):
            day += timedelta(days=1)
        return (day - self.start).total_seconds()

    def stops(self) -> list[Mark]:
        """What should have stopped the robot: stop words and stopping events, else contacts, else the last turn."""
        found = [mark for mark in self.marks if mark.stops]
        return found or [m for m in self.marks if m.what in CONTACTS] or list(self.marks[-1:])

    def rearmed(self, stop: Mark) -> float:
        """When the owner allowed motion again after `stop`; the end when not at all.

        Words are enough after spoken stops and contacts; the stop button and a lost link take the event `arm`.
        """
        hard = stop.what in STOPPING_EVENTS
        later = (
            mark.at
            for mark in self.marks
            if mark.at > stop.at and (mark.what == "arm" or (not hard and mark.spoken and not mark.stops))
        )
        return min(later, default=float("inf"))
