"""The journal's events as lines of the syscall log."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence

from robotos.disk import Event
from robotos.shell.lines import Line

KERNEL = "kernel"


def lines_of(events: Sequence[Event], names: MutableMapping[int, str]) -> Iterator[Line]:
    """One line for each event that belongs into the log; `names` learns which program has which pid."""
    for event in events:
        body = event.body
        pid = int(body.get("pid", 0))
        if event.kind == "spawn":
            names[pid] = str(body["program"])
        program = names.get(pid, KERNEL) if pid else KERNEL
        line = _line(event, pid, program)
        if line is not None:
            yield line


def _line(event: Event, pid: int, program: str) -> Line | None:
    body = event.body
    match event.kind:
        case "heard":
            return Line(event.at, 0, str(body["by"]), "hear", str(body["text"]))
        case "say":
            return Line(event.at, pid, program if pid else "speech", "say", str(body["text"]))
        case "call":
            return Line(event.at, pid, program, "call", str(body["call"]))
        case "result":
            return Line(event.at, pid, program, "result", str(body["call"]), str(body["errno"]))
        case "stop":
            told = "confirmed" if body.get("confirmed") else "sent"
            return Line(event.at, 0, program, "event", f"stop ({told}) {body.get('reason', '')}".strip())
        case "body":
            return Line(event.at, 0, "gate", "event", f"{body['event']} {body.get('detail', '')}".strip())
        case "kill":
            text = f"killed: {body.get('reason', '')}"
            return Line(event.at, pid, program, "event", text, str(body.get("errno", "")))
        case "crash":
            return Line(event.at, pid, program, "event", f"crashed: {body.get('error', '')}", "EIO")
    return None
