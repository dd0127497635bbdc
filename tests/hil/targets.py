"""What the suite runs against, and what can be asked of each."""

from __future__ import annotations

from dataclasses import dataclass

# virtual: its time is the test's · pins: outputs can be seen, and when they change · press: sensors can be pressed ·
# moves: the wheels may turn · boots: it can be reset · ranges: it reports scans · lidar, arm: have serial lines
CORE = frozenset({"virtual", "pins", "press", "boots", "ranges", "tool", "gripper", "moves"})
UNO = frozenset({"virtual", "pins", "press", "boots", "tool", "gripper", "moves", "avr"})
MEGA = UNO | {"ranges", "lidar", "arm"}
PTY = (MEGA | {"realtime"}) - {"virtual"}
PORT = frozenset({"realtime", "boots"})


@dataclass(frozen=True)
class Target:
    """One way to run the suite: `board` is the firmware's name, "" for the host core or whatever is at the port."""

    name: str
    board: str
    traits: frozenset[str]

    def can(self, *traits: str) -> bool:
        return self.traits.issuperset(traits)

    @property
    def realtime(self) -> bool:
        return "realtime" in self.traits


CORE_TARGET = Target("core", "", CORE)
MEGA_TARGET = Target("mega2560", "mega2560", MEGA)
UNO_TARGET = Target("uno", "uno", UNO)
PTY_TARGET = Target("pty", "mega2560", PTY)
TARGETS = (CORE_TARGET, MEGA_TARGET, UNO_TARGET, PTY_TARGET)
