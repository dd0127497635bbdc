"""Speech to words: what every recogniser answers, and the offline one that knows this home's vocabulary."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from robotos.peripherals.language_model import LanguageModel, build
from robotos.peripherals.sound import RATE, Pcm, SoundError

_FRAME: Final = 0.01  # s
_MARGIN: Final = 0.3  # s of quiet put around a segment: the decoder wants to hear it begin and end
_DITHER: Final = 5.0  # least noise, in units of int16: digital silence has no spectrum
_MOST_DOUBTFUL: Final = 1e-6


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word and where it lies in the sound, seconds from its beginning."""

    word: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was understood: `text` in lower case without punctuation ("" for nothing), `confidence` 0 to 1."""

    text: str
    confidence: float
    segments: tuple[HeardWord, ...] = ()


class Recogniser(Protocol):
    """Turns one segment of speech into words."""

    def transcribe(self, pcm: Pcm) -> Recognition:
        """`pcm` (n,) int16, 16 kHz, mono. Raises `SoundError` when the recogniser itself has failed."""


class PocketsphinxRecogniser:
    """CMU Sphinx with its US English voices and a trigram model of `sentences`; deterministic, needs no download."""

    def __init__(self, sentences: Iterable[str], cache: Path, key: str = "") -> None:
        """Builds the language model, or takes it from `cache`, by `key` if one is given. Raises `SoundError`."""
        try:
            import pocketsphinx
        except ImportError as error:
            raise SoundError("speech recognition needs: pip install pocketsphinx") from error
        voices = Path(pocketsphinx.get_model_path("en-us"))
        if not (voices / "cmudict-en-us.dict").is_file():
            raise SoundError("pocketsphinx was installed without its English model; install it again from a wheel")
        self.model: LanguageModel = build(sentences, cache, voices / "cmudict-en-us.dict", key)
        self._lock = threading.Lock()  # the decoder holds one utterance at a time
        try:
            self._decoder: Any = pocketsphinx.Decoder(
                hmm=str(voices / "en-us"),
                lm=str(self.model.arpa),
                dict=str(self.model.dictionary),
                cmn="batch",  # normalise each utterance by itself
                loglevel="FATAL",
            )
        except RuntimeError as error:
            raise SoundError(f"the recogniser does not start; delete {cache} and try again") from error

    @property
    def warning(self) -> str:
        """Names that this recogniser cannot hear, in one sentence, or ""."""
        return self.model.warning

    def transcribe(self, pcm: Pcm) -> Recognition:
        """Words of one segment of speech; an empty text where nothing was made out."""
        if len(pcm) == 0:
            return Recognition("", 0.0)
        margin = np.zeros(int(_MARGIN * RATE), np.int16)
        padded = _dither(np.concatenate((margin, pcm, margin)))
        with self._lock:
            self._decoder.reinit_feat()  # else the noise floor of the last utterance is carried into this one
            self._decoder.start_utt()
            self._decoder.process_raw(padded.tobytes(), full_utt=True)
            self._decoder.end_utt()
            best = self._decoder.hyp()
            if best is None or not best.hypstr:
                return Recognition("", 0.0)
            text, posterior = str(best.hypstr), float(best.prob)
            words = tuple(_word(part, len(pcm) / RATE) for part in self._decoder.seg() if _spoken(part.word))
        return Recognition(text, _confidence(posterior, len(words)), words)


def _dither(pcm: Pcm) -> Pcm:
    noise = np.random.default_rng(0).normal(0.0, _DITHER, len(pcm))
    return np.asarray(np.clip(np.rint(pcm + noise), -32768, 32767), dtype=np.int16)


def _spoken(word: str) -> bool:
    return not word.startswith(("<", "[", "+"))


def _word(part: Any, length: float) -> HeardWord:
    began = part.start_frame * _FRAME - _MARGIN
    ended = (part.end_frame + 1) * _FRAME - _MARGIN
    name = str(part.word).partition("(")[0]
    return HeardWord(name, min(max(0.0, began), length), min(max(0.0, ended), length))


def _confidence(posterior: float, words: int) -> float:
    """The utterance's posterior per word: the lattice's own shrinks with every word, whatever was said."""
    return float(min(1.0, max(_MOST_DOUBTFUL, posterior)) ** (1.0 / max(1, words)))
