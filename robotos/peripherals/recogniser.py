"""Speech to words: what every recogniser answers, and the offline one that knows this home's vocabulary."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from robotos.language.stopwords import is_stop
from robotos.peripherals.acoustic.din import NOISY, clearness
from robotos.peripherals.acoustic.noisy import noisy_means
from robotos.peripherals.confidence import LEAST, Evidence, confidence
from robotos.peripherals.denoise import NoiseReducer
from robotos.peripherals.language_model import LanguageModel, build
from robotos.peripherals.sound import RATE, Pcm, SoundError

_FRAME: Final = 0.01  # s
_TINY: Final = 1e-300  # the least likelihood that a float holds
_DITHER: Final = 5.0  # least noise, in units of int16: digital silence has no spectrum
_FIRST: Final = 0.8  # s of sound by which the speaker's and the room's mean spectrum is judged before decoding begins


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word and where it lies in the sound, seconds from its beginning."""

    word: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was understood: `text` in lower case without punctuation ("" for nothing), `confidence` 0 to 1.

    `rejected` are words that were made out, but are too doubtful to act on; `text` is "" then. Who was spoken to
    should say so ("I did not catch that"), and nothing else follows from them.
    """

    text: str
    confidence: float
    segments: tuple[HeardWord, ...] = ()
    rejected: str = ""


class Transcriber(Protocol):
    """Turns one whole segment of speech into words."""

    def transcribe(self, pcm: Pcm) -> Recognition:
        """`pcm` (n,) int16, 16 kHz, mono. Raises `SoundError` when the recogniser itself has failed."""


class Recogniser(Transcriber, Protocol):
    """Turns speech into words while it comes in: `begin`, `feed` as often as there is sound, `finish`; then anew.

    One utterance at a time, from one thread. Every method raises `SoundError` when the recogniser itself has failed.
    """

    def begin(self) -> None:
        """A new utterance begins; one that was not finished is dropped."""

    def feed(self, frame: Pcm) -> None:
        """The next sound of the utterance: (n,) int16, 16 kHz, mono, of any length; its `lead` before speech, too.

        Called as the sound arrives, so that most of the work is done when the last word is over.
        """

    def partial(self) -> str:
        """The words so far, as they look now ("" for none); later words may change them. Cheap."""

    def finish(self) -> Recognition:
        """The utterance is over: its words, with times from the first sample fed. `begin` comes before the next."""


class WholeSegments:
    """A `Recogniser` of one that only knows whole segments: sound is kept, and transcribed when it is over."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber
        self._fed: list[Pcm] = []

    def transcribe(self, pcm: Pcm) -> Recognition:
        return self._transcriber.transcribe(pcm)

    def begin(self) -> None:
        self._fed = []

    def feed(self, frame: Pcm) -> None:
        self._fed.append(frame.copy())  # who feeds may use its buffer again

    def partial(self) -> str:
        return ""

    def finish(self) -> Recognition:
        pcm = np.concatenate(self._fed) if self._fed else np.zeros(0, np.int16)
        self._fed = []
        return self._transcriber.transcribe(pcm)


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:  # the decoder's only kind of error
        raise SoundError(f"the recogniser has failed ({error}); say it again, or start robotos again") from error


