"""pocketsphinx's own front end and aligner: cepstra as its decoder gets them, and which state each frame belongs to."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import Pcm

CEPSTRA: Final = 13
_FIRST: Final = 79  # frames: the 0.8 s whose mean stands for the utterance's where it is decoded while it comes in
_REACH: Final = 3  # frames to either side that the second difference takes in

Features = NDArray[np.float64]
"""(frames, 3, 13): cepstra without their mean, first and second differences."""


@dataclass(frozen=True, slots=True)
class State:
    """A stretch of frames: the phone, the senone's number, the first frame, and how many."""

    phone: str
    senone: int
    first: int
    frames: int


class Front:
    """`folder` is an empty one that pocketsphinx leaves its cepstra in."""

    def __init__(self, folder: Path) -> None:
        import pocketsphinx

        self._folder = folder
        model = Path(pocketsphinx.get_model_path("en-us"))
        options = {
            "hmm": str(model / "en-us"), "dict": str(model / "cmudict-en-us.dict"), "lm": None, "cmn": "batch",
            "loglevel": "FATAL",
        }  # fmt: skip
        self._aligner: Any = pocketsphinx.Decoder(**options)
        self._decoder: Any = pocketsphinx.Decoder(**options, mfclogdir=str(folder))
        self._decoder.set_align_text("yes")  # some search must be there, although none is done

    def features(self, pcm: Pcm) -> Features:
        """Of sound (n,) at 16 kHz that is as the decoder gets it: dithered, noise reduced."""
        self._decoder.reinit_feat()
        self._decoder.start_utt()
        self._decoder.process_raw(pcm.tobytes(), no_search=True, full_utt=True)
        self._decoder.end_utt()
        return differences(self._taken())

    def align(self, pcm: Pcm, text: str) -> tuple[State, ...]:
        """The states of a text's words in the sound; none where they do not fit."""
        try:
            self._aligner.set_align_text(text)
            self._pass(pcm)
            if self._aligner.hyp() is None:
                return ()
            self._aligner.set_alignment()
            self._pass(pcm)
            found = self._aligner.get_alignment()
            return tuple(
                State(phone.name, int(state.name), state.start, state.duration)
                for word in found for phone in word for state in phone
            )  # fmt: skip
        except RuntimeError:  # the decoder's only kind of error: the text does not fit the sound
            return ()

    def _pass(self, pcm: Pcm) -> None:
        self._aligner.reinit_feat()
        self._aligner.start_utt()
        self._aligner.process_raw(pcm.tobytes(), full_utt=True)
        self._aligner.end_utt()

    def _taken(self) -> NDArray[np.float64]:
        """(frames, 13): what was left in the folder, which is emptied."""
        files = sorted(self._folder.glob("*.mfc"))
        data = files[-1].read_bytes()
        for file in files:
            file.unlink()
        (count,) = struct.unpack_from("<i", data)
        kind = "<f4" if 4 * count + 4 == len(data) else ">f4"  # the count tells the order of the bytes
        return np.frombuffer(data, kind, offset=4).reshape(-1, CEPSTRA).astype(np.float64)


def differences(cepstra: NDArray[np.float64]) -> Features:
    """Sphinx's `1s_c_d_dd`, centred on the mean of the first frames that are not silent."""
    first = cepstra[:_FIRST]
    loud = first[first[:, 0] >= 0] if (first[:, 0] >= 0).any() else first
    centred = cepstra - loud.mean(axis=0)
    padded = np.concatenate((np.repeat(centred[:1], _REACH, 0), centred, np.repeat(centred[-1:], _REACH, 0)))

    def at(offset: int) -> NDArray[np.float64]:
        return padded[_REACH + offset : _REACH + offset + len(centred)]

    return np.stack((centred, at(2) - at(-2), (at(3) - at(-1)) - (at(1) - at(-3))), axis=1)
