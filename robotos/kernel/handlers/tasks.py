"""Traps by which programs keep the books: history, ledgers, where things are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from robotos.kernel import hush
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process

NEWEST = 20  # lines of history looked at
LEDGER_KEEPS = timedelta(hours=12)  # after which an interrupted cleaning begins anew


def begin_task(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Open a line of history."""
    task = kernel.ports.disk.begin_task(
        str(args["task"]), str(args["room"]), process.asked_by, kernel.ports.clock.wall(), str(args["detail"])
    )
    process.open_tasks.add(task)
    return task


def end_task(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Close a line of history."""
    process.open_tasks.discard(cast(int, args["task_id"]))
    kernel.ports.disk.end_task(
        cast(int, args["task_id"]), str(args["outcome"]), cast(float, args["coverage"]),
        kernel.ports.clock.wall(), str(args["detail"]),
    )  # fmt: skip
    return None


def last_task(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The newest that was really begun and has ended, done or not."""
    newest = kernel.ports.disk.tasks(str(args["task"]), str(args["room"]), limit=NEWEST)
    return next((task for task in newest if task.outcome not in {"running", "declined"}), None)


def save_ledger(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Keep the covered cells of a running task."""
    kernel.ports.disk.save_ledger(cast(int, args["task_id"]), str(args["room"]), cast(bytes, args["cells"]))
    return None


def open_ledger(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The covered cells of an interrupted task, unless the floor has had time to get dirty again since."""
    return kernel.ports.disk.open_ledger(str(args["room"]), kernel.ports.clock.wall() - LEDGER_KEEPS)


def where(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Where a thing is believed to be."""
    return kernel.ports.disk.where(str(args["thing"]))


def moved(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Correct where a thing is believed to be."""
    kernel.ports.disk.moved(str(args["thing"]), str(args["place"]), str(args["source"]), kernel.ports.clock.wall())
    return None


def held(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """What the gripper holds, by the disk."""
    return next((belief.thing for belief in kernel.ports.disk.things_at("robot")), "")


def home(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The map and layout."""
    return kernel.ports.home


def costmap(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Where the robot's centre may be."""
    return kernel.ports.costmap


def policy(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The policy in force."""
    return kernel.ports.policy


def quiet(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Rooms in which this process's task must wait, with until when; none for an owner who insists."""
    return hush.quiet_rooms(kernel, process, process.program.name, cast("tuple[str, ...]", args["rooms"]))


HANDLERS = {
    "quiet": Handler(quiet),
    "begin_task": Handler(begin_task),
    "end_task": Handler(end_task),
    "last_task": Handler(last_task),
    "save_ledger": Handler(save_ledger),
    "open_ledger": Handler(open_ledger),
    "where": Handler(where),
    "moved": Handler(moved),
    "held": Handler(held),
    "home": Handler(home),
    "costmap": Handler(costmap),
    "policy": Handler(policy),
}
