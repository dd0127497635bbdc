"""The kernel's loop: take in events, serve interrupts, run every process that can run, put the body to rest."""

from __future__ import annotations

from collections.abc import Mapping

from robotos.errno import Errno
from robotos.kernel import due, hush
from robotos.kernel.budget import Budget
from robotos.kernel.calls import Taint
from robotos.kernel.custody import Custody
from robotos.kernel.handler import Handler
from robotos.kernel.interrupt_service import InterruptService
from robotos.kernel.interrupts import Interrupt
from robotos.kernel.lifecycle import Lifecycle
from robotos.kernel.mailbox import Message
from robotos.kernel.memory import Conversation
from robotos.kernel.ports import Decoded, Fault, Heard, Ports
from robotos.kernel.process import Order, Process, Program
from robotos.kernel.scheduler import Base
from robotos.kernel.trace import Entry, Trace

SCHEDULE_EVERY = 1.0  # s between looks at the schedule
CRASHED = "Something went wrong inside me, and I could not do that."


class Kernel:
    """Processes, interrupts and time. Everything it knows of the world comes through `Ports`."""

    def __init__(
        self, ports: Ports, programs: Mapping[str, Program], handlers: Mapping[str, Handler], assistant: Program
    ) -> None:
        self.ports = ports
        self.programs = programs
        self.handlers = handlers
        self.trace = Trace()
        self.conversation = Conversation()
        self.custody = Custody(self)
        self.life = Lifecycle(self, self._ended)
        self.interrupts = InterruptService(self)
        self.tickets: dict[int, Decoded | Fault | None] = {}  # of the processor, while somebody waits for them
        self.asked = 0  # questions put to the owner
        self.planned_by: dict[int, int] = {}  # of what is scheduled: the process whose words planned it
        self._schedule_at = self.now() + SCHEDULE_EVERY  # by then the motors have answered
        self._speaking: set[int] = set()
        self._assistant = self._first(assistant)

    # ------------------------------------------------------------ events
    def hear(self, heard: Heard) -> None:
        """Words came in. The reflex is asked before anything else sees them."""
        text = heard.text.strip()
        if not text:
            return
        self.journal("heard", {"text": text, "confidence": heard.confidence, "by": heard.speaker})
        self.note(0, heard.speaker, "hear", text)
        if self.ports.reflex(text):
            self.interrupt(Interrupt("stop", heard.ended, text))
            return
        taint = Taint.OWNER if heard.speaker == "owner" else Taint.PERSON
        if not self.deliver(Message(0, "heard", heard, taint)):
            self.note(0, "kernel", "event", "the assistant's mailbox is full: words dropped", Errno.EAGAIN)

    def interrupt(self, interrupt: Interrupt) -> None:
        """Raise an interrupt. A stop is carried out here and now; the others at the next step, worst first."""
        self.interrupts.take(interrupt)

    def step(self) -> None:
        """One period: called every 50 ms of (virtual or real) time, and oftener if somebody likes."""
        for event in self.ports.actuators.poll():
            self.interrupts.body_event(event)
        for heard in self.ports.ears.poll():
            self.hear(heard)
        for done in self.ports.processor.poll():
            if done.ticket in self.tickets:
                self.tickets[done.ticket] = done
        self._speaking.difference_update(self.ports.speech.poll())
        self.interrupts.serve()
        if self.now() >= self._schedule_at:
            self._schedule_at = self.now() + SCHEDULE_EVERY
            due.deliver(self)
            hush.end_what_runs(self)
        self.life.run()
        self.custody.rest()

    def cancel_all(self, errno: Errno, reason: str) -> None:
        """Kill everything that was started by words, whether it moves or is still being thought about."""
        self.life.cancel_all(errno, reason)

    # ------------------------------------------------------------ questions
    @property
    def processes(self) -> Mapping[int, Process]:
        """The process table by pid; what has ended stays in it for a while."""
        return self.life.table

    @property
    def base(self) -> Base:
        """Who holds the drive and who waits for it."""
        return self.custody.base

    @property
    def idle(self) -> bool:
        """Nothing runs, nothing is said, nothing is being thought about (the schedule may hold something)."""
        return self._calm and not self.life.working

    @property
    def waiting_only(self) -> bool:
        """Idle but for tasks the owner has paused, and those behind them."""
        return self._calm and all(self._waits_for_paused(process) for process in self.life.working)

    @property
    def _calm(self) -> bool:
        return not self._speaking and not len(self._assistant.mailbox) and not self.interrupts.busy

    def _waits_for_paused(self, process: Process) -> bool:
        if process.held:  # by what is paused, if by nothing that works
            return True
        children = self.life.children(process)
        return bool(children) and all(self._waits_for_paused(child) for child in children)

    def next_wakeup(self) -> float | None:
        """Clock seconds of the next scheduled call; None when nothing is scheduled."""
        wall, now = self.ports.clock.wall(), self.now()
        times = [now + (entry.at - wall).total_seconds() for entry in self.ports.disk.planned()]
        return min(times, default=None)

    # ------------------------------------------------------------ for handlers
    def now(self) -> float:
        return self.ports.clock.now()

    def journal(self, kind: str, body: Mapping[str, object]) -> None:
        """Append to the journal before the event takes effect."""
        self.ports.disk.append(kind, body)

    def note(self, pid: int, program: str, kind: str, text: str, errno: Errno | None = None) -> None:
        """Add a line to the syscall log."""
        self.trace.add(Entry(self.now(), pid, program, kind, text, errno.value if errno else ""))

    def speak(self, pid: int, text: str) -> None:
        """Say something."""
        self.journal("say", {"pid": pid, "text": text})
        self._speaking.add(self.ports.speech.say(text))
        self.note(pid, "speech", "say", text)

    def hush(self) -> None:
        """Say no more of what was to be said."""
        self.ports.speech.hush()
        self._speaking.clear()

    def deliver(self, message: Message) -> bool:
        """Put something into the assistant's mailbox. False when that is full."""
        return self._assistant.mailbox.put(message)

    def drop_mail(self, why: str) -> None:
        """Empty the assistant's mailbox."""
        while (message := self._assistant.mailbox.take()) is not None:
            self.note(0, "kernel", "event", f"dropped by {why}: {message.kind}")

    # ------------------------------------------------------------ inside
    def _first(self, assistant: Program) -> Process:
        return self.life.spawn(assistant, {}, 0, Order(Taint.SYSTEM, "boot", Budget()))

    def _ended(self, process: Process) -> None:
        self.custody.release(process)
        for task in process.open_tasks:  # it was ended, or crashed, before it could close them itself
            self.ports.disk.end_task(task, "interrupted", 0.0, self.ports.clock.wall())
        if process.crashed and not process.program.moves:  # nobody above it could tell the owner
            self.speak(process.pid, CRASHED)
        if process is self._assistant:  # without it the robot would be deaf
            self._assistant = self._first(process.program)
            self._assistant.mailbox = process.mailbox
