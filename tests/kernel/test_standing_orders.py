"""Standing orders and quiet hours on virtual time: once for each due time, never in quiet hours, over restarts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robotos.disk import open_disk
from robotos.errno import Errno
from robotos.kernel import due
from robotos.kernel.agenda import dump
from robotos.kernel.calls import Bindings, Call, Kind, Taint
from robotos.kernel.mailbox import Message
from robotos.kernel.recurrence import DAY, PLAIN, Rule
from robotos.navigation.home import Home
from robotos.policy import Policy, load
from robotos.policy.repeating import Quiet
from tests.robot import Robot

Restart = Callable[..., Robot]
MakeRobot = Callable[..., Robot]
START = datetime(2026, 11, 20, 15, 10)  # a Friday
NIGHT = {"from": "22:00", "to": "07:00"}


def quiet(**sections: object) -> Policy:
    """The default policy with quiet hours."""
    return load().model_copy(update={"quiet": Quiet.model_validate({**NIGHT, **sections})})


def kept(room: str = "kitchen", rule: Rule = PLAIN, *, force: bool = False) -> str:
    """`clean ROOM` as the schedule keeps it."""
    bindings, handle = Bindings().bind(Kind.ROOM, room)
    return dump(Call("clean", {"rooms": (handle,), **({"force": ()} if force else {})}), bindings, Taint.OWNER, rule)


# ---------------------------------------------------------------- spoken


def test_after_dinner_every_day_survives_a_restart_and_follows_dinner(robot: Robot, restart: Restart) -> None:
    robot.do("always clean the kitchen after dinner", "schedule t1 every d1 do clean r1")
    assert robot.said[-1] == "All right, I'll clean the kitchen after dinner, at 19:45, and then every day."
    robot.do("dinner is at six")
    assert robot.said[-1] == "All right, dinner is at 18:00."
    again = restart()
    again.run(1.5)
    assert [entry.at for entry in again.rig.disk.planned()] == [datetime(2026, 11, 20, 18, 45)]
    again.rig.pass_idle(4 * 3600.0)
    again.finish()
    again.rig.pass_idle(24 * 3600.0)
    again.finish()
    begun = sorted(task.begin for task in again.history("clean"))
    assert [moment.replace(second=0, microsecond=0) for moment in begun] == [
        datetime(2026, 11, 20, 18, 45), datetime(2026, 11, 21, 18, 45),
    ]  # fmt: skip
    again.do("when is dinner?")
    assert again.said[-1] == "Dinner is at 18:00."
    again.do("what have you planned", "status schedule")
    assert "clean the kitchen after dinner, tomorrow at 18:45, every day" in again.said[-1]


def test_only_what_is_meant_is_cancelled(robot: Robot) -> None:
    robot.do("always clean the kitchen after dinner", "schedule t1 every d1 do clean r1")
    robot.do("clean the study every day at nine", "schedule t2 every d1 do clean r2")
    robot.do("don't clean after dinner any more")
    assert "kitchen" in robot.said[-1] and "study" not in robot.said[-1]
    assert len(robot.rig.disk.planned()) == 1
    robot.do("cancel what is planned for the kitchen", "kill scheduled")
    assert len(robot.rig.disk.planned()) == 1, "nothing is planned there any longer"
    robot.do("don't clean the study at nine any more")
    assert robot.rig.disk.planned() == []


def test_the_same_standing_order_twice_is_one(robot: Robot) -> None:
    for _ in range(2):
        robot.do("always clean the kitchen after dinner", "schedule t1 every d1 do clean r1")
    assert len(robot.rig.disk.planned()) == 1


def test_on_weekdays_it_rests_at_the_weekend(robot: Robot) -> None:
    robot.do("go to the study every weekday at nine", "schedule t1 every d1 do goto r1")
    assert "every weekday" in robot.said[-1]
    assert robot.rig.disk.planned()[0].at == datetime(2026, 11, 23, 9)


def test_a_guest_does_not_say_when_dinner_is(robot: Robot) -> None:
    robot.do("dinner is at six", speaker="grandma")
    assert "owner" in robot.said[-1] and robot.rig.disk.told_times() == {}


# ---------------------------------------------------------------- quiet hours


def test_in_quiet_hours_an_order_is_declined_and_the_owner_may_insist(make: MakeRobot) -> None:
    robot = make(policy=quiet(), wall=datetime(2026, 11, 20, 23, 0))
    robot.do("clean the kitchen", "clean r1")
    assert "quiet time in the kitchen until 07:00" in robot.said[-1] and "do it anyway" in robot.said[-1]
    assert robot.results("clean") == ["EALREADY"] and robot.history("clean") == []
    robot.do("go to the kitchen", "goto r1")
    assert robot.results("goto") == ["OK"], "driving is not kept quiet"
    robot.do("clean it anyway", Call("clean", {"rooms": ("here",), "force": ()}), speaker="grandma")
    assert robot.history("clean") == [], "a guest may not insist"
    robot.do("do it anyway", Call("clean", {"rooms": ("here",), "force": ()}))
    assert robot.history("clean")[0].outcome == "done"


def test_a_room_of_its_own_hours_is_left_out_and_told(make: MakeRobot) -> None:
    policy = load().model_copy(update={"quiet": Quiet.model_validate({"rooms": {"study": "15:00-17:00"}})})
    robot = make(policy=policy)
    robot.do("clean the kitchen and the study", "clean r1 r2")
    assert {task.room for task in robot.history("clean")} == {"kitchen"}
    assert "I left out the study: it is quiet time there until 17:00." in robot.said[-1]


def test_what_falls_due_in_them_is_put_off_to_their_end_and_told(make: MakeRobot) -> None:
    robot = make(policy=quiet(), wall=datetime(2026, 11, 20, 21, 0))
    robot.do("clean the kitchen every day at half past ten pm", "schedule t1 every d1 do clean r1")
    assert "That is in the quiet hours, so I'll wait until 07:00." in robot.said[-1]
    robot.rig.pass_idle(2 * 3600.0)
    assert robot.history("clean") == []
    robot.do("what have you planned", "status schedule")
    assert "tomorrow at 07:00, when the quiet hours are over" in robot.said[-1]
    robot.rig.pass_idle(9 * 3600.0)
    robot.finish()
    task = robot.history("clean")[0]
    assert task.begin.hour == 7 and task.outcome == "done"
    assert "It was quiet time at 22:30, so I put it off until now." in robot.said
    entry = robot.rig.disk.planned()[0]
    assert (entry.at, entry.ran) == (datetime(2026, 11, 21, 22, 30), datetime(2026, 11, 20, 22, 30))


@pytest.mark.parametrize(("running", "ended"), [("finish", "done"), ("stop", "interrupted")])
def test_what_runs_into_them_goes_on_or_ends_as_policy_says(make: MakeRobot, running: str, ended: str) -> None:
    robot = make(policy=quiet(running=running), wall=datetime(2026, 11, 20, 21, 59, 40))
    robot.do("clean the kitchen", "clean r1")
    assert robot.history("clean")[0].outcome == ended
    if ended == "done":
        return
    assert any("The quiet hours have begun. I go on at 07:00." in text for text in robot.said)
    assert robot.results("dock") == [] and robot.history("dock"), "and went home"
    robot.rig.pass_idle(9.1 * 3600.0)
    robot.finish()
    assert robot.history("clean")[0].outcome == "done"


# ---------------------------------------------------------------- the laws


class WallClock:
    """A clock whose civil time may be set, or goes by a zone; monotonic time only goes forward."""

    def __init__(self, wall: datetime, zone: ZoneInfo | None = None) -> None:
        self._wall, self._zone, self._now = wall, zone, 0.0

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        if self._zone is None:
            return self._wall
        return self._wall.replace(tzinfo=UTC).astimezone(self._zone).replace(tzinfo=None, fold=0)

    def advance(self, by: timedelta) -> None:
        self._wall, self._now = self._wall + by, self._now + by.total_seconds()

    def set_back(self, by: timedelta) -> None:
        self._wall -= by


class Bench:
    """What `due` needs of a kernel, on the real disk: its mailbox keeps what was handed out, and when that was."""

    def __init__(self, directory: Path, home: Home, policy: Policy, clock: WallClock) -> None:
        self.directory, self.clock = directory, clock
        self.ports: Any = type("Ports", (), {"clock": clock, "policy": policy, "home": home})()
        self.planned_by: dict[int, int] = {}
        self.handed: list[tuple[datetime, datetime]] = []  # its due time, and when
        self.said: list[str] = []
        self.start()

    def start(self) -> None:
        self.ports.disk = open_disk(self.directory, self.clock, index=False, durable=False)

    def restart(self) -> None:
        self.ports.disk.close()
        self.start()

    def journal(self, kind: str, body: object) -> None: ...

    def note(self, pid: int, program: str, kind: str, text: str, errno: Errno | None = None) -> None: ...

    def speak(self, pid: int, text: str) -> None:
        self.said.append(text)

    def deliver(self, message: Message) -> bool:
        wall = self.clock.wall()
        # Of those that are due now, the first is the one that is handed out.
        entry = next(one for one in self.ports.disk.planned() if one.at <= wall and one.call == message.body)
        self.handed.append((entry.due, wall))
        return True

    def look(self) -> None:
        due.deliver(self)  # type: ignore[arg-type]  # all of a kernel that it uses


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(1, 26 * 60)),
        st.tuples(st.just("off"), st.integers(1, 30 * 60)),
        st.tuples(st.just("back"), st.integers(1, 23 * 60)),
    ),
    min_size=3,
    max_size=25,
)
PLANS = st.tuples(
    st.sampled_from([1800.0, 3 * 3600.0, DAY, 2 * DAY]),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(["", "after dinner"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLANS, STEPS, st.sampled_from([None, NIGHT, {"from": "13:00", "to": "15:00"}]))
def test_never_twice_and_never_in_quiet_hours(
    cottage: Home, tmp_path_factory: pytest.TempPathFactory, plan: tuple[float, int, str], steps: Any, hours: Any
) -> None:
    """Whether time passes, the robot is off meanwhile, or the clock is set back."""
    policy = quiet(**hours) if hours else load()
    bench = Bench(tmp_path_factory.mktemp("disk"), cottage, policy, WallClock(START))
    every, minute, named = plan
    first = START + timedelta(minutes=minute)
    rule = Rule(named if every % DAY == 0 else "")
    bench.ports.disk.plan(first, every, kept(rule=rule), "owner", first - timedelta(seconds=every))
    back = timedelta(0)  # the clock is never set back by more than a day in all: that is a wrong clock
    for what, minutes in steps:
        span = timedelta(minutes=minutes)
        if what == "off":
            bench.clock.advance(span)
            bench.restart()
        elif what == "back" and back + span < timedelta(days=1):
            back += span
            bench.clock.set_back(span)
        elif what == "pass":
            for _ in range(max(1, minutes // 10)):
                bench.clock.advance(timedelta(minutes=10))
                bench.look()
        bench.look()
        entry = bench.ports.disk.planned()[0]
        assert entry.at > bench.clock.wall(), "and it comes round again"
    bench.ports.disk.close()
    dues = [one for one, _ in bench.handed]
    assert len(set(dues)) == len(dues)
    if not named:
        assert dues == sorted(dues)
    for one, at in bench.handed:
        assert policy.quiet.until("clean", "kitchen", at) is None
        free = policy.quiet.until("clean", "kitchen", one) or one
        assert timedelta(0) <= at - free or named, "never early"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 7])
def test_once_a_day_over_a_whole_year_of_a_zone(cottage: Home, tmp_path: Path, zone: str, hour: int) -> None:
    """The hour that summer time skips, and the one that comes twice, are in it."""
    local = ZoneInfo(zone)
    begin = datetime(2026, 1, 1, 12)
    bench = Bench(tmp_path, cottage, load(), WallClock(begin, local))
    first = datetime(2026, 1, 3, hour, 30)
    bench.ports.disk.plan(first, DAY, kept(), "owner", first - timedelta(days=1))
    for day in range(365):
        near = bench.clock.wall()
        jump = (bench.ports.disk.planned()[0].at - near) - timedelta(hours=2)
        if jump > timedelta(0):
            bench.clock.advance(jump)
        for _ in range(24 * 2 if abs(day % 365 - 182) > 0 else 1):
            bench.clock.advance(timedelta(minutes=15))
            bench.look()
            if bench.ports.disk.planned()[0].at - bench.clock.wall() > timedelta(hours=20):
                break
    bench.ports.disk.close()
    dues = [one for one, _ in bench.handed]
    assert len(dues) >= 360
    assert dues == [first + timedelta(days=number) for number in range(len(dues))], "each day once, none left out"
    late = [at - one for one, at in bench.handed]
    assert max(late) <= timedelta(hours=1, minutes=15) and min(late) >= timedelta(0)


def test_a_clock_that_ran_a_month_ahead_does_not_silence_it(cottage: Home, tmp_path: Path) -> None:
    bench = Bench(tmp_path, cottage, load(), WallClock(START))
    first = START + timedelta(hours=1)
    bench.ports.disk.plan(first, DAY, kept(), "owner", first - timedelta(days=1))
    bench.clock.advance(timedelta(days=30, hours=1, minutes=5))  # told as missed, and planned for then
    bench.look()
    assert bench.said and not bench.handed
    bench.clock.set_back(timedelta(days=30))
    bench.look()
    assert bench.ports.disk.planned()[0].at == first + timedelta(days=1) and not bench.handed
    bench.ports.disk.close()


def test_insisted_upon_it_is_made_in_quiet_hours(cottage: Home, tmp_path: Path) -> None:
    bench = Bench(tmp_path, cottage, quiet(), WallClock(datetime(2026, 11, 20, 23, 0)))
    bench.ports.disk.plan(bench.clock.wall(), 0.0, kept(force=True), "owner")
    bench.look()
    assert len(bench.handed) == 1 and bench.ports.disk.planned() == []
    bench.ports.disk.close()
