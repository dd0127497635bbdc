"""A Wyoming satellite as ears and mouth: the robot calls it, as Home Assistant would, and keeps the line up.

What a satellite sends (wyoming-satellite 1.x, `satellite.py`): `run-pipeline`, then chunks of sound: all the time, or
after it heard somebody speak, or after its own wake word; it goes back to waiting when it is told a `transcript`.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from wyoming.asr import Transcript
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.satellite import PauseSatellite, RunSatellite

from robotos.clock import Clock
from robotos.peripherals.sound import RATE, Pcm, SoundError
from robotos.peripherals.vad import FRAME, FRAME_SECONDS
from robotos.peripherals.wyoming import audio
from robotos.peripherals.wyoming.address import Address
from robotos.peripherals.wyoming.wire import Connection, SilentError, WireError, connect

PORT: Final = 10700  # of wyoming-satellite
_HELLO: Final = 3.0  # s for its description
_PING: Final = 2.0  # s between signs of life that it is asked for
_LOST: Final = 6.0  # s without any event after which it counts as gone
_FIRST_RETRY, _LAST_RETRY = 1.0, 30.0  # s between calls
_QUEUED: Final = 64  # messages that wait to be sent
_CLOSING: Final = 5.0  # s for a thread to end
_WAITING: Final = 15.0  # s without words after its own wake word, after which it is sent back to wait for that
_PAUSED: Final = 0.4  # s without sound after which silence takes its place
_OLDEST: Final = 1.5  # s of sound from before it began to stream that are taken: some send two
_KEPT: Final = 0.2  # s by which sound must be older than expected to have been kept before it was sent
_LATE: Final = 1.0  # s by which it may be late, on its way or for want of processor time
_SLEW: Final = 0.0005  # s a message by which the count is held to the clock
_HISS: Final = 1  # amplitude of that silence: exact zeros would be taken for a dead microphone

Frames = Callable[[Any, int, Any, Any], None]
"""A microphone's callback: samples (512, 1) int16 at 16 kHz, 512, PortAudio's times, and one thing that is not used."""


@dataclass(frozen=True, slots=True)
class Times:
    """What is used of PortAudio's times: when a block began to be heard, by a clock that says `currentTime` now."""

    currentTime: float  # noqa: N815 - PortAudio's names
    inputBufferAdcTime: float  # noqa: N815


