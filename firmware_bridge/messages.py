"""The wire's messages. Generated from schema.toml by `python -m firmware_bridge.generate`: do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from struct import Struct
from typing import ClassVar

SCHEMA_HASH = 0x4813C04D

WIRE_VERSION = 1  # raised when framing or the meaning of a message changes in a way no field shows
PERIOD_MS = 10  # control period
STATE_MS = 50  # interval of State
MAX_TTL_MS = 500  # longest distance of a deadline
RAMP_MS = 500  # longest ramp of a Stop of category 1
HEARTBEAT_MS = 200  # silence after which an armed controller latches LINK
REQUEST_WINDOW = 32  # answers kept
REQUEST_AHEAD = 1024  # furthest a request id may jump
MAX_V_MM_S = 306  # top speed
MAX_W_MRAD_S = 2600  # top turning rate
MAX_WHEEL_MM_S = 360  # fastest wheel; v and w are scaled down together above it
MAX_ACCEL_MM_S2 = 900  # acceleration and braking
MAX_ACCEL_MRAD_S2 = 6000  # turning acceleration
RECOVER_MAX_MM_S = 100  # fastest wheel while recovering, backwards only
RECOVER_TRAVEL_MM = 300  # furthest a latch may be backed away from
WHEEL_BASE_MM = 235  # distance between the wheels
UM_PER_TICK = 25  # wheel travel per encoder tick, micrometres (40000 ticks per metre)
STUCK_MS = 300  # a wheel that is driven for so long without turning, or turns against its setpoint, latches WHEEL
FULL_PWM_MM_S = 400  # wheel speed at PWM 255 on a full battery
BEAMS = 72  # range readings per scan; beam i looks along 2*pi*i/72
NO_ECHO = 65535  # range reading with nothing in reach


class Status(IntEnum):
    """What an Ack answers: 0, or why nothing was done."""

    OK = 0
    EPERM = 1
    EBUSY = 16
    EINVAL = 22
    ERANGE = 34
    ENOSYS = 38
    ESTALE = 116


class Reason(IntEnum):
    """Why the controller latched."""

    NONE = 0
    BUMPER = 1
    CLIFF = 2
    STOP_BUTTON = 3
    LINK = 4
    WHEEL = 5
    HOST = 16
    OWNER = 17
    GATE = 18
    KERNEL_SILENT = 19


class Flag(IntFlag):
    """Bits of `State.flags`."""

    ARMED = 1
    LATCHED = 2
    STOP_BUTTON = 4
    CHARGING = 8
    GRIPPER_CLOSED = 16
    HOLDING = 32
    RECOVER_ALLOWED = 64
    MOVING = 128
    RAMPING = 256


@dataclass(frozen=True, slots=True)
class Hello:
    """Opens a session."""

    TYPE: ClassVar[int] = 0x01
    FORMAT: ClassVar[Struct] = Struct("<II")

    token: int  # any number that differs from the last session's
    schema: int  # SCHEMA_HASH of the host

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.token, self.schema)

    @classmethod
    def unpack(cls, payload: bytes) -> Hello:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The supervising loop is alive."""

    TYPE: ClassVar[int] = 0x02
    FORMAT: ClassVar[Struct] = Struct("<")

    def pack(self) -> bytes:
        return self.FORMAT.pack()

    @classmethod
    def unpack(cls, payload: bytes) -> Heartbeat:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Arm:
    """Permit motion."""

    TYPE: ClassVar[int] = 0x03
    FORMAT: ClassVar[Struct] = Struct("<I")

    nonce: int  # boot nonce of the controller that is meant

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.nonce)

    @classmethod
    def unpack(cls, payload: bytes) -> Arm:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Disarm:
    """Nothing to do: wheels and tool off, no latch, no heartbeat needed."""

    TYPE: ClassVar[int] = 0x04
    FORMAT: ClassVar[Struct] = Struct("<")

    def pack(self) -> bytes:
        return self.FORMAT.pack()

    @classmethod
    def unpack(cls, payload: bytes) -> Disarm:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Clear:
    """Forget the latch, if every cause is gone; leaves the controller disarmed."""

    TYPE: ClassVar[int] = 0x05
    FORMAT: ClassVar[Struct] = Struct("<")

    def pack(self) -> bytes:
        return self.FORMAT.pack()

    @classmethod
    def unpack(cls, payload: bytes) -> Clear:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop now and latch; never refused."""

    TYPE: ClassVar[int] = 0x06
    FORMAT: ClassVar[Struct] = Struct("<BB")

    reason: int  # a Reason from 16 up
    category: int  # 0 at once, 1 ramps down; any other counts as 0

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.reason, self.category)

    @classmethod
    def unpack(cls, payload: bytes) -> Stop:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Drive:
    """Body velocity until the deadline."""

    TYPE: ClassVar[int] = 0x10
    FORMAT: ClassVar[Struct] = Struct("<hhI")

    v_mm_s: int  # forward, mm/s (-306 to 306)
    w_mrad_s: int  # counter-clockwise, mrad/s (-2600 to 2600)
    deadline_ms: int  # controller time

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.v_mm_s, self.w_mrad_s, self.deadline_ms)

    @classmethod
    def unpack(cls, payload: bytes) -> Drive:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Recover:
    """Back away from the contact that latched, slowly."""

    TYPE: ClassVar[int] = 0x11
    FORMAT: ClassVar[Struct] = Struct("<hhI")

    v_mm_s: int  # forward, mm/s (-100 to 0)
    w_mrad_s: int  # counter-clockwise, mrad/s (-425 to 425)
    deadline_ms: int  # controller time

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.v_mm_s, self.w_mrad_s, self.deadline_ms)

    @classmethod
    def unpack(cls, payload: bytes) -> Recover:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Tool:
    """Cleaning tool until the deadline."""

    TYPE: ClassVar[int] = 0x12
    FORMAT: ClassVar[Struct] = Struct("<BI")

    duty: int  # 0 to 255
    deadline_ms: int  # controller time

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.duty, self.deadline_ms)

    @classmethod
    def unpack(cls, payload: bytes) -> Tool:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Gripper:
    """Close on, or open at, a point in the base frame; it then holds."""

    TYPE: ClassVar[int] = 0x13
    FORMAT: ClassVar[Struct] = Struct("<BhhhI")

    close: int  # 1 close, 0 open (0 to 1)
    x_mm: int  # forward, mm
    y_mm: int  # left, mm
    z_mm: int  # up, mm
    deadline_ms: int  # controller time by which it must have begun

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.close, self.x_mm, self.y_mm, self.z_mm, self.deadline_ms)

    @classmethod
    def unpack(cls, payload: bytes) -> Gripper:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Welcome:
    """Answer to Hello; sent unasked, with session 0, after a boot."""

    TYPE: ClassVar[int] = 0x81
    FORMAT: ClassVar[Struct] = Struct("<IIIHI")

    nonce: int  # differs at each boot
    schema: int  # SCHEMA_HASH of the controller
    token: int  # of the Hello that is answered
    session: int  # 0: none yet
    ms: int  # controller time

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.nonce, self.schema, self.token, self.session, self.ms)

    @classmethod
    def unpack(cls, payload: bytes) -> Welcome:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Ack:
    """What became of a request."""

    TYPE: ClassVar[int] = 0x82
    FORMAT: ClassVar[Struct] = Struct("<HB")

    request: int  # its id
    status: int  # 0 or an errno

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.request, self.status)

    @classmethod
    def unpack(cls, payload: bytes) -> Ack:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class State:
    """The body, every 50 ms and at once when a latch sets or clears."""

    TYPE: ClassVar[int] = 0x83
    FORMAT: ClassVar[Struct] = Struct("<IHiiihhhhHHBBBB")

    ms: int  # controller time
    session: int  # 0: none
    x_um: int  # odometry since boot, micrometres
    y_um: int  # odometry since boot, micrometres
    yaw_urad: int  # odometry since boot, microradians, -pi to pi
    v_mm_s: int  # measured, mm/s
    w_mrad_s: int  # measured, mrad/s
    pwm_left: int  # -255 to 255
    pwm_right: int  # -255 to 255
    battery_mv: int  # millivolts
    flags: int  # Flag bits
    reason: int  # first Reason of the latch
    bumper: int  # bit 0 left, bit 1 right
    cliff: int  # bit 0 left, bit 1 right
    tool: int  # duty now

    def pack(self) -> bytes:
        return self.FORMAT.pack(
            self.ms,
            self.session,
            self.x_um,
            self.y_um,
            self.yaw_urad,
            self.v_mm_s,
            self.w_mrad_s,
            self.pwm_left,
            self.pwm_right,
            self.battery_mv,
            self.flags,
            self.reason,
            self.bumper,
            self.cliff,
            self.tool,
        )

    @classmethod
    def unpack(cls, payload: bytes) -> State:
        return cls(*cls.FORMAT.unpack(payload))


@dataclass(frozen=True, slots=True)
class Scan:
    """Range readings all around, 10 Hz."""

    TYPE: ClassVar[int] = 0x84
    FORMAT: ClassVar[Struct] = Struct("<I72H")

    ms: int  # controller time
    ranges_mm: tuple[int, ...]  # from the robot's centre, mm; NO_ECHO where nothing is

    def pack(self) -> bytes:
        return self.FORMAT.pack(self.ms, *self.ranges_mm)

    @classmethod
    def unpack(cls, payload: bytes) -> Scan:
        values = cls.FORMAT.unpack(payload)
        return cls(values[0], values[1:73])


HostMessage = Hello | Heartbeat | Arm | Disarm | Clear | Stop | Drive | Recover | Tool | Gripper

ControllerMessage = Welcome | Ack | State | Scan

HOST_TYPES: dict[int, type[HostMessage]] = {
    Hello.TYPE: Hello,
    Heartbeat.TYPE: Heartbeat,
    Arm.TYPE: Arm,
    Disarm.TYPE: Disarm,
    Clear.TYPE: Clear,
    Stop.TYPE: Stop,
    Drive.TYPE: Drive,
    Recover.TYPE: Recover,
    Tool.TYPE: Tool,
    Gripper.TYPE: Gripper,
}
CONTROLLER_TYPES: dict[int, type[ControllerMessage]] = {
    Welcome.TYPE: Welcome,
    Ack.TYPE: Ack,
    State.TYPE: State,
    Scan.TYPE: Scan,
}
