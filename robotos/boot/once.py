"""One utterance on a home that nobody runs: simulated, on virtual time, with the home's own disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.maps import load_map
from robotos.boot.places import policy_file, read_policy
from robotos.boot.restore import restore_things
from robotos.boot.simulated import MakeProcessor, Rig, simulate
from robotos.boot.utterance import Report, Utterance
from robotos.disk import DiskError, open_reader
from robotos.disk.reader import FILE
from robotos.encoder.exemplars import Senses
from robotos.kernel.trace import Entry

LONGEST = 12 * 3600.0  # virtual s
WIND_DOWN = 3.0  # virtual s after the last word, for the drive to be disarmed

Watch = Callable[[Entry, datetime], None]


@dataclass(frozen=True, slots=True)
class Once:
    """What to run it on."""

    map_name: str
    home_directory: Path
    make_processor: MakeProcessor
    senses: Senses | None = None  # with them the processor is shown phrases like what was said


def run_once(once: Once, text: str, source: str, watch: Watch) -> Report:
    """Say `text`, let it be done, and tell what came of it; `watch` sees each line of the log with its civil time.

    Raises:
        BootError: something is missing or broken.
    """
    policy = read_policy(policy_file(once.home_directory))
    _, home = load_map(once.map_name)
    try:
        rig = simulate(
            home, policy, once.make_processor, once.home_directory, wall=_begin(once.home_directory, datetime.now()),
            durable=True, senses=once.senses,
        )  # fmt: skip
    except DiskError as error:
        raise BootError(str(error)) from error
    try:
        restore_things(rig.disk, home, rig.robot.place_thing)
        rig.kernel.trace.watchers.append(lambda entry: watch(entry, rig.clock.wall()))
        return _play(rig, text, source)
    except DiskError as error:
        raise BootError(str(error)) from error
    finally:
        rig.close()


def _play(rig: Rig, text: str, source: str) -> Report:
    utterance = Utterance.say(rig.kernel, text, source)

    def done() -> bool:
        utterance.update()
        return utterance.finished and rig.kernel.waiting_only

    rig.run_until(done, LONGEST)
    report = utterance.report()
    utterance.detach()
    rig.run(WIND_DOWN)
    return report


def _begin(directory: Path, now: datetime) -> datetime:
    """Now, or just after what the disk holds already: virtual time runs ahead of the clock on the wall."""
    if not (directory / FILE).is_file():
        return now
    try:
        reader = open_reader(directory)
    except DiskError:
        return now  # opening it for writing says what is wrong, or brings it up to date
    try:
        last = reader.events(after=reader.last_seq() - 1)
        return max([now, *(event.at + timedelta(seconds=1) for event in last)])
    except DiskError as error:
        raise BootError(str(error)) from error
    finally:
        reader.close()
