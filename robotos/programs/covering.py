"""Covering an area: lane after lane with the tool on, what was left over, and a book of what was really passed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.ports import BodyState, Refused
from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import Lane, plan_coverage, reachable
from robotos.navigation.grid import Bools
from robotos.navigation.ledger import Ledger
from robotos.programs.charging import Low, battery_low, recharge
from robotos.programs.driving import Again, Failed, follow_lane, travel
from robotos.programs.obstacles import MARGIN, Point, around, seen

SAVE_EVERY = 5.0  # s between writes of the ledger: as much is cleaned twice after a crash
PASSES = 5  # times the rest of an area is planned anew
MOST_RESUMED = 100  # times it is planned anew because the robot was called away
ENOUGH = 0.975  # share from which no further pass is worth its way: the last hundredth costs a quarter more of it
WORTHWHILE = 0.002  # share that a pass must have added for another one to be tried
IN_VIEW = 4.0  # m within which what is not on the map is planned around
JUMP = 0.25  # m between two poses above which the robot was carried, or had lost itself, and has swept nothing between
AT_LANE = 0.05  # m from a lane's beginning that count as there
PATIENCE = 6.0  # s waited for somebody on the way to a lane: others can be done first
IN_REACH = 1.5  # m within which what is not on the map may be what is in the way
LEAST_FLOOR = 0.5  # share of the floor that must be left when what stands around is left out of it


@dataclass(slots=True)
class Book:
    """What the tool has passed over, saved every few seconds, and what was in the way."""

    sys: Sys
    task: int
    room: str
    ledger: Ledger
    costmap: Costmap  # where the robot may be with its tool on
    avoided: tuple[Point, ...] = ()  # what the last pass was planned around
    met: list[Point] = field(default_factory=list)  # what was in its way all the same
    _last: Pose | None = None
    _saved_at: float = 0.0

    @property
    def share(self) -> float:
        """Swept share of the floor, 0 to 1."""
        return self.ledger.share

    async def take_over(self, cells: bytes) -> None:
        """Count what an earlier, interrupted cleaning had swept; a ledger of another map is left alone."""
        try:
            self.ledger.unpack(cells)
        except ValueError:
            await self.sys.speak("I cannot tell how far I got last time, so I begin anew.")

    async def stamp(self, state: BodyState) -> None:
        """The robot is here now."""
        pose, last = state.pose, self._last
        if last is not None and state.tool_on and last.distance(pose) <= JUMP:
            self.ledger.stamp(last.x, last.y, pose.x, pose.y)
        self._last = pose
        now = await self.sys.now()
        if now - self._saved_at >= SAVE_EVERY:
            self._saved_at = now
            await self.save()

    async def save(self) -> None:
        """Write it to disk."""
        await self.sys.save_ledger(self.task, self.room, self.ledger.pack())
        await self.sys.progress(room=self.room, coverage=self.ledger.share)

    async def leave_out(self, mask: Bools) -> None:
        """Count the floor without what stands in the way: somebody who stays there, a chair that was moved."""
        points = [*self.avoided, *self.met]
        if not points:
            return
        keep = (await self.sys.policy()).clearance.person_stop + MARGIN
        blocked = self.costmap.blocked(points, keep)
        floor = await self.sys.compute(partial(reachable, blocked, mask)) & self.ledger.mask
        if floor.sum() < LEAST_FLOOR * self.ledger.mask.sum():
            return
        rest = Ledger(self.ledger.grid, floor, self.ledger.radius)
        rest.swept |= self.ledger.swept
        self.ledger = rest


async def cover(sys: Sys, mask: Bools, book: Book) -> Failed | None:
    """All lanes of the cells of `mask` (H, W), then what was left over, until little is left or no more can be had."""
    passes = resumed = idle = 0
    trouble: Failed | None = None
    while passes < PASSES and resumed < MOST_RESUMED:
        before = book.share
        ended = await _one_pass(sys, mask, book)
        if isinstance(ended, Low):
            trouble = await recharge(sys)
            if trouble is not None:
                break
        if ended is Again.AWAY or isinstance(ended, Low):
            resumed += 1
            continue
        if isinstance(ended, Failed):
            trouble = ended
            if ended.errno is not Errno.EHOSTUNREACH:
                break
        passes += 1
        idle = idle + 1 if book.share - before < WORTHWHILE else 0
        if book.share >= ENOUGH or idle > (1 if book.avoided or book.met else 0):
            break
    return trouble


async def _one_pass(sys: Sys, mask: Bools, book: Book) -> Failed | Again | Low | None:
    """Every lane once, as planned from here. What could not be reached is the next pass's business."""
    state = await sys.body()
    book.avoided = (*seen(state, await sys.home(), IN_VIEW), *book.met)
    book.met.clear()
    costmap = around(book.costmap, state.pose, book.avoided, (), await sys.policy())
    trouble: Failed | None = None
    done = mask & ~book.ledger.remaining
    lanes = await sys.compute(partial(plan_coverage, costmap, mask, state.pose, done))
    if not lanes and book.avoided and book.share < ENOUGH:
        return await _make_way(sys, mask, done, book.costmap)
    for lane in lanes:
        low = await battery_low(sys)
        if low is not None:
            await book.save()
            return low
        outcome = await _lane(sys, lane, book)
        if outcome is Again.AWAY:
            return outcome
        if isinstance(outcome, Failed) and outcome.errno is not Errno.EHOSTUNREACH:
            return outcome
        if outcome is not None:
            book.met += seen(await sys.body(), await sys.home(), IN_REACH)
            trouble = outcome if isinstance(outcome, Failed) else trouble
    return trouble


async def _make_way(sys: Sys, mask: Bools, done: Bools, costmap: Costmap) -> Failed | None:
    """What is left lies behind somebody: go there, which waits for them and asks to be let through."""
    state = await sys.body()
    left = await sys.compute(partial(plan_coverage, costmap, mask, state.pose, done))
    if not left:
        return None
    reached = await travel(sys, Pose(*left[0].points[0]), face=False)
    return reached if isinstance(reached, Failed) else None


async def _lane(sys: Sys, lane: Lane, book: Book) -> Failed | Again | None:
    """Drive to a lane's beginning and along it with the tool on; None when all of it was driven."""
    first = Pose(*lane.points[0])
    state = await sys.body()
    if state.pose.distance(first) > AT_LANE:
        if not await _free(sys, state, first):
            return Again.BLOCKED
        reached = await travel(sys, first, face=False, watch=book.stamp, patience=PATIENCE)
        if isinstance(reached, Failed):
            return reached
    switched = await sys.tool(True)
    if isinstance(switched, Refused) and switched.errno not in {Errno.EINTR, Errno.EAGAIN}:
        return Failed(switched.errno, switched.reason)
    try:
        driven = await follow_lane(sys, lane.points, watch=book.stamp)
    finally:
        await sys.tool(False)
    return None if isinstance(driven, BodyState) else driven


async def _free(sys: Sys, state: BodyState, spot: Pose) -> bool:
    """Whether nobody stands, as far as can be seen, where the robot wants to go."""
    points = seen(state, await sys.home(), IN_REACH)
    if not points:
        return True
    now = around(await sys.costmap(), state.pose, points, (), await sys.policy())
    return now.allows(spot.x, spot.y) or not (await sys.costmap()).allows(spot.x, spot.y)
