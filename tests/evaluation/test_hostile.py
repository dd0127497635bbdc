"""The hostile caller: a short machine of rules that shrinks what it finds, and a short stretch of the long run."""

import math

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from robotos.actuation.motion import Motion
from robotos.actuation.verdict import Clipped
from robotos.boot.body import body_rig
from robotos.boot.maps import load_map
from robotos.evaluation.hostile import run
from robotos.evaluation.hostile_judge import Judge, SentLimits
from robotos.evaluation.hostile_world import Passers
from robotos.geometry import Pose
from robotos.policy import load

HOME = load_map("apartment")[1]
STARTS = [Pose(7.7, 3.9, 0.0), Pose(2.9, 3.5, -1.2), Pose(1.2, 3.9, math.pi), HOME.dock]
numbers = st.one_of(st.floats(-0.4, 0.4), st.floats(), st.sampled_from([math.nan, math.inf, 10**400, None, "1", True]))
lives = st.one_of(st.sampled_from([0.05, 0.2, 0.5]), st.floats(), st.just(0))


class Hostile(RuleBasedStateMachine):
    """Anything may be called at any time. After every step the judge looks at what really happened."""

    @initialize(start=st.sampled_from(STARTS), seed=st.integers(0, 50))
    def begin(self, start, seed):
        self.audit = []
        self.rig = body_rig(HOME, load(), start=start, seed=seed, audit=self.audit.append)
        self.passers = Passers(self.rig, np.random.default_rng(seed))
        self.judge = Judge(self.rig, self.passers)
        self.rig.gate.engage("go")

    @rule(v=numbers, w=numbers, ttl=lives)
    def drive(self, v, w, ttl):
        self.rig.gate.drive(v, w, ttl)

    @rule(v=st.floats(0.05, 0.306), w=st.floats(-1.5, 1.5), cycles=st.integers(1, 25))
    def keep_driving(self, v, w, cycles):
        for _ in range(cycles):
            self.rig.gate.drive(v, w, 0.2)
            self._cycle()

    @rule(v=st.floats(-0.3, 0.3), ahead=st.integers(-1000, 2**33))
    def drive_until(self, v, ahead):
        self.rig.gate.drive_until(v, 0.0, self.rig.gate.deadline(0.0) + ahead)

    @rule(on=st.sampled_from([True, False, None, 1]))
    def tool(self, on):
        self.rig.gate.tool(on)

    @rule(x=numbers, y=numbers)
    def gripper(self, x, y):
        self.rig.gate.gripper(True, (x, y, 0.3))

    @rule(what=st.sampled_from(["recover", "disengage", "poll", "cycle", "pump"]))
    def call(self, what):
        getattr(self.rig.gate, what)()

    @rule()
    def stop(self):
        self.rig.gate.stop("hm")
        assert not self.rig.gate.state().armed

    @rule(what=st.sampled_from(["both", "left", "right"]), seconds=st.floats(0.01, 1.0))
    def bump(self, what, seconds):
        self.rig.robot.press_bumper(what, seconds)

    @rule()
    def go_on(self):
        for _ in range(10):
            self._cycle()
        self.rig.gate.engage("go on")

    def _cycle(self):
        for _ in range(5):
            self.passers.walk()
            self.rig.period()
            self.judge.look(self.audit)
            self.audit.clear()
        self.rig.gate.cycle()
        self.rig.gate.poll()

    @invariant()
    def no_harm(self):
        if hasattr(self, "judge"):
            assert not self.judge.violations

    def teardown(self):
        if hasattr(self, "judge"):
            self.judge.finish()
            assert not self.judge.violations


TestHostile = Hostile.TestCase
TestHostile.settings = settings(max_examples=8, stateful_step_count=25, deadline=None, derandomize=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_stretch_of_the_long_run_does_no_harm(seed):
    told = []
    part = run(3000, seed, told.append, HOME)
    assert part.violations == ()
    assert part.counts["drive"] > 1000
    assert part.counts["metres driven"] >= 1
    assert told == sorted(told)


def test_the_same_seed_makes_the_same_calls():
    assert run(800, 5, lambda _: None, HOME) == run(800, 5, lambda _: None, HOME)


def test_the_judge_sees_a_gate_that_permits_too_much(monkeypatch):
    """Without the gate's eyes for walls, areas and people the same drives do harm, and it is told."""
    monkeypatch.setattr(Motion, "clip", lambda _self, wanted, _pose, _sigma: Clipped(wanted))
    part = run(6000, 1, lambda _: None, HOME)
    assert any("ran against wall" in text for text in part.violations)


def test_the_judge_sees_speed_that_is_gained_too_fast():
    rig = body_rig(HOME, load())
    good, bad, soon = (SentLimits(rig) for _ in range(3))
    assert good.check({"at": 0.0, "asked": [1, 0, 0.2], "sent": [0.0108, 0.0]}) == ""
    assert "permitted" in bad.check({"at": 0.0, "asked": [1, 0, 0.2], "sent": [0.2, 0.0]})
    assert "sent" in soon.check({"at": 0.0, "asked": [1, 0, 0.2], "sent": [0.4, 0.0]})
