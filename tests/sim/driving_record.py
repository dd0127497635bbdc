"""A seeded drive through the apartment, and what it leaves behind: `python -m tests.sim.driving_record` writes it anew.

It goes where shortcuts of the simulator could be wrong: along and against walls, past people who move, over the edge of
the stairwell, onto the dock, with drift, slip, outliers, and something in the gripper.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.geometry import Pose
from robotos.navigation.home import Home, load_home
from robotos.sim.kinematic import Imperfection, KinematicWorld
from robotos.sim.robot import SimulatedRobot
from robotos.sim.sweep import encode
from robotos.sim.truth import Truth

HERE = Path(__file__).parent
APARTMENT = HERE.parents[1] / "maps" / "apartment"
RECORD = HERE / "driving_record.json"

FLAWS = Imperfection(drift=0.02, slip_rate=0.5, outliers=0.05, drop_rate=0.05, scan_time=0.1)
TICK = 0.01  # s
SCENES = 24  # places from which the robot is driven without a controller
LEG, LEGS = 120, 3  # periods for which the wheels keep their duty, and how often they change it
EVERY = 180  # periods between two lines of the record
LOCKSTEP = 600  # periods driven through the firmware

Row = list[float]


def read() -> dict[str, object]:
    """The record as it was written."""
    found: dict[str, object] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def record(home: Home) -> dict[str, object]:
    """Both drives as values that JSON can hold, floats in full."""
    return {"free": free(home)[0], "lockstep": lockstep(home)}


def free(home: Home, note: Callable[[KinematicWorld], object] | None = None) -> tuple[dict[str, object], list[object]]:
    """Wheels driven by chance from `SCENES` places; what `note` says of every period comes with it."""
    world = KinematicWorld(home, seed=11, imperfection=FLAWS)
    truth = Truth(world)
    chance = random.Random(11)
    rows: list[Row] = []
    notes: list[object] = []
    for count, (left, right, tool) in enumerate(_duties(world, chance)):
        world.step(left, right, tool, TICK)
        truth.observe()
        ranges = world.scan() if count % 10 == 0 else ()
        if note is not None:
            notes.append((note(world), ranges))
        if count % EVERY == 0:
            rows.append([*_row(world), *ranges[::9]])
    return {"rows": rows, "truth": _judged(truth)}, notes


def lockstep(home: Home) -> dict[str, object]:
    """To and fro before the dock with the firmware's C core, orders every 50 ms, past somebody who comes and goes."""
    world = KinematicWorld(home, Pose(3.5, 4.1, 0.4), seed=12, imperfection=FLAWS)
    robot = SimulatedRobot(world, HostController(boot_nonce=1))
    link = Link(robot.transport, lambda: robot.now)
    rows: list[Row] = []
    for count in range(LOCKSTEP):
        robot.step()
        if count % 5 == 4:
            link.poll()
            link.heartbeat()
            if not robot.outputs.enabled and link.up:
                link.arm()
            v, w = ((200, 0), (0, 900), (150, -400), (-100, 200))[count // 150 % 4]
            link.drive(v, w, link.deadline_after(0.2))
            link.tool(200, link.deadline_after(0.2))
        if count == 250:
            robot.move_person("guest", world.body.x + 0.7, world.body.y)
        if count % 60 == 0:
            rows.append([*_row(world), robot.outputs.pwm_left, robot.outputs.pwm_right])
    return {"rows": rows, "truth": _judged(robot.truth)}


def _duties(world: KinematicWorld, chance: random.Random) -> Iterator[tuple[int, int, int]]:
    """PWM left, right and of the tool for each period, and what is done to the home between."""
    x0, y0 = world.home.grid.origin.x, world.home.grid.origin.y
    height, width = world.home.grid.shape
    for scene in range(SCENES):
        while True:
            x = x0 + chance.random() * width * world.home.grid.resolution
            y = y0 + chance.random() * height * world.home.grid.resolution
            if not world.walls.near(x, y):
                break
        world.move_robot(world.home.dock if scene % 6 == 0 else Pose(x, y, chance.uniform(-3.0, 3.0)))
        if scene == 3:
            world.move_robot(Pose(7.6, 3.9, 0.0))  # before the stairwell
        if scene % 4 == 1:
            world.hold_thing("cup")
        for leg in range(LEGS):
            if scene % 2 and leg == 1:
                world.move_person(
                    "guest", world.body.x + chance.uniform(-0.5, 0.5), world.body.y + chance.uniform(0.2, 0.5)
                )
            base, aside = chance.choice((0, 90, 160, 255, -120)), chance.choice((0, 0, 3, 40, 120))
            if scene == 3:
                base, aside = 200, 0
            tool = chance.choice((0, 200, 200))
            for _ in range(LEG):
                yield max(-255, base - aside), min(255, base + aside), tool


def _row(world: KinematicWorld) -> Row:
    body = world.body
    return [
        *(body.time, body.x, body.y, body.yaw, body.v, body.w, body.battery),
        *(*world.encoders, world.bumper, world.cliff, world.charging, body.fallen, world.holding, body.slips),
        *(contact.bearing for contact in body.contacts),
    ]


def _judged(truth: Truth) -> dict[str, object]:
    """The judge's record, and how many cells were swept."""
    found = truth.evidence()
    found["pose"] = [*found["pose"]][::25]  # type: ignore[misc]  # a list, by `evidence`
    del found["swept"]
    mask = truth.swept
    return {**found, "swept": int(mask.sum()), "runs": len(encode(mask))}


if __name__ == "__main__":
    RECORD.write_text(json.dumps(record(load_home(APARTMENT))) + "\n", encoding="utf-8")
