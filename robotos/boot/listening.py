"""Putting the listening path of a live system together: what its ears are made of on this machine."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotos.boot.children import BootError
from robotos.boot.organs import Mouth, best_recogniser
from robotos.clock import Clock
from robotos.navigation.home import Home
from robotos.peripherals.echo import EchoReference
from robotos.peripherals.listening.attention import Attention, AttentionSettings
from robotos.peripherals.sound import SoundError
from robotos.peripherals.stop.listener import StopHeard
from robotos.policy import Voice

if TYPE_CHECKING:
    from robotos.peripherals.microphone import MicrophoneEars
    from robotos.peripherals.stop.listener import StopListener

CALIBRATION: Final = "voice.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What `robotos voice calibrate` has measured: the room's noise in dB below full scale, the echo's delay in s."""

    noise: float
    delay: float | None = None
    echo: float = 0.0  # dB below full scale, of the test sound as it came back
    microphone: str = ""
    loudspeaker: str = ""

    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        return asdict(self)

    def write(self, directory: Path) -> Path:
        """Keep it in the home directory; the file's path. Raises `BootError`."""
        path = directory / CALIBRATION
        try:
            path.write_text(json.dumps(self.plain(), indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise BootError(f"{path} cannot be written ({error.strerror}); check its permissions") from error
        return path


def read_calibration(directory: Path) -> Calibration | None:
    """What was measured last; None when nothing was, or the file is no longer readable (measure again)."""
    try:
        plain = json.loads((directory / CALIBRATION).read_text(encoding="utf-8"))
        return Calibration(**plain)
    except (OSError, ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Listen:
    """What the ears are told: whom to listen to, what to do at a stop word, which microphone, what is played."""

    attention: Attention
    on_stop: Callable[[StopHeard], bool]
    reference: EchoReference
    microphone: int | str | None = None


def attention_of(voice: Voice, home: Home) -> Attention:
    """Attention as policy has it, with the names of those who live here."""
    people = [name for key, person in home.people.items() if key != "owner" for name in (person.name, *person.aliases)]
    return Attention(AttentionSettings(voice.names, voice.follow_up, voice.always_listening), people)


@contextlib.contextmanager
def listen(clock: Clock, home: Home, directory: Path, mouth: Mouth, wanted: Listen) -> Iterator[MicrophoneEars]:
    """A microphone's ears. Raises `BootError` when there is none, or nothing to understand it with."""
    from robotos.peripherals.microphone import MicrophoneEars, Organs
    from robotos.peripherals.vad import open_vad

    stops, no_stops = open_stops()
    measured = read_calibration(directory)
    loud = mouth.loud
    attention = wanted.attention
    organs = Organs(
        reference=wanted.reference if loud is not None else None,
        delay=(measured.delay or 0.0) if measured is not None else 0.0,
        stops=stops, no_stops=no_stops, on_stop=wanted.on_stop, attention=attention,
        duck=loud.duck if loud is not None else None, hush=loud.hush if loud is not None else None,
    )  # fmt: skip
    try:
        ears = MicrophoneEars(
            clock, best_recogniser(home, directory), open_vad()[0], organs=organs, device=wanted.microphone
        )
    except SoundError as error:
        raise BootError(f"cannot listen: {error}; leave out --listen to type only") from error
    try:
        yield ears
    finally:
        ears.close()


def open_stops() -> tuple[StopListener | None, str]:
    """A stop listener, or why there is none."""
    from robotos.peripherals.stop.listener import open_stop_listener

    try:
        return open_stop_listener(), ""
    except SoundError as error:
        return None, f"the stop reflex is off: {error}"
