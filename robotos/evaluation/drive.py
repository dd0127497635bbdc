"""Playing a scenario's turns to a running system, on virtual time, until nothing runs and nothing is scheduled."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

from robotos.boot.simulated import Rig, events
from robotos.evaluation.recording import Mark
from robotos.evaluation.scenario import Scenario, ScenarioError, Turn
from robotos.kernel.ports import Heard
from robotos.navigation.home import Home

LONGEST = 12 * 3600.0  # s of virtual time
BREATH = 0.3  # s between the robot's last word and the owner's next
WIND_DOWN = 1.0  # s of watching after everything has ended
MOST_ANSWERS = 3  # times `if_asked` is said, so that a robot that keeps asking comes to an end
VOICE_CONFIDENCE = 1.0

Transcribe = Callable[[Path, Home], str]


class Driver:
    """Says and does to one robot what a scenario tells. `marks` is what came of it, `timed_out` whether it went on."""

    def __init__(self, rig: Rig, scenario: Scenario, transcribe: Transcribe) -> None:
        self._rig = rig
        self._scenario = scenario
        self._transcribe = transcribe
        self._deadline = rig.clock.now() + LONGEST
        self._answered = 0  # questions that need no answer any more
        self._answers = 0
        self.marks: list[Mark] = []

    @property
    def timed_out(self) -> bool:
        """Whether the longest time passed before all was done."""
        return self._rig.clock.now() >= self._deadline

    def play(self) -> None:
        """All turns, and then until nothing runs and nothing is scheduled."""
        turns = [turn for turn in self._scenario.turns if not turn.empty]
        began = self._rig.clock.now()
        for turn, before in zip(turns, [None, *turns], strict=False):
            answer = before.if_asked if before is not None else None
            if turn.after is None:
                self._until_quiet(answer)
            else:
                self._until(began + turn.after, answer)
            self._do(turn)
            began = self._rig.clock.now()
            self._rig.step()  # taken in before any time is jumped over
        answer = turns[-1].if_asked if turns else None
        self._finish(answer or self._scenario.spare_answer)

    # ------------------------------------------------------------ waiting

    @property
    def _quiet(self) -> bool:
        return self._rig.kernel.waiting_only and not self._rig.robot.world.moving

    def _until_quiet(self, answer: str | None) -> None:
        """Until the work of the turn before is finished and nobody speaks."""
        while True:
            self._rig.run_until(lambda: self._quiet, max(0.0, self._deadline - self._rig.clock.now()))
            if self.timed_out:
                return
            if not self._reply(answer):
                break
        self._rig.run(BREATH)

    def _until(self, at: float, answer: str | None) -> None:
        """Until a moment; a question that is answered may come up before it."""
        rig, at = self._rig, min(at, self._deadline)
        while answer is not None and rig.clock.now() < at:
            rig.step()
            if self._quiet and not self._reply(answer):
                break
        rig.pass_idle(max(0.0, at - rig.clock.now()))

    def _finish(self, answer: str | None) -> None:
        rig = self._rig
        self._until_quiet(answer)
        while not self.timed_out:
            due = rig.kernel.next_wakeup()
            if due is None:
                break
            rig.pass_idle(max(0.0, min(due + 1.0, self._deadline) - rig.clock.now()))
            self._until_quiet(answer)
        rig.run(WIND_DOWN)

    def _reply(self, answer: str | None) -> bool:
        """Answer a question that was put since the last words, if there is an answer. Whether that was done."""
        if self._rig.kernel.asked == self._answered:
            return False
        self._answered = self._rig.kernel.asked
        if answer is None or self._answers >= MOST_ANSWERS:
            return False
        self._answers += 1
        self._rig.run(BREATH)
        self._say(answer, "answer")
        self._rig.step()
        return True

    # ------------------------------------------------------------ doing

    def _do(self, turn: Turn) -> None:
        if turn.say is not None:
            self._say(turn.say, "words")
        elif turn.wav is not None:
            self._play_sound(turn.wav)
        elif turn.event == "battery":
            self._rig.robot.set_battery(turn.level or 0.0)
            self._mark("battery", f"{turn.level:.2f}")
        elif turn.event == "bumper":
            self._rig.robot.press_bumper(turn.side)
            self._mark("bumper", turn.side)
        elif turn.event == "cliff":
            self._rig.robot.cliff(turn.side)
            self._mark("cliff", turn.side)
        elif turn.event == "drop":
            self._rig.robot.lose_thing()
            self._mark("drop")
        elif turn.event == "move":
            self._rig.robot.place_thing(turn.thing or "", turn.to or "")
            self._mark("move", f"{turn.thing} to {turn.to}")
        elif turn.event is not None:
            events(self._rig)[turn.event]()
            self._mark(turn.event)

    def _say(self, text: str, what: str) -> None:
        self._answered = self._rig.kernel.asked  # words after a question are its answer, whatever they are
        self._rig.ears.type(text)
        self._mark(what, text)

    def _play_sound(self, name: str) -> None:
        scenario, rig = self._scenario, self._rig
        path = Path(scenario.source).parent / name if scenario.source else Path(name)
        path = path if path.is_file() else Path(name)
        lasts = _length(path, f"{scenario.where}: wav: {name}")
        text = self._transcribe(path, rig.home)
        began = rig.clock.now()
        rig.run(lasts)
        self._answered = rig.kernel.asked
        rig.ears.put(Heard(text, VOICE_CONFIDENCE, began, rig.clock.now()))
        self._mark("words", text)

    def _mark(self, what: str, text: str = "") -> None:
        self.marks.append(Mark(self._rig.clock.now(), what, text))


def _length(path: Path, what: str) -> float:
    """Seconds of a sound file."""
    try:
        with wave.open(str(path)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (OSError, EOFError, wave.Error) as error:
        raise ScenarioError(f"{what}: cannot be played ({error})") from error
