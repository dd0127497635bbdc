"""`robotos demo`: the main job from a recorded voice to a clean kitchen, its refusal, the override and the stop."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console

from robotos.boot.maps import load_map
from robotos.boot.model import load_core, virtual
from robotos.boot.places import read_policy
from robotos.boot.simulated import Rig, simulate
from robotos.boot.voice import Voice, load_ears
from robotos.kernel.ports import Heard
from robotos.policy import DEFAULT
from robotos.shell.demo_view import LiveView, PlainView, QuietView, View
from robotos.shell.getting_ready import ready_senses
from robotos.shell.terminal_map import TerminalMap

RECORDINGS = Path(__file__).with_name("recordings")
ROOM = "kitchen"
PAUSE = 600.0  # s between the first cleaning and the second request
BEFORE_STOP = 25.0  # s of the overriding run before "stop" is said
LONGEST = 1200.0  # s any part of the scene may take
FRAME = 1.0  # virtual s between two pictures


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, or did not: `text` is the transcript's line, `passed` whether it is as it should be."""

    text: str
    passed: bool
    detail: str = ""


@dataclass(slots=True)
class Scene:
    """The running demo."""

    rig: Rig
    view: View
    hear: Callable[[Path], Heard]
    lines: list[Line] = field(default_factory=list)
    heard: list[dict[str, object]] = field(default_factory=list)

    def say(self, recording: str) -> float:
        """Play a recording to the recogniser and hand in what it understood; when that was (virtual seconds)."""
        began = time.perf_counter()
        words = self.hear(RECORDINGS / f"{recording}.wav")
        seconds = time.perf_counter() - began
        self.heard.append({"file": f"{recording}.wav", "text": words.text, "recognition_s": round(seconds, 3)})
        self.rig.ears.type(words.text)
        at = self.rig.clock.now()
        self.rig.step()
        return at

    def work(self, until: Callable[[], bool], limit: float = LONGEST) -> bool:
        """Let the robot work, showing it; whether `until` came true in time."""
        end = self.rig.clock.now() + limit
        shown = 0.0
        while not until():
            if self.rig.clock.now() >= end:
                return False
            self.rig.step()
            if self.rig.clock.now() - shown >= FRAME:
                shown = self.rig.clock.now()
                self.view.frame(self.rig)
        self.view.frame(self.rig)
        return True

    def add(self, text: str, passed: bool, detail: str = "") -> None:
        """A line of the transcript."""
        line = Line(text if passed else f"FAILED {text}", passed, detail)
        self.lines.append(line)
        self.view.outcome(line.text)


def first_cleaning(scene: Scene) -> None:
    """`DONE kitchen 97 %`, if the disk says so and the tool was there."""
    rig = scene.rig
    scene.say("clean_kitchen")
    scene.work(lambda: rig.kernel.idle)
    record = rig.disk.last_task("clean", ROOM)
    swept = _swept_share(rig)
    if record is None:
        scene.add(f"DONE {ROOM}", False, "the disk holds no finished cleaning")
        return
    scene.add(f"DONE {ROOM} {swept:.0%}".replace("%", " %"), swept >= 0.95, f"recorded as {record.coverage:.1%}")


def refusal(scene: Scene) -> None:
    """`DECLINED kitchen 10 min ago`, if nothing moved and the time was said."""
    rig = scene.rig
    rig.pass_idle(PAUSE)
    record = rig.disk.last_task("clean", ROOM)
    moved, spoken = rig.robot.truth.path, len(rig.speech.said)
    scene.say("clean_again")
    scene.work(lambda: rig.kernel.idle)
    answer = " ".join(text for _, text in rig.speech.said[spoken:])
    minutes = round((rig.clock.wall() - record.end).total_seconds() / 60) if record and record.end else -1
    passed = rig.robot.truth.path == moved and bool(answer) and minutes >= 0 and "minute" in answer
    scene.add(f"DECLINED {ROOM} {minutes} min ago", passed, answer)


def override(scene: Scene) -> None:
    """`OVERRIDE kitchen`, if a second cleaning began and the wheels turned for it."""
    rig = scene.rig
    before = len(rig.disk.tasks("clean", ROOM))
    moved = rig.robot.truth.path
    scene.say("anyway")
    scene.work(lambda: rig.robot.world.tool_on, LONGEST)
    scene.work(lambda: False, BEFORE_STOP)
    began = len(rig.disk.tasks("clean", ROOM)) > before
    scene.add(f"OVERRIDE {ROOM}", began and rig.robot.truth.path > moved and rig.robot.world.moving)


