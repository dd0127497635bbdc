"""Piper (GPL-3.0, an optional extra): neural voices from `.onnx` files that the owner has put in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from robotos.peripherals.sound import SoundError
from robotos.peripherals.synth import Synthesised


def piper_voice(home: Path) -> Path | None:
    """The first voice in `<home>/models/piper`; None where there is none."""
    found = sorted((home / "models" / "piper").glob("*.onnx"))
    return found[0] if found else None


class PiperSynthesiser:
    """One Piper voice: `NAME.onnx` with `NAME.onnx.json` beside it."""

    name = "piper"

    def __init__(self, model: Path) -> None:
        """Raises `SoundError` when piper-tts, the voice or its configuration is missing or broken."""
        config = Path(f"{model}.json")
        if not model.is_file():
            raise SoundError(f"there is no Piper voice {model}; put a voice's .onnx and .onnx.json files there")
        if not config.is_file():
            raise SoundError(f"the Piper voice {model.name} lacks {config}; it is published beside the .onnx file")
        try:
            from piper import PiperVoice
        except ImportError as error:
            raise SoundError("Piper voices need: pip install 'robotos[piper]'") from error
        try:
            self._voice: Any = PiperVoice.load(model, config)
        except Exception as error:  # onnxruntime's and piper's classes of error have no base in common
            raise SoundError(f"the Piper voice {model} cannot be loaded; put its two files there again") from error

    def synthesise(self, text: str) -> Synthesised:
        """`text` (already normalised) as sound. Raises `SoundError`."""
        rate = int(self._voice.config.sample_rate)
        if not text.strip():
            return Synthesised(np.zeros(0, np.int16), rate)
        try:
            blocks = [np.asarray(chunk.audio_int16_array, dtype=np.int16) for chunk in self._voice.synthesize(text)]
        except Exception as error:  # as above
            raise SoundError(f"the Piper voice could not speak ({type(error).__name__}); try another voice") from error
        return Synthesised(np.concatenate(blocks) if blocks else np.zeros(0, np.int16), rate)
