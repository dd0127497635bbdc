"""Two controllers in one body: one hears the host alone, the other hears noise as well. They must do the same."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from firmware_bridge.controller import Controller
from firmware_bridge.framing import Deframer, FrameError, host_frame, unseal
from firmware_bridge.host import HostController, Inputs, Outputs
from firmware_bridge.messages import FULL_PWM_MM_S, UM_PER_TICK, Ack, Heartbeat, Hello, HostMessage, Stop, Welcome

PERIOD_US = 10_000
REMEMBERED = 64  # periods whose noise may explain a stop: a Hello while the host is silent shows at its next word only


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart the two may be: PWM steps, and periods for which they may be further. Exact for two of one kind."""

    pwm: int = 0
    periods: int = 0
    answer: int = 0  # periods until an answer must be there
    gripper: bool = True  # compared as well; a real gripper keeps its place over a reset, and some boards have none


EMULATED = Tolerance(pwm=40, periods=3, answer=4, gripper=False)  # a board that runs its own periods


class Wheels:
    """Two motors of first order (60 ms), driven by PWM."""

    def __init__(self) -> None:
        self._speed = [0.0, 0.0]  # mm/s
        self._way = [0.0, 0.0]  # mm

    def turn(self, outputs: Outputs) -> None:
        """One period; without the drivers' enable line the motors get nothing."""
        for side, pwm in enumerate((outputs.pwm_left, outputs.pwm_right)):
            target = pwm * FULL_PWM_MM_S / 255 if outputs.enabled else 0.0
            self._speed[side] += (target - self._speed[side]) * 0.1535  # 1 - exp(-10 ms / 60 ms)
            self._way[side] += self._speed[side] * 0.01

    @property
    def ticks(self) -> tuple[int, int]:
        left, right = (int(way * 1000 // UM_PER_TICK) for way in self._way)
        return left, right


class Line:
    """The host's view of one controller: its session, and what it answered."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller
        self.session = 0
        self.nonce = 0
        self.answers: deque[tuple[int, int]] = deque(maxlen=256)  # request, status
        self._deframer = Deframer()

    def frame(self, request: int, message: HostMessage) -> bytes:
        """The frame of a message in this controller's session."""
        return host_frame(0 if isinstance(message, Hello) else self.session, request, message)

    def listen(self) -> None:
        """Take in what the controller has sent. Raises `FrameError` if that isn't a frame."""
        for frame in self._deframer.push(self.controller.transmit()):
            body = unseal(frame)
            if body[0] == Ack.TYPE:
                self.answers.append((body[2] | body[3] << 8, body[4]))
            elif body[0] == Welcome.TYPE:
                welcome = Welcome.unpack(body[2:])
                self.session, self.nonce = welcome.session, welcome.nonce

    def forget(self) -> None:
        """After a reset: nothing that was under way counts."""
        self.session = 0
        self.answers.clear()
        self._deframer.clear()


class Twins:
    """Both controllers, the wheels that the noisy one drives, and the comparison."""

    def __init__(self, noisy: Controller, tolerance: Tolerance) -> None:
        self.noisy, self.calm = Line(noisy), Line(HostController(1))
        self.inputs = Inputs(0, 0)
        self.outputs = self.expected = Outputs(0, 0, 0, False, (0, 0, 0), False)
        self.now_us = 0
        self._tolerance = tolerance
        self._wheels = Wheels()
        self._apart = 0
        self._noise: deque[bytes] = deque(maxlen=REMEMBERED)
        self._due: deque[tuple[int, int, int, HostMessage]] = deque()  # period, request, status, what was asked
        self._period = 0

    def say(self, request: int, message: HostMessage) -> bytes:
        """A frame to both; returns the noisy one's. What the calm one answers, the other must answer too."""
        self.calm.controller.receive(self.calm.frame(request, message))
        self.calm.listen()
        status = next((status for seen, status in reversed(self.calm.answers) if seen == request), None)
        frame = self.noisy.frame(request, message)
        self.noisy.controller.receive(frame)
        if status is not None:
            self._due.append((self._period + self._tolerance.answer, request, status, message))
        return frame

    def probe(self) -> None:
        """A frame of no session to the noisy one alone: garbage without an end takes it along, and nothing else."""
        self.disturb(host_frame(self.noisy.session ^ 0x5555, 0, Heartbeat()))

    def disturb(self, data: bytes) -> None:
        """Noise to the noisy one, remembered with all that it may have run into."""
        self._noise.append(data)
        self.noisy.controller.receive(data)

    def tick(self, **sensors: object) -> list[str]:
        """One period of both; what was wrong with it."""
        self._pass_time(**sensors)
        self.outputs = self.noisy.controller.tick(self.now_us, self.inputs)
        self.expected = self.calm.controller.tick(self.now_us, self.inputs)
        self._wheels.turn(self.outputs)
        try:
            self.noisy.listen()
        except FrameError as error:
            return [f"what the controller sent is no frame: {error}"]
        self.calm.listen()
        return [*self._compare(), *self._unanswered()]

    def _pass_time(self, **sensors: object) -> None:
        left, right = self._wheels.ticks
        self.inputs = replace(self.inputs, encoder_left=left, encoder_right=right, **sensors)  # type: ignore[arg-type]
        self.now_us += PERIOD_US
        self._period += 1

    def explained(self) -> bool:
        """Whether the last noise holds a Stop or a Hello with a right CRC: these rightly stop everything."""
        for frame in Deframer().push(b"".join(self._noise) + b"\0"):
            try:
                body = unseal(frame)
            except FrameError:
                continue
            if body[0] in (Stop.TYPE, Hello.TYPE):
                return True
        return False

    def begin(self, nonce: int) -> None:
        """Reset both and let them boot at the same time; the calm one takes on the other's nonce."""
        self._due.clear()
        self._noise.clear()
        self._apart = 0
        self.noisy.controller.reset(nonce)
        self.noisy.forget()
        self._pass_time()
        self.outputs = self.noisy.controller.tick(self.now_us, self.inputs)
        self.noisy.listen()
        self.calm.controller.reset(self.noisy.nonce)
        self.calm.forget()
        self.expected = self.calm.controller.tick(self.now_us, self.inputs)

    def _compare(self) -> list[str]:
        is_, want = self.outputs, self.expected
        if not is_.enabled and (is_.pwm_left or is_.pwm_right or is_.tool_pwm):
            return ["PWM with the drivers off"]
        pairs = ((is_.pwm_left, want.pwm_left), (is_.pwm_right, want.pwm_right), (is_.tool_pwm, want.tool_pwm))
        same = is_.enabled == want.enabled and all(abs(a - b) <= self._tolerance.pwm for a, b in pairs)
        if self._tolerance.gripper:
            same = same and (is_.gripper_close, is_.gripper_aim_mm) == (want.gripper_close, want.gripper_aim_mm)
        self._apart = 0 if same else self._apart + 1
        return [f"is {is_}, ordered was {want}"] if self._apart > self._tolerance.periods else []

    def _unanswered(self) -> list[str]:
        wrong = []
        while self._due and self._due[0][0] <= self._period:
            _, request, status, message = self._due.popleft()
            if (request, status) not in self.noisy.answers:
                given = [found for seen, found in self.noisy.answers if seen == request]
                wrong.append(f"{message} was answered {given or 'by nothing'} instead of {status}")
        return wrong