class Satellite:
    """The line to one satellite, held by a thread of its own.

    `problem` is "" or one sentence on why it is not heard. `woken` is called when it reports its own wake word, or
    that somebody pushed its button: the words that follow are for the robot. While it is connected there is always
    sound from it: silence when it sends none.
    """

    def __init__(self, address: Address, clock: Clock) -> None:
        self.address, self._clock = address, clock
        self.woken: Callable[[], None] = lambda: None
        self.name = str(address)
        self.problem = f"the satellite at {address} has not answered yet"
        self.streaming = False
        self._woken_at: float | None = None  # clock seconds of its own wake word, until words have come
        self._had_sound = False  # on this connection
        self._link: Connection | None = None
        self._frames: Frames | None = None
        self._incoming = audio.Incoming()
        self._rest: Pcm = np.zeros(0, np.int16)
        self._next = 0.0  # clock second of the next frame's first sample
        self._filled = 0.0  # clock seconds up to which there is sound
        self._silence: Pcm = np.where(np.arange(FRAME) % 2, _HISS, -_HISS).astype(np.int16)
        self._ending = threading.Event()
        self._outgoing: queue.Queue[Event] = queue.Queue(_QUEUED)
        self._threads = [
            threading.Thread(target=self._keep, name="satellite", daemon=True),
            threading.Thread(target=self._send, name="satellite-out", daemon=True),
        ]

    def open_stream(self, frames: Frames) -> SatelliteStream:
        """Its microphone; `frames` is called from the line's thread."""
        return SatelliteStream(self, frames)

    def listen_with(self, frames: Frames | None) -> None:
        """Who gets its sound; None for nobody."""
        self._frames = frames

    def start(self) -> None:
        """Call it; when it does not answer, again and again. May be called again."""
        for thread in self._threads:
            if thread.ident is None:
                thread.start()

    def send(self, event: Event) -> bool:
        """Queue a message, never waiting; False when it is not connected or does not keep up."""
        if self._link is None:
            return False
        try:
            self._outgoing.put_nowait(event)
        except queue.Full:
            return False
        return True

    def drop(self) -> None:
        """Forget the sound that is queued and not sent."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._outgoing.get_nowait()

    def heard(self, text: str) -> None:
        """Tell it what was understood: it stops streaming until somebody speaks, or wakes it, again."""
        self._woken_at = None
        self.send(Transcript(text=text, language="en").event())

    @property
    def connected(self) -> bool:
        return self._link is not None

    def close(self) -> None:
        """Hang up."""
        self._ending.set()
        link = self._link
        if link is not None:
            with contextlib.suppress(WireError):  # it may be gone already
                link.write(PauseSatellite().event(), seconds=0.2)
            link.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_CLOSING)

    # ------------------------------------------------------------ the line
    def _keep(self) -> None:
        pause = _FIRST_RETRY
        while not self._ending.is_set():
            try:
                self._talk()
            except SoundError as error:
                self._lose(str(error))
            pause = _FIRST_RETRY if self._had_sound else min(_LAST_RETRY, 2 * pause)
            self._ending.wait(pause)

    def _talk(self) -> None:
        """One connection, until it breaks."""
        self._had_sound = False
        link = connect(self.address)
        try:
            link.write(Describe().event())
            self._introduce(link)
            link.write(RunSatellite().event())
            self._link, self.problem = link, ""
            self._listen(link)
        finally:
            self._link, self.streaming = None, False
            self.drop()
            link.close()

    def _introduce(self, link: Connection) -> None:
        end = self._clock.now() + _HELLO
        while (event := link.read(max(0.0, end - self._clock.now()))).type != "info":
            continue
        told = event.data.get("satellite")
        if not isinstance(told, dict):
            raise WireError("it is no satellite; give the address of one (wyoming-satellite listens on port 10700)")
        where = told.get("area") or told.get("name")
        self.name = f"{str(where)[:40]} ({self.address})" if where else str(self.address)

    def _listen(self, link: Connection) -> None:
        last = asked = self._filled = self._clock.now()
        while not self._ending.is_set():
            try:
                event = link.read(FRAME_SECONDS)
            except SilentError:
                event = None
            now = self._clock.now()
            if event is not None:
                last = now
                self._take(link, event)
            self._fill(now)
            if self._woken_at is not None and now - self._woken_at > _WAITING:
                self._woken_at = None
                link.write(Error(text="no words were heard", code="stt-no-text-recognized").event())
            if now - last > _LOST:
                raise WireError(f"it has been silent for {_LOST:.0f} s")
            if now - asked > _PING:
                asked = now
                link.write(Ping().event())

    def _take(self, link: Connection, event: Event) -> None:
        match event.type:
            case "audio-chunk":
                self._hear(self._incoming.take(event))
            case "ping":
                text = event.data.get("text")
                link.write(Pong(text=text if isinstance(text, str) else None).event())
            case "detection":
                self.woken()
            case "run-pipeline":
                if event.data.get("start_stage") == "asr":  # by its own wake word or its button
                    self._woken_at = self._clock.now()
                    self.woken()
            case "audio-stop":
                self._end_of_stream()

    def _hear(self, pcm: Pcm) -> None:
        """Sound whose last sample was heard just now, or was late."""
        self.streaming = self._had_sound = True
        sound = np.concatenate((self._rest, pcm)) if len(self._rest) else pcm
        now, whole = self._clock.now(), len(sound) - len(sound) % FRAME
        self._rest = sound[whole:]
        oldest = max(0, whole - int(_OLDEST / FRAME_SECONDS) * FRAME)
        self._settle(now - (len(sound) - oldest) / RATE)
        for begin in range(oldest, whole, FRAME):
            self._hand_on(sound[begin : begin + FRAME], now)
        self._filled = now

    def _settle(self, began: float) -> None:
        """Samples are counted, for their arrival jitters; but what was kept and comes at once is older than that."""
        late = began - self._next
        if late < -_KEPT or late > _LATE:
            self._next = began
        else:
            self._next += min(_SLEW, max(-_SLEW, late))

    def _fill(self, now: float) -> None:
        """Silence where it has sent nothing for a while, so that what was being said counts as over."""
        if self.streaming and now - self._filled > _PAUSED:
            self._end_of_stream()
        if not self.streaming:
            while now - self._filled >= FRAME_SECONDS:
                self._settle(self._filled)
                self._hand_on(self._silence, now)
                self._filled += FRAME_SECONDS

    def _end_of_stream(self) -> None:
        self.streaming = False
        self._rest, self._incoming = np.zeros(0, np.int16), audio.Incoming()

    def _hand_on(self, frame: Pcm, now: float) -> None:
        if (frames := self._frames) is not None:
            frames(frame.reshape(-1, 1), FRAME, Times(now, self._next), None)
        self._next += FRAME_SECONDS

    def _lose(self, why: str) -> None:
        if self._ending.is_set():
            return
        named = why if str(self.address) in why else f"the satellite {self.name} was lost: {why}; it is called again"
        self.problem = named
        self._end_of_stream()

    def _send(self) -> None:
        while not self._ending.is_set():
            try:
                event = self._outgoing.get(timeout=0.1)
            except queue.Empty:
                continue
            link = self._link
            if link is None:
                continue
            with contextlib.suppress(WireError):  # the reader notices, and says so
                try:
                    link.write(event)
                except WireError:
                    link.close()
                    raise


class SatelliteStream:
    """Its microphone, as `sounddevice.InputStream` would be; the line stays up when it is closed."""

    def __init__(self, satellite: Satellite, frames: Frames) -> None:
        self._satellite, self._receive = satellite, frames

    def start(self) -> None:
        self._satellite.listen_with(self._receive)
        self._satellite.start()

    def close(self) -> None:
        self._satellite.listen_with(None)
