"""Whether this robot, as its policy has it, can work in a home."""

from __future__ import annotations

from pathlib import Path

from robotos.boot.system import costmap_of
from robotos.navigation.home import Home
from robotos.navigation.maps.assembling import Parts
from robotos.navigation.maps.checking import Report, check
from robotos.navigation.maps.loading import read_parts
from robotos.policy import Policy, load


def survey(home: Home, parts: Parts, policy: Policy | None = None) -> Report:
    """Apply all rules to a home, with this robot's radius and the policy's clearances."""
    return check(home, parts, costmap_of(home, policy or load()))


def survey_directory(directory: Path, home: Home, policy: Policy | None = None) -> Report:
    """The same of a home that was read from `directory`."""
    return survey(home, read_parts(directory), policy)
