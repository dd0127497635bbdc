"""`python -m firmware_bridge.fuzzing`: the fuzzers with a fixed budget, and a report. Exit code 1: something found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from firmware_bridge.fuzzing import frames, libfuzzer
from firmware_bridge.fuzzing.part import Part

FRAMES, EXECUTIONS = 1_000_000, 300_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the parts that were asked for, and print what they did."""
    options = _options(argv)
    parts = []
    try:
        if "frames" in options.part:
            parts.append(frames.run(options.frames, options.seed, _progress("frames")))
        if "fuzz" in options.part:
            parts.append(libfuzzer.run(options.executions, options.seed, _progress("executions")))
    except libfuzzer.FuzzerMissingError as error:
        print(error, file=sys.stderr)
        return 2
    for part in parts:
        _print(part)
    return 1 if any(part.violations for part in parts) else 0


def _progress(what: str) -> Callable[[int], None]:
    def tell(count: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{count:>12} {what}", end="", file=sys.stderr, flush=True)

    return tell


def _print(part: Part) -> None:
    print(f"{part.name}: {'clean' if not part.violations else f'{len(part.violations)} violations'}")
    for name, number in part.counts.items():
        print(f"  {name:<40}{number:>12}")
    for name, figure in part.figures.items():
        print(f"  {name:<40}{figure:>12.1f}")
    for violation in part.violations:
        print(f"  VIOLATION {violation}")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge.fuzzing", description=__doc__)
    parser.add_argument("--part", action="append", choices=("frames", "fuzz"), help="default: both")
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"of damaged traffic (default {FRAMES})")
    parser.add_argument(
        "--executions", type=int, default=EXECUTIONS, help=f"of each libFuzzer harness (default {EXECUTIONS})"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    options.part = options.part or ["frames", "fuzz"]
    return options


if __name__ == "__main__":
    sys.exit(main())
