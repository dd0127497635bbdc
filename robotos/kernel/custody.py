"""Who has the base: arming for an order, handing the drive from one task to the next, and putting the body to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robotos.errno import Errno
from robotos.kernel.ports import BodyState, Refused
from robotos.kernel.process import Args, Order, Process, State, Task
from robotos.kernel.scheduler import Base, Grant

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel

REST_AFTER = 2.0  # s without a task that moves, after which the drive is disarmed
HOMEWARD = "dock"  # the program that a low battery still permits
SCHEDULE, BATTERY = "schedule", "battery"
UNATTENDED = frozenset({SCHEDULE, BATTERY})  # orders that nobody is giving at this moment
STOPPED_TEXT = "I have been stopped, and wait until somebody tells me to move again."
QUEUED_TEXT = "All right, I'll do that next."


class Custody:
    """Settles who drives. All that moves is started here."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.base = Base()
        self._rest_at: float | None = None
        self._dozing: Process | None = None  # it was disarmed while it charged

    def start(self, name: str, args: Args, parent: int, order: Order, task: Task) -> Process | Refused:
        """Start a program that needs the base: arm, settle who holds it, and enter it into the table."""
        kernel = self._kernel
        program = kernel.programs.get(name)
        if program is None:
            return Refused(Errno.ENOSYS, f"there is no program {name!r}")
        refused = self._engage(order.asked_by, str(task.call), homeward=name == HOMEWARD)
        if refused is not None:
            return refused
        process = kernel.life.spawn(program, args, parent, order, task)
        aside = len(self.base.aside)
        grant, loser = self.base.request(process)
        if loser is not None:
            self._quiet(loser)
            kernel.life.kill(loser, Errno.ECANCELED, "replaced by another order")
        elif grant is Grant.QUEUED:
            kernel.speak(process.pid, QUEUED_TEXT)
        elif len(self.base.aside) > aside:
            self._quiet(self.base.aside[-1])
        return process

    def pause(self) -> Process | None:
        """Hold what drives where it is; None when nothing drives."""
        holder = self.base.holder
        if holder is None or holder.state is State.PAUSED:
            return None
        holder.state = State.PAUSED
        self._quiet(holder)
        return holder

    def carry_on(self, asked_by: str) -> Process | Refused | None:
        """Let the paused holder go on; None when there is none."""
        holder = self.base.holder
        if holder is None or holder.state is not State.PAUSED:
            return None
        refused = self._engage(asked_by, "resume", homeward=holder.program.name == HOMEWARD)
        if refused is not None:
            return refused
        holder.resumed = True
        holder.state = State.BLOCKED if holder.waiting is not None else State.READY
        return holder

    def release(self, process: Process) -> None:
        """A process has ended: wheels and tool stand, and whoever is next goes on."""
        if self.base.holder is process:
            self._quiet(process)
        self.base.release(process)

    def rest(self) -> None:
        """Disarm when nothing has moved, or could, for a while: without a task, paused, or charging in mid-task."""
        holder, state = self.base.holder, self._kernel.ports.actuators.state()
        works = holder is not None and holder.state is not State.PAUSED
        if (works and not state.charging) or not state.armed:
            self._rest_at = None
        elif self._rest_at is None:
            self._rest_at = self._kernel.now() + REST_AFTER
        elif self._kernel.now() >= self._rest_at:
            self._rest_at = None
            self._dozing = holder if works else None
            self._kernel.ports.actuators.disengage()

    def wake(self, holder: Process) -> Refused | None:
        """The holder of the base is about to move: arm again, by its own order, if it was disarmed while it charged.

        Nobody is giving that order at this moment, so whatever has stopped the robot meanwhile keeps it stopped.
        """
        self._rest_at = None
        if self._dozing is not holder:
            return None
        state = self._kernel.ports.actuators.state()
        if state.latched:
            return Refused(Errno.EPERM, STOPPED_TEXT)
        if not state.armed:
            what = f"{holder.program.name} goes on, charged"
            refused = self._engage(holder.asked_by, what, homeward=holder.program.name == HOMEWARD)
            if refused is not None:
                return refused
        self._dozing = None
        return None

    def _engage(self, asked_by: str, what: str, homeward: bool) -> Refused | None:
        """Arm for an order; why not, if not."""
        actuators = self._kernel.ports.actuators
        state = actuators.state()
        if asked_by in UNATTENDED and state.latched:
            return Refused(Errno.EPERM, STOPPED_TEXT)
        if not homeward and self.too_low(state):
            return Refused(
                Errno.EPERM, f"My battery is at {state.battery:.0%}, which is only enough to get back to my dock."
            )
        engaged = actuators.engage(f"{asked_by}: {what}")
        return engaged if isinstance(engaged, Refused) else None

    def too_low(self, state: BodyState) -> bool:
        """Whether only the way to the dock is permitted."""
        return not state.battery >= self._kernel.ports.policy.battery.reserve

    def _quiet(self, process: Process) -> None:
        """The base is taken from a process: wheels and tool stand until its successor moves them."""
        actuators = self._kernel.ports.actuators
        actuators.drive(0.0, 0.0, self._kernel.ports.policy.motion.command_ttl)
        if process.tool_on:
            process.tool_on = False
            actuators.tool(False)
