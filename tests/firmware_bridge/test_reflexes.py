"""What stops the robot without the host, stays stopped, and what little is allowed until it is cleared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.messages import (
    RECOVER_TRAVEL_MM,
    Arm,
    Clear,
    Disarm,
    Drive,
    Flag,
    Heartbeat,
    Reason,
    Recover,
    Stop,
    Tool,
)

CAUSES = [
    ({"bumper": 1}, Reason.BUMPER),
    ({"bumper": 2}, Reason.BUMPER),
    ({"cliff": 1}, Reason.CLIFF),
    ({"cliff": 2}, Reason.CLIFF),
    ({"stop_button": True}, Reason.STOP_BUTTON),
]
RELEASED = {"bumper": 0, "cliff": 0, "stop_button": False}


@pytest.mark.parametrize(("sensor", "reason"), CAUSES)
def test_a_cause_stops_wheels_and_tool_in_the_period_that_sees_it(bench, sensor, reason):
    bench.ready().cruise(0.5)
    assert bench.send(Tool(200, bench.ms + 400)) == "OK"
    assert bench.tick().tool_pwm == 200
    outputs = bench.tick(**sensor)
    assert (outputs.pwm_left, outputs.pwm_right, outputs.tool_pwm, outputs.enabled) == (0, 0, 0, False)
    state = bench.state()
    assert state.reason == reason
    assert state.flags & (Flag.ARMED | Flag.LATCHED) == Flag.LATCHED


@pytest.mark.parametrize(("sensor", "reason"), CAUSES)
def test_the_latch_outlives_its_cause_and_every_new_order(bench, sensor, reason):
    bench.ready().cruise(0.5)
    bench.tick(**sensor)
    bench.tick(**RELEASED)
    for _ in range(20):
        assert bench.send(Heartbeat()) == "OK"
        assert bench.drive() == "EPERM"
        assert bench.send(Tool(100, bench.ms + 100)) == "EPERM"
        assert bench.arm() == "EPERM"
        bench.tick()
        assert bench.still
    assert bench.state().reason == reason


@pytest.mark.parametrize(("sensor", "reason"), CAUSES)
def test_clear_waits_for_the_cause_to_go_and_leaves_it_disarmed(bench, sensor, reason):
    bench.ready().cruise(0.5)
    bench.tick(**sensor)
    assert bench.send(Clear()) == "EBUSY"
    assert bench.state().reason == reason
    bench.tick(**RELEASED)
    assert bench.send(Clear()) == "OK"
    assert bench.drive() == "EPERM"
    assert bench.arm() == "OK"
    bench.cruise(0.3)
    assert not bench.still


def test_the_state_report_of_a_stop_comes_in_the_same_period(bench):
    bench.ready().cruise(0.5)
    seen = len(bench.received)
    bench.tick(bumper=1)
    assert any(getattr(m, "reason", 0) == Reason.BUMPER for m in bench.received[seen:])


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["bumper", "cliff", "button", "stop", "silence"]), min_size=1, max_size=5))
def test_the_first_reason_is_kept(make_bench, causes):
    names = {
        "bumper": Reason.BUMPER,
        "cliff": Reason.CLIFF,
        "button": Reason.STOP_BUTTON,
        "stop": Reason.OWNER,
        "silence": Reason.LINK,
    }
    bench = make_bench().ready()
    for cause in causes:
        if cause == "stop":
            assert bench.send(Stop(Reason.OWNER, 0)) == "OK"
        elif cause == "silence":
            for _ in range(21):
                bench.tick()
        else:
            bench.tick(**{"bumper": {"bumper": 1}, "cliff": {"cliff": 2}, "button": {"stop_button": True}}[cause])
        bench.tick(**RELEASED)
        assert bench.state().reason == names[causes[0]]
        assert bench.still


def test_contact_latches_only_while_armed_but_the_button_always(bench):
    bench.tick(bumper=3, cliff=3)
    assert bench.state().reason == Reason.NONE
    bench.tick(bumper=0, cliff=0, stop_button=True)
    assert bench.state().reason == Reason.STOP_BUTTON


def test_arming_against_a_wall_latches_at_once(bench):
    bench.tick(bumper=1)
    bench.hello()
    assert bench.arm() == "OK"
    assert bench.drive() == "OK"
    bench.tick()
    assert bench.still
    assert bench.state().reason == Reason.BUMPER


# ---------------------------------------------------------------- heartbeat


def test_without_heartbeats_an_armed_robot_latches_after_200_ms(bench):
    bench.ready().cruise(1.0)
    bench.send(Heartbeat())
    heard = bench.ms
    while bench.us // 1000 < heard + 200:
        assert bench.drive() == "OK"  # orders alone are no sign of life of the supervisor
        assert bench.tick().pwm_left > 0
    bench.tick()
    assert bench.still
    assert bench.state().reason == Reason.LINK
    assert bench.send(Heartbeat()) == "OK"
    assert bench.drive() == "EPERM"


# ---------------------------------------------------------------- stop


def test_stop_latches_at_once_and_again_and_again(bench):
    bench.ready().cruise(0.5)
    for reason in (Reason.OWNER, Reason.GATE, Reason.OWNER):
        assert bench.send(Stop(reason, 0)) == "OK"
        bench.tick()
        assert bench.still
    assert bench.state().reason == Reason.OWNER


@pytest.mark.parametrize("session", [0, 0xFFFF])
def test_stop_works_without_a_session(bench, session):
    bench.ready().cruise(0.5)
    assert bench.send(Stop(Reason.OWNER, 0), session=session) == "OK"
    bench.tick()
    assert bench.still


def test_stop_works_whatever_its_id(bench):
    bench.ready().cruise(0.5)
    assert bench.send(Stop(Reason.OWNER, 0), request=(bench.request + 30_000) % 65536) == "OK"
    bench.tick()
    assert bench.still


def test_an_unknown_stop_reason_still_stops(bench):
    bench.ready().cruise(0.5)
    assert bench.send(Stop(3, 0)) == "OK"
    bench.tick()
    assert bench.still
    assert bench.state().reason == Reason.HOST


# ---------------------------------------------------------------- recover


def contact(bench, **sensor):
    bench.ready().cruise(0.5)
    bench.tick(**(sensor or {"bumper": 1}))
    for _ in range(30):
        bench.tick()
    return bench


def recover(bench, v=-80, w=0):
    bench.send(Heartbeat())
    return bench.send(Recover(v, w, bench.ms + 200))


@pytest.mark.parametrize("sensor", [{"bumper": 1}, {"cliff": 2}, {"bumper": 3, "cliff": 1}])
def test_recover_backs_away_while_only_contacts_latched(bench, sensor):
    contact(bench, **sensor)
    assert bench.state().flags & Flag.RECOVER_ALLOWED
    start = bench.left.way
    for _ in range(20):
        assert recover(bench) == "OK"
        for _ in range(5):
            bench.tick()
        assert bench.left.speed > -0.1
    assert bench.left.way - start == pytest.approx(-0.08, abs=0.02)
    bench.tick(**RELEASED)
    assert bench.send(Clear()) == "OK"
    bench.tick()
    assert bench.still


@pytest.mark.parametrize(("v", "w"), [(1, 0), (-101, 0), (0, 100), (-50, 500), (-95, 100), (-10, -200)])
def test_recover_turns_no_wheel_forwards_and_none_fast(bench, v, w):
    contact(bench)
    assert recover(bench, v, w) == "ERANGE"
    bench.tick()
    assert bench.still


def test_recover_may_curve(bench):
    contact(bench)
    assert recover(bench, -50, 425) == "OK"


def test_recover_is_refused_unless_latched_by_contact_alone(bench):
    bench.ready()
    assert recover(bench) == "EPERM"
    bench.send(Stop(Reason.OWNER, 0))
    assert recover(bench) == "EPERM"


@pytest.mark.parametrize("then", ["button", "stop", "silence"])
def test_a_second_cause_ends_recovering(bench, then):
    contact(bench)
    assert recover(bench) == "OK"
    assert bench.tick().pwm_left < 0
    if then == "button":
        bench.tick(stop_button=True)
        bench.tick(stop_button=False)
    elif then == "stop":
        bench.send(Stop(Reason.OWNER, 0))
        bench.tick()
    else:
        for _ in range(25):
            bench.send(Recover(-50, 0, bench.ms + 200))
            bench.tick()
    assert bench.still
    assert recover(bench) == "EPERM"
    assert bench.state().reason == Reason.BUMPER


def test_a_new_contact_ends_the_running_recovery(bench):
    contact(bench, bumper=1)
    assert recover(bench) == "OK"
    assert bench.tick().pwm_left < 0
    bench.tick(bumper=3)
    assert bench.still


def test_recover_ends_at_its_deadline(bench):
    contact(bench)
    assert recover(bench) == "OK"
    for _ in range(20):
        bench.tick()
    assert bench.still


def test_recovering_goes_no_further_than_it_may(bench):
    contact(bench)
    start = bench.left.way
    answers = []
    for _ in range(120):
        answers.append(recover(bench, -100))
        for _ in range(5):
            bench.tick()
    assert answers[0] == "OK"
    assert answers[-1] == "EPERM"
    assert start - bench.left.way == pytest.approx(RECOVER_TRAVEL_MM / 1000, abs=0.01)


# ---------------------------------------------------------------- the law

ACTIONS = st.sampled_from(
    ["drive", "tool", "arm", "clear", "disarm", "beat", "hello", "bump", "unbump", "button", "unbutton", "stop", "run"]
)


def act(bench, action):
    """One action of a host and its surroundings, both without sense."""
    messages = {
        "drive": Drive(150, 300, bench.ms + 150),
        "tool": Tool(90, bench.ms + 150),
        "arm": Arm(bench.nonce),
        "clear": Clear(),
        "disarm": Disarm(),
        "beat": Heartbeat(),
        "stop": Stop(Reason.OWNER, 0),
    }
    sensors = {
        "bump": {"bumper": 1},
        "unbump": {"bumper": 0},
        "button": {"stop_button": True},
        "unbutton": {"stop_button": False},
        "run": {},
    }
    if action == "hello":
        bench.hello(token=bench.us)
    return bench.send(messages[action]) if action in messages else bench.tick(**sensors.get(action, {}))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(ACTIONS, max_size=40))
def test_wheels_turn_only_after_arm_and_drive_with_no_stop_since(make_bench, actions):
    """A model of five lines against the core: what may be true when PWM isn't zero."""
    bench = make_bench()
    bench.tick()
    bench.hello()
    armed = driven = False
    for action in actions:
        answer = act(bench, action)
        if action in {"stop", "disarm", "hello", "bump", "button"}:
            armed = driven = False
        armed = armed or (action == "arm" and answer == "OK")
        driven = driven or (action == "drive" and answer == "OK")
        assert not (answer == "OK" and action in {"drive", "tool"} and not armed)
        bench.tick()
        if not (armed and driven):
            assert bench.still
        if bench.inputs.bumper or bench.inputs.stop_button:
            assert bench.still
            armed = driven = False
