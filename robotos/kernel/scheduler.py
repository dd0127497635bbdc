"""Who holds the base: a new order replaces the one under way, sets batch work aside, or queues behind its like."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from robotos.kernel.process import Priority, Process, State


class Grant(StrEnum):
    """What became of a request for the base."""

    NOW = "now"
    QUEUED = "queued"


@dataclass(slots=True)
class Base:
    """The drive as a resource: one holder, those set aside beneath it (newest last), those queued behind."""

    holder: Process | None = None
    aside: list[Process] = field(default_factory=list)
    queue: list[Process] = field(default_factory=list)

    def request(self, process: Process) -> tuple[Grant, Process | None]:
        """Ask for the base. Returns the grant, and the holder that must be cancelled for it, if any."""
        holder = self.holder
        if holder is None:
            self.holder = process
            return Grant.NOW, None
        if holder.program.priority is Priority.BATCH:
            if process.program.priority is Priority.BATCH and holder.state is not State.PAUSED:
                self.queue.append(process)
                process.state = State.QUEUED
                return Grant.QUEUED, None
            if holder.state is not State.PAUSED:
                holder.state = State.SUSPENDED
            self.aside.append(holder)
            self.holder = process
            return Grant.NOW, None
        self.holder = process
        return Grant.NOW, holder

    def release(self, process: Process) -> Process | None:
        """The process is done with the base. Returns who gets it now."""
        if process in self.queue:
            self.queue.remove(process)
        if process in self.aside:
            self.aside.remove(process)
        if self.holder is not process:
            return None
        self.holder = None
        if self.aside:
            self.holder = self.aside.pop()
        elif self.queue:
            self.holder = self.queue.pop(0)
        if self.holder is not None and self.holder.state is not State.PAUSED:
            self.holder.resumed = self.holder.state is State.SUSPENDED
            self.holder.state = State.READY if self.holder.waiting is None else State.BLOCKED
        return self.holder

    def everyone(self) -> list[Process]:
        """All that hold or want the base, holder first."""
        holder = [self.holder] if self.holder is not None else []
        return [*holder, *reversed(self.aside), *self.queue]
