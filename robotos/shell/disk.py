"""`robotos disk ...`: what a home's disk holds, a copy of it, all of it to read, and less of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from robotos.boot.children import BootError
from robotos.disk import DiskError, Reader, SqliteDisk, backup, export, open_disk, open_reader
from robotos.kernel.agenda import entry
from robotos.kernel.calls import Result
from robotos.language import answers
from robotos.shell.options import add_home, add_json, home_of, parser, print_json, words_of


def main(argv: Sequence[str]) -> int:
    """Exit code 0: done; 1: the disk is damaged, in use or not there, or there was nothing to forget."""
    options = _options(argv)
    try:
        return _DOES[options.what](options)
    except DiskError as error:
        raise BootError(str(error)) from error


def _said(options: argparse.Namespace) -> int:
    since = datetime.now() - timedelta(days=options.days) if options.days else None
    with _reading(options) as reader:
        found = reader.conversation(since, about=words_of(options.words), limit=options.limit)
    return _show(options, [f"{one.at:%Y-%m-%d %H:%M:%S}  {one.who}: {one.text}" for one in found], found)


def _known(options: argparse.Namespace) -> int:
    with _reading(options) as reader:
        found = reader.memories()
    return _show(options, [f"{one.at:%Y-%m-%d %H:%M}  {one.source}: {one.text}" for one in found], found)


def _liked(options: argparse.Namespace) -> int:
    with _reading(options) as reader:
        found = reader.preferences()
    return _show(options, [f"{one.who}: {one.text}" for one in found], found)


def _planned(options: argparse.Namespace) -> int:
    lines = []
    with _reading(options) as reader:
        found = reader.planned()
    for one in found:
        told = entry(one)
        what, when = answers.planned(Result(data={"entries": [told]}), one.at)[0], f"{one.at:%Y-%m-%d %H:%M}"
        lines.append(f"{when}  {what}  ({one.asked_by})")
    return _show(options, lines, found)


def _things(options: argparse.Namespace) -> int:
    lines, found = [], []
    with _reading(options) as reader:
        for name in [words_of(options.words)] if options.words else reader.things():
            beliefs = reader.sightings(name, options.limit if options.words else 1)
            found += beliefs
            for one in beliefs:
                by = f" by {one.told_by}" if one.told_by else ""
                lines.append(f"{one.thing:<20} {one.place or 'unknown':<20} {one.source}{by} {one.at:%Y-%m-%d %H:%M}")
    return _show(options, lines, found)


def _show(options: argparse.Namespace, lines: Sequence[str], found: Sequence[object]) -> int:
    if options.json:
        print_json([asdict(one) for one in found])  # type: ignore[call-overload]  # all are dataclasses
    else:
        print("\n".join(lines) or "nothing")
    return 0


def _export(options: argparse.Namespace) -> int:
    with _reading(options) as reader, reader.snapshot():
        records = export(reader, datetime.now())
        if options.file is None:
            for record in records:
                print_json(record)
            return 0
        count = _write(options.file, records)
    _tell(options, {"file": str(options.file), "records": count}, f"{count} records in {options.file}")
    return 0


def _write(file: Path, records: Iterator[Mapping[str, object]]) -> int:
    count = 0
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # it is as private as the disk
        with open(number, "w", encoding="utf-8", errors="replace") as out:  # noqa: PTH123 - of an open file
            for record in records:
                out.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
                count += 1
    except OSError as error:
        raise BootError(f"{file}: cannot be written ({error.strerror}); name another file") from error
    return count


def _backup(options: argparse.Namespace) -> int:
    size = backup(home_of(options), options.file)
    _tell(options, {"file": str(options.file), "bytes": size}, f"{size / 2**20:.1f} MB in {options.file}, checked")
    return 0


def _forget(options: argparse.Namespace) -> int:
    about = words_of(options.words)
    with _writing(options) as disk:
        count = disk.forget(about)
    _tell(options, {"forgotten": count}, f"{count} memories about {about!r} forgotten, and the journal's words with it")
    return 0 if count else 1


def _prune(options: argparse.Namespace) -> int:
    from robotos.boot.places import policy_file, read_policy

    rules, count = read_policy(policy_file(home_of(options))).disk, 0
    with _writing(options) as disk:
        while deleted := disk.tidy(rules, limit=10_000):
            count += deleted
    _tell(options, {"deleted": count}, f"{count} rows deleted that policy keeps no longer")
    return 0


def _tell(options: argparse.Namespace, plain: Mapping[str, object], text: str) -> None:
    if options.json:
        print_json(plain)
    else:
        print(text, file=sys.stdout)


@contextmanager
def _reading(options: argparse.Namespace) -> Iterator[Reader]:
    reader = open_reader(home_of(options))
    try:
        yield reader
    finally:
        reader.close()


@contextmanager
def _writing(options: argparse.Namespace) -> Iterator[SqliteDisk]:
    from robotos.clock import RealClock

    disk = open_disk(home_of(options), RealClock())
    try:
        yield disk
    finally:
        disk.close()


_DOES: Mapping[str, Callable[[argparse.Namespace], int]] = MappingProxyType({
    "conversation": _said, "memories": _known, "preferences": _liked, "planned": _planned, "things": _things,
    "export": _export, "backup": _backup, "forget": _forget, "prune": _prune,
})  # fmt: skip


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "disk",
        "What the disk of a home holds. To look, export and back up, the robot may be running; to forget and prune,\n"
        "not (tell a running robot to forget; it prunes by itself).",
        "disk conversation --days 1",
        "disk things red cup",
        "disk backup /mnt/usb/robotos-2026-11-20.db",
        "disk export --file everything.jsonl",
        'disk forget "the wifi password"',
    )
    ways = to.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, purpose, words in (
        ("conversation", "what was said, by whom and when; about something with WORDS", "*"),
        ("memories", "what it was asked to remember", ""),
        ("preferences", "what people like and want", ""),
        ("planned", "what it is going to do and when, soonest first", ""),
        ("things", "where things are; with the name of one, where it was before", "*"),
        ("export", "everything, one JSON object a line", ""),
        ("backup", "a checked copy of the database", ""),
        ("forget", "delete what was told about WORDS, from the journal too", "+"),
        ("prune", "delete what the policy's [disk] keeps no longer", ""),
    ):
        way = ways.add_parser(name, help=purpose, description=purpose, allow_abbrev=False)
        add_home(way)
        add_json(way)
        if words:
            way.add_argument("words", nargs=words, metavar="WORDS")
        if name in {"conversation", "things"}:
            way.add_argument("--limit", type=int, default=100, metavar="N", help="at most so many, the newest")
        if name == "conversation":
            way.add_argument("--days", type=float, metavar="D", help="of the last so many days")
        if name == "export":
            way.add_argument("--file", type=Path, metavar="FILE", help="write them there, readable by you only")
        if name == "backup":
            way.add_argument("file", type=Path, metavar="FILE", help="a new file")
    return to.parse_args(argv)
