"""A whole simulated robot: the real firmware in lockstep with a world, and the things that can happen to it."""

from __future__ import annotations

from firmware_bridge.controller import Controller
from firmware_bridge.host import Inputs, Outputs
from firmware_bridge.transport import MemoryTransport, Transport
from robotos.sim.camera import SimulatedCamera
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.truth import Truth
from robotos.sim.world import LEFT, RIGHT

PERIOD = 0.01  # s, the firmware's control period
SCAN_US = 100_000  # us from scan to scan
SIDES = {"left": LEFT, "right": RIGHT, "both": LEFT | RIGHT}
PRESS = 0.5  # s that a bumper or cliff sensor answers when something makes it do so
RESTING = Outputs(0, 0, 0, False, (0, 0, 0), False)


class SimulatedRobot:
    """Firmware, world, camera and truth on one clock. `step` is the only thing that moves anything.

    `transport` is the host's end of the cable; `device` may replace the in-process one (the controller's end of a pty).
    `outputs` is what the last period put on the controller's pins.
    """

    def __init__(
        self,
        world: InhabitedWorld,
        controller: Controller,
        truth: Truth | None = None,
        device: Transport | None = None,
        camera_seed: int = 0,
        scans: bool = True,
    ) -> None:
        """Without `scans` the range sensor is switched off: there is never a new ring of readings."""
        self.world = world
        self.controller = controller
        self.truth = Truth(world) if truth is None else truth
        self.transport, self._memory = MemoryTransport.pair()
        self._device: Transport = self._memory if device is None else device
        self.camera = SimulatedCamera(world, camera_seed)
        self._now_us = round(world.time * 1e6)
        self._since_scan_us = 0
        self._scans = scans
        self._stop_button = False
        self._bumper_press = (0, 0.0)  # bits, until
        self._cliff_press = (0, 0.0)
        self._gripper: tuple[bool, tuple[int, int, int]] | None = (False, (0, 0, 0))  # None: whatever it will show
        self._cut = False
        self.outputs = RESTING

    @property
    def now(self) -> float:
        """Seconds since the robot was switched on."""
        return self._now_us / 1e6

    # ------------------------------------------------------------ time

    def step(self, dt: float = PERIOD) -> None:
        """One control period, or a part of one: bytes in, firmware, motors and world, bytes out."""
        us = round(dt * 1e6)
        self._now_us += us
        data = self._device.read()
        if data and not self._cut:  # what is sent into a cut cable is lost, not kept for later
            self.controller.receive(data)
        outputs = self.outputs = self.controller.tick(self._now_us, self._inputs(us))
        self._act(outputs, dt)
        data = self.controller.transmit()
        if data and not self._cut:
            self._device.write(data)
        self.truth.observe()

    def skip(self, seconds: float) -> None:
        """Jump over idle time: only the battery notices.

        Raises:
            ValueError: a wheel or the tool turns, or `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError(f"time does not run backwards: skip({seconds})")
        self.world.rest(seconds)
        us = round(seconds * 1e6)
        self.controller.skip(us)
        self._now_us += us

    def _inputs(self, us: int) -> Inputs:
        world, body = self.world, self.world.body
        left, right = world.encoders
        bumper = world.bumper if body.contacts else 0
        cliff = body.cliff
        if self._bumper_press[0]:
            bumper |= self._pressed(self._bumper_press)
        if self._cliff_press[0]:
            cliff |= self._pressed(self._cliff_press)
        self._since_scan_us += us
        due = self._scans and self._since_scan_us >= SCAN_US
        if due:
            self._since_scan_us -= SCAN_US
        return Inputs(
            left,
            right,
            bumper,
            cliff,
            self._stop_button,
            world.battery_mv,
            body.charging,
            world.scan() if due else None,
            world.holding,
        )

    def _act(self, outputs: Outputs, dt: float) -> None:
        wanted = (outputs.gripper_close, outputs.gripper_aim_mm)
        before, self._gripper = self._gripper, wanted
        if before is not None and wanted != before:
            x, y, z = outputs.gripper_aim_mm
            self.world.grip(outputs.gripper_close, (x / 1000, y / 1000, z / 1000))
        if outputs.enabled:
            self.world.step(outputs.pwm_left, outputs.pwm_right, outputs.tool_pwm, dt)
        else:
            self.world.step(0, 0, 0, dt)

    def _pressed(self, press: tuple[int, float]) -> int:
        return press[0] if self.world.time < press[1] else 0

    # ------------------------------------------------------------ what happens to it

    def press_bumper(self, side: str = "both", seconds: float = PRESS) -> None:
        """Something knocks against the bumper: `side` is left, right or both."""
        self._bumper_press = (_bits(side), self.world.time + seconds)
        self.truth.happened("bumper", side)

    def cliff(self, side: str = "both", seconds: float = PRESS) -> None:
        """A cliff sensor sees no floor: `side` is left, right or both."""
        self._cliff_press = (_bits(side), self.world.time + seconds)
        self.truth.happened("cliff", side)

    def stop_button(self, pressed: bool) -> None:
        """The red button goes in (and stays) or out."""
        self._stop_button = pressed
        self.truth.happened("stop_button" if pressed else "stop_button_released")

    def cut_link(self) -> None:
        """The cable between host and controller is pulled."""
        self._cut = True
        self.transport.cut()
        self.truth.happened("link_lost")

    def restore_link(self) -> None:
        """The cable is back."""
        self._cut = False
        self.transport.mend()
        self.truth.happened("link_back")

    def reset_controller(self, boot_nonce: int) -> None:
        """The motor controller loses power for a moment."""
        self.controller.reset(boot_nonce)
        self._gripper = None  # it holds what it held
        self.truth.happened("reset")

    def set_battery(self, level: float) -> None:
        """The charge is 0 to 1 from now on; `ValueError` for anything else."""
        if not 0.0 <= level <= 1.0:
            raise ValueError(f"a battery level is between 0 and 1, not {level}")
        self.world.body.battery = level
        self.truth.happened("battery", f"{level:.2f}")

    def place_note(self, place: str, text: str) -> None:
        """Somebody sticks a note to a place; `KeyError` for an unknown one."""
        self.world.place_note(place, text)

    def place_thing(self, name: str, place: str) -> None:
        """Somebody puts a thing at a place or takes it in hand; `KeyError` for an unknown one."""
        self.world.place_thing(name, place)

    def drop_thing(self) -> str:
        """What the gripper holds falls on the floor; its name, "" when there was nothing."""
        name = self.world.drop_thing()
        self.truth.happened("dropped", name)
        return name

    def lose_thing(self) -> None:
        """What the gripper holds, or takes next, falls out of it a little further on."""
        self.world.lose_thing()
        self.truth.happened("loses", self.world.things.held)

    def miss_grasps(self, times: int) -> None:
        """The next `times` the gripper closes, it gets nothing; `ValueError` for a negative number."""
        self.world.miss_grasps(times)
        self.truth.happened("misses", str(times))

    def move_person(self, name: str, x: float, y: float) -> None:
        """Somebody goes to a point of the map, metres."""
        self.world.move_person(name, x, y)
        self.truth.happened("person", name)


def _bits(side: str) -> int:
    if side not in SIDES:
        raise ValueError(f"a side is {', '.join(SIDES)}, not {side!r}")
    return SIDES[side]
