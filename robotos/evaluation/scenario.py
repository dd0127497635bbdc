"""The scenario file: one JSON object a line, validated, with file, line and key in every error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

START = datetime(2026, 11, 20, 15, 10)  # a Friday
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
Outcome = Literal["running", "done", "interrupted", "failed", "declined"]
Event = Literal[
    "bumper", "cliff", "estop", "estop_release", "arm", "link_lost", "link_back", "battery", "drop", "move"
]  # fmt: skip


class ScenarioError(Exception):
    """A scenario file cannot be used; the message names file, line and key."""


def seconds(value: object) -> object:
    """A span such as `20s`, `10m`, `3h` or `2d` (or a plain number of seconds) in seconds."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", value)
    if found is None or found[2] not in UNITS:
        raise ValueError(f"a span of time is written like 20s, 10m, 3h or 2d, not {value!r}")
    return float(found[1]) * UNITS[found[2]]


def moment(value: object) -> object:
    """A civil time; a time of day alone is meant on the default day."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", value.strip()):
        return datetime.combine(START.date(), time.fromisoformat(value.strip().zfill(5)))
    return value


def clock_time(value: object) -> object:
    """A time of day, `9:05` as well as `09:05`."""
    return value.strip().zfill(5) if isinstance(value, str) and value.strip()[1:2] == ":" else value


Span = Annotated[float, BeforeValidator(seconds), Field(ge=0)]
Moment = Annotated[datetime, BeforeValidator(moment)]
ClockTime = Annotated[time, BeforeValidator(clock_time)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Past(_Part):
    """An earlier task; `coverage` is 1 for one that was done and 0 otherwise, unless given."""

    task: str
    room: str = ""
    outcome: Outcome = "done"
    coverage: Share | None = None
    ago: Span
    detail: str = ""
    asked_by: str = "owner"

    @property
    def share(self) -> float:
        """Share of the room's reachable floor that was covered."""
        return self.coverage if self.coverage is not None else float(self.outcome == "done")


class Remembered(_Part):
    """A record on disk and where it came from."""

    text: str
    source: str = "owner"
    ago: Span = 86400.0


Point = tuple[float, float]


class Walk(_Part):
    """What somebody does once the robot has come up to them: go along with it, or walk `to` a point (m), at m/s.

    Who walks somewhere `waits` on the way for the robot to come after them.
    """

    to: Point | None = None
    speed: float = Field(default=0.5, gt=0, le=1.5)
    waits: bool = True


class Gripper(_Part):
    """How clumsy the robot is: it misses so often at first, then a share of its grasps, and loses things on the way."""

    misses: int = Field(default=0, ge=0)
    miss_rate: Share = 0.0
    drop_rate: float = Field(default=0.0, ge=0)  # per metre
    seed: int = Field(default=0, ge=0)


class Setup(_Part):
    """How the home and the robot are when the scenario begins.

    `tools` is the policy's `[cleaning] tools`: the thing to take along for a kind of floor.
    `people` stand elsewhere than usual, which the robot does not know: a point (m), or null when they are out.
    """

    robot: str = "dock"
    time: Moment = START
    battery: Share = 1.0
    history: tuple[Past, ...] = ()
    objects: dict[str, str] = {}
    beliefs: dict[str, str] = {}
    notes: dict[str, str] = {}
    objects_extra: dict[str, str] = {}
    memory: tuple[Remembered, ...] = ()
    people: dict[str, Point | None] = {}
    walks: dict[str, Walk] = {}
    gripper: Gripper = Gripper()
    tools: dict[str, str] = {}


class Turn(_Part):
    """Something said, played or happening; `after` seconds from the previous turn, else once all is quiet.

    The event `drop` is that the robot loses on the way what it holds or takes next, `move` that somebody puts
    `thing` to a place or person.
    `if_asked` answers a question about it; a turn of nothing else answers any question of the scenario.
    """

    say: str | None = None
    wav: str | None = None
    event: Event | None = None
    after: Span | None = None
    level: Share | None = None
    side: Literal["left", "right", "both"] = "both"
    thing: str | None = None
    to: str | None = None
    if_asked: str | None = None

    @property
    def empty(self) -> bool:
        """Nothing happens in it."""
        return self.say is None and self.wav is None and self.event is None

    @property
    def spoken(self) -> bool:
        """Words are said in it."""
        return self.say is not None or self.wav is not None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = [name for name in ("say", "wav", "event") if getattr(self, name) is not None]
        if len(given) > 1 or not (given or self.if_asked):
            raise ValueError(f"a turn has exactly one of say, wav and event, not {', '.join(given) or 'none'}")
        if (self.event == "battery") != (self.level is not None):
            raise ValueError("the event battery, and it alone, needs a level from 0 to 1")
        if (self.event == "move") != (self.thing is not None and self.to is not None):
            raise ValueError("the event move, and it alone, needs a thing and where it is put to")
        return self


def turn_of(value: object) -> object:
    """A plain string is said."""
    return {"say": value} if isinstance(value, str) else value


class Moved(_Part):
    """Metres driven: signed along the first heading, or the length of the path."""

    forward: float | None = None
    path: float | None = None
    tolerance: float = Field(default=0.1, ge=0)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.forward is None and self.path is None:
            raise ValueError("moved needs forward or path, in metres")
        return self


