"""What all tests share: property tests that repeat exactly and don't time a loaded machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("robotos", deadline=None, derandomize=True)
settings.load_profile("robotos")
