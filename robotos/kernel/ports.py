"""What the kernel needs from the world: small protocols and the values that cross them. Drivers implement these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from robotos.clock import Clock
from robotos.errno import Errno
from robotos.geometry import Pose, Twist
from robotos.kernel.calls import Bindings, Call, Exemplar, Handle, Result, Taint, Word
from robotos.kernel.storage import Aliases, Belief, Disk, Memory, Planned, TaskRecord, Taught
from robotos.kernel.table import Syscall

if TYPE_CHECKING:
    from robotos.navigation.costmap import Costmap
    from robotos.navigation.home import Home
    from robotos.policy import Policy

# Ports too: `Clock` is defined in robotos.clock, the disk in robotos.kernel.storage.
__all__ = ["Aliases", "Belief", "Clock", "Disk", "Memory", "Planned", "TaskRecord", "Taught"]

# ---------------------------------------------------------------- processor


class PageKind(StrEnum):
    """What a page of the context window holds."""

    STATE = "state"  # what the robot is doing now: words and handles
    USER = "user"  # words somebody said
    CALL = "call"  # a call the processor wrote
    RESULT = "result"  # what it answered
    EXEMPLAR = "exemplar"  # a phrase like the one said, found on the disk, and the calls it means


@dataclass(frozen=True, slots=True)
class Page:
    """One page of RAM: `content` is words (STATE, USER), a `Call`, a `Result` or an `Exemplar`, as `kind` says."""

    kind: PageKind
    content: tuple[Word, ...] | Call | Result | Exemplar
    owner: int = 0  # pid
    taint: Taint = Taint.SYSTEM
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Instruction:
    """One request to the processor: decode the next call that follows `pages`."""

    pid: int  # each pid has a KV sequence of its own
    pages: tuple[Page, ...]
    calls: tuple[Syscall, ...]  # what may be written
    handles: tuple[Handle, ...]  # what may be referred to


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one decode, and the wall-clock seconds it took."""

    prompt: int = 0
    cached: int = 0  # of `prompt`, served from the KV cache
    generated: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Decoded:
    """A call, with the model's own probability of it (product over its tokens among the grammatical ones, 0 to 1)."""

    ticket: int
    call: Call
    probability: float
    usage: Usage
    by: str = ""  # which of several models wrote it; "" for the only or usual one


@dataclass(frozen=True, slots=True)
class Fault:
    """The processor could not write a call (grammar dead end, context full, model gone, interrupted)."""

    ticket: int
    errno: Errno
    reason: str


class Processor(Protocol):
    """Runs instructions one at a time, preempted at the token."""

    def submit(self, instruction: Instruction) -> int:
        """Queue it; returns a ticket."""

    def poll(self) -> Sequence[Decoded | Fault]:
        """What has finished since the last call."""

    def interrupt(self, ticket: int) -> None:
        """Abandon a ticket within milliseconds; it comes back as a `Fault` with EINTR."""

    def release(self, pid: int) -> None:
        """Drop the pid's KV sequence."""

    def close(self) -> None: ...


# ---------------------------------------------------------------- actuators


@dataclass(frozen=True, slots=True)
class Scan:
    """Range readings in the base frame: beam i looks along `2*pi*i/len(ranges)` from x forward, counter-clockwise.

    `ranges` in metres from the robot's centre; `inf` where nothing was within reach.
    """

    stamp: float
    ranges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BodyState:
    """The last known state of the body as the gate sees it (map frame, gate's own pose estimate)."""

    stamp: float  # clock seconds at which the controller's report arrived
    pose: Pose
    sigma: float  # m, 1 sigma of the position
    twist: Twist
    battery: float
    charging: bool
    armed: bool
    latched: str  # the first reason the stop latched for; "" when not latched
    link_up: bool
    bumper: int = 0  # bit 0 left, bit 1 right
    cliff: int = 0  # bit 0 left, bit 1 right
    stop_button: bool = False
    tool_on: bool = False
    gripper_closed: bool = False
    gripper_holding: bool = False
    scan: Scan | None = None
    located: str = "tracking"  # or "uncertain": the last scans do not fit; or "lost": nothing moves by this pose


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it really went out, perhaps clipped, and what clipped it."""

    twist: Twist = field(default_factory=lambda: Twist(0.0, 0.0))
    clipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that did not go out."""

    errno: Errno
    reason: str


