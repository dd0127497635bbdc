"""Which source a report is about: the commit, and whether files differ from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 20.0  # s
REPORTS = ":(exclude)tests/soak"  # a report is no change of what it reports on


def commit() -> str:
    """The commit's full name, "+changes" behind it where files differ; "unknown" outside a checkout."""
    name = _git("rev-parse", "HEAD")
    if not name:
        return "unknown"
    return f"{name}+changes" if _git("status", "--porcelain", "--", ".", REPORTS) else name


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
