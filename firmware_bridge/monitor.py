"""A trace decoded: what each frame said, how long its answer took, what was lost, repeated or damaged."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from firmware_bridge.framing import FrameError, parse_controller, parse_host
from firmware_bridge.messages import Ack, ControllerMessage, Flag, HostMessage, Reason, State, Status, Stop, Welcome
from firmware_bridge.trace import Record

UNANSWERED_AFTER = 0.5  # s, as `link.GIVE_UP_AFTER`
BAD = "bad"
KEPT = 256  # requests that an answer is looked up among


@dataclass(frozen=True, slots=True)
class Row:
    """One frame. `latency` is the seconds from a request's first sending to this answer; `note` what is odd."""

    wall: float
    at: float
    way: str
    kind: str  # "drive", "state", ... or "bad"
    values: Mapping[str, object]
    size: int  # bytes on the wire, with the delimiter
    latency: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole trace. Round trips are in seconds, of requests that were sent once only."""

    seconds: float
    frames: Mapping[tuple[str, str], int]  # (way, kind) to count
    bytes: Mapping[tuple[str, str], int]
    answers: Mapping[str, int]  # errno name to count
    round_trips: tuple[float, ...]  # sorted
    resends: int
    unanswered: int
    lost: int  # frames from the controller whose number is missing
    bad: int
    resets: int

    def rate(self, way: str) -> float:
        """Bytes a second one way; 0 for a trace of one moment."""
        total = sum(count for (there, _), count in self.bytes.items() if there == way)
        return total / self.seconds if self.seconds > 0 else 0.0

    def round_trip(self, share: float) -> float | None:
        """The round trip that `share` (0 to 1) of all stay below, in seconds; None when there was none."""
        if not self.round_trips:
            return None
        return self.round_trips[min(len(self.round_trips) - 1, int(share * len(self.round_trips)))]


@dataclass(slots=True)
class _Request:
    frame: bytes
    at: float
    resent: bool = False


@dataclass(slots=True)
class Monitor:
    """Takes the records of one trace in order."""

    _requests: dict[int, _Request] = field(default_factory=dict)
    _frames: Counter[tuple[str, str]] = field(default_factory=Counter)
    _bytes: Counter[tuple[str, str]] = field(default_factory=Counter)
    _answers: Counter[str] = field(default_factory=Counter)
    _trips: deque[float] = field(default_factory=lambda: deque(maxlen=1_000_000))
    _seq: int | None = None
    _nonce: int | None = None
    _resends: int = 0
    _unanswered: int = 0
    _lost: int = 0
    _resets: int = 0
    _first: float | None = None
    _last: float = 0.0

    def row(self, record: Record) -> Row:
        """What a frame said."""
        self._first = record.at if self._first is None else self._first
        self._last = record.at
        self._give_up(record.at)
        try:
            row = self._sent(record) if record.way == "tx" else self._heard(record)
        except FrameError as error:
            row = _row(record, BAD, {"bytes": record.frame.hex()}, note=str(error))
        self._frames[row.way, row.kind] += 1
        self._bytes[row.way, row.kind] += row.size
        return row

    def rows(self, records: Iterable[Record]) -> list[Row]:
        """What several frames said."""
        return [self.row(record) for record in records]

    def summary(self) -> Summary:
        """All so far."""
        return Summary(
            0.0 if self._first is None else self._last - self._first,
            MappingProxyType(dict(self._frames)),
            MappingProxyType(dict(self._bytes)),
            MappingProxyType(dict(self._answers)),
            tuple(sorted(self._trips)),
            self._resends,
            self._unanswered,
            self._lost,
            sum(count for (_, kind), count in self._frames.items() if kind == BAD),
            self._resets,
        )

    def _sent(self, record: Record) -> Row:
        frame = parse_host(record.frame)
        values = {"request": frame.request, **_values(frame.message)}
        known = self._requests.get(frame.request)
        note = ""
        if type(frame.message).__name__ == "Hello":
            pass  # answered by a Welcome, and repeated until it is
        elif known is not None and known.frame == record.frame:
            known.resent = True
            self._resends += 1
            note = "sent again"
        else:
            self._requests[frame.request] = _Request(record.frame, record.at)
            if len(self._requests) > KEPT:
                del self._requests[next(iter(self._requests))]
        return _row(record, _kind(frame.message), values, note=note)

    def _heard(self, record: Record) -> Row:
        frame = parse_controller(record.frame)
        message = frame.message
        note = self._missing(frame.seq, message)
        latency = None
        if isinstance(message, Ack):
            self._answers[_status(message.status)] += 1
            request = self._requests.pop(message.request, None)
            if request is None:
                note = _join(note, "answers nothing that waits")
            else:
                latency = record.at - request.at
                if not request.resent:
                    self._trips.append(latency)
        return _row(record, _kind(message), {"seq": frame.seq, **_values(message)}, latency, note)

    def _missing(self, seq: int, message: ControllerMessage) -> str:
        """Notices gaps in the controller's numbers; a boot begins at 0 again."""
        note = ""
        if isinstance(message, Welcome):
            if self._nonce is not None and message.nonce != self._nonce:
                self._resets += 1
                self._seq, note = None, "the controller was reset"
            self._nonce = message.nonce
        missing = 0 if self._seq is None else (seq - self._seq - 1) % 256
        self._seq = seq
        self._lost += missing
        return _join(note, f"{missing} lost before it" if missing else "")

    def _give_up(self, now: float) -> None:
        while self._requests:
            number, request = next(iter(self._requests.items()))
            if now - request.at < UNANSWERED_AFTER:
                return
            del self._requests[number]
            self._unanswered += 1


def _row(record: Record, kind: str, values: Mapping[str, object], latency: float | None = None, note: str = "") -> Row:
    return Row(record.wall, record.at, record.way, kind, values, len(record.frame) + 1, latency, note)


def _kind(message: HostMessage | ControllerMessage) -> str:
    return type(message).__name__.lower()


def _join(first: str, second: str) -> str:
    return f"{first}, {second}" if first and second else first or second


def _status(number: int) -> str:
    return Status(number).name if number in Status.__members__.values() else str(number)


def _values(message: HostMessage | ControllerMessage) -> dict[str, object]:
    """A message's fields, numbers with names by their names."""
    values: dict[str, object] = {entry.name: getattr(message, entry.name) for entry in fields(message)}
    if isinstance(message, Ack):
        values["status"] = _status(message.status)
    if isinstance(message, State):
        values["flags"] = [flag.name for flag in Flag if flag & message.flags]
    if isinstance(message, State | Stop) and message.reason in Reason.__members__.values():
        values["reason"] = Reason(message.reason).name
    return values
