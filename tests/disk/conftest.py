"""A home in a temporary directory, and a clock that stands still at 15:10."""

from __future__ import annotations

from datetime import datetime

import pytest

from robotos.clock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 20, 15, 10))
