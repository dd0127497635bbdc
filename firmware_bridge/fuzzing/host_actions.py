"""What a host does all day, at random: drive, let orders lapse, fall silent, be stopped, recover, and begin again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from firmware_bridge.messages import (
    MAX_V_MM_S,
    MAX_W_MRAD_S,
    RECOVER_MAX_MM_S,
    Arm,
    Clear,
    Disarm,
    Drive,
    Gripper,
    Heartbeat,
    HostMessage,
    Reason,
    Recover,
    Stop,
    Tool,
)

TTL = 200  # ms
CYCLE = 5  # periods between two calls of the host
NO_SENSORS = {"bumper": 0, "cliff": 0, "stop_button": False}


@dataclass(frozen=True, slots=True)
class Cycle:
    """One call of the host: what it says, what it meant to say but overtook by that, what the sensors see from then."""

    messages: tuple[HostMessage, ...]
    overtaken: tuple[HostMessage, ...] = ()
    sensors: tuple[tuple[str, object], ...] = ()
    driving: bool = False


def cycles(rng: Random, now_ms: Callable[[], int], nonce: Callable[[], int]) -> Iterator[Cycle]:
    """The cycles of a life, for ever: mostly driving, interrupted by everything else, with sensors that see nothing."""
    while True:
        yield Cycle((Heartbeat(), Clear(), Arm(nonce())), sensors=tuple(NO_SENSORS.items()))
        yield from _drive(rng, now_ms, rng.randint(10, 60))
        yield from rng.choice(_INTERRUPTIONS)(rng, now_ms)


def _order(rng: Random, now_ms: int) -> Drive:
    if rng.random() < 0.5:
        return Drive(rng.choice((MAX_V_MM_S, 200, 100, -150)), 0, now_ms + TTL)
    return Drive(rng.randint(-MAX_V_MM_S, MAX_V_MM_S), rng.randint(-MAX_W_MRAD_S, MAX_W_MRAD_S), now_ms + TTL)


def _drive(rng: Random, now_ms: Callable[[], int], count: int) -> Iterator[Cycle]:
    for turn in range(count):
        if turn % 20 == 0:
            wanted = _order(rng, 0)
        now = now_ms()
        extra: tuple[HostMessage, ...] = ()
        if rng.random() < 0.1:
            extra = (Tool(rng.randrange(256), now + rng.randint(50, 400)),)
        elif rng.random() < 0.03:
            extra = (Gripper(rng.randrange(2), rng.randint(0, 400), 0, 50, now + 400),)
        late = (_order(rng, now + 200),) if rng.random() < 0.5 else ()
        yield Cycle((Heartbeat(), Drive(wanted.v_mm_s, wanted.w_mrad_s, now + TTL), *extra), late, driving=True)


def _lapse(rng: Random, now_ms: Callable[[], int]) -> Iterator[Cycle]:
    """The orders end, the heartbeat goes on."""
    for _ in range(rng.randint(5, 12)):
        yield Cycle((Heartbeat(),))


def _silence(rng: Random, now_ms: Callable[[], int]) -> Iterator[Cycle]:
    for _ in range(rng.randint(3, 10)):
        yield Cycle(())


def _disarmed(rng: Random, now_ms: Callable[[], int]) -> Iterator[Cycle]:
    """Disarmed, with an Arm on its way that was overtaken by the Disarm."""
    yield Cycle((Disarm(),), overtaken=(Arm(0),))
    for _ in range(rng.randint(5, 15)):
        yield Cycle((Heartbeat(),))
    yield Cycle((Drive(200, 0, now_ms() + TTL),))


def _button(rng: Random, now_ms: Callable[[], int]) -> Iterator[Cycle]:
    yield Cycle((Heartbeat(),), sensors=(("stop_button", True),))
    for _ in range(rng.randint(3, 10)):
        yield Cycle((Heartbeat(), Drive(200, 0, now_ms() + TTL), Arm(0)))
    yield Cycle((Heartbeat(),), sensors=(("stop_button", False),))


def _stopped(rng: Random, now_ms: Callable[[], int]) -> Iterator[Cycle]:
    yield Cycle((Heartbeat(), Stop(Reason.OWNER, rng.randrange(2))))
    for _ in range(rng.randint(3, 14)):
        yield Cycle((Heartbeat(), Drive(200, 0, now_ms() + TTL)))


def _contact(rng: Random, now_ms: Callable[[], int]) -> Iterator[Cycle]:
    """A bump, backing away from it, and a second bump on the way."""
    sensor = rng.choice(("bumper", "cliff"))
    yield Cycle((Heartbeat(),), sensors=((sensor, 1),))
    for _ in range(rng.randint(3, 25)):
        yield Cycle((Heartbeat(), Recover(-rng.randint(0, RECOVER_MAX_MM_S), 0, now_ms() + TTL)))
    yield Cycle((Heartbeat(),), sensors=((sensor, 3),))
    yield Cycle((Heartbeat(), Drive(100, 0, now_ms() + TTL)), sensors=tuple(NO_SENSORS.items()))


_INTERRUPTIONS = (_lapse, _silence, _disarmed, _button, _stopped, _contact)