class PocketsphinxRecogniser:
    """CMU Sphinx with its US English voices and a trigram model of `sentences`; deterministic, needs no download.

    It decodes while sound comes in. What is shorter than `_FIRST` is decoded when it is over. `transcribe` drops an
    utterance that was begun. Utterances that stand out from the noise by less than `noisy` dB of clearness are decoded
    with the acoustic model of noisy speech, which is opened for the first of them.
    """

    def __init__(
        self, sentences: Iterable[str], cache: Path, key: str = "", least: float = LEAST, noisy: float = NOISY
    ) -> None:
        """Builds the language model, or takes it from `cache`, by `key` if one is given.

        Words with less confidence than `least` are rejected, stop words excepted. Raises `SoundError`.
        """
        try:
            import pocketsphinx
        except ImportError as error:
            raise SoundError("speech recognition needs: pip install pocketsphinx") from error
        voices = Path(pocketsphinx.get_model_path("en-us"))
        if not (voices / "cmudict-en-us.dict").is_file():
            raise SoundError("pocketsphinx was installed without its English model; install it again from a wheel")
        self.model: LanguageModel = build(sentences, cache, voices / "cmudict-en-us.dict", key)
        self._least, self._below = least, noisy
        self._voices, self._cache = voices / "en-us", cache
        self._beginning: list[Pcm] = []  # the sound that waits, before noise is taken from it
        self._lock = threading.Lock()  # the decoder holds one utterance at a time
        self._fed: list[Pcm] = []  # what waits for the decoding to begin
        self._waiting = 0  # samples of it
        self._decoding = False  # whether the decoder is within an utterance that is fed
        self._length = 0  # samples of the utterance
        self._reducer = NoiseReducer()
        self._noise = np.random.default_rng(0)
        try:
            self._quiet: Any = _decoder(hmm=self._voices, lm=self.model.arpa, dict=self.model.dictionary)
        except RuntimeError as error:
            raise SoundError(f"the recogniser does not start; delete {cache} and try again") from error
        self._noisy: Any = None
        self._decoder = self._quiet  # of the utterance

    @property
    def warning(self) -> str:
        """Names that this recogniser cannot hear, in one sentence, or ""."""
        return self.model.warning

    def transcribe(self, pcm: Pcm) -> Recognition:
        """Words of one segment of speech; an empty text where nothing was made out."""
        if len(pcm) == 0:
            return Recognition("", 0.0)
        with self._lock, _failing():
            self._reset()
            self._choose(pcm[: int(_FIRST * RATE)])
            sound = reduced(pcm)
            self._decoder.reinit_feat()  # else the noise floor of the last utterance is carried into this one
            self._decoder.start_utt()
            self._decoder.process_raw(sound.tobytes(), full_utt=True)
            self._decoder.end_utt()
            return self._found(len(pcm))

    def begin(self) -> None:
        with self._lock, _failing():
            self._reset()

    def feed(self, frame: Pcm) -> None:
        with self._lock, _failing():
            self._length += len(frame)
            if not self._decoding:
                self._beginning.append(frame.copy())  # who feeds may use its buffer again
            self._take(self._reducer.push(frame))

    def partial(self) -> str:
        with self._lock, _failing():
            best = self._decoder.hyp() if self._decoding else None
            return str(best.hypstr) if best is not None and best.hypstr else ""

    def finish(self) -> Recognition:
        with self._lock, _failing():
            if not self._length:
                return Recognition("", 0.0)
            self._take(self._reducer.flush())
            if not self._decoding:
                self._start()
            self._decoder.end_utt()
            self._decoding = False
            found = self._found(self._length)
            self._reset()
            return found

    def _reset(self) -> None:
        if self._decoding:
            self._decoder.end_utt()
        self._decoding, self._fed, self._waiting, self._length, self._beginning = False, [], 0, 0, []
        self._reducer.reset()
        self._noise = np.random.default_rng(0)  # the same sound gives the same words, whatever came before

    def _take(self, pcm: Pcm) -> None:
        if len(pcm) == 0:
            return
        sound = _dither(pcm, self._noise)
        if self._decoding:
            self._decoder.process_raw(sound.tobytes())
            return
        self._fed.append(sound)
        self._waiting += len(sound)
        if self._waiting >= _FIRST * RATE:
            self._start()

    def _start(self) -> None:
        """Decode what has waited; its mean spectrum stands for that of the whole utterance."""
        self._choose(np.concatenate(self._beginning)[: int(_FIRST * RATE)])
        sound = np.concatenate(self._fed)
        self._fed, self._waiting, self._beginning = [], 0, []
        self._decoder.reinit_feat()
        self._decoder.start_utt()
        first = sound[: int(_FIRST * RATE)]  # however much came at once
        self._decoder.process_raw(first.tobytes(), no_search=True, full_utt=True)
        mean = self._decoder.get_cmn(False)
        self._decoder.end_utt()
        self._decoder.reinit_feat()
        self._decoder.set_cmn(mean)
        self._decoder.start_utt()
        self._decoding = True
        self._decoder.process_raw(sound.tobytes())

    def _choose(self, beginning: Pcm) -> None:
        """The acoustic model for an utterance that begins so."""
        if clearness(beginning) >= self._below:
            self._decoder = self._quiet
            return
        if self._noisy is None:
            means = noisy_means(self._voices, self._cache)
            self._noisy = _decoder(hmm=self._voices, lm=None, dict=self.model.dictionary, mean=means)
            self._noisy.add_lm("home", self._quiet.get_lm())  # one language model for both
            self._noisy.activate_search("home")
        self._decoder = self._noisy

    def _found(self, samples: int) -> Recognition:
        """What the decoder has made of the utterance of so many samples that is over."""
        best = self._decoder.hyp()
        if best is None or not best.hypstr:
            return Recognition("", 0.0)
        text = str(best.hypstr)
        parts = [part for part in self._decoder.seg() if _spoken(part.word)]
        sure = confidence(_evidence(float(best.prob), parts))
        if sure < self._least and not is_stop(text):
            return Recognition("", sure, (), text)
        return Recognition(text, sure, tuple(_word(part, samples / RATE) for part in parts))


def _decoder(**files: Path | None) -> Any:
    """One of pocketsphinx with these files; raises `RuntimeError`."""
    import pocketsphinx

    named = {option: None if path is None else str(path) for option, path in files.items()}
    return pocketsphinx.Decoder(**named, cmn="batch", loglevel="FATAL")  # each utterance is normalised by itself


def reduced(pcm: Pcm) -> Pcm:
    """A whole utterance, (n,) at 16 kHz, as the decoder gets it: with less noise, and never digital silence."""
    reducer = NoiseReducer()
    return _dither(np.concatenate((reducer.push(pcm), reducer.flush())))


def _dither(pcm: Pcm, rng: np.random.Generator | None = None) -> Pcm:
    """The same noise each time, or the next of `rng`."""
    noise = (rng or np.random.default_rng(0)).normal(0.0, _DITHER, len(pcm))
    return np.asarray(np.clip(np.rint(pcm + noise), -32768, 32767), dtype=np.int16)


def _spoken(word: str) -> bool:
    return not word.startswith(("<", "[", "+"))


def _word(part: Any, length: float) -> HeardWord:
    began = part.start_frame * _FRAME
    ended = (part.end_frame + 1) * _FRAME
    name = str(part.word).partition("(")[0]
    return HeardWord(name, min(max(0.0, began), length), min(max(0.0, ended), length))


def _evidence(posterior: float, parts: Sequence[Any]) -> Evidence:
    frames = tuple(part.end_frame - part.start_frame + 1 for part in parts)
    fits = tuple(float(np.log(max(part.ascore, _TINY))) for part in parts)
    return Evidence(posterior, fits, frames)
