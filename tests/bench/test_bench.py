from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from robotos.bench import boot, command, registry
from robotos.bench.figure import Figure
from robotos.bench.machine import machine
from robotos.bench.registry import Options
from robotos.bench.system import evict, latencies, memory_of, observe


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [(5.0, "<= 5", True), (5.1, "<= 5", False), (30, ">= 30", True), (29, "> 30", False), (1, "", None)],
)  # fmt: skip
def test_a_goal_is_met_or_not(value: float, goal: str, met: bool | None) -> None:
    assert Figure("x", value, "s", goal).met is met


def test_what_was_not_measured_meets_nothing_and_says_why() -> None:
    figure = Figure("x", None, "s", "<= 5", "no such thing here")
    assert figure.met is None
    assert figure.plain() == {
        "name": "x", "value": None, "unit": "s", "goal": "<= 5", "met": None, "note": "no such thing here"
    }  # fmt: skip
    with pytest.raises(ValueError, match="says why"):
        Figure("x", None, "s")
    with pytest.raises(ValueError, match="comparison"):
        Figure("x", 1.0, "s", "about 5")


def test_the_machine_is_described() -> None:
    described = machine()
    assert described["cpu"] and described["cores"] and float(str(described["memory_gb"])) > 0


def test_the_time_of_the_set_up_is_read_or_missing(tmp_path: Path) -> None:
    file = tmp_path / ".setup_seconds"
    assert boot.setup(file).value is None and str(file) in boot.setup(file).note
    file.write_text("330\n", encoding="ascii")
    assert boot.setup(file).value == 5.5 and boot.setup(file).met
    file.write_text("soon", encoding="ascii")
    assert boot.setup(file).value is None


def test_memory_is_that_of_the_processes_while_they_live() -> None:
    code = "import sys; block = b'x' * (64 << 20); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
        assert 64 <= memory_of([process.pid]) < 110
        process.stdin.close()
    assert memory_of([process.pid]) == 0


def test_latency_is_from_the_words_to_the_first_call() -> None:
    def line(kind: str, second: float) -> dict[str, str]:
        return {"kind": kind, "at": f"2026-11-20T15:10:{second:06.3f}"}

    log = [line("hear", 1), line("call", 1.25), line("call", 2), line("hear", 3), line("hear", 4), line("call", 4.5)]
    assert latencies(log) == [0.25, 0.5]


def test_files_are_dropped_and_still_readable(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", encoding="utf-8")
    assert evict([tmp_path, tmp_path / "none"]) == 1
    assert (tmp_path / "a").read_text(encoding="utf-8") == "x"


def test_one_json_object(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def measure(options: Options) -> Sequence[Figure]:
        return [Figure("a", 1.0, "s", "<= 2"), Figure("b", None, "MB", note=f"jobs {options.jobs}")]

    module = ModuleType("stub_bench")
    module.measure = measure  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "stub_bench", module)
    monkeypatch.setattr(command, "BENCHES", {"stub": ("stub_bench", "a test's own")})
    assert command.main(["stub", "--json", "--jobs", "3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bench"] == "stub" and told["machine"]["cores"] == len(os.sched_getaffinity(0))
    assert [result["met"] for result in told["results"]] == [True, None]
    assert told["results"][1]["note"] == "jobs 3"
    assert command.main(["all"]) == 0
    assert "stub: a" in capsys.readouterr().out


def test_every_bench_has_a_module_that_measures() -> None:
    import importlib

    for module, purpose in registry.BENCHES.values():
        assert callable(importlib.import_module(module).measure) and purpose


def test_the_whole_system_with_the_bundled_model_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    seen = observe(["what time is it"], None)
    assert seen.ready > 0 and len(latencies(seen.log)) == 1
    assert 50 < seen.memory_ready <= seen.memory_peak <= 700
