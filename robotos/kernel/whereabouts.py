"""What is done and said when the gate no longer knows where the robot is, and when it knows again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from robotos.kernel.interrupts import Interrupt
from robotos.kernel.ports import BodyState

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel
    from robotos.navigation.home import Home

LOST = "I don't know where I am any more. I stand still and look around."
AGAIN = "I know where I am again"
CARRY_ON = " Tell me to carry on, and I go on with what I was doing."
WHICH = "I may be in the {rooms}. Please put me on my dock, or tell me which it is with: robotos locate."
NOWHERE = "I cannot make out where I am. Please put me on my dock, or carry me to another spot."


def room_of(state: BodyState, home: Home) -> str:
    """The room that the robot is in; "" between rooms, and while it does not know."""
    return "" if state.located == "lost" else home.room_at(state.pose.x, state.pose.y)


class Whereabouts:
    """Holds what drives when the pose is lost, and keeps the owner informed, each thing once.

    Nothing goes on by itself: the gate has latched, and only the owner's next order clears that.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._told = False  # the owner has heard that the robot is lost
        self._tell: Mapping[str, Callable[[str], None]] = MappingProxyType(
            {"lost": self._lost, "located": self._located, "ambiguous": self._ambiguous, "nowhere": self._nowhere}
        )

    def serve(self, interrupt: Interrupt) -> None:
        """Take in what the gate tells; anything that is not about the pose is not for here."""
        tell = self._tell.get(interrupt.kind)
        if tell is not None:
            tell(interrupt.detail)

    def _lost(self, _detail: str) -> None:
        """Somebody who carries an idle robot about knows that, and is told nothing."""
        if self._kernel.custody.pause() is not None:
            self._told = True
            self._kernel.speak(0, LOST)

    def _located(self, room: str) -> None:
        if self._told:
            self._told = False
            words = f"{AGAIN}, in the {room}." if room else f"{AGAIN}."
            self._kernel.speak(0, words + (CARRY_ON if self._kernel.base.holder is not None else ""))

    def _ambiguous(self, rooms: str) -> None:
        if self._told:
            self._kernel.speak(0, WHICH.format(rooms=rooms))

    def _nowhere(self, _detail: str) -> None:
        if self._told:
            self._kernel.speak(0, NOWHERE)
