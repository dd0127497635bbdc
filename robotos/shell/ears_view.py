"""The microphone's ears in a session: what they did not take goes to the trace, what they do to screen and tones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from robotos.boot.organs import Mouth
from robotos.kernel.kernel import Kernel
from robotos.kernel.trace import Entry
from robotos.peripherals.listening.attention import Attention
from robotos.peripherals.listening.state import Listening, earcon
from robotos.peripherals.microphone import MicrophoneEars
from robotos.peripherals.typed import CHARACTERS_PER_SECOND


@dataclass(slots=True)
class EarsView:
    """`look` is called once a period; `show(name, text)` prints a line."""

    ears: MicrophoneEars
    mouth: Mouth
    attention: Attention
    kernel: Kernel
    show: Callable[[str, str], None]
    _state: Listening = field(default=Listening.IDLE)

    def look(self) -> None:
        """Pass on what is new."""
        now = self.kernel.now()
        if self.mouth.speaking():
            self.attention.spoke(now)
        for note in self.ears.notes():
            self.kernel.note(0, "ears", "event", note)
        for signal in self.ears.signals():
            self.show("ears", signal.value)
            self._sound(signal)
        state = self.ears.state
        if state is not self._state:
            before, self._state = self._state, state
            if Listening.DEAF in (before, state) or state is Listening.LISTENING:
                self.show("ears", state.value)
            if state is Listening.DEAF:
                self._sound(state)

    def watch(self, entry: Entry) -> None:
        """A line of the log: where nothing is heard of what is said, words on a screen take as long to read."""
        if entry.kind == "say" and self.mouth.loud is None:
            self.attention.spoke(entry.at + len(entry.text) / CHARACTERS_PER_SECOND)

    def talk(self, on: bool) -> str:
        """Push to talk: press or release the key; what to tell whoever did."""
        if on:
            self.ears.press()
            return "listening: everything that is said is for the robot until you let go"
        self.ears.release()
        return "waiting for its name again"

    def _sound(self, state: Listening) -> None:
        if self.mouth.loud is not None:
            self.mouth.loud.chime(earcon(state))
