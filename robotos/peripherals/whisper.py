"""Whisper through faster-whisper, from a CTranslate2 model directory that the owner has put in place; no downloads."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from robotos.language.stopwords import is_stop
from robotos.peripherals.recogniser import HeardWord, Recognition, WholeSegments
from robotos.peripherals.sound import Pcm, SoundError, to_float
from robotos.peripherals.vocabulary import plain

# Without its tokenizer beside it faster-whisper would ask the network for one.
_FILES: Final = ("model.bin", "config.json", "tokenizer.json")
_HOT_WORDS: Final = 60
_NO_SPEECH: Final = 0.6
_LEAST: Final = math.exp(-1.0)  # Whisper's own bound on the mean log-probability of a token, `log_prob_threshold`


def whisper_model(home: Path) -> Path | None:
    """`<home>/models/whisper`, or the first directory in it, when it holds a `model.bin`; None otherwise."""
    root = home / "models" / "whisper"
    found = [path for path in (root, *sorted(root.glob("*/"))) if (path / "model.bin").is_file()]
    return found[0] if found else None


class WhisperRecogniser(WholeSegments):
    """A Whisper model on the processor, in int8; `hot_words` are names it should expect.

    It hears 30 s at once, whatever the length: partial results would cost as much each. Words whose mean
    log-probability is below `_LEAST` are rejected; parts that are no speech to it are left out.
    """

    def __init__(self, model: Path, hot_words: Iterable[str] = (), threads: int = 2, least: float = _LEAST) -> None:
        """Raises `SoundError` when faster-whisper or a file of the model is missing or broken."""
        super().__init__(self)
        missing = [name for name in _FILES if not (model / name).is_file()]
        if missing:
            raise SoundError(f"the Whisper model {model} lacks {', '.join(missing)}; put a CTranslate2 model there")
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise SoundError("Whisper models need: pip install 'robotos[voice]'") from error
        self._least = least
        self._hot_words = " ".join(list(dict.fromkeys(hot_words))[:_HOT_WORDS]) or None
        try:
            self._model: Any = WhisperModel(
                str(model), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except Exception as error:  # ctranslate2's and tokenizers' classes of error have no base in common
            raise SoundError(f"the Whisper model {model} cannot be loaded; put its files there again") from error

    def transcribe(self, pcm: Pcm) -> Recognition:
        """Words of one segment of speech; raises `SoundError` when the model fails."""
        if len(pcm) == 0:
            return Recognition("", 0.0)
        try:
            parts, _ = self._model.transcribe(
                to_float(pcm), language="en", beam_size=1, temperature=0.0, without_timestamps=True,
                condition_on_previous_text=False, hotwords=self._hot_words, vad_filter=False,
            )  # fmt: skip
            found = [part for part in parts if part.no_speech_prob < _NO_SPEECH]
        except (RuntimeError, ValueError) as error:
            raise SoundError(f"the Whisper model has failed ({error}); try another one") from error
        text = plain(" ".join(part.text for part in found))
        if not text:
            return Recognition("", 0.0)
        confidence = min(math.exp(min(0.0, part.avg_logprob)) for part in found)
        if confidence < self._least and not is_stop(text):
            return Recognition("", confidence, (), text)
        return Recognition(text, confidence, tuple(HeardWord(plain(p.text), p.start, p.end) for p in found))
