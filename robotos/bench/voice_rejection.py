"""Speech that is not for the robot: how much of it is taken for a command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from rich.console import Console
from rich.progress import track

from robotos.bench.figure import Figure
from robotos.bench.registry import Options
from robotos.bench.voice_live import listen
from robotos.bench.voice_orders import HOME
from robotos.bench.voice_talk import talk
from robotos.boot.children import BootError
from robotos.boot.places import home_directory, map_directory
from robotos.boot.voice import open_recogniser
from robotos.navigation.home import load_home
from robotos.peripherals.listening.attention import Attention, Taken
from robotos.peripherals.recogniser import PocketsphinxRecogniser, Recogniser, Recognition
from robotos.peripherals.sound import Pcm, SoundError
from robotos.peripherals.vad import Vad, open_vad
from robotos.training.stop.recordings import RecordingsError, coffee_orders, data_directory

TALK, QUICK_TALK = 3 * 3600.0, 60.0  # s
PIECE: Final = 300.0  # s of talk in one go
SEED: Final = 900
NONE, ONE = "<= 0", "<= 1"
_TALK: Final = "rejection: commands taken from talk and television"
_COFFEE: Final = "rejection: coffee orders taken for a command"
_OPEN: Final = "not rejected when no name is needed"


@dataclass(frozen=True, slots=True)
class Judged:
    """Utterances, how many were `taken` for commands, and how many words would be `believed` without a name."""

    utterances: int
    taken: tuple[str, ...]
    believed: int


def measure(options: Options) -> Sequence[Figure]:
    """Talk is synthesised; the coffee orders are recordings of people."""
    return [*_talked(options), *_coffee()]


def _talked(options: Options) -> list[Figure]:
    seconds = QUICK_TALK if options.quick else TALK
    pieces = [(min(PIECE, seconds), SEED + number) for number in range(max(1, round(seconds / PIECE)))]
    try:
        found = list(_pieces(pieces, options.jobs))
    except (SoundError, BootError) as error:
        return [Figure(_TALK, None, "", NONE, str(error))]
    utterances, taken = sum(one.utterances for one in found), [text for one in found for text in one.taken]
    shown = "; ".join(f"{text!r} {count}" for text, count in Counter(taken).most_common(5))
    how = f"{seconds / 60:.0f} minutes, {utterances} utterances of 8 voices; the robot is called by its name"
    believed = round(100 * sum(one.believed for one in found) / max(1, utterances), 1)
    return [
        Figure(_TALK, len(taken), "", NONE, f"{how}; {shown}" if shown else how),
        Figure(f"rejection: talk {_OPEN}", believed, "%", "", f"of {utterances} utterances: by confidence alone"),
    ]


def _pieces(pieces: Sequence[tuple[float, int]], jobs: int) -> Iterable[Judged]:
    console = Console(stderr=True)
    if jobs == 1 or len(pieces) == 1:
        return [_piece(piece) for piece in track(pieces, "talk", console=console, transient=True)]
    # Spawned: espeak-ng keeps its state in globals.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        found = pool.map(_piece, pieces)
        return list(track(found, "talk", total=len(pieces), console=console, transient=True))


def _piece(piece: tuple[float, int]) -> Judged:
    return judge(talk(*piece), _ears())


def _coffee() -> list[Figure]:
    try:
        sounds = coffee_orders(data_directory())
        found = judge(sounds, _ears())
    except (RecordingsError, SoundError, BootError) as error:
        return [Figure(_COFFEE, None, "", ONE, str(error))]
    note = f"of {len(sounds)} recordings of people; the robot is called by its name"
    if found.taken:
        note += f"; {', '.join(map(repr, found.taken))}"
    believed = f"of {found.utterances} utterances: by confidence alone"
    return [
        Figure(_COFFEE, len(found.taken), "", ONE, note),
        Figure(f"rejection: coffee orders {_OPEN}", found.believed, "", "", believed),
    ]


def judge(sounds: Iterable[Pcm], recogniser: Recogniser, vad: Vad | None = None) -> Judged:
    """What becomes of speech when nobody has spoken to the robot before. Raises `SoundError`."""
    vad = vad if vad is not None else open_vad()[0]
    heard: list[Recognition] = [one.found for pcm in sounds for one in listen(pcm, recogniser, vad)]
    taken = [
        one.text for one in heard if one.text and isinstance(Attention().judge(one.text, began=0.0, ended=1.0), Taken)
    ]
    return Judged(len(heard), tuple(taken), sum(bool(one.text) for one in heard))


def _ears() -> PocketsphinxRecogniser:
    return open_recogniser(load_home(map_directory(HOME)), home_directory(None) / "cache")
