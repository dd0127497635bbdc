"""A live system with a person at its prompt: words in, and what was heard, said and done."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from rich.console import Console

from robotos.boot.children import Nursery
from robotos.boot.exemplars import opening
from robotos.boot.hearing_loss import HearingLoss
from robotos.boot.library.choice import Choice, read_choice
from robotos.boot.listening import Listen, attention_of, listen
from robotos.boot.live import LiveSystem, Organs, Plan, boot_live
from robotos.boot.model import load_core, threaded
from robotos.boot.organs import Hearing, Mouth, open_mouth
from robotos.boot.places import policy_file, read_policy
from robotos.boot.routing import problem_of, routed
from robotos.boot.satellites import Hearers, listening, outposts
from robotos.clock import RealClock
from robotos.kernel.ports import Processor
from robotos.kernel.trace import Entry
from robotos.kernel.whereabouts import room_of
from robotos.peripherals.device_list import named
from robotos.peripherals.echo import EchoReference
from robotos.peripherals.typed import TypedEars
from robotos.shell.ears_view import EarsView
from robotos.shell.keyboard import Lines, Screen, kept_terminal
from robotos.shell.lines import Line
from robotos.shell.options import print_json
from robotos.shell.prompt import Prompt

if TYPE_CHECKING:
    from robotos.peripherals.microphone import MicrophoneEars

BREATH = 0.3  # s of quiet before the next line of a script is said

LoadProcessor = Callable[[Path | None], Processor]


def load_processor(model: Path | None) -> Processor:
    """The named model, or the bundled one, on a thread of its own."""
    return threaded(load_core(model))


@dataclass(slots=True)
class Session:
    """One run of a live system. `going` is asked before each of its steps and feeds it what is typed."""

    system: LiveSystem
    ears: TypedEars
    lines: Lines
    screen: Screen
    as_json: bool
    script: deque[str]
    until: float  # monotonic seconds
    exit_when_idle: bool
    problems: Callable[[], Sequence[str]]  # of microphone and loudspeaker
    stopping: list[str] = field(default_factory=list)  # why it is to end
    talk: Callable[[bool], str] | None = None  # push to talk
    looks: list[Callable[[], None]] = field(default_factory=list)  # what else is done before each step
    _told: Sequence[str] = ()
    _quiet_since: float | None = None

    def watch(self, entry: Entry) -> None:
        """Show one line of the log."""
        line = Line.of(entry, self.system.kernel.ports.clock.wall())
        if self.as_json:
            print_json(line.plain())
        elif (text := line.talk()) is not None:
            self.screen.print(text)

    def going(self) -> bool:
        """Feed what was typed; whether to go on."""
        now = time.monotonic()
        if self.stopping or now >= self.until:
            return False
        if self.lines.interactive:
            self._typed()
        for look in self.looks:
            look()
        self._tell_problems()
        quiet = self.system.kernel.idle
        self._quiet_since = (self._quiet_since or now) if quiet else None
        if self._quiet_since is None or now - self._quiet_since < BREATH:
            return True
        words = self.script.popleft() if self.script else self._piped()
        if words is not None:
            self._say(words)
            return True
        used_up = self.lines.ended or self.lines.interactive
        return not (self.exit_when_idle and used_up)

    def _tell_problems(self) -> None:
        problems = self.problems()
        for problem in problems:
            if problem not in self._told:
                self.show("problem", problem)
        self._told = problems

    def show(self, name: str, text: str) -> None:
        """Something that is no line of the log."""
        if self.as_json:
            print_json({"kind": name, "text": text})
        else:
            self.screen.print(f"{name}: {text}")

    def _typed(self) -> None:
        while (words := self.lines.take()) is not None:
            if words.lstrip().startswith("/"):
                Prompt(self.system, self.screen, self.stopping, self.talk).run(words.strip())
            else:
                self._say(words)
        if self.lines.ended:
            self.stopping.append("end of input")

    def _piped(self) -> str | None:
        return None if self.lines.interactive else self.lines.take()

    def _say(self, words: str) -> None:
        if words.strip():
            self.ears.type(words)
            self._quiet_since = None
        elif not self.lines.interactive:
            self.show("notice", "an empty line says nothing; it was skipped")


def run_session(plan: Plan, options: argparse.Namespace, nursery: Nursery, load: LoadProcessor) -> int:
    """Boot, talk, and take everything down again. Raises `BootError`."""
    clock = RealClock()
    hearing = Hearing.of(clock)
    stopping: list[str] = []
    interactive = sys.stdin.isatty() and not options.json
    directory = plan.home_directory
    with ExitStack() as stack:
        stack.enter_context(_signals(stopping))
        stack.enter_context(kept_terminal())
        posts = outposts(options.satellite, clock)
        reference = EchoReference()
        mouth = stack.enter_context(
            open_mouth(
                clock, options.mute, directory, [post.output for post in posts], named(options.loudspeaker), reference
            )
        )  # fmt: skip
        senses = opening if load is load_processor else None  # a processor that was handed in knows what it does
        choice = read_choice(directory)
        loss = HearingLoss(read_policy(policy_file(directory)).voice.move_when_deaf)
        processor = partial(_processor, load, options.model, choice, directory, clock)
        organs = Organs(processor, mouth.speech, hearing.every, senses, loss.barred)
        system = boot_live(plan, organs, nursery)
        stack.callback(system.close)
        attention = attention_of(system.kernel.ports.policy.voice, system.home)
        ears = None
        if options.listen:
            wanted = Listen(attention, system.reflex.hear, reference, named(options.microphone))
            ears = stack.enter_context(listen(clock, system.home, directory, mouth, wanted))
            hearing.every.ears.append(ears)
        told = Hearers(system.kernel.ports.policy.voice, system.reflex.hear, mouth)
        far = stack.enter_context(listening(posts, clock, system.home, directory, told))
        hearing.every.ears.extend(far)
        session = Session(
            system, hearing.typed, Lines(interactive), Screen(Console()), options.json,
            deque(options.say), time.monotonic() + (options.seconds or math.inf), options.exit_when_idle,
            lambda: [*_problems(system, mouth, ears), *(one.problem for one in far if one.problem)], stopping,
        )  # fmt: skip
        if ears is not None:
            _attend(session, EarsView(ears, mouth, attention, system.kernel, session.show), loss)
        _greet(session, mouth, choice, _since_process_start())
        system.kernel.trace.watchers.append(session.watch)
        session.lines.start()
        session.screen.prompting = interactive
        system.run(session.going)
    return 0


def _processor(load: LoadProcessor, model: Path | None, choice: Choice, directory: Path, clock: RealClock) -> Processor:
    """The model to begin with, and the larger one behind it; a model that was named or handed in works alone."""
    first = load(model)
    alone = model is not None or load is not load_processor
    return first if alone else routed(first, choice, directory, clock)


def _attend(session: Session, view: EarsView, loss: HearingLoss) -> None:
    """Have the ears looked after in every step, and let people push to talk."""
    system = session.system
    loss.deaf = lambda: view.ears.deaf
    session.looks += [view.look, lambda: loss.watch(system.kernel)]
    session.talk = view.talk
    system.kernel.trace.watchers.append(view.watch)
    system.control.services.table["talk"] = lambda request: view.talk(bool(request.get("on", True)))


def _problems(system: LiveSystem, mouth: Mouth, ears: MicrophoneEars | None) -> Sequence[str]:
    """What does not work as it should now, in sentences."""
    exemplars = system.exemplars
    found = (
        mouth.problem, ears.problem if ears else "", exemplars.problem if exemplars is not None else "",
        problem_of(system.kernel.ports.processor), system.reflex.problem,
    )  # fmt: skip
    return [problem for problem in found if problem]


@contextmanager
def _signals(stopping: list[str]) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends the session in order; a second one as it always does."""

    def end(number: int, _frame: FrameType | None) -> None:
        stopping.append(signal.Signals(number).name)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _since_process_start() -> float:
    """Seconds, to 10 ms: what a person has waited, imports included (field 22 of proc_pid_stat(5))."""
    ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def _greet(session: Session, mouth: Mouth, choice: Choice, took: float) -> None:
    system = session.system
    state = system.actuators.state()
    room = room_of(state, system.home)
    if session.as_json:
        print_json(
            {"ready": True, "seconds": round(took, 3), "pid": os.getpid(), "children": system.pids, "room": room}
        )
        for notice in choice.notices:
            session.show("notice", notice)
        return
    where = (f"on {system.plan.port}" if system.plan.port else "simulated") + (f", in the {room}" if room else "")
    session.screen.print(
        f"robotos is ready after {took:.1f} s: {system.home.name}, {where}, battery {state.battery:.0%}"
    )
    for notice in (*choice.notices, *_notices(system, mouth)):
        session.screen.print(f"  {notice}")
    if session.lines.interactive:
        session.screen.print('Type what you want, such as "clean the kitchen". /help shows more; Ctrl-D ends.')


def _notices(system: LiveSystem, mouth: Mouth) -> Sequence[str]:
    """What works less well than it could, and why."""
    notices = [mouth.notice] if mouth.notice else []
    if system.actuators.fault:
        notices.append(f"nothing will move: {system.actuators.fault}")
    latched = system.actuators.state().latched
    if latched:
        notices.append(f"stopped ({latched}): see to it, then robotos arm")
    planned = system.disk.planned()
    if planned:
        soon = planned[0].at - system.kernel.ports.clock.wall()
        when = "now" if soon < timedelta(0) else f"{planned[0].at:%A %H:%M}"
        notices.append(f"{len(planned)} on the schedule, the next {when}")
    return notices
