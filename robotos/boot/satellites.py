"""Wyoming satellites as ears and mouth of a live system: their sound takes the same way as the microphone's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from robotos.boot.children import BootError
from robotos.boot.listening import attention_of, open_stops
from robotos.boot.organs import Mouth, best_recogniser
from robotos.clock import Clock
from robotos.kernel.ports import Heard
from robotos.navigation.home import Home
from robotos.peripherals.listening.attention import Attention
from robotos.peripherals.sound import SoundError
from robotos.peripherals.stop.listener import StopHeard
from robotos.peripherals.wyoming.address import need_package, parse_address
from robotos.policy import Voice

if TYPE_CHECKING:
    from robotos.peripherals.microphone import MicrophoneEars
    from robotos.peripherals.wyoming.mouth import SatelliteOutput
    from robotos.peripherals.wyoming.satellite import Satellite


@dataclass(frozen=True, slots=True)
class Outpost:
    """One satellite, and the way to its loudspeaker."""

    line: Satellite
    output: SatelliteOutput


@dataclass(frozen=True, slots=True)
class SatelliteEars:
    """Implements `ports.Ears`: a satellite's microphone; what comes from there is answered there, too.

    The owner has named the satellite, so its words are as good as those of the robot's own microphone, and no better.
    A wake word of its own, or its button, is push to talk until words have come.
    """

    post: Outpost
    ears: MicrophoneEars
    attention: Attention
    clock: Clock
    speaking: Callable[[], bool]

    def poll(self) -> Sequence[Heard]:
        found = self.ears.poll()
        for heard in found:
            self.ears.release()
            self.post.output.engage()
            self.post.line.heard(heard.text)
        if self.speaking() and self.post.output.engaged:
            self.attention.spoke(self.clock.now())  # an answer to it needs no name
        return found

    @property
    def problem(self) -> str:
        """Why nothing is heard from there, "" for nothing."""
        return self.post.line.problem or self.ears.problem


@dataclass(frozen=True, slots=True)
class Hearers:
    """What every satellite's ears are told: policy, what to do at a stop word, and the mouth."""

    voice: Voice
    on_stop: Callable[[StopHeard], bool]
    mouth: Mouth


def outposts(addresses: Sequence[str], clock: Clock) -> Sequence[Outpost]:
    """The satellites at these addresses (`host` or `host:port`), which are not called yet. Raises `BootError`."""
    if not addresses:
        return ()
    try:
        need_package()
        from robotos.peripherals.wyoming.mouth import SatelliteOutput
        from robotos.peripherals.wyoming.satellite import PORT, Satellite

        lines = [Satellite(parse_address(address, PORT), clock) for address in addresses]
    except SoundError as error:
        raise BootError(str(error)) from error
    return [Outpost(line, SatelliteOutput(line, clock)) for line in lines]


@contextlib.contextmanager
def listening(
    posts: Sequence[Outpost], clock: Clock, home: Home, directory: Path, told: Hearers
) -> Iterator[Sequence[SatelliteEars]]:
    """Call the satellites and listen to them; each has a recogniser of its own. Raises `BootError`."""
    with contextlib.ExitStack() as stack:
        found = []
        for post in posts:
            ears = _ears(post, clock, home, directory, told)
            stack.callback(post.line.close)
            stack.callback(ears.ears.close)
            found.append(ears)
        yield found


def _ears(post: Outpost, clock: Clock, home: Home, directory: Path, told: Hearers) -> SatelliteEars:
    from robotos.peripherals.microphone import MicrophoneEars, Organs
    from robotos.peripherals.vad import open_vad

    stops, no_stops = open_stops()
    attention = attention_of(told.voice, home)
    organs = Organs(
        stops=stops, no_stops=no_stops, on_stop=told.on_stop, attention=attention, speaking=told.mouth.speaking
    )
    post.line.woken = lambda: attention.press(clock.now())  # before the line opens: it may be woken at once
    try:
        ears = MicrophoneEars(
            clock, best_recogniser(home, directory), open_vad()[0], open_stream=post.line.open_stream, organs=organs
        )
    except SoundError as error:
        raise BootError(f"cannot listen to the satellite at {post.line.address}: {error}") from error
    return SatelliteEars(post, ears, attention, clock, told.mouth.speaking)
