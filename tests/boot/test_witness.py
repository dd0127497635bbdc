"""The witness of the machine's own pauses."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from robotos.trials.witness import Witness, watched


def told(*lines: str) -> subprocess.Popen[bytes]:
    """A watcher that has told just this."""
    watcher = subprocess.Popen([sys.executable, "-c", f"print({chr(10).join(lines)!r})"], stdout=subprocess.PIPE)
    watcher.wait(30.0)
    os.set_blocking(watcher.stdout.fileno(), False)
    return watcher


def test_the_longest_pause_that_overlaps_counts() -> None:
    witness = Witness([told("1.0 1.010", "2.0 2.004"), told("1.995 2.003")])
    assert witness.paused(1.005, 1.006) == pytest.approx(0.010)
    assert witness.paused(1.999, 2.1) == pytest.approx(0.008)
    assert witness.paused(1.5, 1.9) == 0.0  # what was read before is remembered, and none of it is then


def test_a_processor_that_is_kept_busy_above_it_is_seen_as_standing_still() -> None:
    processor = max(os.sched_getaffinity(0))
    hog = (
        f"import os, time\nos.sched_setaffinity(0, {{{processor}}})\n"
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(40))\n"
        "end = time.monotonic() + 0.03\nwhile time.monotonic() < end: pass\n"
    )
    with watched() as witness:
        if not witness.watching:
            pytest.skip("this needs a real-time priority (LimitRTPRIO=40)")
        time.sleep(0.5)  # they have started
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", hog], check=True)
        ended = time.monotonic()
        time.sleep(0.05)
        assert witness.paused(began, ended) >= 0.02
