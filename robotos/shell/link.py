"""`robotos link monitor`: what was said between the gate and the motor controller, from a trace."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from robotos.boot.link_trace import KINDS, LinkTrace, Row, Summary, open_trace
from robotos.shell.options import add_json, parser, print_json

LOOK_EVERY = 0.2  # s, with --follow
ARROWS = {"tx": "->", "rx": "<-"}


def main(argv: Sequence[str]) -> int:
    """Exit code 0; 1 when there is no trace or it is damaged."""
    options = _options(argv)
    try:
        _monitor(options)
    except BrokenPipeError:  # whoever read it, head perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _monitor(options: argparse.Namespace) -> None:
    with open_trace(options.file) as trace:
        if options.summary:
            for _ in _all(trace, False):
                pass
            _print_summary(trace.summary(), options.json)
            return
        for row in _all(trace, options.follow):
            if not options.only or row.kind in options.only:
                _print_row(row, options.json)


def _all(trace: LinkTrace, follow: bool) -> Iterator[Row]:
    while True:
        rows = trace.rows()
        yield from rows
        if not rows:
            if not follow:
                return
            time.sleep(LOOK_EVERY)


def _print_row(row: Row, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "time": row.wall,
                "clock": row.at,
                "way": row.way,
                "kind": row.kind,
                **({"latency_ms": round(row.latency * 1000, 3)} if row.latency is not None else {}),
                **({"note": row.note} if row.note else {}),
                "bytes": row.size,
                "fields": row.values,
            }
        )
        return
    at = datetime.fromtimestamp(row.wall).strftime("%H:%M:%S.%f")[:-3]
    fields = " ".join(f"{name}={_plain(value)}" for name, value in row.values.items())
    latency = f"  {row.latency * 1000:.1f} ms" if row.latency is not None else ""
    note = f"  ({row.note})" if row.note else ""
    print(f"{at} {ARROWS[row.way]} {row.kind:<9} {fields}{latency}{note}", flush=True)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{len(value)} readings]"
    if isinstance(value, list):
        return "+".join(str(one) for one in value) or "none"
    return str(value)


def _print_summary(summary: Summary, as_json: bool) -> None:
    figures = _figures(summary)
    if as_json:
        frames = [
            {"way": way, "kind": kind, "frames": count, "bytes": summary.bytes[way, kind]}
            for (way, kind), count in sorted(summary.frames.items())
        ]
        print_json({**figures, "answers": dict(summary.answers), "types": frames})
        return
    print(f"{'way':<4}{'type':<11}{'frames':>9}{'bytes':>11}{'bytes/s':>10}")
    for (way, kind), count in sorted(summary.frames.items()):
        size = summary.bytes[way, kind]
        rate = f"{size / summary.seconds:10.0f}" if summary.seconds > 0 else f"{'-':>10}"
        print(f"{ARROWS[way]:<4}{kind:<11}{count:>9}{size:>11}{rate}")
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<24}{'-' if value is None else value}")
    print(f"{'answers':<24}{' '.join(f'{name} {count}' for name, count in sorted(summary.answers.items())) or '-'}")


def _figures(summary: Summary) -> dict[str, float | int | None]:
    return {
        "seconds": round(summary.seconds, 3),
        "bytes_per_second_tx": round(summary.rate("tx"), 1),
        "bytes_per_second_rx": round(summary.rate("rx"), 1),
        "round_trip_p50_ms": _ms(summary.round_trip(0.5)),
        "round_trip_p99_ms": _ms(summary.round_trip(0.99)),
        "resends": summary.resends,
        "unanswered": summary.unanswered,
        "lost_frames": summary.lost,
        "bad_frames": summary.bad,
        "resets": summary.resets,
    }


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "link",
        "What was said between the gate and the motor controller, from the file that robotos run --trace FILE\n"
        "(or robotos sim --trace FILE) writes. Times of answers are those at which the gate looked, every 5 ms.",
        "link monitor drive.trace",
        "link monitor drive.trace --follow --only drive,state",
        "link monitor drive.trace --summary --json",
    )
    commands = to.add_subparsers(dest="command", required=True, metavar="monitor")
    monitor = commands.add_parser("monitor", help="decode a trace", allow_abbrev=False)
    monitor.add_argument("file", type=Path, metavar="FILE")
    monitor.add_argument("-f", "--follow", action="store_true", help="go on as frames are added, until Ctrl-C")
    monitor.add_argument("--only", type=_kinds, default=frozenset(), metavar="TYPES", help="such as drive,state,bad")
    monitor.add_argument("--summary", action="store_true", help="counts, bytes/s, round trips, resends and losses")
    add_json(monitor)
    options = to.parse_args(argv)
    if options.follow and options.summary:
        to.error("--summary is of what there is: leave --follow out")
    return options


def _kinds(text: str) -> frozenset[str]:
    wanted: Iterable[str] = (kind.strip().lower() for kind in text.split(","))
    kinds = frozenset(kind for kind in wanted if kind)
    if not kinds or not kinds <= KINDS:
        unknown = ", ".join(sorted(kinds - KINDS)) or "nothing"
        raise argparse.ArgumentTypeError(f"{unknown} is no type of frame; there are {', '.join(sorted(KINDS))}")
    return kinds
