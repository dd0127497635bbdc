"""One utterance followed through a running kernel, until it is known what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from robotos.errno import Errno
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Heard
from robotos.kernel.process import Process
from robotos.kernel.trace import Entry

TURN = "turn"  # the program that answers an utterance
PICKED_UP_WITHIN = 5.0  # s for the assistant to begin with words that were handed to it


class Outcome(StrEnum):
    """What came of the words. Only `DONE` and `STOPPED` are what a person would call success."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"  # a call answered something else than OK
    ASKED = "asked"  # it wants to know something first
    UNCLEAR = "unclear"  # no call was made of it
    STOPPED = "stopped"  # it was the stop word
    DROPPED = "dropped"  # nothing took it in


@dataclass(frozen=True, slots=True)
class Report:
    """What is known by now; `calls` are `{"call", "errno", "reason"}`, `said` the sentences since."""

    heard: str
    outcome: Outcome
    said: tuple[str, ...] = ()
    calls: tuple[dict[str, str], ...] = ()
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it was carried out."""
        return self.outcome in {Outcome.DONE, Outcome.STOPPED}

    def plain(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {**asdict(self), "outcome": self.outcome.value, "ok": self.ok}


@dataclass(slots=True, eq=False)
class Utterance:
    """Words handed to a kernel. Call `update` after each of its steps; `detach` when no longer interested."""

    kernel: Kernel
    heard: Heard
    outcome: Outcome = Outcome.PENDING
    _turn: Process | None = None
    _entries: list[Entry] = field(default_factory=list)
    _asked: int = 0
    _last: int = 0  # the newest pid before the words came
    _ended: float = 0.0
    _stopped: bool = False  # it was the stop word: the reflex has acted before `say` returns

    @classmethod
    def say(
        cls, kernel: Kernel, text: str, source: str = "text", confidence: float = 1.0, speaker: str = "owner"
    ) -> Utterance:
        """Hand words to the kernel, the owner's unless another speaker is named, and begin to follow them."""
        now = kernel.now()
        one = cls(kernel, Heard(text, confidence, now, now, speaker, source))
        one._asked, one._last = kernel.asked, max(kernel.processes, default=0)
        kernel.trace.watchers.append(one._note)
        kernel.hear(one.heard)
        one._stopped = any(e.kind == "event" and e.text.startswith("stop (") for e in one._entries)
        return one

    @property
    def finished(self) -> bool:
        """Whether the outcome is known."""
        return self.outcome is not Outcome.PENDING

    def update(self) -> None:
        """Look again."""
        if self.finished:
            return
        if self._stopped:
            self._settle(Outcome.STOPPED)
            return
        if self._turn is None:
            self._turn = self._find()
        if self._turn is None:
            if self.kernel.now() - self.heard.ended > PICKED_UP_WITHIN:
                self._settle(Outcome.DROPPED)
        elif self._turn.ended:
            self._settle(self._judge(self._turn))

    def report(self) -> Report:
        """What is known by now."""
        said = tuple(entry.text for entry in self._entries if entry.kind == "say")
        end = self._ended if self.finished else self.kernel.now()
        return Report(self.heard.text.strip(), self.outcome, said, self._calls(), round(end - self.heard.ended, 3))

    def detach(self) -> None:
        """Stop following."""
        if self._note in self.kernel.trace.watchers:
            self.kernel.trace.watchers.remove(self._note)

    def _note(self, entry: Entry) -> None:
        if entry.kind in {"say", "result", "event"}:
            self._entries.append(entry)

    def _settle(self, outcome: Outcome) -> None:
        self.outcome, self._ended = outcome, self.kernel.now()

    def _find(self) -> Process | None:
        """The turn that answers these words: the first since then with the same text."""
        text = self.heard.text
        turns = (p for pid, p in self.kernel.processes.items() if pid > self._last and p.program.name == TURN)
        return next((turn for turn in turns if turn.args.get("text") == text), None)

    def _judge(self, turn: Process) -> Outcome:
        result = turn.result
        if self.kernel.asked > self._asked:
            return Outcome.ASKED
        if result is not None and result.errno is not Errno.OK:
            return Outcome.REFUSED
        return Outcome.DONE if self._calls() else Outcome.UNCLEAR

    def _calls(self) -> tuple[dict[str, str], ...]:
        if self._turn is None:
            return ()
        mine = [e for e in self._entries if e.pid == self._turn.pid and e.kind == "result"]
        return tuple({"call": entry.text, "errno": entry.errno} for entry in mine)
