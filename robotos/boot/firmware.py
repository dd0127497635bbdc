"""The motor controller's firmware as the shell sees it: built and measured, written to a board, put to the test."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from firmware_bridge.build import BOARDS, BoardError, BuildError, Built, board, build
from firmware_bridge.emulator import EmulatorMissingError
from firmware_bridge.flash import FlashError, check_port, find_port, flash, flash_command, ports
from firmware_bridge.selftest import EmulatedRig, Failed, Outcome, PortRig, measure_loop, run_checks
from firmware_bridge.transport import TransportLost
from robotos.boot.children import BootError

__all__ = ["BOARDS", "Outcome", "Report", "flash_board", "report", "run_tests"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its limit; `value` is None where it could not be measured, and `note` says why."""

    name: str
    value: int | None
    limit: int
    unit: str
    note: str = ""

    @property
    def met(self) -> bool:
        return self.value is None or self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Report:
    """A built firmware, by the paths of its files, and its figures."""

    board: str
    title: str
    elf: str
    hex: str
    figures: tuple[Figure, ...]


def report(name: str) -> Report:
    """Build a board's firmware and measure it. Raises `BootError` with what to do."""
    built = _build(name)
    target = board(name)
    return Report(
        name,
        target.title,
        str(built.elf),
        str(built.hex),
        (
            Figure("flash", built.flash, built.flash_budget, "bytes", f"of {target.flash} in the part"),
            Figure("static RAM", built.ram, built.ram_budget, "bytes", f"of {target.ram} in the part"),
            Figure("stack", built.stack, built.stack_budget, "bytes", "deepest call and interrupt, by analysis"),
            _worst_period(name, target.budget.period_us),
        ),
    )


def _worst_period(name: str, limit: int) -> Figure:
    what = "worst control period"
    try:
        loop = measure_loop(name)
    except (EmulatorMissingError, Failed) as error:
        return Figure(what, None, limit, "us", str(error))
    return Figure(what, round(loop.worst_us), limit, "us", f"mean {loop.mean_us:.0f}, all interrupts in it, emulated")


def flash_board(name: str, port: str | None, dry_run: bool) -> str:
    """Build and write; avrdude's last line, or the command with `dry_run`. Raises `BootError` with what to do."""
    built, target = _build(name), board(name)
    try:
        if dry_run:
            known = [found for found in ports() if found.usb_id in target.usb_ids]
            return shlex.join(flash_command(target, built, port or (known[0].device if len(known) == 1 else "PORT")))
        return flash(target, built, port or find_port(target, ports()))
    except FlashError as error:
        raise BootError(str(error)) from error


def run_tests(name: str, port: str | None, wheels_free: bool) -> Iterator[Outcome]:
    """The self-test, on the emulated board or the one at `port`. Raises `BootError` when there is nothing to test."""
    try:
        if port is None:
            yield from run_checks(EmulatedRig(name))
            return
        check_port(port)
        rig = PortRig(port, wheels_free)
    except (BoardError, EmulatorMissingError, FlashError, TransportLost) as error:
        raise BootError(str(error)) from error
    try:
        yield from run_checks(rig)
    finally:
        rig.close()


def _build(name: str) -> Built:
    try:
        return build(name)
    except (BoardError, BuildError) as error:
        raise BootError(str(error)) from error
