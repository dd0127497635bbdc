"""Programs that crash, refuse to die, ask for nonsense or use too much: kernel and wheels don't suffer for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import cast

import pytest

from robotos.errno import Errno
from robotos.kernel.api import Sys
from robotos.kernel.budget import Budget
from robotos.kernel.calls import Result, Taint
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.lifecycle import DYING_TRAPS, KEPT
from robotos.kernel.process import Args, Main, Priority, Process, Program
from robotos.kernel.trap import Killed, Trap, TrapRefusedError
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


def run(robot: Robot, main: Main) -> str:
    """Have a program run as if it were `dock`; its errno."""
    robot.install("dock", main)
    robot.do("go", "dock")
    return robot.results("dock")[-1]


def alive(robot: Robot) -> None:
    """The kernel still works, nothing is left over, and the wheels stand."""
    assert robot.running() == [] and not robot.moving
    assert robot.rig.kernel.base.holder is None
    assert robot.do("hello", "say hello") != []


# ---------------------------------------------------------------- crashes


async def crash_while_driving(sys: Sys, args: Args) -> Result:
    for _ in range(20):
        await sys.drive(0.2, 0.0)
    await sys.tool(True)
    raise ZeroDivisionError("a bug")


def test_a_crash_ends_the_program_and_stops_the_wheels(robot: Robot) -> None:
    assert run(robot, crash_while_driving) == "EIO"
    assert robot.rig.robot.truth.path > 0.05, "it was moving when it crashed"
    assert not robot.state.tool_on
    assert any("crashed" in entry.text for entry in robot.entries)
    assert "couldn't" in robot.said[-1] or "can't" in robot.said[-1], "and the owner hears of it"
    alive(robot)


async def ask_wrongly(sys: Sys, args: Args) -> Result:
    await Trap("sleep", {"seconds": "long"})
    return Result()


async def ask_for_nothing_known(sys: Sys, args: Args) -> Result:
    await Trap("teleport")
    return Result()


async def await_something_else(sys: Sys, args: Args) -> Result:
    await asyncio.sleep(0)
    return Result()


async def answer_nothing(sys: Sys, args: Args) -> Result:
    return cast(Result, None)


async def leave(sys: Sys, args: Args) -> Result:
    raise SystemExit(3)


async def crash_tidying_up(sys: Sys, args: Args) -> Result:
    try:
        await Trap("teleport")
    finally:
        raise KeyError("in the finally")


@pytest.mark.parametrize(
    ("main", "errno"),
    [
        (ask_wrongly, "EIO"),
        (ask_for_nothing_known, "ENOSYS"),
        (await_something_else, "ENOSYS"),
        (answer_nothing, "EIO"),
        (leave, "EIO"),
        (crash_tidying_up, "EIO"),
    ],
)
def test_nonsense_from_user_space_ends_that_program_only(robot: Robot, main: Main, errno: str) -> None:
    assert run(robot, main) == errno
    alive(robot)


def test_a_program_can_live_with_a_refused_trap(robot: Robot) -> None:
    async def main(sys: Sys, args: Args) -> Result:
        with pytest.raises(TrapRefusedError) as refused:
            await Trap("teleport")
        return Result(Errno.EBUSY, reason=refused.value.errno.value)

    assert run(robot, main) == "EBUSY"


def test_the_robot_is_not_deaf_after_its_assistant_has_crashed(robot: Robot) -> None:
    robot.run(0.2)
    assistant = next(p for p in robot.rig.kernel.processes.values() if p.program.priority is Priority.DAEMON)
    robot.rig.kernel.life.kill(assistant, Errno.EIO, "a test")
    assert robot.do("hello", "say hello") != []


def test_a_program_that_never_waits_does_not_hold_the_others_up(robot: Robot) -> None:
    turns = 0

    async def main(sys: Sys, args: Args) -> Result:
        nonlocal turns
        while True:
            turns += 1
            await sys.now()

    robot.install("dock", main)
    robot.say("go", "dock")
    robot.run(1.0)
    assert turns > 100
    robot.say("stop")
    robot.finish(5.0)
    alive(robot)


# ---------------------------------------------------------------- being killed


async def drive_on(sys: Sys) -> None:
    while True:
        await sys.drive(0.2, 0.0)


async def deny_death(sys: Sys, args: Args) -> Result:
    while True:
        with suppress(Killed):
            await drive_on(sys)


async def wait_while_dying(sys: Sys, args: Args) -> Result:
    try:
        await drive_on(sys)
    finally:
        await sys.sleep(3600.0)
    return Result()


async def drive_while_dying(sys: Sys, args: Args) -> Result:
    try:
        await drive_on(sys)
    finally:
        for _ in range(DYING_TRAPS):
            await sys.drive(0.3, 0.0)
    return Result()


async def claim_success(sys: Sys, args: Args) -> Result:
    with suppress(Killed):
        await drive_on(sys)
    return Result()


async def crash_while_dying(sys: Sys, args: Args) -> Result:
    try:
        await drive_on(sys)
    finally:
        raise KeyError("in the finally")


@pytest.mark.parametrize("main", [deny_death, wait_while_dying, drive_while_dying, claim_success, crash_while_dying])
def test_nothing_survives_a_stop(robot: Robot, main: Main) -> None:
    robot.install("dock", main)
    robot.say("go", "dock")
    robot.until(lambda: robot.moving)
    process = robot.rig.kernel.base.holder
    assert process is not None
    robot.say("stop")
    assert process.ended and process.result is not None and process.result.errno is Errno.ECANCELED
    robot.finish(5.0)
    alive(robot)


def test_a_dying_program_keeps_its_books_but_starts_nothing(robot: Robot) -> None:
    kept: list[str] = []

    async def main(sys: Sys, args: Args) -> Result:
        task = await sys.begin_task("dock", "", "")
        try:
            await drive_on(sys)
        finally:
            for begin in (sys.recover(), sys.gripper(False, (0.5, 0.0, 0.5)), sys.question("May I?")):
                try:
                    await begin
                except TrapRefusedError as refused:
                    kept.append(refused.errno.value)
            await sys.end_task(task, "interrupted")
            kept.append("closed")
        return Result()

    robot.install("dock", main)
    robot.say("go", "dock")
    robot.until(lambda: robot.moving)
    robot.say("stop")
    assert kept == ["ECANCELED", "ECANCELED", "ECANCELED", "closed"]
    assert robot.history("dock")[0].outcome == "interrupted"


class KillAt:
    """The handlers, with one trap of one program at which it is killed: before or after it was served."""

    def __init__(self, handlers: Mapping[str, Handler], program: str) -> None:
        self.program = program
        self.left = 0
        self.after = False
        self.table = {name: self._wrapped(handler) for name, handler in handlers.items()}

    def _wrapped(self, handler: Handler) -> Handler:
        def serve(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
            hit = process.program.name == self.program and not process.dying and self._count()
            if hit and not self.after:
                kernel.life.kill(process, Errno.ECANCELED, "cancelled")
                return None
            answer = handler.run(kernel, process, args)
            if hit and self.after:
                kernel.life.kill(process, Errno.ECANCELED, "cancelled")
            return answer

        return Handler(serve, handler.capability, handler.dying)

    def _count(self) -> bool:
        self.left -= 1
        return self.left == 0


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_trap_a_cleaning_leaves_closed_books(robot: Robot, after: bool) -> None:
    kernel = robot.rig.kernel
    kill = KillAt(kernel.handlers, "clean")
    kernel.handlers = kill.table
    kill.after = after
    swept = False
    for trap in [*range(1, 26), 400, 1500]:
        kill.left = trap
        before = len(robot.history("clean"))
        robot.say("clean the kitchen", "clean r1 force")
        robot.until(lambda: robot.running() == [], 60.0)
        robot.run(0.4)
        assert kill.left <= 0, "it was killed"
        newest = robot.history("clean")[: len(robot.history("clean")) - before]
        assert all(task.outcome == "interrupted" and task.end is not None for task in newest)
        ledger = robot.rig.disk.open_ledger("kitchen")
        assert ledger is not None or not swept, "what was swept is not lost"
        swept = swept or ledger is not None
        assert robot.running() == [] and not robot.moving and not robot.state.tool_on
    assert swept and robot.history("clean")[0].coverage > 0.0


def test_children_end_with_their_parent_and_the_dead_are_forgotten(robot: Robot) -> None:
    kernel = robot.rig.kernel
    robot.say("clean the kitchen", "clean r1")
    robot.run(1.0)
    turn = next(p for p in kernel.life.working if p.program.name == "turn")
    kernel.life.kill(turn, Errno.ECANCELED, "cancelled")
    assert robot.running() == []
    for _ in range(10):
        robot.do("hello", "say hello")
    robot.run(KEPT + 2.0)
    assert len(kernel.processes) == 1, "only the assistant is left in the table"


# ---------------------------------------------------------------- budgets


def test_a_budget_counts_what_goes_over_as_well() -> None:
    budget = Budget({"metres": 1.0})
    assert budget.charge("metres", 0.6) and not budget.charge("metres", 0.6)
    assert budget.left("metres") == pytest.approx(-0.2)
    assert budget.charge("tokens", 1e9), "what has no limit is unlimited"


def exhaust(robot: Robot, name: str, limit: float) -> str:
    """Clean with the given budget; the errno."""
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.running() == ["turn", "clean"])
    robot.rig.kernel.life.working[0].budget.limits[name] = limit
    robot.finish()
    return robot.results("clean")[-1]


@pytest.mark.parametrize(("name", "limit"), [("syscalls", 200), ("metres", 0.3), ("motor_seconds", 3.0)])
def test_an_order_that_uses_too_much_ends_and_says_so(robot: Robot, name: str, limit: float) -> None:
    assert exhaust(robot, name, limit) == "ENOSPC"
    assert "budget" in robot.said[-1]
    assert not robot.moving and not robot.state.tool_on
    assert robot.history("clean")[0].outcome == "interrupted"


def test_a_plan_of_many_calls_has_one_budget(robot: Robot) -> None:
    robot.do("turn", "turn_by left", "turn_by right", "turn_by left")
    turn = next(p for p in robot.rig.kernel.processes.values() if p.program.name == "turn")
    assert robot.results("turn_by") == ["OK"] * 3
    alone = turn.budget.used["motor_seconds"] / 3
    assert alone > 0.8, "each quarter turn takes a second, and all three are counted together"


def test_tokens_are_a_budget_too(robot: Robot) -> None:
    robot.processor.thinking = 0.2
    robot.say("turn", "turn_by left")
    robot.rig.kernel.life.working[0].budget.limits["tokens"] = 5
    robot.finish()
    assert robot.results("turn_by") == [] and robot.rig.robot.truth.path == 0.0


# ---------------------------------------------------------------- capabilities of programs


def test_a_program_cannot_start_another_with_more_than_it_holds(robot: Robot) -> None:
    errnos: list[str] = []

    async def main(sys: Sys, args: Args) -> Result:
        child = Program("child", answer_nothing, Priority.INTERACTIVE, moves=False)
        for taint in (Taint.OWNER, Taint.SYSTEM, Taint.PAPER, Taint.WEB):
            try:
                await sys.start(child, {}, taint, "somebody")
            except TrapRefusedError as refused:
                errnos.append(refused.errno.value)
        return Result()

    robot.install("dock", main)
    robot.do("go", "dock", speaker="grandma")
    assert errnos == ["EACCES"] * 4
