"""From the end of a spoken stop word to the stop frame on the wire: sound at its own pace, real gate, moving wheels."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from robotos.actuation.client import RemoteActuators
from robotos.boot.stop_reflex import StopReflex
from robotos.clock import RealClock
from robotos.kernel.ports import Refused
from robotos.peripherals.sound import Pcm
from robotos.peripherals.stop.listener import StopHeard, StopListener
from robotos.peripherals.vad import FRAME_SECONDS
from robotos.training.stop.streaming import QUIET, frames, word_end
from robotos.trials.latency import ORDERS_EVERY, SETTLED, TTL, TURN, Audit
from robotos.trials.rig import Rig, TrialError

_UNDER_WAY: Final = 0.3  # s of turning before the sound begins
_JOIN: Final = 2.0  # s


def stop_words(sounds: Sequence[Pcm], listener: StopListener) -> list[float | None]:
    """Seconds from the end of the word in each sound until the serial driver has the stop frame; None: not heard.

    A frame is handed to the listener when the last of its samples has been spoken, as a sound card would at best.

    Raises:
        BootError, TrialError: it did not come to that.
    """
    clock = RealClock()
    with Rig(kernel=False) as rig, contextlib.ExitStack() as stack:
        rig.until(rig.link_up, "the link")
        actuators = RemoteActuators(rig.directory / "gate", clock)
        stack.callback(actuators.close)
        reflex = StopReflex(rig.directory / "gate", clock)
        stack.callback(reflex.close)
        audit = Audit(rig.home / "audit.jsonl")
        found: list[float | None] = []
        for pcm in sounds:
            with _turning(actuators):
                time.sleep(_UNDER_WAY)
                began = time.monotonic()
                heard = _play(np.concatenate((pcm, np.zeros(QUIET, np.int16))), began, listener, reflex)
            time.sleep(SETTLED)
            reason = f"the stop reflex heard {heard.word!r}" if heard is not None else ""
            found.append(audit.stopped(reason) - began - word_end(pcm) if heard is not None else None)
        return found


def _play(pcm: Pcm, began: float, listener: StopListener, reflex: StopReflex) -> StopHeard | None:
    listener.reset()
    reflex.active = True
    for number, frame in enumerate(frames(pcm)):
        time.sleep(max(0.0, began + (number + 1) * FRAME_SECONDS - time.monotonic()))
        heard = listener.push(frame)
        if heard is not None:
            reflex.hear(heard)
            return heard
    return None


@contextlib.contextmanager
def _turning(actuators: RemoteActuators) -> Iterator[None]:
    """A kernel that turns the robot on the spot, on a thread of its own. Raises `TrialError` where it may not."""
    actuators.poll()
    engaged = actuators.engage("owner: turn")
    if isinstance(engaged, Refused):
        raise TrialError(f"cannot be armed: {engaged.reason}")
    ending = threading.Event()

    def drive() -> None:
        while not ending.wait(ORDERS_EVERY):
            actuators.poll()
            actuators.drive(0.0, TURN, TTL)

    thread = threading.Thread(target=drive, name="turning")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(_JOIN)
