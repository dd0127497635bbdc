"""The sound devices of this machine, by number and name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from robotos.peripherals.speaker import load_sounddevice


@dataclass(frozen=True, slots=True)
class Device:
    """`inputs` and `outputs` are channels; `rate` Hz is its own; `default`: what it is used for unless one is named."""

    number: int
    name: str
    inputs: int
    outputs: int
    rate: float
    default: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def devices() -> Sequence[Device]:
    """All of them, as PortAudio numbers them. Raises `SoundError` where it is missing."""
    sounddevice = load_sounddevice()
    heard, played = (int(number) for number in sounddevice.default.device)
    found = []
    for number, about in enumerate(sounddevice.query_devices()):
        uses = [use for use, default in (("microphone", heard), ("loudspeaker", played)) if default == number]
        found.append(
            Device(
                number, str(about["name"]), int(about["max_input_channels"]), int(about["max_output_channels"]),
                float(about["default_samplerate"]), " and ".join(uses),
            )
        )  # fmt: skip
    return found


def named(text: str | None) -> int | str | None:
    """What PortAudio takes for a device that was given as a number or as part of a name."""
    return int(text) if text is not None and text.isdigit() else text
