"""The declarative policy: one TOML file, validated as a whole, with file, line and key in every error."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from robotos.policy.repeating import DayTimes, Quiet, Repeats, Schedules
from robotos.policy.section import Section as _Section

DEFAULT = Path(__file__).with_name("policy.toml")


class PolicyError(Exception):
    """The policy cannot be used; the message names the file, the key and what is expected."""


class Motion(_Section):
    """Limits of the drive, SI units."""

    max_speed: float = Field(gt=0, le=1.0)
    max_turn_rate: float = Field(gt=0, le=4.0)
    max_acceleration: float = Field(gt=0, le=3.0)
    max_jerk: float = Field(default=6.0, gt=0, le=100.0)
    max_turn_acceleration: float = Field(gt=0, le=20.0)
    command_ttl: float = Field(gt=0, le=0.5)
    lease: float = Field(gt=0, le=2.0)

    @model_validator(mode="after")
    def _command_within_lease(self) -> Self:
        if self.command_ttl > self.lease:
            raise ValueError("command_ttl must not be longer than lease")
        return self


class Clearance(_Section):
    """Distances kept, metres, and the speed near people, m/s."""

    walls: float = Field(ge=0, le=0.5)
    person_stop: float = Field(gt=0, le=2.0)
    person_slow: float = Field(gt=0, le=5.0)
    person_speed: float = Field(gt=0, le=0.306)
    keepout_margin: float = Field(ge=0, le=1.0)
    max_pose_sigma: float = Field(gt=0, le=1.0)

    @model_validator(mode="after")
    def _slow_outside_stop(self) -> Self:
        if self.person_slow < self.person_stop:
            raise ValueError("person_slow must not be nearer than person_stop")
        return self


class Freshness(_Section):
    """How old what the gate decides by may be, seconds."""

    report: float = Field(default=0.25, gt=0, le=1.0)
    scan: float = Field(default=0.35, gt=0, le=1.0)


class Recover(_Section):
    """Backing off from a contact."""

    speed: float = Field(gt=0, le=0.1)
    distance: float = Field(gt=0, le=0.3)
    per_minute: int = Field(ge=0, le=3)


class Battery(_Section):
    """Charge levels, 0 to 1."""

    reserve: float = Field(ge=0, le=1)
    full: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _reserve_below_full(self) -> Self:
        if self.reserve >= self.full:
            raise ValueError("reserve must be below full")
        return self


class Tasks(_Section):
    """What the kernel decides by: coverage and confidence as shares."""

    coverage_done: float = Field(gt=0, le=1)
    confidence: float = Field(ge=0, le=1)


class Disk(_Section):
    """How many days what is on the disk is kept; 0: for ever."""

    conversation_days: float = Field(default=90.0, ge=0, le=36500)
    journal_days: float = Field(default=90.0, ge=0, le=36500)
    history_days: float = Field(default=730.0, ge=0, le=36500)
    sightings_days: float = Field(default=365.0, ge=0, le=36500)
    memories_days: float = Field(default=0.0, ge=0, le=36500)


class Voice(_Section):
    """Whom the robot listens to; seconds."""

    names: tuple[str, ...] = Field(default=("robot",), min_length=1)
    follow_up: float = Field(default=8.0, ge=0, le=60)
    always_listening: bool = False
    move_when_deaf: bool = False

    @field_validator("names")
    @classmethod
    def _names_are_words(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[a-z']+( [a-z']+)*", name) for name in names):
            raise ValueError('names are words in lower case, such as "robot"')
        return names


class Cleaning(_Section):
    """Which thing the robot takes along to clean a kind of floor, as the layout names floors and things."""

    tools: dict[str, str] = Field(default_factory=dict)

    @field_validator("tools")
    @classmethod
    def _named(cls, tools: dict[str, str]) -> dict[str, str]:
        if not all(name.strip() and name == name.strip() for pair in tools.items() for name in pair):
            raise ValueError('a floor and its tool are names, such as {tiles = "mop"}')
        return tools


class Policy(_Section):
    """Everything the gate and the kernel are allowed to decide by."""

    motion: Motion
    clearance: Clearance
    freshness: Freshness = Freshness()
    recover: Recover
    battery: Battery
    tasks: Tasks
    cleaning: Cleaning = Cleaning()
    repeats: Repeats = Repeats()
    quiet: Quiet = Quiet()
    day: DayTimes = DayTimes()
    schedules: Schedules = Schedules()
    disk: Disk = Disk()
    voice: Voice = Voice()


def load(path: Path = DEFAULT) -> Policy:
    """Read and validate `path`.

    Raises:
        PolicyError: unreadable, not TOML, or a key missing, unknown or out of range.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: cannot be read ({error}); restore it or delete it to use the default") from error
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path}: not valid TOML: {error}") from error
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        found = error.errors()
        # A misspelt key shows as one unknown and one missing key: the unknown one is what the owner wrote.
        first = next((item for item in found if item["type"] == "extra_forbidden"), found[0])
        location = [str(part) for part in first["loc"]]
        raise PolicyError(_fault(path, text, location, _expected(first, location))) from error
    known = ("clean", *policy.cleaning.tools.values())
    unknown = next((task for task in policy.repeats.tasks if task not in known), None)
    if unknown is not None:
        location = ["repeats", "tasks", unknown]
        raise PolicyError(_fault(path, text, location, f"neither clean nor a tool of [cleaning] ({', '.join(known)})"))
    return policy


def _fault(path: Path, text: str, location: Sequence[str], what: str) -> str:
    return f"{path}:{line_of(text, location)}: {'.'.join(location)}: {what}; correct it, or compare with {DEFAULT}"


def line_of(text: str, location: Sequence[str]) -> int:
    """The line, from 1, on which `location` (section, key, perhaps a name in its table) is written.

    Where that is missing: the line of as much of it as there is, else 1.
    """
    section: list[str] = []
    best, found = 0, 1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            section = [part.strip(" \"'") for part in header[1].split(".")]
            written = section
        elif pair := re.match(r"\s*([\w\"'.-]+|\"[^\"]+\")\s*=", line):
            written = [*section, pair[1].strip("\"'")]
        else:
            continue
        if len(written) > best and written == list(location[: len(written)]):
            best, found = len(written), number
    return found


# Keys that an earlier version knew, and what has become of them.
_MOVED: Mapping[tuple[str, ...], str] = MappingProxyType(
    {("tasks", "repeat_after"): 'this is now default in a section [repeats], such as default = "1h"'}
)


def _expected(error: ErrorDetails, location: Sequence[str]) -> str:
    if error["type"] == "extra_forbidden":
        return f"no such key{f': {_MOVED[tuple(location)]}' if tuple(location) in _MOVED else ''}"
    if error["type"] == "missing":
        return "this key is missing"
    message = error["msg"].removeprefix("Value error, ")
    return message if isinstance(error["input"], dict) else f"{message}, found {error['input']!r}"
