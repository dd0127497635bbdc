"""What a program sees: typed wrappers around the traps. A program imports this, `navigation`, `language`: no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, TypeVar, cast

from robotos.kernel.agenda import Scheduled
from robotos.kernel.calls import Bindings, Call, Exemplar, Handle, Result, Taint, Word
from robotos.kernel.mailbox import Message
from robotos.kernel.ports import Aliases, Belief, BodyState, Decoded, Detection, Fault, Page, Refused, Sent, TaskRecord
from robotos.kernel.process import Program
from robotos.kernel.trap import Trap

if TYPE_CHECKING:
    from robotos.navigation.costmap import Costmap
    from robotos.navigation.home import Home
    from robotos.policy import Policy


Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Moved:
    """One control period later: what was sent (or why not) and the body's state after it."""

    answer: Sent | Refused
    state: BodyState


@dataclass(frozen=True, slots=True)
class Situation:
    """What the assistant tells the processor about now."""

    here: str  # room name, "" when unknown
    doing: Call | None
    bindings: Bindings  # of `doing`
    paused: bool
    holding: str  # thing name, "" when the gripper is empty


class Sys:
    """The system calls as methods; every one is a trap into the kernel.

    Each may raise `Killed`, which is not to be held up, and `TrapRefusedError`: it was not carried out.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid

    async def _trap(self, name: str, **args: object) -> object:
        return await Trap(name, args)

    # ------------------------------------------------------------ body
    async def drive(self, v: float, w: float) -> Moved:
        """Hold a body velocity (m/s, rad/s) for one control period; answers what became of it.

        EINTR means that the base was away for another task: look where you are before going on.
        """
        return cast(Moved, await self._trap("drive", v=v, w=w))

    async def tool(self, on: bool) -> Sent | Refused:
        """Switch the cleaning tool."""
        return cast("Sent | Refused", await self._trap("tool", on=on))

    async def gripper(self, close: bool, aim: tuple[float, float, float]) -> Moved:
        """Close on, or open at, a point in the base frame (m); answers when it has had time to move."""
        return cast(Moved, await self._trap("gripper", close=close, aim=aim))

    async def recover(self) -> Moved:
        """Back away from a contact; answers when the contact is clear or the gate refuses."""
        return cast(Moved, await self._trap("recover"))

    async def body(self) -> BodyState:
        """The last known state of the body."""
        return cast(BodyState, await self._trap("body"))

    async def see(self) -> Sequence[Detection]:
        """What the camera recognises now."""
        return cast("Sequence[Detection]", await self._trap("see"))

    # ------------------------------------------------------------ time
    async def sleep(self, seconds: float) -> None:
        """Give the processor away for `seconds`."""
        await self._trap("sleep", seconds=seconds)

    async def compute(self, work: Callable[[], Answer]) -> Answer:
        """The result of a pure function that may take long. The kernel goes on meanwhile; a setpoint runs out."""
        return cast("Answer", await self._trap("compute", work=work))

    async def now(self) -> float:
        """Monotonic seconds."""
        return cast(float, await self._trap("now"))

    async def wall(self) -> datetime:
        """Local civil time."""
        return cast(datetime, await self._trap("wall"))

    async def tell_time(self, name: str, clock: time) -> Result:
        """Keep what the owner says of the home's day: dinner is at that time."""
        return cast(Result, await self._trap("tell_time", meal=name, clock=clock))

    async def told_times(self) -> Mapping[str, time]:
        """What the owner has said of the home's day, by name."""
        return cast("Mapping[str, time]", await self._trap("told_times"))

    async def planned(self) -> Sequence[tuple[int, Mapping[str, object]]]:
        """What is planned, soonest first: the number of each and what `agenda.entry` tells of it."""
        return cast("Sequence[tuple[int, Mapping[str, object]]]", await self._trap("planned"))

    async def unplan(self, numbers: Sequence[int]) -> Result:
        """Cancel those of what is planned; a result like that of `kill`."""
        return cast(Result, await self._trap("unplan", numbers=tuple(numbers)))

    # ------------------------------------------------------------ knowledge
    async def home(self) -> Home:
        """The home's map and layout."""
        return cast("Home", await self._trap("home"))

    async def costmap(self) -> Costmap:
        """Where the robot's centre may be, by the map and the policy."""
        return cast("Costmap", await self._trap("costmap"))

    async def policy(self) -> Policy:
        """The policy in force."""
        return cast("Policy", await self._trap("policy"))

    async def begin_task(self, task: str, room: str, detail: str = "") -> int:
        """Open a line of history; returns its id."""
        return cast(int, await self._trap("begin_task", task=task, room=room, detail=detail))

    async def end_task(self, task_id: int, outcome: str, coverage: float = 0.0, detail: str = "") -> None:
        """Close a line of history: `done`, `interrupted` or `failed`."""
        await self._trap("end_task", task_id=task_id, outcome=outcome, coverage=coverage, detail=detail)

    async def last_task(self, task: str, room: str) -> TaskRecord | None:
        """The newest that was really begun and has ended, done or not."""
        return cast("TaskRecord | None", await self._trap("last_task", task=task, room=room))

    async def quiet(self, rooms: Sequence[str]) -> Mapping[str, datetime]:
        """Those of the rooms ("" for anywhere) in which it is quiet time for this task, with when that is over."""
        return cast("Mapping[str, datetime]", await self._trap("quiet", rooms=tuple(rooms)))

    async def save_ledger(self, task_id: int, room: str, cells: bytes) -> None:
        """Keep the covered cells, so that they survive a crash."""
        await self._trap("save_ledger", task_id=task_id, room=room, cells=cells)

    async def open_ledger(self, room: str) -> bytes | None:
        """The covered cells of a cleaning of this room that was interrupted not long ago."""
        return cast("bytes | None", await self._trap("open_ledger", room=room))

    async def where(self, thing: str) -> Belief | None:
        """Where the disk believes a thing is."""
        return cast("Belief | None", await self._trap("where", thing=thing))

    async def moved(self, thing: str, place: str, source: str) -> None:
        """Correct that belief."""
        await self._trap("moved", thing=thing, place=place, source=source)

    async def taken_from(self, thing: str) -> str:
        """The place a thing was at before the robot last took it, or where it belongs; "" when that is not known."""
        return cast(str, await self._trap("taken_from", thing=thing))

    async def held(self) -> str:
        """What the gripper holds as far as the disk knows, "" for nothing."""
        return cast(str, await self._trap("held"))

    # ------------------------------------------------------------ words
    async def speak(self, text: str) -> None:
        """Say a sentence; returns at once."""
        await self._trap("speak", text=text)

    async def question(self, text: str) -> None:
        """Put a question to the owner; the answer comes as the next words."""
        await self._trap("question", text=text)

    async def announce(self) -> None:
        """Say what this process was started for, now that it is clear that it can be done."""
        await self._trap("announce")

    async def progress(self, **facts: object) -> None:
        """Publish how far this process is (`status progress`)."""
        await self._trap("progress", facts=facts)

    # ------------------------------------------------------------ processes
    async def receive(self) -> Message:
        """The next message, waiting for it."""
        return cast(Message, await self._trap("receive"))

    async def start(self, program: Program, args: Mapping[str, object], taint: Taint, asked_by: str) -> int:
        """Start a program as a child with the capabilities of whoever's words asked for it; returns its pid."""
        return cast(int, await self._trap("start", program=program, args=args, taint=taint, asked_by=asked_by))

    async def settled(self, pid: int) -> None:
        """Wait until a child has ended, or says by its progress that it no longer reads what is going on."""
        await self._trap("settled", pid=pid)

    async def call(self, call: Call, bindings: Bindings, announcement: str = "") -> Result:
        """Carry out a call from the table and wait for its result."""
        return cast(Result, await self._trap("call", call=call, bindings=bindings, announcement=announcement))

    # ------------------------------------------------------------ assistant
    async def infer(self, pages: tuple[Page, ...], handles: tuple[Handle, ...]) -> Decoded | Fault:
        """Let the processor write the next call."""
        return cast("Decoded | Fault", await self._trap("infer", pages=pages, handles=handles))

    async def situation(self) -> Situation:
        """What is going on, for the state page."""
        return cast(Situation, await self._trap("situation"))

    async def aliases(self) -> Aliases:
        """The owner's own names."""
        return cast("Aliases", await self._trap("aliases"))

    async def taught(self, text: str) -> Scheduled | None:
        """The call that the owner has taught these very words to mean."""
        return cast("Scheduled | None", await self._trap("taught", text=text))

    async def nearest(self, words: tuple[Word, ...], k: int) -> Sequence[Exemplar]:
        """At most `k` phrases like a linked utterance, most alike first; none without a store of them."""
        return cast("Sequence[Exemplar]", await self._trap("nearest", words=words, k=k))

    async def conversation(self) -> tuple[Bindings, tuple[Page, ...]]:
        """The bindings and recent pages of the conversation."""
        return cast("tuple[Bindings, tuple[Page, ...]]", await self._trap("conversation"))

    async def commit(self, pages: tuple[Page, ...], bindings: Bindings, subject: str, source: Taint) -> None:
        """Add an exchange to the conversation, or what has become of the one that this process added before.

        `subject` is what "that" means from now on, and where it is from.
        """
        await self._trap("commit", pages=pages, bindings=bindings, subject=subject, source=source)
