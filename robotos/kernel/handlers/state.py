"""What the robot knows about itself: progress of tasks and the syscall `status`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from robotos.kernel import agenda
from robotos.kernel.calls import Result
from robotos.kernel.kernel import Handler, Kernel
from robotos.kernel.process import Process, State


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
    pose = kernel.ports.actuators.state().pose
    home = kernel.ports.home
    near = [p.name for p in home.places.values() if pose.distance(p.approach) < 0.4]
    return {"room": home.room_at(pose.x, pose.y) or "", "place": near[0] if near else ""}


def _task(kernel: Kernel) -> dict[str, object]:
    holder = kernel.base.holder
    return {
        "doing": holder.call if holder is not None else None,
        "doing_bindings": kernel.bindings_of(holder),
        "paused": holder is not None and holder.state is State.PAUSED,
        "queued": [p.program.name for p in kernel.base.queue],
        **(dict(holder.progress) if holder is not None else {}),
    }


def _held(kernel: Kernel) -> dict[str, object]:
    held = kernel.ports.disk.things_at("robot")
    return {"thing": held[0].thing if held else ""}


def _schedule(kernel: Kernel) -> dict[str, object]:
    return {"planned": [(entry.at, entry.every, agenda.load(entry.call)) for entry in kernel.ports.disk.planned()]}


def _clock(kernel: Kernel) -> dict[str, object]:
    return {"now": kernel.ports.clock.wall()}


_ANSWERS: Mapping[str, Callable[[Kernel], dict[str, object]]] = {
    "battery": _battery,
    "position": _position,
    "task": _task,
    "progress": _task,
    "clock": _clock,
    "date": _clock,
    "held": _held,
    "schedule": _schedule,
}

HANDLERS = {"progress": Handler(progress), "sys.status": Handler(status)}
