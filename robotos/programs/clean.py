"""`clean`: cover rooms strip by strip; a room counts as done only by the floor that was really passed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Argument, Named
from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import reachable
from robotos.navigation.grid import Bools
from robotos.navigation.home import Home
from robotos.navigation.ledger import Ledger
from robotos.navigation.tour import Piece, order
from robotos.programs.arguments import flag, many, number
from robotos.programs.covering import Book, cover
from robotos.programs.destinations import room_spot
from robotos.programs.driving import Failed
from robotos.programs.tools import dry_cells, fit_tool, put_tool_away

SPOT_REACH = 1.0  # m from the robot or a place, in x and y, that "clean here" covers: straight lanes are quick
MOST_TIMES = 5  # times in a row that a room is cleaned
# A cleaning that ended so far ahead of now was written by a clock that was wrong, and holds nothing back.
CLOCK_WRONG = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Area:
    """One piece of floor to clean: `mask` (H, W) are its cells."""

    room: str
    mask: Bools
    whole: bool = True  # a whole room, which then counts as cleaned


@dataclass(slots=True)
class Report:
    """What came of each room so far."""

    rooms: list[tuple[str, float, str]] = field(default_factory=list)
    skipped: list[tuple[str, datetime, float]] = field(default_factory=list)
    again: dict[str, datetime] = field(default_factory=dict)  # of those: from when on it is not too soon
    quiet: dict[str, datetime] = field(default_factory=dict)  # left out: quiet until then
    trouble: Failed | None = None
    spot: bool = False


async def main(sys: Sys, args: Args) -> Result:
    """Decide which rooms are due, clean each, record each."""
    home = await sys.home()
    state = await sys.body()
    areas = _areas(home, args, state.pose)
    if not areas:
        return Result(Errno.ENOENT, reason="I don't know which room is meant.")
    report = Report()
    due = await _due(sys, areas, report, forced=flag(args, "force"))
    if not due:
        return _declined(report)
    report.spot = not all(area.whole for area in due)
    await sys.announce()
    times = max(1, min(MOST_TIMES, int(number(args, "times", 1))))
    ordered = await sys.compute(partial(in_order, home, await sys.costmap(), due, state.pose))
    for _ in range(times):
        for index, area in enumerate(ordered):
            await sys.progress(room=area.room, coverage=0.0, left=[a.room for a in ordered[index + 1 :]])
            await fit_tool(sys, area.room)
            await _clean_area(sys, area, report)
            if report.trouble is not None and report.trouble.errno not in {Errno.EHOSTUNREACH, Errno.OK}:
                return _result(report)
    await put_tool_away(sys)
    return _result(report)


def _result(report: Report) -> Result:
    quiet = list(report.quiet.items())
    data = {"rooms": list(report.rooms), "skipped": list(report.skipped), "spot": report.spot, "quiet": quiet}
    if all(outcome == "done" for _, _, outcome in report.rooms):
        return Result(data=data)
    trouble = report.trouble or Failed(Errno.EHOSTUNREACH, "I could not reach all of the floor.")
    return Result(trouble.errno, data, reason=trouble.reason)


def _areas(home: Home, args: Args, pose: Pose) -> list[Area]:
    """The floor that the operands name."""
    values = many(args, "rooms")
    but = {str(a.value) for a in many(args, "but") if isinstance(a, Named)}
    if "all" in values:
        return [Area(name, room.mask) for name, room in home.rooms.items() if name not in but]
    areas = [_area(home, value, pose) for value in values]
    return [area for area in areas if area is not None and area.room not in but]


def _area(home: Home, value: Argument, pose: Pose) -> Area | None:
    here = home.room_at(pose.x, pose.y)
    if value == "here":
        return Area(here, home.rooms[here].mask) if here in home.rooms else None
    if value == "spot":
        return _around(home, here, pose.x, pose.y)
    if isinstance(value, Named) and value.kind is Kind.ROOM and value.value in home.rooms:
        return Area(str(value.value), home.rooms[str(value.value)].mask)
    if isinstance(value, Named) and value.kind is Kind.PLACE and value.value in home.places:
        place = home.places[str(value.value)]
        return _around(home, place.room, place.x, place.y)
    return None


def _around(home: Home, room: str, x: float, y: float) -> Area | None:
    if room not in home.rooms:
        return None
    rows, columns = np.nonzero(home.rooms[room].mask)
    xs, ys = home.grid.centres()
    near = np.maximum(np.abs(xs[columns] - x), np.abs(ys[rows] - y)) <= SPOT_REACH
    mask = np.zeros(home.grid.shape, dtype=bool)
    mask[rows[near], columns[near]] = True
    return Area(room, mask, whole=False)


async def _due(sys: Sys, areas: list[Area], report: Report, *, forced: bool) -> list[Area]:
    """The areas that may be cleaned now: not in their quiet hours, nor, unless forced, too soon after the last time.

    Quiet hours are asked about even then: only the owner may insist on noise in them, and the kernel knows who did.
    """
    report.quiet.update(await sys.quiet([area.room for area in areas]))
    awake = [area for area in areas if area.room not in report.quiet]
    return [area for area in awake if forced or not await _recent(sys, area, report)]


def _declined(report: Report) -> Result:
    """Nothing is to be done now: it was done a short while ago, or it is quiet time."""
    if not report.skipped:
        room, until = min(report.quiet.items(), key=lambda pair: pair[1])
        return Result(Errno.EALREADY, {"room": room, "quiet_until": until, "quiet": list(report.quiet.items())})
    room, ended, coverage = max(report.skipped, key=lambda s: s[1])
    done = [(room, ended) for room, ended, _ in report.skipped]
    again = {"again": report.again[room], "quiet": list(report.quiet.items())}
    return Result(Errno.EALREADY, {"room": room, "ended": ended, "coverage": coverage, "done": done, **again})


async def _recent(sys: Sys, area: Area, report: Report) -> bool:
    """Whether policy says that this room was cleaned too recently. A cleaning that broke off since does not count."""
    if not area.whole:
        return False
    policy = await sys.policy()
    last = await sys.last_task("clean", area.room)
    if last is None or last.end is None or last.outcome != "done" or last.coverage < policy.tasks.coverage_done:
        return False
    tool = policy.cleaning.tools.get((await sys.home()).rooms[area.room].floor, "")
    again = last.end + timedelta(seconds=policy.repeats.after("clean", area.room, tool))
    if not last.end - CLOCK_WRONG <= await sys.wall() < again:
        return False
    report.skipped.append((area.room, last.end, last.coverage))
    report.again[area.room] = again
    return True


def in_order(home: Home, costmap: Costmap, areas: list[Area], pose: Pose) -> list[Area]:
    """The order of a short tour through the rooms' middles as the robot has to drive, from where it is."""
    spots = [room_spot(home, costmap, area.room) for area in areas]
    stops = [Piece(np.array([(s.x, s.y), (s.x, s.y)]), str(index)) for index, s in enumerate(spots)]
    return [areas[int(stop.kind)] for stop in order(costmap, stops, (pose.x, pose.y))]


async def _clean_area(sys: Sys, area: Area, report: Report) -> None:
    """Clean one area from its ledger on, and close its line of history whatever happens."""
    costmap, home, dry = await sys.costmap(), await sys.home(), await dry_cells(sys)
    if dry is not None:
        costmap = costmap.without(dry)
    ledger = Ledger(home.grid, await sys.compute(partial(reachable, costmap, area.mask)))
    earlier = await sys.open_ledger(area.room) if area.whole else None
    task = await sys.begin_task("clean" if area.whole else "spot", area.room)
    book = Book(sys, task, area.room, ledger, costmap)
    enough = (await sys.policy()).tasks.coverage_done
    outcome = "interrupted"
    try:
        if earlier is not None:
            await book.take_over(earlier)
        report.trouble = await cover(sys, area.mask, book)
        if book.share < enough:
            await book.leave_out(area.mask)
        if book.share >= enough:
            outcome, report.trouble = "done", None
    finally:
        await book.save()
        await sys.end_task(task, outcome, book.share)
        report.rooms.append((area.room, round(book.share, 4), outcome))


PROGRAM = Program("clean", main, Priority.BATCH)