@dataclass(frozen=True, slots=True)
class StopReport:
    """`confirmed`: the controller acknowledged the stop; otherwise nobody knows."""

    confirmed: bool
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class BodyEvent:
    """An edge: `kind` is bumper, cliff, stop_button, stop_button_released, link_lost, link_back, reset, latched,
    unlatched, battery_low, charging; lost, located (`detail`: the room), ambiguous (the rooms), nowhere."""

    kind: str
    at: float
    detail: str = ""


class Actuators(Protocol):
    """The only way to the body: the gate, in this process or in its own."""

    def poll(self) -> Sequence[BodyEvent]:
        """Take in what arrived; a sign of life to the gate as well. Called every control period (50 ms)."""

    def state(self) -> BodyState: ...

    def drive(self, v: float, w: float, ttl: float) -> Sent | Refused:
        """Ask for a body velocity (m/s, rad/s) that lives `ttl` seconds at most."""

    def tool(self, on: bool) -> Sent | Refused: ...

    def gripper(self, close: bool, aim: tuple[float, float, float]) -> Sent | Refused:
        """Close on, or open at, a point in the base frame (m)."""

    def recover(self) -> Sent | Refused:
        """Back away from a contact, as policy allows."""

    def engage(self, order: str) -> Sent | Refused:
        """Arm for the owner's explicit order. Refused while anything but a spoken stop has latched."""

    def disengage(self) -> None:
        """Disarm because there is nothing to do (no latch)."""

    def stop(self, reason: str) -> StopReport:
        """Stop now and latch. Takes no lock and no queue."""


# ---------------------------------------------------------------- camera


@dataclass(frozen=True, slots=True)
class Detection:
    """A thing or person recognised in the camera picture: `x`, `y`, `z` in the base frame, metres."""

    label: str
    kind: str  # "thing", "person" or "paper"
    x: float
    y: float
    z: float
    text: str = ""  # what is written on it (paper)


class Camera(Protocol):
    """Sees what is in front of the robot, within its field of view and not behind a wall."""

    def detect(self) -> Sequence[Detection]: ...


# ---------------------------------------------------------------- speech


@dataclass(frozen=True, slots=True)
class Heard:
    """Words that came in: `text` as recognised, `confidence` 0 to 1, when they began and ended (clock seconds)."""

    text: str
    confidence: float
    began: float
    ended: float
    speaker: str = "owner"
    source: str = "voice"  # or "text"


class Speech(Protocol):
    """The mouth."""

    def say(self, text: str) -> int:
        """Queue a sentence; returns a ticket."""

    def hush(self) -> None:
        """Stop talking and forget what is queued."""

    def poll(self) -> Sequence[int]:
        """Tickets of sentences finished since the last call."""


class Ears(Protocol):
    """Where words come from."""

    def poll(self) -> Sequence[Heard]: ...


@dataclass(frozen=True, slots=True)
class Linked:
    """An utterance as the processor sees it: words with handles in place of mentions, and the grown bindings.

    `sensible`: whether it can be an order or a question at all; what is not is never put to the processor.
    """

    words: tuple[Word, ...]
    bindings: Bindings
    unknown: tuple[str, ...] = ()
    sensible: bool = True


# ---------------------------------------------------------------- exemplars


class Exemplars(Protocol):
    """Phrases with the calls they mean, found by their sense: the instruction cache."""

    def nearest(self, words: tuple[Word, ...], k: int) -> Sequence[Exemplar]:
        """At most `k` phrases like a linked utterance, most alike first. A pure function; may run beside the kernel."""

    def learn(self, phrase: str, calls: Sequence[str]) -> None:
        """Add what the owner has taught: the calls with slots for names, such as `clean {room}`."""

    def unlearn(self, phrase: str) -> None:
        """Take out what was taught, if it was."""


# ---------------------------------------------------------------- long computations

Compute = Callable[[Callable[[], object]], Future[object]]
"""Begins a pure computation that may take longer than a control period, such as planning a way."""


def at_once(work: Callable[[], object]) -> Future[object]:
    """`Compute` on virtual time: done before it returns, so that runs repeat exactly."""
    future: Future[object] = Future()
    try:
        future.set_result(work())
    except Exception as error:  # noqa: BLE001 - handed on to whoever asks for the result
        future.set_exception(error)
    return future


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a kernel is wired to."""

    clock: Clock
    processor: Processor
    actuators: Actuators
    camera: Camera
    speech: Speech
    ears: Ears
    disk: Disk
    home: Home
    costmap: Costmap  # of `home`, for this robot under this policy
    policy: Policy
    reflex: Callable[[str], bool]  # whether words mean "stop" and nothing else
    compute: Compute = at_once
    exemplars: Exemplars | None = None  # None: the processor reads without examples
