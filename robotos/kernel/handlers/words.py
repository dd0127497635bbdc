"""Speaking: raw sentences of programs, announcements, and the syscalls `say` and `ask`."""

from __future__ import annotations

from collections.abc import Mapping

from robotos.kernel.calls import Result
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process
from robotos.kernel.resolve import Named


def speak(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Say a sentence."""
    text = str(args["text"]).strip()
    if text:
        kernel.speak(process.pid, text)
    return None


def announce(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Say, once, what the process was started for."""
    text, process.announcement = process.announcement, ""
    if text:
        kernel.speak(process.pid, text)
    return None


def say(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Check who is addressed; the assistant puts the act into words."""
    what = _first(args, "what")
    to = _first(args, "to")
    text = str(what.value) if isinstance(what, Named) else ""
    person = str(to.value) if isinstance(to, Named) else ""
    return Result(data={"act": what if isinstance(what, str) else "", "text": text, "person": person})


def ask(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """A question to the owner, put into words (and counted) by `question`; the answer comes as the next words."""
    about = args.get("about", ())
    names = [str(a.value) for a in about if isinstance(a, Named)] if isinstance(about, tuple) else []
    return Result(data={"about": names})


def question(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Put a question into words: spoken, and counted as asked."""
    kernel.asked += 1
    text = str(args["text"])
    kernel.note(process.pid, process.program.name, "ask", text)
    kernel.speak(process.pid, text)
    return None


def _first(args: Mapping[str, object], name: str) -> object:
    values = args.get(name, ())
    return values[0] if isinstance(values, tuple) and values else None


HANDLERS = {
    "speak": Handler(speak),
    "announce": Handler(announce),
    "question": Handler(question, dying=False),
    "sys.say": Handler(say),
    "sys.ask": Handler(ask),
}
