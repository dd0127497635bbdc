"""flite, a small synthesiser that Linux distributions carry, through its program: other voices to test hearing with."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from robotos.peripherals.sound import RATE, SoundError, read_sound
from robotos.peripherals.synth import Synthesised

_LONGEST: Final = 30.0  # s for one sentence on a busy machine


class FliteSynthesiser:
    """One voice of flite; the same text always gives the same sound."""

    name = "flite"

    def __init__(self, voice: str = "slt", stretch: float = 1.0) -> None:
        """`stretch` is how much longer than usual everything lasts. Raises `SoundError` when flite is missing."""
        program = shutil.which("flite")
        if program is None:
            raise SoundError("these voices need flite: apt-get install flite")
        self._command = [program, "-voice", voice, "--setf", f"duration_stretch={stretch}"]

    def synthesise(self, text: str) -> Synthesised:
        """`text` (already normalised) as sound. Raises `SoundError`."""
        with tempfile.TemporaryDirectory(prefix="robotos-flite-") as directory:
            path = Path(directory) / "said.wav"
            try:
                subprocess.run(
                    [*self._command, "-t", text, "-o", str(path)], check=True, capture_output=True, timeout=_LONGEST
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise SoundError(f"flite could not speak ({error}); install it again") from error
            return Synthesised(read_sound(path), RATE)
