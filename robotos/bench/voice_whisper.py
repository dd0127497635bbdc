"""The Whisper model that the owner has chosen or put in place, on the same orders as the offline recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from robotos.bench.figure import Figure
from robotos.bench.voice_heard import Course, Goals, figures, unmeasured
from robotos.boot.children import BootError
from robotos.boot.library.catalogue import Role
from robotos.boot.library.choice import read_choice
from robotos.boot.places import home_directory
from robotos.navigation.home import Home
from robotos.peripherals.sound import SoundError
from robotos.peripherals.whisper import WhisperRecogniser, whisper_model

WHO: Final = "Whisper"


def measure(home: Home, course: Course, directory: Path | None = None) -> Sequence[Figure]:
    """The figures of the model that a start with the home directory (default: the user's) takes, or would take.

    Without one they have no value, and say where to put it.
    """
    try:
        root = home_directory(directory)
        chosen = read_choice(root).file(Role.RECOGNISER, root)
        model = chosen.parent if chosen is not None else whisper_model(root)
        if model is None:
            return unmeasured(WHO, Goals(), f"no Whisper model: put a CTranslate2 one into {root / 'models/whisper'}")
        names = [*home.rooms, *home.places, *home.things, *home.people]
        return figures(WHO, WhisperRecogniser(model, names), course, Goals())
    except (BootError, SoundError) as error:
        return unmeasured(WHO, Goals(), str(error))