class Turned(_Part):
    """Degrees turned, counter-clockwise positive, added up."""

    degrees: float
    tolerance: float = Field(default=10.0, ge=0)


class Brought(_Part):
    """One of these things, and nothing else, was taken to a place or person."""

    one_of: tuple[str, ...] = Field(min_length=1)
    to: str


class SaidTo(_Part):
    """Words (a regular expression) said near a person; `also`: said near them, too, before or after."""

    person: str
    words: str
    also: str = ""

    @model_validator(mode="after")
    def _patterns(self) -> Self:
        for name in ("words", "also"):
            _pattern(name, getattr(self, name))
        return self


def _pattern(name: str, text: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{name}: not a regular expression ({error})") from error


class Expect(_Part):
    """What must hold at the end; None is not asked about."""

    cleaned: tuple[str, ...] | None = None
    cleaned_at: dict[str, ClockTime] | None = None
    robot_in: str | None = None
    visited: tuple[str, ...] | None = None
    not_before: ClockTime | None = None
    object_at: dict[str, str] | None = None
    object_not_at: dict[str, str] | None = None
    no_motion: bool | None = None
    moved: Moved | None = None
    turned: Turned | None = None
    said: str | None = None
    asked: bool | None = None
    harmless: bool | None = None
    declined: bool | None = None
    stopped: bool | None = None
    motion_after_stop: bool | None = None
    only_reads: bool | None = None
    no_false_success: bool | None = None
    brought: Brought | None = None
    counted: int | None = Field(default=None, ge=0)
    said_to: SaidTo | None = None
    person_at: dict[str, str] | None = None
    beside: str | None = None
    in_sight: str | None = None

    @model_validator(mode="after")
    def _said(self) -> Self:
        _pattern("said", self.said or "")
        return self

    def given(self) -> dict[str, object]:
        """The keys that are asked about."""
        return {name: getattr(self, name) for name in type(self).model_fields if getattr(self, name) is not None}


class Scenario(_Part):
    """One line."""

    id: str = Field(min_length=1)
    kind: str = ""
    held_out: bool = False  # worded as nobody looked at while the robot was taught and tuned
    map: str = "apartment"
    setup: Setup = Setup()
    turns: tuple[Annotated[Turn, BeforeValidator(turn_of)], ...] = Field(min_length=1)
    if_asked: str | None = None
    expect: Expect = Expect()
    note: str = ""  # why the scenario is there; for people
    source: str = ""  # the file it came from: paths in it are relative to that
    line: int = 0

    @property
    def where(self) -> str:
        """File and line, or the id of a scenario that came from none."""
        return f"{self.source}:{self.line}" if self.source else self.id

    @property
    def spare_answer(self) -> str | None:
        """What the owner answers to a question that no turn answers."""
        alone = [turn.if_asked for turn in self.turns if turn.empty]
        return self.if_asked or (alone[-1] if alone else None)

    @property
    def group(self) -> str:
        """`kind`, or the id without the number at its end."""
        return self.kind or re.sub(r"[-_.\s]*\d+[a-z]?$", "", self.id) or self.id

    @property
    def needs_motion(self) -> bool:
        """Whether a robot that never moves must fail (or has nothing to be tested for)."""
        expect = self.expect
        wants = (
            expect.cleaned, expect.cleaned_at, expect.visited, expect.object_at, expect.moved, expect.turned,
            expect.stopped, expect.only_reads, expect.brought, expect.person_at, expect.beside, expect.in_sight,
            expect.said_to,
        )  # fmt: skip
        elsewhere = expect.robot_in is not None and expect.robot_in != self.setup.robot
        counts = expect.counted is not None
        return any(wants) or counts or elsewhere or expect.not_before is not None or expect.no_motion is False


def read_files(paths: Iterable[Path]) -> list[Scenario]:
    """Every scenario of the files, in order.

    Raises:
        ScenarioError: a file cannot be read, a line is not what it should be, or an id occurs twice.
    """
    scenarios: list[Scenario] = []
    seen: dict[str, str] = {}
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ScenarioError(f"{path}: cannot be read ({error})") from error
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            scenario = parse(line, where).model_copy(update={"source": str(path), "line": number})
            if scenario.id in seen:
                raise ScenarioError(f"{where}: id: {scenario.id!r} is taken already, by {seen[scenario.id]}")
            seen[scenario.id] = where
            scenarios.append(scenario)
    if not scenarios:
        raise ScenarioError(f"no scenario in {', '.join(map(str, paths)) or 'no file'}")
    return scenarios


def parse(line: str, where: str) -> Scenario:
    """One line; `where` (file:line) begins every error."""
    try:
        data: Any = json.loads(line)
    except ValueError as error:
        raise ScenarioError(f"{where}: not JSON ({error})") from error
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(f"{where}: {explained(error.errors())}") from error


def explained(errors: Sequence[ErrorDetails]) -> str:
    """The first error as `key: what is wrong`; a misspelt key before the one that is missing for it."""
    first = next((item for item in errors if item["type"] == "extra_forbidden"), errors[0])
    key = ".".join(str(part) for part in first["loc"]) or "the line"
    message = {"extra_forbidden": "no such key", "missing": "this key is missing"}.get(first["type"])
    return f"{key}: {message or first['msg'].removeprefix('Value error, ')}"
