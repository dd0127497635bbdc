"""The gate: the one object through which every order to a motor passes, and which stops them when nobody does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from firmware_bridge.link import Link
from robotos.actuation import checks
from robotos.actuation.areas import Areas
from robotos.actuation.authority import Authority
from robotos.actuation.backing import Allowance, Backing
from robotos.actuation.body import Body
from robotos.actuation.controller import Controller, Readings, Report
from robotos.actuation.estimate import Estimator
from robotos.actuation.latch import Category, Cause
from robotos.actuation.localiser import Localiser
from robotos.actuation.motion import PERSON_REACH, Motion
from robotos.actuation.relocating import Relocating
from robotos.actuation.running import Running
from robotos.actuation.senses import Senses
from robotos.actuation.surroundings import Surroundings
from robotos.actuation.verdict import Denied
from robotos.clock import Clock
from robotos.errno import Errno
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import BodyEvent, BodyState, Refused, Sent, StopReport
from robotos.navigation.home import Home
from robotos.policy import Policy, PolicyError, load

ARMED_BY = ("console", "shell", "button")
START_SIGMA = 0.05  # m: how well the robot is put on its dock
RAMP_WITHIN = 0.5  # s after which the controller ends a ramp by itself
STILL = 0.001  # m/s and rad/s
ZERO = Twist(0.0, 0.0)

Audit = Callable[[dict[str, object]], None]


def never() -> bool:
    """For an audit that keeps up whatever comes, or is not kept."""
    return False


class Gate:
    """Implements `robotos.kernel.ports.Actuators`. Default deny; call `cycle` every 50 ms.

    With a `PolicyError` in place of a policy it reports and stops, and refuses everything else with that error.
    `audit` is handed one mapping per order: as sent, or refused with its errno; while it is `behind`, nothing moves.
    Not for use by two threads, except `stop`, which may interrupt anything: the controller refuses what comes after it.
    """

    def __init__(
        self,
        policy: Policy | PolicyError,
        home: Home,
        link: Link,
        clock: Clock,
        start: Pose | None,
        audit: Audit | None = None,
        body: Body | None = None,
        sigma: float = START_SIGMA,
        behind: Callable[[], bool] = never,
        told: Sequence[Pose] = (),
    ) -> None:
        """`start` is where it certainly stands; with None one of `told` is right if a scan says so, or it searches."""
        fault = str(policy) if isinstance(policy, PolicyError) else ""
        self._policy = load() if isinstance(policy, PolicyError) else policy
        self._body = body if body is not None else Body()
        self._clock = clock
        self._audit = audit
        self._controller = Controller(link)
        localiser = Localiser(home.grid)
        surroundings = Surroundings(localiser, PERSON_REACH)
        estimator = Estimator(start, sigma, localiser, self._body.scan_time)
        relocating = Relocating(estimator, localiser, home, told, sigma)
        self._senses = Senses(self._policy, estimator, surroundings, relocating)
        self._authority = Authority(self._controller, self._senses, fault, self._record, behind)
        clearance = self._policy.clearance
        areas = Areas(home, self._body.radius, clearance.keepout_margin, clearance.walls, self._policy.motion.max_speed)
        motion = Motion(self._policy, areas, surroundings, self._body)
        self._running = Running(self._policy, self._controller, self._senses, motion)
        self._backing: Backing | None = None
        self._allowance = Allowance(self._policy.recover)
        self._alive = clock.now()
        self._ramp_until = -math.inf

    # ------------------------------------------------------------ the port

    def poll(self) -> Sequence[BodyEvent]:
        """Events since the last call; the kernel's sign of life."""
        self._alive = self._clock.now()
        events, self._authority.events = self._authority.events, []
        return events

    def state(self) -> BodyState:
        """The body as the gate sees it."""
        senses, report = self._senses, self._senses.report
        return BodyState(
            stamp=senses.reported,
            pose=senses.pose,
            sigma=senses.sigma,
            twist=report.twist,
            battery=report.battery,
            charging=report.charging,
            armed=self._authority.armed,
            latched=self._authority.latch.first,
            link_up=self._controller.up,
            bumper=report.bumper,
            cliff=report.cliff,
            stop_button=report.stop_button,
            tool_on=report.tool_on,
            gripper_closed=report.gripper_closed,
            gripper_holding=report.gripper_holding,
            scan=senses.scan,
            located=senses.whereabouts.value,
        )

    def deadline(self, ttl: float) -> int:
        """The controller time `ttl` seconds (finite) from now; made once, by whoever decides the motion."""
        return self._controller.deadline(ttl)

    def drive(self, v: float, w: float, ttl: float) -> Sent | Refused:
        """A body velocity for `ttl` s (0 to 0.5; more than the policy's `command_ttl` is shortened)."""
        if not checks.plain(v, w, ttl):
            wrong = checks.first_denial(
                lambda: checks.finite(v=v, w=w, ttl=ttl), lambda: checks.schema_drive(v, w, ttl)
            )
            if wrong is not None:
                return self._drive_refused(wrong, (v, w, ttl))
        now_ms = self._controller.now_ms()
        return self._drive(v, w, self._controller.deadline(ttl, now_ms), ttl, now_ms)

    def drive_until(self, v: float, w: float, deadline_ms: int) -> Sent | Refused:
        """As `drive`, with a deadline in the controller's clock that somebody else has made."""
        wrong = checks.finite(v=v, w=w)
        if isinstance(wrong, Denied):
            return self._drive_refused(wrong, (v, w, deadline_ms))
        if isinstance(deadline_ms, bool) or not isinstance(deadline_ms, int):
            return self._drive_refused(Denied(Errno.EINVAL, "a deadline is whole milliseconds"), (v, w, deadline_ms))
        if not 0 <= deadline_ms < 2**32:
            return self._drive_refused(Denied(Errno.ERANGE, "no such controller time"), (v, w, deadline_ms))
        now_ms = self._controller.now_ms()
        left = self._controller.remaining(deadline_ms, now_ms)
        if left <= 0.0:
            return self._drive_refused(Denied(Errno.ESTALE, "its deadline has passed"), (v, w, left))
        wrong = checks.schema_drive(v, w, left)
        if isinstance(wrong, Denied):
            return self._drive_refused(wrong, (v, w, left))
        return self._drive(v, w, deadline_ms, left, now_ms)

    def tool(self, on: bool) -> Sent | Refused:
        """The cleaning tool; while on, the gate renews its deadline as long as the kernel is alive."""
        self._alive = self._clock.now()
        if not isinstance(on, bool):
            return self._refused("tool", Denied(Errno.EINVAL, "on must be true or false"))
        if on:
            wrong = checks.first_denial(
                self._authority.may_move,
                lambda: checks.capability("cleaning tool", self._body.has_tool),
                lambda: checks.tool_interlock(self._backing is not None),
            )
            if wrong is not None:
                return self._refused("tool", wrong)
        self._running.tool(on, self._clock.now(), armed=self._authority.armed)
        return self._done("tool", on=on)

    def gripper(self, close: bool, aim: tuple[float, float, float]) -> Sent | Refused:
        """Close on, or open at, a point in the base frame (m)."""
        self._alive = self._clock.now()
        if not isinstance(close, bool) or not isinstance(aim, tuple | list) or len(aim) != 3:
            return self._refused("gripper", Denied(Errno.EINVAL, "close must be true or false, aim three numbers"))
        x, y, z = aim
        wrong = checks.first_denial(
            lambda: checks.finite(x=x, y=y, z=z),
            lambda: checks.schema_gripper((x, y, z), self._body),
            self._authority.may_move,
            lambda: checks.capability("gripper", self._body.has_gripper),
            lambda: checks.gripper_interlock(
                self._senses.report.twist.v, self._running.twist, self._running.tool_on or self._senses.report.tool_on
            ),
            lambda: self._senses.fresh(self._clock.now(), translating=False),
        )
        if wrong is not None:
            return self._refused("gripper", wrong)
        self._controller.gripper(close, (x, y, z), self._controller.deadline(self._policy.motion.command_ttl))
        return self._done("gripper", close=close, aim=[x, y, z])

    def recover(self) -> Sent | Refused:
        """Begin to back away from a contact. The gate drives; `unlatched` tells that it is free, `latched` that not."""
        now = self._alive = self._clock.now()
        if self._backing is None:
            wrong = checks.first_denial(
                self._authority.may_recover, lambda: self._senses.fresh(now), lambda: self._allowance.check(now)
            )
            if wrong is not None:
                return self._refused("recover", wrong)
            self._allowance.spend(now)
            self._senses.look()
            self._backing = Backing(now, self._senses.pose)
            self._done("recover")
        return Sent(Twist(-self._running.back_off(), 0.0))

    def engage(self, order: str) -> Sent | Refused:
        """Arm for the owner's explicit order."""
        self._alive = self._clock.now()
        if not isinstance(order, str) or not order:
            return self._refused("engage", Denied(Errno.EINVAL, "an order must be named"))
        wrong = checks.first_denial(self._authority.may_engage)
        if wrong is not None:
            return self._refused("engage", wrong, order=order)
        self._allowance.renew()
        self._authority.arm()
        return self._done("engage", order=order)

    def disengage(self) -> None:
        """Disarm because there is nothing to do."""
        self._alive = self._clock.now()
        self._authority.disarm()
        self._forget()
        self._done("disengage")

    def stop(self, reason: str) -> StopReport:
        """Stop now and latch: the frame is written before anything else is done.

        `confirmed` says whether the controller had already reported that it is latched when this returns. It cannot
        have answered this very frame yet: `stop_confirmed` turns true, and a `latched` event comes, when it has.
        """
        began = self._clock.now()
        self._authority.stop(Cause.STOP, str(reason))
        self._forget()
        confirmed = self._authority.confirmed
        self._record({"call": "stop", "reason": str(reason), "confirmed": confirmed})
        return StopReport(confirmed, self._clock.now() - began, str(reason))

    # ------------------------------------------------------------ console, and the process around the gate

    def arm(self, by: str) -> Sent | Refused:
        """Clear what has latched, once its cause is gone, and permit motion. By console, shell or button only."""
        if by not in ARMED_BY:
            return self._refused("arm", Denied(Errno.EPERM, "only console, shell or button may arm"), by=str(by))
        wrong = checks.first_denial(self._authority.may_arm)
        if wrong is not None:
            return self._refused("arm", wrong, by=by)
        self._allowance.renew()
        self._authority.arm()
        return self._done("arm", by=by)

    def locate(self, room: str) -> Sent | Refused:
        """A person at the machine says in which room the lost robot is. Only decides between what the scans leave open.

        The kernel has no such call: it gains nothing by lying about where the robot is.
        """
        if not isinstance(room, str) or not self._senses.hint(room):
            known = "I know where I am, or have no such room"
            return self._refused("locate", Denied(Errno.EINVAL, known), room=str(room))
        return self._done("locate", room=room)

    @property
    def stop_confirmed(self) -> bool:
        """Whether motion is latched off and the controller has said so."""
        return self._authority.confirmed

    @property
    def fault(self) -> str:
        """Why nothing may move at all (a broken policy); "" when nothing is wrong."""
        return self._authority.fault

    def halt(self, cause: Cause, detail: str = "", category: Category = Category.OFF) -> None:
        """Stop and latch for a reason other than the owner's word. While a `RAMP` lasts, `cycle` must go on."""
        self._authority.stop(cause, detail, category)
        self._forget()
        self._ramp_until = self._clock.now() + (RAMP_WITHIN if category is Category.RAMP else 0.0)
        self._record({"call": "stop", "reason": cause.value, "detail": detail, "category": int(category)})

    @property
    def ramping(self) -> bool:
        """Whether the wheels may still be slowing down under power, for which the controller must hear the gate."""
        twist = self._senses.report.twist
        return self._clock.now() < self._ramp_until and (abs(twist.v) > STILL or abs(twist.w) > STILL)

    def pump(self) -> None:
        """Take in what arrived on the link. Never blocks; part of `cycle`, and harmless in between."""
        now = self._clock.now()
        authority = self._authority
        for message in self._controller.pump():
            if isinstance(message, Report):
                authority.events += self._senses.take_report(message, now)
                authority.take_report(message, now)
            elif isinstance(message, Readings):
                self._senses.take_scan(message, now, attentive=authority.armed or self._backing is not None)
            else:
                authority.take_answer(message, now)
        authority.watch(now)
        if authority.armed or self._backing is not None:
            self._running.look()

    def cycle(self) -> None:
        """One control period: listen, then stop, slow down or keep going what runs."""
        self.pump()
        now = self._clock.now()
        self._relocate(now)
        if self._backing is not None and isinstance(self._authority.may_recover(), Denied):
            self._backing = None
        if self._backing is None and not self._authority.armed:
            self._forget()
            if self.ramping:
                self._controller.heartbeat()
            return
        if not checks.lease_held(now - self._alive, self._policy):
            self.halt(Cause.KERNEL_SILENT, f"no sign of life for {now - self._alive:.2f} s")
        elif isinstance(self._senses.located(), Denied):
            self.halt(Cause.POSE_LOST, f"{self._senses.sigma:.2f} m", Category.RAMP)
        else:
            self._controller.heartbeat()
            if self._backing is not None:
                self._go_on_backing(self._backing, now)
            else:
                self._keep_running(now)

    # ------------------------------------------------------------ helpers

    def _relocate(self, now: float) -> None:
        for event in self._senses.relocate(now):
            self._authority.events.append(event)
            self._record({"call": event.kind, "detail": event.detail})

    def _drive(self, v: float, w: float, deadline_ms: int, left: float, now_ms: int) -> Sent | Refused:
        """The rest of the way for a finite, sane velocity: armed, limits, areas, things, people, freshness, audit."""
        now = self._alive = self._clock.now()
        if v == 0.0 and w == 0.0:
            if self._authority.armed:
                self._running.stand_still(now)
            return self._done("drive", sent=[0.0, 0.0])
        wrong = self._authority.may_move()
        if isinstance(wrong, Denied):
            return self._drive_refused(wrong, (v, w, left))
        clipped = self._running.clip(Twist(v, w), now, now_ms)
        wrong = self._senses.fresh(now, translating=v != 0.0)
        if isinstance(wrong, Denied):
            return self._drive_refused(wrong, (v, w, left))
        told = self._running.send(clipped, deadline_ms, left, now)
        if told is None:
            busy = Denied(Errno.EBUSY, "the link takes no more orders")
            return self._refused("drive", busy, asked=[v, w, left])
        sent = told.twist
        if self._audit is not None:
            asked, clipped_by = [v, w, left], list(told.by)
            self._audit({"at": now, "call": "drive", "asked": asked, "sent": [sent.v, sent.w], "clipped": clipped_by})
        return Sent(sent, told.by)

    def _keep_running(self, now: float) -> None:
        slower = self._running.recheck(now)
        if slower is not None:
            sent = [slower.twist.v, slower.twist.w]
            self._record({"call": "drive", "asked": [], "sent": sent, "clipped": list(slower.by)})
        self._running.renew_tool(now)

    def _go_on_backing(self, backing: Backing, now: float) -> None:
        pose = self._senses.pose
        self._backing = backing = backing.seen(pose, self._senses.contact, now)
        if backing.succeeded(pose, now):
            self._backing = None
            self._authority.arm()
            self._done("recovered")
            return
        exhausted = backing.exhausted(pose, now, self._policy.recover)
        if (exhausted and backing.freed is None) or isinstance(self._senses.fresh(now), Denied):
            self._backing = None
            self._authority.events.append(BodyEvent("latched", now, "backing off did not help"))
            self._refused("recovered", Denied(Errno.EPERM, "still touching something"))
        elif not exhausted:
            self._running.back_off()

    def _forget(self) -> None:
        self._running.forget()
        self._backing = None

    def _drive_refused(self, wrong: Denied, asked: Sequence[object]) -> Refused:
        """A refused order ends the one before it: whoever asks for nonsense is not to be trusted with that either."""
        if self._authority.armed and self._running.twist != ZERO:
            self._running.stand_still(self._clock.now())
        return self._refused("drive", wrong, asked=[repr(value) for value in asked])

    def _refused(self, call: str, wrong: Denied, **details: object) -> Refused:
        self._record({"call": call, "errno": wrong.errno.value, "reason": wrong.reason, **details})
        return Refused(wrong.errno, wrong.reason)

    def _done(self, call: str, **details: object) -> Sent:
        self._record({"call": call, **details})
        return Sent()

    def _record(self, entry: Mapping[str, object]) -> None:
        if self._audit is not None:
            self._audit({"at": self._clock.now(), **entry})
