"""Who may move: arming, the latch, the link they depend on, and whether the controller has confirmed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from robotos.actuation import checks
from robotos.actuation.controller import Answer, Controller, Report
from robotos.actuation.latch import Category, Cause, Latch, Present, may_arm, may_engage, may_recover
from robotos.actuation.senses import Senses
from robotos.actuation.verdict import ALLOWED, Allowed, Denied
from robotos.errno import Errno
from robotos.kernel.ports import BodyEvent

Record = Callable[[Mapping[str, object]], None]


class Authority:
    """Armed or not, latched or not. Starts disarmed; every doubt disarms.

    `fault` is why nothing may ever move (a broken policy), or ""; `behind` tells whether what is recorded does not get
    written. Events gather in `events` until they are taken.
    """

    def __init__(
        self, controller: Controller, senses: Senses, fault: str, record: Record, behind: Callable[[], bool]
    ) -> None:
        self.armed = False
        self.latch = Latch()
        self.fault = fault
        self.events: list[BodyEvent] = []
        self._controller = controller
        self._senses = senses
        self._record = record
        self._behind = behind
        self._arming: int | None = None  # the request that arms, until it is answered
        self._stopping: int | None = None  # the request that stops
        self._confirmed = False  # the controller has said that it latched
        self._unlatching = False
        self._was_up = self._ever_up = False
        self._resets = controller.resets

    # ------------------------------------------------------------ questions

    @property
    def confirmed(self) -> bool:
        """Latched, and the controller has said so."""
        return self.latch.set and self._confirmed

    def sound(self) -> Allowed | Denied:
        """Whether there is a policy to decide by, and what is done leaves a trace."""
        if self.fault:
            return Denied(Errno.EPERM, f"the policy cannot be used: {self.fault}")
        if self._behind():
            return Denied(Errno.EIO, "the audit trail cannot be written any more: look whether its disk hangs")
        return ALLOWED

    def may_move(self) -> Allowed | Denied:
        """Sound policy, link, armed, not latched, and a known position."""
        if self.armed and not self.fault and not self.latch.causes and self._controller.up and not self._behind():
            return self._senses.located()  # asked twenty times a second: what is nearly always so comes first
        wrong = checks.first_denial(self.sound, self._linked, lambda: checks.armed(self.armed, self.latch.words))
        return wrong or self._senses.located()

    def may_engage(self) -> Allowed | Denied:
        """Whether the owner's order arms."""
        wrong = checks.first_denial(self.sound, lambda: may_engage(self.latch, self._present()))
        return wrong or self._senses.located()

    def may_arm(self) -> Allowed | Denied:
        """Whether console, shell or button arm. Not knowing where it is doesn't hinder them: nothing drives by that."""
        return checks.first_denial(self.sound, lambda: may_arm(self.latch, self._present())) or ALLOWED

    def may_recover(self) -> Allowed | Denied:
        """Whether backing away from a contact is allowed."""
        wrong = checks.first_denial(self.sound, lambda: may_recover(self.latch, self._present()))
        return wrong or self._senses.located()

    # ------------------------------------------------------------ changes from above

    def arm(self) -> None:
        """Clear the latch and arm; the controller's refusal, if it comes, disarms again."""
        if self.armed and not self.latch.set:
            return
        self._unlatching = self.latch.set
        self.latch, self._confirmed, self._stopping = Latch(), False, None
        self._arming = self._controller.arm()
        self.armed = True
        self._senses.look()

    def disarm(self) -> None:
        """Nothing to do: no motion, no latch."""
        if self._controller.up and (self.armed or self._senses.report.armed):
            self._controller.disarm()
        self.armed, self._arming = False, None

    def stop(self, cause: Cause, detail: str, category: Category = Category.OFF) -> None:
        """Write the stop frame, then latch. Takes no lock, waits for nothing, may be repeated."""
        self._stopping = self._controller.stop(cause, category)
        self.latch_for(cause, detail)

    def latch_for(self, cause: Cause, detail: str = "") -> None:
        """Latch and disarm."""
        if cause not in self.latch.causes:
            self._record({"call": "latched", "reason": cause.value, "detail": detail})
        self.latch = self.latch.add(cause, detail)
        self.armed, self._arming, self._unlatching = False, None, False

    # ------------------------------------------------------------ changes from below

    def take_report(self, report: Report, now: float) -> None:
        """Follow the controller: what it latches or disarms is latched or disarmed here."""
        if report.stop_button:  # the controller names only its first reason, which may be a lesser one
            self.latch_for(Cause.STOP_BUTTON)
        if self._arming is not None:
            return  # written before the controller had read that it is to arm
        if report.latched is not None:
            self.latch_for(report.latched)
            self._confirm(now)
        elif self.armed and not report.armed:
            self.armed = False
            self._record({"call": "disarmed", "reason": "by the controller"})

    def take_answer(self, answer: Answer, now: float) -> None:
        """Follow what the controller made of arming and stopping."""
        status = self._controller.answer(answer.request)
        if answer.request == self._arming:
            self._arming_answered(status or Errno.EIO.value, now)
        elif answer.request == self._stopping and status == Errno.OK.value:
            self._stopping = None
            self._confirm(now)

    def watch(self, now: float) -> None:
        """Follow the link: lost, back, or with a controller that restarted; and arming that nobody answered."""
        up = self._controller.up
        if self._controller.resets != self._resets:
            self._resets = self._controller.resets
            self.events.append(BodyEvent("reset", now))
            self._senses.restarted()
            self.latch_for(Cause.RESET)
        if self._was_up and not up:
            self.events.append(BodyEvent("link_lost", now, self._controller.lost_reason))
            self.latch_for(Cause.LINK_LOST, self._controller.lost_reason)
            self._confirmed = False
        elif up and not self._was_up and self._ever_up:
            self.events.append(BodyEvent("link_back", now))
        self._was_up = up
        self._ever_up = self._ever_up or up
        if self._arming is not None and (status := self._controller.answer(self._arming)) is not None:
            self._arming_answered(status, now)
        if not self.armed and self._senses.report.armed and up and not self.latch.set:
            self._controller.disarm()  # it is armed, and it was not us, or it did not hear that it was to disarm

    def _arming_answered(self, status: str, now: float) -> None:
        self._arming = None
        if status != Errno.OK.value:
            self.armed = False
            self._record({"call": "armed", "errno": status, "reason": "the controller refused"})
        elif self._unlatching:
            self.events.append(BodyEvent("unlatched", now))
        self._unlatching = False

    def _confirm(self, now: float) -> None:
        if not self._confirmed and self.latch.set:
            self._confirmed = True
            self.events.append(BodyEvent("latched", now, self.latch.first))

    def _linked(self) -> Allowed | Denied:
        if self._controller.up:
            return ALLOWED
        return Denied(Errno.ENODEV, f"no link to the motor controller: {self._controller.lost_reason}")

    def _present(self) -> Present:
        report = self._senses.report
        return Present(
            link_up=self._controller.up,
            stop_button=report.stop_button,
            bumper=bool(report.bumper),
            cliff=bool(report.cliff),
            pose_lost=isinstance(self._senses.located(), Denied),
        )
