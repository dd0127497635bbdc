"""A file of commands, staged: which of them are supported, their scenarios in one arena, and the right calls."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from robotos.evaluation.gpsr.arena import furnish
from robotos.evaluation.gpsr.census import Census, census_of
from robotos.evaluation.gpsr.goals import Command
from robotos.evaluation.gpsr.grammar import parse
from robotos.evaluation.gpsr.oracle import calls_for
from robotos.evaluation.gpsr.staging import stage
from robotos.evaluation.names import home_at
from robotos.evaluation.scenario import Scenario, ScenarioError

DATA = "ROBOTOS_BENCH_DATA"
_FILE = Path("commands") / "gpsr_dev.txt"


@dataclass(frozen=True, slots=True)
class Suite:
    """`scenarios` are those of the supported commands, `gpsr-7` that of line 7; `answers` has their right calls."""

    commands: Sequence[Command]
    census: Census
    scenarios: Sequence[Scenario]
    answers: Mapping[str, tuple[str, ...]]

    @property
    def unsupported(self) -> list[Command]:
        """Those that ask for what the robot has no sensor or ability for."""
        return [command for command in self.commands if command.errand is None]


def commands_file(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """The file named, or the one among the benchmarks' data.

    Raises:
        ScenarioError: none was named, and `ROBOTOS_BENCH_DATA` names no directory that has one.
    """
    if given is not None:
        return given
    path = Path(environment.get(DATA, "../shared/data")) / _FILE
    if not path.is_file():
        raise ScenarioError(f"there are no commands at {path}: name a file, or the data's directory in {DATA}")
    return path


def open_suite(path: Path, seed: int, directory: Path) -> Suite:
    """Read a file of commands, one a line, and make their arena in `directory`.

    Raises:
        ScenarioError: the file cannot be read, or holds no command that is supported.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read ({error})") from error
    numbered = [(number, parse(line)) for number, line in enumerate(lines, 1) if line.strip()]
    commands = [command for _, command in numbered]
    if not any(command.errand for command in commands):
        raise ScenarioError(f"{path}: no supported command in it; one a line is expected")
    census = census_of(commands)
    home = home_at(furnish(census, seed, directory / "arena").resolve())
    scenarios, answers = [], {}
    for number, command in numbered:
        if command.errand is None:
            continue
        scenario = stage(command, number, census, home, seed)
        scenarios.append(scenario.model_copy(update={"map": str(directory / "arena")}))
        answers[scenario.id] = calls_for(command, census)
    return Suite(commands, census, scenarios, answers)
