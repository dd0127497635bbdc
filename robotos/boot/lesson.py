"""A lesson for a home that nobody runs: taken by a simulated robot, with the home's own disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from robotos.boot.children import BootError
from robotos.boot.maps import load_map
from robotos.boot.places import policy_file, read_policy
from robotos.boot.simulated import simulate
from robotos.boot.teaching import Lesson, TeachingError, phrase_of
from robotos.clock import Clock
from robotos.disk import DiskError
from robotos.errno import Errno
from robotos.kernel.ports import Decoded, Fault, Instruction, Processor


class NoProcessor:
    """Nothing is put into words here: every instruction faults."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._ticket = 0

    def submit(self, instruction: Instruction) -> int:
        """It will come back as a fault."""
        self._ticket += 1
        self._faults.append(Fault(self._ticket, Errno.ENODEV, "there is no processor in a lesson"))
        return self._ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        faults, self._faults = self._faults, []
        return faults

    def interrupt(self, ticket: int) -> None: ...

    def release(self, pid: int) -> None: ...

    def close(self) -> None: ...


def teach_once(map_name: str, directory: Path, phrase: str, call: str, limit: float) -> dict[str, Any]:
    """Teach, and tell what came of it: `{"errno", "reason", "phrase"}`; `limit` in virtual seconds.

    Raises:
        BootError: something is missing or broken, or the call makes no sense.
    """
    _, home = load_map(map_name)
    policy = read_policy(policy_file(directory))

    def make(_clock: Clock) -> Processor:
        return NoProcessor()

    try:
        rig = simulate(home, policy, make, directory, wall=datetime.now(), durable=True)
        try:
            lesson = Lesson.hand_in(rig.kernel, phrase, call)
            rig.run_until(lambda: lesson.result is not None, limit)
        finally:
            rig.close()
    except (DiskError, TeachingError) as error:
        raise BootError(str(error)) from error
    return lesson.told(phrase_of(phrase))
