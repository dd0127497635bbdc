"""What `robotos wyoming serve` offers: this home's recogniser, the robot's voice, and its answers to words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from robotos.boot.children import BootError
from robotos.boot.control import ask
from robotos.boot.library.catalogue import Role
from robotos.boot.library.choice import choose_service
from robotos.boot.organs import best_recogniser, best_synthesiser
from robotos.boot.running import find
from robotos.navigation.home import Home
from robotos.peripherals.sound import SoundError
from robotos.peripherals.wyoming.address import Address, need_package, parse_address

if TYPE_CHECKING:
    from wyoming.info import Info

    from robotos.peripherals.wyoming.offer import Offer, Reply

_MORE = 0.3  # s after the robot's first sentence for another one
_ANSWER = 8.0  # s to wait for a sentence
_LOOK = 0.1  # s between questions to the running system
_DONE = frozenset({"done", "stopped", "asked", "pending"})


@dataclass(frozen=True, slots=True)
class Offered:
    """What is to be served; `orders` is whose words those are that come in: "" (none are taken), "guest", "owner"."""

    hearing: bool = True
    voice: bool = True
    orders: str = ""


def open_offer(wanted: Offered, home: Home, directory: Path) -> Offer:
    """Raises `BootError` where a part cannot be had on this machine."""
    try:
        need_package()
        from robotos.peripherals.vad import open_vad
        from robotos.peripherals.wyoming.offer import Offer

        return Offer(
            best_recogniser(home, directory) if wanted.hearing else None,
            open_vad()[0] if wanted.hearing else None,
            best_synthesiser(directory) if wanted.voice else None,
            replies(directory, wanted.orders) if wanted.orders else None,
        )
    except SoundError as error:
        raise BootError(str(error)) from error


def replies(directory: Path, speaker: str) -> Callable[[str], Reply]:
    """Words to the robot that runs on this home, as if `speaker` had spoken them; what it says within some seconds.

    "stop" takes the reflex's way in the kernel, whoever says it.
    """
    from robotos.peripherals.wyoming.offer import Reply

    def reply(text: str) -> Reply:
        running = find(directory)
        if running is None:
            raise SoundError(f"no robot is running on {directory}; start one with: robotos sim")
        control = Path(running.control)
        try:
            told = ask(control, "say", text=text, source="voice", speaker=speaker)
            number, began, spoke = told["number"], time.monotonic(), 0.0
            while told["outcome"] == "pending" and time.monotonic() - began < _ANSWER:
                if told["said"] and not spoke:
                    spoke = time.monotonic()
                if spoke and time.monotonic() - spoke > _MORE:
                    break
                time.sleep(_LOOK)
                told = ask(control, "outcome", number=number)
        except BootError as error:
            raise SoundError(str(error)) from error
        said = " ".join(told["said"])
        return Reply(
            told["outcome"] in _DONE, said or ("All right." if told["outcome"] in _DONE else "I did not do it.")
        )

    return reply


def service_at(address: str) -> tuple[Address, Info]:
    """Where and what a Wyoming service is. Raises `BootError` where none answers."""
    try:
        need_package()
        from robotos.peripherals.wyoming.services import describe

        where = parse_address(address)
        return where, describe(where)
    except SoundError as error:
        raise BootError(str(error)) from error


def use_service(directory: Path, address: str, wanted: Role | None = None) -> list[Role]:
    """Let a service be the recogniser, the voice, or both if it is; what it is from now on. Raises `BootError`."""
    where, info = service_at(address)
    can = [role for role, programs in ((Role.RECOGNISER, info.asr), (Role.VOICE, info.tts)) if programs]
    roles = [role for role in can if wanted in {None, role}]
    if not roles:
        what = f"no {wanted}" if wanted is not None else "neither a recogniser nor a voice"
        raise BootError(f"the service at {where} is {what}; robotos wyoming info {where} shows what it is")
    choose_service(directory, roles, where)
    return roles
