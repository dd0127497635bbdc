"""What the robot knows about itself: progress of tasks and the syscall `status`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from robotos.kernel import agenda
from robotos.kernel.calls import Result
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process, State

NEAR = 0.4  # m from the spot before a place at which the robot is said to be there
DOCK = "dock"


def progress(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Publish how far a program is."""
    process.progress = {**process.progress, **cast("Mapping[str, object]", args["facts"])}
    return None


def status(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Answer one question about the robot itself."""
    of = str(cast("tuple[str, ...]", args["of"])[0])
    return Result(data={"of": of, **_ANSWERS[of](kernel)})


def _battery(kernel: Kernel) -> dict[str, object]:
    state = kernel.ports.actuators.state()
    return {"battery": state.battery, "charging": state.charging}


def _position(kernel: Kernel) -> dict[str, object]:
    state, home = kernel.ports.actuators.state(), kernel.ports.home
    pose = state.pose
    if state.located == "lost":
        return {"room": "", "place": DOCK if state.charging else ""}
    near = min(home.places.values(), key=lambda place: pose.distance(place.approach), default=None)
    place = near.name if near is not None and pose.distance(near.approach) < NEAR else ""
    return {"room": home.room_at(pose.x, pose.y), "place": DOCK if state.charging else place}


def _task(kernel: Kernel) -> dict[str, object]:
    return _told(kernel.base.holder)


def _progress(kernel: Kernel) -> dict[str, object]:
    """Of what has progress to speak of: the cleaning that was set aside, not the errand it was set aside for."""
    measured = [p for p in kernel.base.everyone() if "coverage" in p.progress]
    of = measured[0] if measured else kernel.base.holder
    return {**_told(of), "next": _waiting(kernel, of)}


def _told(process: Process | None) -> dict[str, object]:
    if process is None or process.task is None:
        return {}
    task = {"task": process.task.call.name, "call": process.task.call, "bindings": process.task.bindings}
    return {**process.progress, **task, "paused": process.state is State.PAUSED}


def _held(kernel: Kernel) -> dict[str, object]:
    held = kernel.ports.disk.things_at("robot")
    holding = kernel.ports.actuators.state().gripper_holding
    return {"thing": (held[0].thing if held else "something") if holding else ""}


def _schedule(kernel: Kernel) -> dict[str, object]:
    entries = [agenda.entry(planned) for planned in kernel.ports.disk.planned()]
    working = next((p for p in kernel.base.everyone() if "left" in p.progress), None)
    left = working.progress["left"] if working is not None else []
    return {"entries": entries, "left": left, "next": _waiting(kernel, working)}


def _waiting(kernel: Kernel, besides: Process | None) -> list[dict[str, object]]:
    """The tasks that go on, or begin, once what drives now has ended."""
    waiting = [p.task for p in kernel.base.everyone()[1:] if p is not besides and p.task is not None]
    return [{"call": task.call, "bindings": task.bindings} for task in waiting]


def _clock(kernel: Kernel) -> dict[str, object]:
    return {"now": kernel.ports.clock.wall()}


_ANSWERS: Mapping[str, Callable[[Kernel], dict[str, object]]] = {
    "battery": _battery,
    "position": _position,
    "task": _task,
    "progress": _progress,
    "clock": _clock,
    "date": _clock,
    "held": _held,
    "schedule": _schedule,
}

HANDLERS = {"progress": Handler(progress), "sys.status": Handler(status)}
