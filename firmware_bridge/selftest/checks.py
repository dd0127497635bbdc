"""The questions of the self-test, each a function that returns its figure or raises `Failed`."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from firmware_bridge.emulator import Fault
from firmware_bridge.messages import HEARTBEAT_MS, Arm, Clear, Drive, Flag, Gripper, Heartbeat, Reason, State, Stop
from firmware_bridge.selftest.rigs import EmulatedRig, Rig
from firmware_bridge.selftest.speaker import Failed, Speaker
from firmware_bridge.transport import TransportLost

SPEED = 150  # mm/s
PERIOD = 0.010  # s: an expired order ends in the one that follows at the latest
REFLEX = 0.010  # s from a contact to everything off
WATCHDOG = 0.080  # s: 60 ms with the tolerance of its oscillator
REPORT = 0.12  # s: two reports, for what only they show

__all__ = ["CHECKS", "Failed", "Left", "Outcome", "run_checks"]


class Left(Exception):  # noqa: N818 - an outcome
    """The question was not put; the text says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`passed` is None where the question was not put. `figure` is what was measured, or why it failed or was left."""

    name: str
    passed: bool | None
    figure: str


def run_checks(rig: Rig) -> Iterator[Outcome]:
    """Every question in turn, each from a disarmed controller without a latch; ends early when the line is lost."""
    speaker = Speaker(rig)
    for name, check in CHECKS:
        try:
            yield Outcome(name, True, check(speaker))
        except Left as left:
            yield Outcome(name, None, str(left))
        except Failed as failure:
            yield Outcome(name, False, str(failure))
        except TransportLost as lost:
            yield Outcome(name, False, str(lost))
            return


def _handshake(to: Speaker) -> str:
    took = to.hello()
    return f"same schema, nonce {to.nonce:08X}, answered in {took * 1000:.1f} ms"


def _garbage(to: Speaker) -> str:
    rng = random.Random(7)
    for _ in range(20):
        to.rig.write(rng.randbytes(50))
        to.rig.run(0.003)
    to.rig.write(b"\0")
    to.must(Heartbeat())
    return "1000 random bytes, then the next frame was understood"


def _round_trip(to: Speaker) -> str:
    took = sorted(to.must(Heartbeat()) for _ in range(50))
    return f"median {took[25] * 1000:.1f} ms, worst {took[-1] * 1000:.1f} ms"


def _unarmed(to: Speaker) -> str:
    to.must(Arm(to.nonce ^ 1), "ESTALE")
    to.must(Drive(SPEED, 0, to.fresh_state().ms + 200), "EPERM")
    return "another boot's nonce: ESTALE; drive before arming: EPERM"


def _silence(to: Speaker) -> str:
    _arm(to)
    took = to.wait("latch after silence", 0.5, lambda: _latched(to.state))
    if to.state is None or to.state.reason != Reason.LINK:
        raise Failed(f"latched for reason {to.state and to.state.reason}, not LINK")
    return f"no heartbeat: latched LINK after {took * 1000:.0f} ms (limit {HEARTBEAT_MS} ms, seen in a report)"


def _deadlines(to: Speaker) -> str:
    _arm(to)
    now = to.fresh_state().ms
    to.must(Drive(0, 0, 0), "EINVAL")
    to.must(Drive(0, 0, now - 5), "ESTALE")
    to.must(Drive(0, 0, now + 2000), "ERANGE")
    return "none: EINVAL, past: ESTALE, too far ahead: ERANGE"


def _drive(to: Speaker) -> str:
    _moving(to)
    state = to.fresh_state()
    if abs(state.v_mm_s - SPEED) > SPEED // 5:
        raise Failed(f"{state.v_mm_s} mm/s where {SPEED} were asked for: motors, encoders or battery")
    return f"{state.v_mm_s} mm/s for {SPEED} asked"


def _expiry(to: Speaker) -> str:
    _moving(to)
    ttl = 0.1
    to.drive(SPEED, ttl)
    began = to.rig.now()
    late = PERIOD if isinstance(to.rig, EmulatedRig) else REPORT
    to.wait("wheels off after the deadline", ttl + late, lambda: _off(to), beat=True)
    return f"off {(to.rig.now() - began) * 1000:.0f} ms after an order worth {ttl * 1000:.0f} ms"


def _stop(to: Speaker) -> str:
    _moving(to)
    _clean_edges(to)
    began = to.rig.now()
    acked = to.must(Stop(Reason.OWNER, 0))
    off = _time_off(to, began, 0.02)
    to.must(Arm(to.nonce), "EPERM")
    to.must(Drive(SPEED, 0, to.fresh_state().ms + 200), "EPERM")
    if to.fresh_state().reason != Reason.OWNER:
        raise Failed("the first reason was not kept")
    return f"acknowledged in {acked * 1000:.1f} ms, {off}; latched, a new order: EPERM"


def _reflex(sensors: dict[str, int], reason: Reason) -> Callable[[Speaker], str]:
    def check(to: Speaker) -> str:
        rig = _touchable(to)
        _moving(to)
        _clean_edges(to)
        began = rig.now()
        rig.press(**sensors)
        rig.run(0.03)
        off = _time_off(to, began, REFLEX)
        state = to.fresh_state()
        rig.press(**dict.fromkeys(sensors, 0))
        if state.reason != reason:
            raise Failed(f"latched for {Reason(state.reason).name}, not {reason.name}")
        return off

    return check


def _gripper(to: Speaker) -> str:
    rig = _touchable(to)
    _arm(to)
    to.must(Gripper(1, 120, -30, 40, to.fresh_state().ms + 300))
    rig.run(0.05)
    rig.controller.take_edges()
    to.must(Stop(Reason.OWNER, 0))
    rig.run(0.1)
    rig.controller.reset()
    rig.run(0.3)
    opened = [edge for edge in rig.controller.take_edges() if edge.name == "gripper_close" and not edge.value]
    to.hello()
    if opened or not rig.controller.outputs.gripper_close:
        raise Failed("it opened")
    return "closed through a stop and a reset"


def _watchdog(to: Speaker) -> str:
    rig = _touchable(to)
    _moving(to)
    _clean_edges(to)
    nonce, began = to.nonce, rig.now()
    before = rig.controller.hang(Fault.LOOP)
    rig.run(0.1)
    off = _time_off(to, began, WATCHDOG)
    rig.controller.mend(before)
    rig.run(0.3)
    to.hello()
    if to.nonce == nonce:
        raise Failed("it came up with the same nonce")
    if to.fresh_state().flags & Flag.ARMED:
        raise Failed("it came up armed")
    return f"the hanging loop was reset, {off}; disarmed, another nonce"


def _arm(to: Speaker) -> None:
    """Armed, from whatever was before."""
    if _latched(to.fresh_state()):
        to.must(Clear())  # EBUSY would say that a cause is still there
    to.must(Arm(to.nonce))


def _moving(to: Speaker) -> None:
    if not to.rig.moves:
        raise Left("the wheels would turn: put the robot on a stand and say --wheels-free")
    _arm(to)
    to.cruise(SPEED, 0.6)


def _touchable(to: Speaker) -> EmulatedRig:
    if not isinstance(to.rig, EmulatedRig):
        raise Left("sensors and pins are out of reach: the checklist in WIRING.md has it")
    return to.rig


def _clean_edges(to: Speaker) -> None:
    if isinstance(to.rig, EmulatedRig):
        to.rig.controller.take_edges()


def _time_off(to: Speaker, began: float, limit: float) -> str:
    """When everything was off: by the pins, or, where they can't be seen, by the reports."""
    if not isinstance(to.rig, EmulatedRig):
        took = to.wait("wheels off", limit + REPORT, lambda: _off(to))
        return f"reported off after {took * 1000:.0f} ms"
    to.rig.run(limit)
    took = to.rig.off_after(began)
    if math.isnan(took) or took > limit:
        raise Failed(f"off after {took * 1000:.1f} ms, the limit is {limit * 1000:.0f} ms")
    return f"off {took * 1000:.1f} ms later"


def _off(to: Speaker) -> bool:
    if isinstance(to.rig, EmulatedRig):
        pins = to.rig.controller.outputs
        return pins.pwm_left == 0 and pins.pwm_right == 0
    return to.state is not None and to.state.pwm_left == 0 and to.state.pwm_right == 0


def _latched(state: State | None) -> bool:
    return state is not None and bool(state.flags & Flag.LATCHED)


CHECKS: tuple[tuple[str, Callable[[Speaker], str]], ...] = (
    ("handshake", _handshake),
    ("resynchronises after garbage", _garbage),
    ("round trip", _round_trip),
    ("refuses before arming", _unarmed),
    ("silence stops", _silence),
    ("deadlines", _deadlines),
    ("drives", _drive),
    ("orders expire", _expiry),
    ("stop", _stop),
    ("bumper", _reflex({"bumper": 1}, Reason.BUMPER)),
    ("cliff", _reflex({"cliff": 2}, Reason.CLIFF)),
    ("stop button", _reflex({"stop_button": 1}, Reason.STOP_BUTTON)),
    ("gripper holds", _gripper),
    ("watchdog", _watchdog),
)
