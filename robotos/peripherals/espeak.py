"""espeak-ng (GPL-3.0, an optional extra) through the library that espeakng-loader carries: text to samples."""

from __future__ import annotations

import ctypes
import threading
from typing import Any, Final

import numpy as np

from robotos.peripherals.sound import Pcm, SoundError
from robotos.peripherals.synth import Synthesised

# Values of espeak-ng's speak_lib.h.
_SYNCHRONOUS: Final = 2  # AUDIO_OUTPUT_SYNCHRONOUS
_DONT_EXIT: Final = 0x8000  # espeakINITIALIZE_DONT_EXIT: an error is returned, the process lives on
_UTF8: Final = 1  # espeakCHARS_UTF8
_BY_CHARACTER: Final = 1  # POS_CHARACTER
_RATE_PARAMETER: Final = 1  # espeakRATE, words a minute
_PITCH_PARAMETER: Final = 3  # espeakPITCH, 0 to 100
_CONTINUE: Final = 0  # answer of the callback

_CALLBACK: Final = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)  # t_espeak_callback


class EspeakSynthesiser:
    """One voice of espeak-ng. The library keeps its state in globals: make one of these a process."""

    name = "espeak-ng"

    def __init__(self, voice: str = "en-us", words_per_minute: int = 150, pitch: int = 50) -> None:
        """Loads the library (a few ms). `pitch` from 0 to 100. Raises `SoundError` when it or the voice is missing."""
        try:
            import espeakng_loader
        except ImportError as error:
            raise SoundError("this voice needs espeak-ng: pip install 'robotos[espeak]'") from error
        try:
            self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path()
        except (OSError, RuntimeError) as error:
            raise SoundError(f"espeak-ng does not load ({error}); install espeakng-loader again") from error
        self._lock = threading.Lock()
        self._blocks: list[Pcm] = []
        self._collect = _CALLBACK(self._receive)  # kept: the library holds only its address
        self._library.espeak_Initialize.restype = ctypes.c_int
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT))
        if self._rate <= 0:
            raise SoundError(f"espeak-ng finds no data in {data}; install espeakng-loader again")
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SoundError(f"espeak-ng has no voice {voice!r}; take en-us or en")
        self._library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
        self._library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)

    def synthesise(self, text: str) -> Synthesised:
        """`text` (already normalised) as sound; empty for an empty text. Raises `SoundError`."""
        if not text.strip():
            return Synthesised(np.zeros(0, np.int16), self._rate)
        encoded = text.encode("utf-8") + b"\0"
        with self._lock:
            self._blocks = []
            self._library.espeak_SetSynthCallback(self._collect)
            code = self._library.espeak_Synth(encoded, len(encoded), 0, _BY_CHARACTER, 0, _UTF8, None, None)
            if code != 0:
                raise SoundError(f"espeak-ng could not speak (code {code}); try a shorter text")
            blocks, self._blocks = self._blocks, []
        return Synthesised(np.concatenate(blocks) if blocks else np.zeros(0, np.int16), self._rate)

    def _receive(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        return _CONTINUE
