"""Writes `firmware/core/messages.h` and `messages.py` from `schema.toml`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from firmware_bridge.generate_c import render_header
from firmware_bridge.generate_python import render_module
from firmware_bridge.schema import SCHEMA, load

HERE = Path(__file__).resolve().parent
HEADER = HERE / "firmware" / "core" / "messages.h"
MODULE = HERE / "messages.py"


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files, or with `--check` return 1 if one of them is out of step."""
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a generated file is out of step")
    arguments = parser.parse_args(argv)
    schema = load(SCHEMA.read_text(encoding="utf-8"))
    stale = []
    for path, text in ((HEADER, render_header(schema)), (MODULE, render_module(schema))):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    for path in stale if arguments.check else ():
        print(f"{path} is out of step with schema.toml: run python -m firmware_bridge.generate", file=sys.stderr)
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