def stop(scene: Scene) -> None:
    """`STOPPED 0.04 s`: from the recognised word to wheels at zero, if they were turning and stay at zero."""
    rig = scene.rig
    moving = rig.robot.world.moving
    said_at = scene.say("stop")
    stood = scene.work(lambda: not rig.robot.world.moving, 2.0)
    intervals = rig.robot.truth.wheels.closed(rig.clock.now())
    seconds = intervals[-1][1] - said_at if intervals else 0.0
    scene.work(lambda: False, 3.0)
    still = not rig.robot.truth.wheels.during(said_at + seconds + 0.02)
    latched = rig.gate.state().latched
    scene.add(f"STOPPED {seconds:.2f} s", moving and stood and still and latched == "stop", f"latched: {latched}")


def main(argv: Sequence[str]) -> int:
    """Play the scene. Exit code 0 if every part of it happened."""
    options = _options(argv)
    view: View = QuietView() if options.json else PlainView(Console(stderr=False))
    directory, home = load_map(options.map)
    if not options.json and not options.plain and sys.stdout.isatty():
        console = Console()
        view = LiveView(console, TerminalMap(home, columns=console.width * 4 // 7 - 4))
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    core = load_core(options.model)
    senses = ready_senses()
    hear = load_ears(home, options.out / "cache")
    with _voice(options) as voice, tempfile.TemporaryDirectory(prefix="robotos-demo-") as disk:
        rig = simulate(
            home, read_policy(DEFAULT), lambda clock: virtual(core, clock), Path(disk), on_say=voice.say, senses=senses
        )
        ready = time.perf_counter() - began
        rig.kernel.trace.watchers.append(view.entry)
        scene = Scene(rig, view, hear)
        try:
            for part in (first_cleaning, refusal, override, stop):
                part(scene)
        finally:
            view.close()
        picture = _picture(rig, directory, options.out)
        _report(scene, options.json, ready, time.perf_counter() - began, [picture, *voice.files])
        rig.close()
    return 0 if all(line.passed for line in scene.lines) else 1


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="robotos demo",
        description="A recorded voice has a simulated kitchen cleaned; the second request is declined, "
        "'do it anyway' obeyed, 'stop' stops. Every line of the transcript is checked against what really happened.",
        epilog="example: robotos demo --plain --out /tmp/demo",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the show")
    parser.add_argument("--plain", action="store_true", help="one line a happening instead of the live picture")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where picture and sound go (default: out)")
    parser.add_argument("--map", default="apartment", help="map to run in (default: apartment)")
    parser.add_argument("--model", type=Path, help="another GGUF model than the bundled one")
    parser.add_argument("--mute", action="store_true", help="no loudspeaker; the WAV is written all the same")
    return parser.parse_args(argv)


@contextmanager
def _voice(options: argparse.Namespace) -> Iterator[Voice]:
    voice = Voice.open(options.out / "demo.wav", aloud=not options.mute and not options.json)
    try:
        yield voice
    finally:
        voice.close()


def _swept_share(rig: Rig) -> float:
    """Share of the kitchen's reachable floor that the tool really passed over, by the simulator's own account."""
    from robotos.navigation.coverage import reachable

    floor = reachable(rig.kernel.ports.costmap, rig.home.rooms[ROOM].mask)
    return rig.robot.truth.coverage({ROOM: floor})[ROOM]


def _picture(rig: Rig, directory: Path, out: Path) -> Path:
    from robotos.navigation.draw import load_drawing
    from robotos.sim.render import save, scene_of

    path = out / "demo.png"
    caption = "; ".join(text for _, text in rig.speech.said[:2])
    save(scene_of(rig.robot.world, rig.robot.truth, load_drawing(directory), caption), path)
    return path


def _report(scene: Scene, as_json: bool, ready: float, seconds: float, files: Sequence[Path]) -> None:
    rig = scene.rig
    facts = {
        "transcript": [asdict(line) for line in scene.lines],
        "heard": scene.heard,
        "said": [{"at": round(at, 2), "text": text} for at, text in rig.speech.said],
        "ready_s": round(ready, 2),
        "wall_s": round(seconds, 2),
        "virtual_s": round(rig.clock.now(), 1),
        "files": [str(path) for path in files],
    }
    if as_json:
        print(json.dumps(facts, indent=2))
        return
    console = Console()
    console.print()
    for line in scene.lines:
        console.print(line.text, style="bold green" if line.passed else "bold red", highlight=False)
        if line.detail:
            console.print(f"    {line.detail}", style="dim", highlight=False)
    speed = rig.clock.now() / seconds
    console.print(f"\nready in {ready:.1f} s; {rig.clock.now():.0f} s of robot time in {seconds:.0f} s ({speed:.0f}x)")
    for path in files:
        console.print(f"wrote {path}")
