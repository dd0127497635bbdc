"""One scenario from its line to its result: set up, play, record, judge."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from robotos.boot.simulated import MakeProcessor
from robotos.clock import Clock
from robotos.encoder.exemplars import Senses
from robotos.evaluation.drive import Driver, Transcribe
from robotos.evaluation.expect import failures
from robotos.evaluation.meter import MeteredProcessor
from robotos.evaluation.names import checked, home_of
from robotos.evaluation.outcome import outcome_of
from robotos.evaluation.recording import Added, Recording, Said
from robotos.evaluation.result import Result, result_of
from robotos.evaluation.scenario import Scenario
from robotos.evaluation.setting import Setting, set_up
from robotos.kernel.ports import Processor
from robotos.kernel.trace import Entry
from robotos.policy import Policy, load
from robotos.sim.world import KINEMATIC

Draw = Callable[[Recording], None]


@dataclass(slots=True)
class Witness:
    """Writes down, while a scenario runs, what could not be found out afterwards."""

    entries: list[Entry] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    refusals: list[dict[str, object]] = field(default_factory=list)
    setting: Setting | None = None

    def audit(self, order: dict[str, object]) -> None:
        """An order to the gate: only refusals are kept."""
        if "errno" in order:
            at = self.setting.rig.clock.now() if self.setting is not None else 0.0
            self.refusals.append({"at": round(at, 3), **order})

    def watch(self, setting: Setting) -> None:
        """Begin to follow the system's own log."""
        self.setting = setting
        setting.rig.kernel.trace.watchers.append(self._note)

    def _note(self, entry: Entry) -> None:
        self.entries.append(entry)
        if entry.kind == "say" and self.setting is not None:
            self.said.append(_moment(self.setting, entry))


def _moment(setting: Setting, entry: Entry) -> Said:
    world, truth = setting.rig.robot.world, setting.rig.robot.truth
    pose = world.pose
    coverage = {name: setting.coverage(name) for name in setting.floors} if truth.tool.intervals else {}
    return Said(
        entry.at, entry.text, truth.where(), pose, setting.home.room_at(pose.x, pose.y), world.charging, coverage,
        truth.path, truth.turn, {name: (person.x, person.y) for name, person in world.people.items()},
    )  # fmt: skip


def run(
    scenario: Scenario,
    make_processor: Callable[[Clock], Processor],
    transcribe: Transcribe,
    policy: Policy | None = None,
    draw: Draw | None = None,
    senses: Senses | None = None,
    world: str = KINEMATIC,
) -> Result:
    """Run one scenario in a fresh home. `draw` is handed the recording, for pictures.

    The processor that `make_processor` makes and `senses` are not closed: they may serve many scenarios.
    """
    began = time.perf_counter()
    recording = record(scenario, make_processor, transcribe, policy or load(), senses, world)
    failed = failures(recording)
    if draw is not None:
        draw(recording)
    return result_of(recording, failed, outcome_of(recording, failed), time.perf_counter() - began)


def record(
    scenario: Scenario,
    make_processor: MakeProcessor,
    transcribe: Transcribe,
    policy: Policy,
    senses: Senses | None = None,
    world: str = KINEMATIC,
) -> Recording:
    """Play one scenario to its end."""
    home = home_of(scenario)
    scenario = checked(scenario, home)
    meters: list[MeteredProcessor] = []

    def metered(clock: Clock) -> Processor:
        meters.append(MeteredProcessor(make_processor(clock)))
        return meters[-1]

    witness = Witness()
    with tempfile.TemporaryDirectory(prefix="robotos-eval-") as directory:
        setting = set_up(scenario, home, policy, metered, Path(directory), witness.audit, senses, world)
        try:
            witness.watch(setting)
            driver = Driver(setting.rig, scenario, transcribe)
            driver.play()
            return _recording(setting, driver, witness, meters[0])
        finally:
            setting.rig.close()


def _recording(setting: Setting, driver: Driver, witness: Witness, meter: MeteredProcessor) -> Recording:
    rig = setting.rig
    return Recording(
        scenario=setting.scenario,
        home=setting.home,
        policy=setting.policy,
        start=setting.scenario.setup.time,
        ended=rig.clock.now(),
        timed_out=driver.timed_out,
        marks=tuple(driver.marks),
        said=tuple(witness.said),
        speech=tuple(rig.speech.said),
        entries=tuple(witness.entries),
        refusals=tuple(witness.refusals),
        added=_added(setting),
        things_before=setting.before.things,
        truth=rig.robot.truth,
        pose=rig.robot.world.pose,
        charging=rig.robot.world.charging,
        coverage={room: setting.coverage(room) for room in setting.floors},
        usage=meter.total(),
        faults=tuple(meter.faults),
    )


def _added(setting: Setting) -> Added:
    disk, before = setting.rig.disk, setting.before
    memories, planned = disk.memories(), disk.planned()
    beliefs = {name: disk.where(name) for name in setting.home.things}
    return Added(
        tasks=tuple(setting.tasks()),
        planned=tuple(entry.call for entry in planned if entry.id not in before.planned),
        unplanned=len(before.planned - {entry.id for entry in planned}),
        memories=tuple(memory.text for memory in memories if memory.id not in before.memories),
        forgotten=len(before.memories - {memory.id for memory in memories}),
        beliefs={name: belief.place for name, belief in beliefs.items() if belief is not None},
    )
