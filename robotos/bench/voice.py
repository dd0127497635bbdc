"""`robotos bench voice`: what is heard and how soon, the stop reflex, the listening path, and speech out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from robotos.bench import voice_path, voice_recognition, voice_speech, voice_stop
from robotos.bench.figure import Figure
from robotos.bench.registry import Options

PARTS: tuple[Callable[[Options], Sequence[Figure]], ...] = (
    voice_recognition.measure,
    voice_stop.measure,
    voice_path.measure,
    voice_speech.measure,
)


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area. Those that this machine cannot measure say why."""
    return [figure for part in PARTS for figure in part(options)]
