"""The kernel's loop: take in events, serve interrupts, run every process that can run, put the body to rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from robotos.errno import Errno
from robotos.kernel import agenda
from robotos.kernel.api import Sys
from robotos.kernel.budget import Budget, for_words
from robotos.kernel.calls import Bindings, Call, Result, Taint
from robotos.kernel.capabilities import granted
from robotos.kernel.interrupts import Interrupt, Severity
from robotos.kernel.mailbox import Message
from robotos.kernel.memory import Conversation
from robotos.kernel.ports import BodyEvent, Decoded, Fault, Heard, Ports, Refused
from robotos.kernel.process import Args, Priority, Process, Program, State
from robotos.kernel.scheduler import Base
from robotos.kernel.trace import Entry, Trace
from robotos.kernel.trap import PENDING, Blocked, Killed, Trap

REST_AFTER = 2.0  # s without a task after which the drive is disarmed
SCHEDULE_EVERY = 1.0  # s between looks at the schedule
DYING_TRAPS = 32  # traps a program may still make while it is being killed

Trapped = Callable[["Kernel", Process, Mapping[str, object]], object]


@dataclass(frozen=True, slots=True)
class Handler:
    """What serves a trap, and the capability it takes."""

    run: Trapped
    capability: str = ""


class Kernel:
    """Processes, interrupts and time. Everything it knows of the world comes through `Ports`."""

    def __init__(
        self, ports: Ports, programs: Mapping[str, Program], handlers: Mapping[str, Handler], assistant: Program
    ) -> None:
        self.ports = ports
        self.programs = programs
        self.handlers = handlers
        self.trace = Trace()
        self.base = Base()
        self.conversation = Conversation()
        self.processes: dict[int, Process] = {}
        self.finished: dict[int, Decoded | Fault] = {}
        self.spoken: set[int] = set()
        self.asked = 0  # questions put to the owner
        self._interrupts: list[Interrupt] = []
        self._next_pid = 1
        self._rest_at = float("inf")
        self._schedule_at = 0.0
        self._speaking: dict[int, str] = {}
        self._assistant = self.spawn(assistant, {}, parent=0, taint=Taint.SYSTEM, asked_by="boot", budget=Budget())

    # ------------------------------------------------------------ processes
    def spawn(
        self,
        program: Program,
        args: Args,
        *,
        parent: int,
        taint: Taint,
        asked_by: str,
        budget: Budget | None = None,
        call: Call | None = None,
        announcement: str = "",
    ) -> Process:
        """Enter a program into the process table; it runs from the next step on."""
        pid = self._next_pid
        self._next_pid += 1
        process = Process(
            pid, parent, program, args, granted(taint), taint, asked_by, budget or for_words(), self.now(),
            call=call, announcement=announcement,
        )  # fmt: skip
        process.coroutine = _main(program, pid, args)
        self.processes[pid] = process
        self.journal("spawn", {"pid": pid, "program": program.name, "by": asked_by, "taint": taint.value})
        return process

    def kill(self, process: Process, errno: Errno, reason: str) -> None:
        """End a process and its children: raised inside it at the trap it waits in, so that it can tidy up."""
        if process.ended or process.dying:
            return
        process.dying = True
        for child in [p for p in self.processes.values() if p.parent == process.pid and not p.ended]:
            self.kill(child, errno, reason)
        self.journal("kill", {"pid": process.pid, "errno": errno.value, "reason": reason})
        coroutine = process.coroutine
        if coroutine is None or (process.waiting is None and process.reply is None):
            if coroutine is not None:
                coroutine.close()
            self._end(process, Result(errno, reason=reason))
            return
        result = Result(errno, reason=reason)
        try:
            trap = coroutine.throw(Killed(errno, reason))
            for _ in range(DYING_TRAPS):
                answer = self._serve(process, trap)
                trap = coroutine.send(None if isinstance(answer, Blocked) else answer)
            coroutine.close()
        except StopIteration as stop:
            result = stop.value if isinstance(stop.value, Result) and not stop.value.ok else result
        except Killed:
            pass  # the normal way out of a program that does not catch it
        except Exception as error:  # noqa: BLE001 - a bug in user space must not take the kernel along
            self._crashed(process, error)
        self._end(process, result)

    def cancel_all(self, errno: Errno, reason: str) -> None:
        """Kill everything that was started by words, whether it moves or is still being thought about."""
        for process in list(self.processes.values()):
            if process.program.priority is not Priority.DAEMON and not process.ended:
                self.kill(process, errno, reason)

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
        if not self._assistant.mailbox.put(Message(0, "heard", heard, taint)):
            self.note(0, "kernel", "event", "the assistant's mailbox is full: words dropped", Errno.EAGAIN)

    def interrupt(self, interrupt: Interrupt) -> None:
        """Raise an interrupt. A stop is carried out here and now; the others at the next step, worst first."""
        if interrupt.severity is Severity.STOP:
            self._stop(interrupt)
        else:
            self._interrupts.append(interrupt)

    def step(self) -> None:
        """One period: called every 50 ms of (virtual or real) time, and oftener if somebody likes."""
        for event in self.ports.actuators.poll():
            self._body_event(event)
        for heard in self.ports.ears.poll():
            self.hear(heard)
        for done in self.ports.processor.poll():
            self.finished[done.ticket] = done
        for ticket in self.ports.speech.poll():
            self.spoken.add(ticket)
            self._speaking.pop(ticket, None)
        for interrupt in sorted(self._interrupts, key=lambda i: -i.severity):
            self._serve_interrupt(interrupt)
        self._interrupts.clear()
        self._look_at_schedule()
        self._run()
        self._rest()

    @property
    def idle(self) -> bool:
        """Nothing runs, nothing is said, nothing is being thought about (the schedule may hold something)."""
        working = any(p.program.priority is not Priority.DAEMON for p in self.processes.values() if not p.ended)
        return not working and not self._speaking and not len(self._assistant.mailbox) and not self._interrupts

    @property
    def waiting_only(self) -> bool:
        """Idle but for tasks the owner has paused."""
        busy = [
            p
            for p in self.processes.values()
            if not p.ended and p.program.priority is not Priority.DAEMON and not self._waits_for_paused(p)
        ]
        return not busy and not self._speaking and not len(self._assistant.mailbox) and not self._interrupts

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

    def speak(self, pid: int, text: str) -> int:
        """Say something; returns the ticket."""
        self.journal("say", {"pid": pid, "text": text})
        ticket = self.ports.speech.say(text)
        self._speaking[ticket] = text
        self.note(pid, "speech", "say", text)
        return ticket

    def bindings_of(self, process: Process | None) -> Bindings:
        """What the handles of a program's call stand for: its parent wrote it and published them."""
        parent = self.processes.get(process.parent) if process is not None else None
        published = parent.progress.get("bindings") if parent is not None else None
        return published if isinstance(published, Bindings) else Bindings()

    def wake(self, process: Process) -> None:
        """Let a paused process go on."""
        process.resumed = True
        process.state = State.BLOCKED if process.waiting is not None else State.READY

    # ------------------------------------------------------------ inside
    def _stop(self, interrupt: Interrupt) -> None:
        report = self.ports.actuators.stop(interrupt.detail or "stop")
        self.journal("stop", {"confirmed": report.confirmed, "reason": interrupt.detail})
        self.note(0, "kernel", "event", f"stop ({'confirmed' if report.confirmed else 'sent'})")
        self.ports.speech.hush()
        self._speaking.clear()
        busy = bool(self.base.everyone())
        while (message := self._assistant.mailbox.take()) is not None:
            self.note(0, "kernel", "event", f"dropped by the stop: {message.kind}")
        self.cancel_all(Errno.ECANCELED, "stop")
        self.speak(0, "Stopped." if busy else "I am standing still.")

    def _body_event(self, event: BodyEvent) -> None:
        self.journal("body", {"event": event.kind, "detail": event.detail})
        self.note(0, "gate", "event", f"{event.kind} {event.detail}".strip())
        self.interrupt(Interrupt(event.kind, event.at, event.detail))

    def _serve_interrupt(self, interrupt: Interrupt) -> None:
        if interrupt.severity is Severity.CANCEL:
            texts = {
                "stop_button": "The stop button is pressed. Release it and arm me again when it is safe.",
                "link_lost": "I have lost the connection to my motors and stand still.",
                "reset": "My motor controller has restarted. Arm me again when it is safe.",
            }
            self.cancel_all(Errno.ENODEV if interrupt.kind != "stop_button" else Errno.EPERM, interrupt.kind)
            self.speak(0, texts[interrupt.kind])
        elif interrupt.severity is Severity.HOLD and self.base.holder is not None:
            if self.base.holder.program.name == "dock":
                return
            self.cancel_all(Errno.EINTR, "battery low")
            self.speak(0, "My battery is low. I am going back to my dock.")
            self.spawn_moving("dock", {}, parent=0, taint=Taint.SYSTEM, asked_by="battery", call=Call("dock"))

    def spawn_moving(
        self, name: str, args: Args, *, parent: int, taint: Taint, asked_by: str, call: Call, announcement: str = ""
    ) -> Process | Refused:
        """Start a program that needs the base: arm, settle who holds it, and enter it into the table."""
        program = self.programs.get(name)
        if program is None:
            return Refused(Errno.ENOSYS, f"there is no program {name!r}")
        engaged = self.ports.actuators.engage(f"{asked_by}: {call}")
        if isinstance(engaged, Refused):
            return engaged
        process = self.spawn(
            program, args, parent=parent, taint=taint, asked_by=asked_by, call=call, announcement=announcement
        )
        grant, loser = self.base.request(process)
        if loser is not None:
            self.kill(loser, Errno.ECANCELED, "replaced by another order")
        elif grant.value == "now" and self.base.aside:
            self._quiet(self.base.aside[-1])
        self._rest_at = float("inf")
        return process

    def _quiet(self, process: Process) -> None:
        """The base is taken from a process: wheels and tool stand until its successor moves them."""
        self.ports.actuators.drive(0.0, 0.0, self.ports.policy.motion.command_ttl)
        if process.tool_on:
            self.ports.actuators.tool(False)

    def hold(self, process: Process) -> None:
        """The owner pauses a process."""
        process.state = State.PAUSED
        self._quiet(process)

    def _waits_for_paused(self, process: Process) -> bool:
        if process.state is State.PAUSED:
            return True
        children = [p for p in self.processes.values() if p.parent == process.pid and not p.ended]
        return bool(children) and all(self._waits_for_paused(child) for child in children)

    def _look_at_schedule(self) -> None:
        if self.now() < self._schedule_at:
            return
        self._schedule_at = self.now() + SCHEDULE_EVERY
        for message in agenda.due(self):
            self._assistant.mailbox.put(message)

    def _run(self) -> None:
        ran = True
        rounds = 0
        while ran and rounds < 100:
            ran = False
            rounds += 1
            for process in list(self.processes.values()):
                ran = self._turn(process) or ran
        for pid in [pid for pid, p in self.processes.items() if p.ended and p.parent not in self.processes]:
            del self.processes[pid]
        for pid in [pid for pid, p in self.processes.items() if p.ended and self.processes[p.parent].ended]:
            del self.processes[pid]

    def _turn(self, process: Process) -> bool:
        """Run one process up to its next trap if it can run. Whether it did."""
        if process.ended or process.held:
            return False
        if process.waiting is not None:
            answer = process.waiting.poll()
            if answer is PENDING:
                if self.now() < process.waiting.deadline:
                    return False
                answer = process.waiting.late()
            process.waiting = None
            process.reply = answer
        self._advance(process)
        return True

    def _advance(self, process: Process) -> None:
        coroutine = process.coroutine
        if coroutine is None:
            return
        try:
            reply, process.reply = process.reply, None
            trap = coroutine.send(reply)
        except StopIteration as stop:
            self._end(process, stop.value if isinstance(stop.value, Result) else Result())
            return
        except Killed as killed:
            self._end(process, Result(Errno.ECANCELED, reason=killed.reason))
            return
        except Exception as error:  # noqa: BLE001 - a bug in user space must not take the kernel along
            self._crashed(process, error)
            self._end(process, Result(Errno.EIO, reason="the program failed"))
            return
        answer = self._serve(process, trap)
        if process.ended:
            return
        if isinstance(answer, Blocked):
            process.waiting = answer
            if not process.held:
                process.state = State.BLOCKED
        else:
            process.waiting = Blocked(lambda: answer, float("inf"), lambda: answer)

    def _serve(self, process: Process, trap: Trap) -> object:
        handler = self.handlers.get(trap.name)
        if handler is None:
            return Refused(Errno.ENOSYS, f"there is no trap {trap.name!r}")
        if handler.capability and handler.capability not in process.capabilities:
            return Refused(Errno.EACCES, f"the process does not hold {handler.capability!r}")
        if not process.budget.charge("syscalls", 1) and not process.dying:
            self.kill(process, Errno.ENOSPC, "its budget of system calls is used up")
            return None
        return handler.run(self, process, trap.args)

    def _crashed(self, process: Process, error: Exception) -> None:
        self.journal("crash", {"pid": process.pid, "program": process.program.name, "error": repr(error)})
        self.note(process.pid, process.program.name, "event", f"crashed: {error!r}", Errno.EIO)

    def _end(self, process: Process, result: Result) -> None:
        if process.ended:
            return
        process.state = State.ENDED
        process.result = result
        process.waiting = None
        self.ports.processor.release(process.pid)
        self.journal("exit", {"pid": process.pid, "program": process.program.name, "errno": result.errno.value})
        if self.base.holder is process:
            self._quiet(process)
        successor = self.base.release(process)
        if successor is None and not self.base.everyone():
            self._rest_at = self.now() + REST_AFTER

    def _rest(self) -> None:
        if self.base.holder is None and self.now() >= self._rest_at:
            self._rest_at = float("inf")
            self.ports.actuators.disengage()


async def _main(program: Program, pid: int, args: Args) -> Result:
    return await program.main(Sys(pid), args)
