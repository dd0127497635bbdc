"""The table of recogniser's mistakes, made anew: `python -m robotos.training.heard --count N --seed S`."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from robotos.language.tokens import normalise, tokenise
from robotos.peripherals.sound import SoundError
from robotos.training import corpus, homes
from robotos.training.alignment import align, wrong_words
from robotos.training.mistakes import NAME, Mistakes, counted, text_of
from robotos.training.rehearsal import Rehearsal, Script, Spoken
from robotos.training.voices import SPEEDS

_WORK: Final = Path("out") / "heard"
_MOST_WRONG: Final = 0.5  # of the words of an utterance that can still be understood


def table_of(spoken: Sequence[Spoken], seed: int) -> Mistakes:
    """Mistakes in utterances that can still be understood; what arrived as other words altogether teaches nothing."""
    ordered = sorted(spoken, key=lambda one: one.number)
    arrived = [(one, words_of(one.said), words_of(one.heard)) for one in ordered if one.heard]
    understood = [(one, said, heard) for one, said, heard in arrived if _understood(said, heard)]
    levels = _rates((str(one.level), said, heard) for one, said, heard in understood)
    clear = Counter(one.level for one, _, _ in understood)
    spoken_at = Counter(one.level for one in ordered)
    about = (
        "What the recogniser wrote down in place of what was said. Made by:",
        f"python -m robotos.training.heard --count {len(ordered)} --seed {seed}",
        "Word error rates of all that was heard, by speech over noise: "
        + _listed(_rates((f"{one.level} dB", said, heard) for one, said, heard in arrived)),
        "by kind of noise: " + _listed(_rates((one.noise, said, heard) for one, said, heard in arrived)),
        "by voice: " + _listed(_rates((one.voice, said, heard) for one, said, heard in arrived)),
        f"each at {', '.join(map(str, SPEEDS))} of its usual speed. The language model knew the home's names,",
        f"and none of the lines that were spoken. Nothing at all was heard {len(ordered) - len(arrived)} times.",
        f"Counted below are {len(understood)} utterances with at most half their words wrong; share by level: "
        + _listed({f"{level} dB": clear[level] / spoken_at[level] for level in sorted(spoken_at)}),
        "Rows: @, speech over noise in dB, word error rate of these; or: words said, how often, what they became",
        "how often (-: nothing). +: nothing was said between two words; ++: before the first or after the last.",
    )
    table = [align(said, heard) for _, said, heard in understood]
    return counted(table, {int(level): rate for level, rate in levels.items()}, about)


def _understood(said: Sequence[str], heard: Sequence[str]) -> bool:
    return wrong_words(said, heard) <= _MOST_WRONG * len(said)


def words_of(text: str) -> list[str]:
    """The words of `text` as the linker hands them on where they name nothing."""
    return [token.word for token in tokenise(normalise(text))]


def _rates(heard: Iterable[tuple[str, list[str], list[str]]]) -> dict[str, float]:
    """Word error rates by the first of each."""
    wrong: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for key, said, became in heard:
        wrong[key] += wrong_words(said, became)
        words[key] += len(said)
    return {key: wrong[key] / words[key] for key in sorted(words)}


def _listed(rates: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {100 * rate:.1f} %" for name, rate in rates.items())


def rehearsal_of(seed: int, maps: Path, cache: Path) -> Rehearsal:
    """Of the whole corpus, in the home of a map and those written down for training. Raises `SoundError`."""
    known = [homes.of_map(maps), *(home for home in homes.written() if not home.held_out)]
    return Rehearsal(Script.of_corpus(seed), known, cache)


class _Worker:
    """One worker process: the voices and ears made when it began."""

    rehearsal: Rehearsal | None = None

    @classmethod
    def begin(cls, seed: int, maps: Path, cache: Path) -> None:
        cls.rehearsal = rehearsal_of(seed, maps, cache)

    @classmethod
    def hear(cls, number: int) -> Spoken:
        assert cls.rehearsal is not None  # `begin` has run
        return cls.rehearsal.hear(number)


def rehearse(numbers: Sequence[int], seed: int, maps: Path, cache: Path, jobs: int) -> Iterator[Spoken]:
    """Speak and hear these utterances, in `jobs` processes; each as soon as it is there. Raises `SoundError`."""
    if jobs == 1:
        yield from map(rehearsal_of(seed, maps, cache).hear, numbers)
        return
    with ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=_Worker.begin, initargs=(seed, maps, cache)
    ) as pool:
        yield from pool.map(_Worker.hear, numbers)


def _kept(path: Path) -> list[Spoken]:
    """What an earlier run has written down; a last line cut short is made again."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text("utf-8").splitlines():
        try:
            found.append(Spoken(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def make(count: int, seed: int, maps: Path, work: Path, jobs: int) -> list[Spoken]:
    """The first `count` utterances; those in `work` from an earlier run are not spoken again. Raises `SoundError`."""
    work.mkdir(parents=True, exist_ok=True)
    notes = work / f"seed-{seed}.jsonl"
    spoken = {one.number: one for one in _kept(notes) if one.number < count}
    missing = [number for number in range(count) if number not in spoken]
    text = TextColumn("{task.description}")
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress, notes.open("a", encoding="utf-8") as file:
        file.write("\n" if file.tell() else "")  # after a line cut short
        bar = progress.add_task("utterances", total=count, completed=len(spoken))
        for one in rehearse(missing, seed, maps, work / "cache", jobs) if missing else ():
            file.write(json.dumps(asdict(one)) + "\n")
            file.flush()
            spoken[one.number] = one
            progress.update(bar, advance=1)
    return [spoken[number] for number in sorted(spoken)]


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m robotos.training.heard",
        description="Speak phrases in noise, have the recogniser write them down and count what it mistakes for what.",
        epilog="Interrupted, it goes on where it was when called again. Put the table in place and train anew.",
    )
    parser.add_argument("--count", type=int, default=1000, help="utterances (about half a second of a core each)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    parser.add_argument("--map", type=Path, default=Path("maps/apartment"), help="map folder whose names are spoken")
    parser.add_argument(
        "--work", type=Path, default=_WORK, metavar="DIR", help="where it keeps what it has heard so far"
    )
    parser.add_argument("--out", type=Path, default=corpus.PHRASES / "words" / NAME, help="the table")
    chosen = parser.parse_args(argv)
    if chosen.count < 1 or chosen.jobs < 1:
        parser.error("--count and --jobs are 1 or more")
    if not (chosen.map / "layout.yaml").is_file():
        print(f"heard: {chosen.map} has no layout.yaml; name a map folder with --map", file=sys.stderr)
        return 2
    try:
        spoken = make(chosen.count, chosen.seed, chosen.map, chosen.work, chosen.jobs)
        table = table_of(spoken, chosen.seed)
        chosen.out.write_text(text_of(table), encoding="utf-8")
    except KeyboardInterrupt:
        print(f"heard: interrupted; the same command goes on from {chosen.work}", file=sys.stderr)
        return 130
    except (SoundError, OSError) as error:
        print(f"heard: {error}", file=sys.stderr)
        return 1
    print(
        f"{chosen.out}: {len(table.rows)} rows; "
        + ", ".join(f"{k} dB {100 * v:.1f} %" for k, v in table.levels.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
