"""The instruction cache, opened with a progress bar on a terminal for the first time, which takes a minute."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from robotos.encoder.exemplars import Senses


def ready_senses() -> Senses:
    """Encoder and phrases, as far as they are on this machine."""
    from robotos.boot.exemplars import open_senses

    columns = (TextColumn("reading the phrases"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("", total=None, visible=False)
        senses = open_senses(tell=lambda ready, total: progress.update(bar, completed=ready, total=total, visible=True))
    return senses
