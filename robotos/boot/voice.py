"""Ears and mouth for runs on virtual time: sound files in, one sound file (and the loudspeaker, if any) out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from robotos.boot.children import BootError
from robotos.kernel.ports import Heard
from robotos.navigation.home import Home
from robotos.peripherals import vocabulary
from robotos.peripherals.files import transcribe_file
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import SoundError
from robotos.peripherals.speaker import Output, WavLog, open_output
from robotos.peripherals.synth import Synthesiser, open_synthesiser, spoken_sentences
from robotos.peripherals.vocabulary import sentences
from robotos.training import corpus

# Dialects, children, learners and slips: without these lines four in a hundred more orders were heard exactly.
_HARD_TO_HEAR = ("registers", "voices")


def open_recogniser(home: Home, cache: Path) -> PocketsphinxRecogniser:
    """The offline recogniser with this home's vocabulary; its language model is kept in `cache`.

    Raises:
        BootError: it cannot be used on this machine.
    """
    try:
        return PocketsphinxRecogniser(what_people_say(home), cache, _key(home))
    except SoundError as error:
        raise BootError(str(error)) from error


def what_people_say(home: Home) -> Iterator[str]:
    """Sentences for the recogniser's language model."""
    entries = (entry for entry in corpus.load(without=_HARD_TO_HEAR) if entry.calls[0] != corpus.pattern("say unclear"))
    lines = dict.fromkeys(line for entry in entries for line in entry.lines)
    yield from sentences(home, lines, corpus.fillers())


def _key(home: Home) -> str:
    """Stands for those sentences, which take seconds to make: the phrases, the names, and how they are put together."""
    kinds = (home.rooms, home.places, home.things, home.people)
    names = [[(named.name, named.aliases) for named in kind.values()] for kind in kinds]
    return f"{vocabulary.VERSION} {corpus.fingerprint()} {names}"


def load_ears(home: Home, cache: Path) -> Callable[[Path], Heard]:
    """A function from sound files to what is said in them; `BootError` for files that cannot be read."""
    recogniser = open_recogniser(home, cache)

    def hear(path: Path) -> Heard:
        try:
            return transcribe_file(path, recogniser)
        except SoundError as error:
            raise BootError(str(error)) from error

    return hear


@dataclass(slots=True)
class Voice:
    """What the robot says, written to a WAV file and played where there is a loudspeaker."""

    synthesiser: Synthesiser | None
    output: Output | None
    path: Path
    notices: tuple[str, ...] = ()
    _log: WavLog | None = None

    @classmethod
    def open(cls, path: Path, aloud: bool) -> Voice:
        """Without a synthesiser nothing is written; `notices` says what was left out and why."""
        path.unlink(missing_ok=True)
        try:
            synthesiser: Synthesiser | None = open_synthesiser(path.parent)
        except SoundError as error:
            return cls(None, None, path, (str(error),))
        if not aloud:
            return cls(synthesiser, None, path)
        output, notice = open_output()
        return cls(synthesiser, None if notice else output, path, (notice,) if notice else ())

    @property
    def files(self) -> list[Path]:
        """What was written."""
        return [self.path] if self.path.exists() else []

    def say(self, at: float, text: str) -> None:
        """Append one sentence, and play it; `at` is not used: the file holds speech without the pauses."""
        if self.synthesiser is None:
            return
        for sentence in spoken_sentences(text):
            sound = self.synthesiser.synthesise(sentence)
            if self._log is None:
                self._log = WavLog(self.path, sound.rate)
            self._log.append(sound.pcm)
            if self.output is not None:
                self.output.write(sound.pcm, sound.rate)

    def close(self) -> None:
        """Finish the file."""
        if self._log is not None:
            self._log.close()
            self._log = None
        if self.output is not None:
            self.output.drain()
            self.output.close()
            self.output = None
