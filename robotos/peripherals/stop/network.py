"""The stop network as it ships: an ONNX file that is what its card says, run by onnxruntime on one thread."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import SoundError
from robotos.peripherals.stop.features import Columns
from robotos.peripherals.stop.words import WORDS

FIELD: Final = 57  # columns that one answer sees: 0.928 s
STRIDE: Final = 2  # columns between two answers: one frame of the microphone
ONNX, CARD = "stop.onnx", "stop.json"
INPUT: Final = "columns"  # (1, FIELD, BANDS) float32
OUTPUT: Final = "probabilities"  # (1, 1, words) float32
_AGAIN: Final = "install robotos again, or make train-stop"


class Network:
    """Columns to the probability of each stop word having just been said."""

    def __init__(self, model: bytes, thresholds: NDArray[np.float32]) -> None:
        """Raises `SoundError` where onnxruntime is missing or does not take the model."""
        try:
            import onnxruntime
        except ImportError as error:
            raise SoundError("the stop reflex is deaf without onnxruntime: pip install onnxruntime") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(
                model, sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its classes of error have no base in common
            raise SoundError(f"the stop reflex's network does not load; {_AGAIN}") from error
        self.thresholds = thresholds

    def probabilities(self, columns: Columns) -> NDArray[np.float32]:
        """(words,) from the last `FIELD` columns. Raises `SoundError`."""
        try:
            (found,) = self._session.run([OUTPUT], {INPUT: columns[np.newaxis]})
        except Exception as error:  # see above
            raise SoundError(f"the stop reflex's network has failed ({error}); {_AGAIN}") from error
        answer: NDArray[np.float32] = found[0, 0]
        if not np.isfinite(answer).all():
            raise SoundError(f"the stop reflex's network answers no numbers; {_AGAIN}")
        return answer


def load_network(directory: Path) -> Network:
    """The network and its thresholds from a folder of weights.

    Raises:
        SoundError: a file is missing, is not what the card says, or cannot be run.
    """
    try:
        card = json.loads((directory / CARD).read_text(encoding="utf-8"))
        model = (directory / ONNX).read_bytes()
        digest, thresholds = str(card["sha256"]), [float(card["thresholds"][word]) for word in WORDS]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SoundError(f"the stop reflex's weights in {directory} cannot be read ({error}); {_AGAIN}") from error
    if hashlib.sha256(model).hexdigest() != digest:
        raise SoundError(f"{directory / ONNX} is damaged: its SHA-256 is not the card's; {_AGAIN}")
    if not all(0.0 < threshold < 1.0 for threshold in thresholds):
        raise SoundError(f"{directory / CARD} has thresholds outside 0 to 1; {_AGAIN}")
    return Network(model, np.asarray(thresholds, np.float32))
