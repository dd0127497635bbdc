"""The larger model behind the bundled one: chosen, loaded beside everything else, asked by a running kernel."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from robotos.boot.control import Services
from robotos.boot.library.catalogue import MODELS
from robotos.boot.library.choice import Choice, choose, read_choice
from robotos.boot.library.lock import Locked, LockedFile, write_lock
from robotos.boot.routing import problem_of, routed, routed_virtual
from robotos.boot.simulated import Rig, simulate
from robotos.clock import Clock, RealClock, VirtualClock
from robotos.cpu.grammar import parse_linear
from robotos.cpu.late import LateProcessor
from robotos.cpu.models import sha256_of
from robotos.cpu.router import DEADLINE, Router
from robotos.kernel.calls import Handle, Kind
from robotos.kernel.ports import Decoded, Fault, Instruction, Page, PageKind, Processor
from robotos.kernel.syscalls import TABLE
from robotos.navigation.home import Home
from robotos.policy import load as load_policy
from robotos.training.export import Shape, Vocabulary, byte_alphabet, random_tensors, write
from tests.scripted import ScriptedProcessor

TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'"
    "}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CHAT = MODELS["smollm2-360m"]


@pytest.fixture
def chosen(tmp_path: Path) -> Path:
    """A home in which an instruct model lies (a tiny one, whose weights are random) and is chosen."""
    file = CHAT.main_file(tmp_path)
    file.parent.mkdir(parents=True)
    shape = Shape(width=32, layers=1, heads=2, inner=64, context=8192)
    words = Vocabulary(tuple(byte_alphabet()), ("a b",), ("<|im_start|>", "<|im_end|>", "<|end|>"))
    words = Vocabulary((*words.tokens, "ab"), words.merges, words.control)
    write(file, shape, words, random_tensors(shape, words.size, 3), "f32", chat_template=TEMPLATE)
    kept = LockedFile(file.name, file.stat().st_size, sha256_of(file))
    write_lock(tmp_path, {CHAT.name: Locked(CHAT.repo, "c", CHAT.licence, True, {CHAT.files[0].path: kept})})
    choose(tmp_path, CHAT.name)
    return tmp_path


def test_without_a_choice_there_is_nothing_to_route(tmp_path: Path) -> None:
    first = ScriptedProcessor({})
    assert routed(first, read_choice(tmp_path), tmp_path, RealClock()) is first
    assert routed(first, Choice(), tmp_path, RealClock()) is first and problem_of(first) == ""


def test_the_chosen_model_is_loaded_beside_everything_else(chosen: Path) -> None:
    router = routed(ScriptedProcessor({}), read_choice(chosen), chosen, RealClock())
    try:
        assert isinstance(router, Router) and isinstance(router.larger, LateProcessor)
        assert router.larger.wait(60.0) and router.larger.ready and problem_of(router) == ""
    finally:
        router.close()


def test_on_virtual_time_it_is_loaded_when_it_is_first_asked(chosen: Path) -> None:
    clock = VirtualClock(datetime(2026, 11, 20, 15, 10))
    first = Unsure(script("status clock"), 0.2)
    router = routed_virtual(first, read_choice(chosen), chosen, clock)
    assert isinstance(router, Router) and isinstance(router.larger, LateProcessor)
    assert not router.larger.ready
    said = Page(PageKind.USER, ("go", "to", "the", Handle(Kind.ROOM, 1)))
    rows = tuple(row for row in TABLE if row.name in {"dock", "stop", "pause"})
    router.submit(Instruction(1, (said,), rows, (Handle(Kind.ROOM, 1),)))
    found: list[Decoded | Fault] = []
    for _ in range(int(DEADLINE / 0.05) + 2):
        found += router.poll()
        clock.advance(0.05)
    (result,) = found
    assert router.larger.ready and isinstance(result, Decoded) and router.counts.escalated == 1
    router.close()


def test_a_model_changed_behind_its_size_is_found_out_when_it_is_loaded(chosen: Path) -> None:
    file = CHAT.main_file(chosen)
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.write_bytes(content)
    router = routed(ScriptedProcessor({}), read_choice(chosen), chosen, RealClock())
    assert isinstance(router, Router) and isinstance(router.larger, LateProcessor)
    assert router.larger.wait(60.0)
    problem = problem_of(router)
    assert "SHA-256 differs" in problem and "robotos models pull smollm2-360m" in problem
    assert "The bundled one works alone" in problem
    router.close()


@dataclass
class Unsure:
    """A scripted processor that believes its calls no more than so much."""

    inner: ScriptedProcessor
    belief: float

    def submit(self, instruction: Instruction) -> int:
        return self.inner.submit(instruction)

    def poll(self) -> Sequence[Decoded | Fault]:
        return [
            Decoded(r.ticket, r.call, self.belief, r.usage) if isinstance(r, Decoded) else r for r in self.inner.poll()
        ]

    def interrupt(self, ticket: int) -> None: ...

    def release(self, pid: int) -> None: ...

    def close(self) -> None: ...


def script(call: str) -> ScriptedProcessor:
    return ScriptedProcessor({"go to the r1": [parse_linear(call, TABLE)], "go to the r2": [parse_linear(call, TABLE)]})


@dataclass
class Both:
    rig: Rig
    first: ScriptedProcessor
    larger: ScriptedProcessor

    def hear(self, words: str) -> list[str]:
        """What the robot says to words, and the lines about its processor, until it is done."""
        trace: list[str] = []
        self.rig.kernel.trace.watchers.append(lambda entry: trace.append(f"{entry.program}: {entry.text}"))
        self.rig.ears.type(words)
        self.rig.run(1.0)
        self.rig.run_until(lambda: self.rig.kernel.idle, 120.0)
        return trace


def rig_of(cottage: Home, directory: Path, first: float, larger: float) -> Both:
    one, other = script("status clock"), script("status battery")

    def make(clock: Clock) -> Processor:
        return Router(Unsure(one, first), Unsure(other, larger), clock, load_policy().tasks.confidence)

    return Both(simulate(cottage, load_policy(), make, directory, index=False), one, other)


def test_an_unsure_reading_is_decided_by_the_larger_model(cottage: Home, tmp_path: Path) -> None:
    both = rig_of(cottage, tmp_path, first=0.2, larger=0.95)
    try:
        lines = both.hear(f"go to the {next(iter(cottage.rooms))}")
        assert any("status of=battery p=0.95" in line and line.endswith("by=larger") for line in lines)
        assert not any("status of=clock" in line for line in lines)
        counted = Services(both.rig.kernel).state({})
        assert isinstance(counted, dict)
        assert counted["escalations"]["escalated"] == counted["escalations"]["taken"] >= 1
    finally:
        both.rig.close()


def test_stop_goes_to_neither(cottage: Home, tmp_path: Path) -> None:
    both = rig_of(cottage, tmp_path, first=0.2, larger=0.95)
    try:
        both.hear("stop")
        assert both.first.seen == both.larger.seen == []
    finally:
        both.rig.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_sure_reading_needs_no_second_opinion(cottage: Home, tmp_path: Path, seed: int) -> None:
    sure = random.Random(seed).uniform(load_policy().tasks.confidence, 1.0)
    both = rig_of(cottage, tmp_path, first=sure, larger=0.95)
    try:
        lines = both.hear(f"go to the {next(iter(cottage.rooms))}")
        assert any("status of=clock" in line for line in lines) and both.larger.seen == []
    finally:
        both.rig.close()
