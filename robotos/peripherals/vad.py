"""Whether somebody is speaking, frame by frame: Silero's network, and a measure of loudness where it is absent."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from robotos.peripherals.sound import RATE, Pcm, SoundError, level, to_float

FRAME: Final = 512  # samples: 32 ms
FRAME_SECONDS: Final = FRAME / RATE
_CONTEXT: Final = 64  # samples of the frame before that the network sees again
_STATE: Final = (1, 1, 128)


class Vad(Protocol):
    """A detector that remembers what it heard before."""

    name: str

    def probability(self, frame: Pcm) -> float:
        """Of speech in the next `FRAME` samples, 0 to 1."""

    def reset(self) -> None:
        """Forget the sound so far."""


class SileroVad:
    """The recurrent network that comes inside the faster-whisper wheel (silero_vad, MIT), run as a stream.

    Inputs: `input` (1, 64 + 512), `h` and `c` (1, 1, 128); outputs: probability, next `h` and `c`.
    """

    name = "silero"

    def __init__(self, model: Path) -> None:
        """Raises `SoundError` when the network cannot be loaded."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(model), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its classes of error have no base in common
            raise SoundError(f"{model} is not a usable speech detector; install faster-whisper again") from error
        self.reset()

    def reset(self) -> None:
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def probability(self, frame: Pcm) -> float:
        if frame.shape != (FRAME,):
            raise ValueError(f"a frame has {FRAME} samples, not {frame.shape}")
        sound = to_float(frame)
        window = np.concatenate((self._context, sound))[np.newaxis]
        found, self._h, self._c = self._session.run(None, {"input": window, "h": self._h, "c": self._c})
        self._context = sound[-_CONTEXT:]
        return float(np.asarray(found).reshape(-1)[0])


class EnergyVad:
    """Loudness above the quietest recent level. Any noise is speech to it: for installations without `voice`."""

    name = "energy"

    def __init__(self, least: float = -50.0, above: float = 12.0) -> None:
        """`least` dB full scale that can be speech at all; `above` dB over the noise floor that surely is."""
        self._least, self._above = least, above
        self.reset()

    def reset(self) -> None:
        self._floor = -60.0  # dB

    def probability(self, frame: Pcm) -> float:
        loud = level(frame)
        rise = 0.2 if loud < self._floor else 0.005  # falls at once, rises slowly
        over = loud - self._floor
        self._floor = max(-90.0, self._floor + rise * over)
        return 0.0 if loud < self._least else float(np.clip(over / (2 * self._above), 0.0, 1.0))


def silero_model() -> Path | None:
    """The network's file inside the faster-whisper wheel; None where that is not installed."""
    spec = importlib.util.find_spec("faster_whisper")
    if spec is None or spec.origin is None:
        return None
    found = sorted((Path(spec.origin).parent / "assets").glob("silero_vad*.onnx"))
    return found[-1] if found else None


def open_vad() -> tuple[Vad, str]:
    """The best detector of this installation, and a sentence about what is left out ("" for nothing)."""
    model = silero_model()
    if model is None or importlib.util.find_spec("onnxruntime") is None:
        return EnergyVad(), (
            "speech is told from silence by loudness alone, so any noise is listened to; "
            "for a real speech detector: pip install 'robotos[voice]'"
        )
    return SileroVad(model), ""
