"""The stop words that the network knows, in the order of its outputs."""

from __future__ import annotations

from typing import Final

WORDS: Final = ("stop", "halt", "freeze", "hold it")
