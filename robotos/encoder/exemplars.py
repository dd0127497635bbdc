"""The instruction cache: phrases that were authored or taught, found by their sense (`kernel.ports.Exemplars`)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from robotos.cpu.engine import ModelError
from robotos.encoder.index import IndexDamageError, PhraseIndex
from robotos.encoder.masking import of_words
from robotos.encoder.metric import Metric
from robotos.encoder.vectors import Embeds, Vectors
from robotos.encoder.voting import NEAREST, elected, outline
from robotos.kernel.calls import Exemplar, Word

TAUGHT_FROM = 0.8  # similarity from which a taught phrase comes before all authored ones; see tests/encoder


@dataclass(slots=True)
class Senses:
    """What phrases are compared with: vectors, and the authored phrases where there is an encoder for them."""

    embedder: Embeds
    index: PhraseIndex | None = None
    metric: Metric | None = None  # of the index; what was taught is compared by the embedder's own vectors
    problem: str = ""  # what is worse than it should be, and its cure

    def authored_near(self, vector: Vectors) -> list[Exemplar]:
        """Authored phrases nearest to a vector of the embedder's, shape (size,), the nearest first."""
        if self.index is None:
            return []
        return self.index.nearest(vector if self.metric is None else self.metric.of(vector[None])[0], NEAREST)

    def close(self) -> None:
        """Let go of files and native memory."""
        if self.index is not None:
            self.index.close()
        self.embedder.close()


@dataclass(frozen=True, slots=True)
class _Taught:
    phrase: str
    masked: str
    calls: tuple[str, ...]


@dataclass(slots=True)
class Store:
    """Implements `kernel.ports.Exemplars`.

    `opening` may still be under way: until it is done nothing is found. `mask` turns a phrase as it was spoken into
    what the encoder reads (its names linked and taken out).
    """

    opening: Future[Senses]
    mask: Callable[[str], str]
    _failed: str = ""  # why the last search found nothing
    _taught: dict[str, _Taught] = field(default_factory=dict)
    _vectors: dict[str, Vectors] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def problem(self) -> str:
        """What is worse than it should be, and its cure; "" for nothing."""
        if not self.opening.done():
            return ""
        error = self.opening.exception()
        return self._failed or (f"phrases are not found: {error!r}" if error else self.opening.result().problem)

    def nearest(self, words: Sequence[Word], k: int) -> Sequence[Exemplar]:
        """At most `k` exemplars with different kinds of calls: what was taught first, then by vote of the nearest.

        Raises:
            ModelError, IndexDamageError: encoder or collection failed; `problem` says so from then on.
        """
        if not self.opening.done() or self.opening.exception() is not None or k < 1:
            return ()
        senses = self.opening.result()
        try:
            (vector,) = senses.embedder.embed([of_words(words)])
            taught = self._near(senses.embedder, vector)
            authored = senses.authored_near(vector)
        except (ModelError, IndexDamageError) as error:
            self._failed = f"phrases like what was said are not found ({error}); start robotos again"
            raise
        self._failed = ""
        own = {outline(exemplar.calls) for exemplar in taught}
        others = [exemplar for exemplar in elected(authored, k) if outline(exemplar.calls) not in own]
        return tuple([*taught, *others][:k])

    def learn(self, phrase: str, calls: Sequence[str]) -> None:
        """Add, or teach anew, a phrase as it is spoken; calls with slots for names."""
        with self._lock:
            self._taught[phrase] = _Taught(phrase, self.mask(phrase), tuple(calls))

    def unlearn(self, phrase: str) -> None:
        """Forget a taught phrase, if it was taught."""
        with self._lock:
            self._taught.pop(phrase, None)

    def close(self) -> None:
        """Let go of everything once it is open. May be called again."""
        self.opening.add_done_callback(_close)

    def _near(self, embedder: Embeds, vector: Vectors) -> list[Exemplar]:
        """Taught phrases like enough, one for each kind of call, the most alike first."""
        with self._lock:
            taught = list(self._taught.values())
            new = [one.masked for one in taught if one.masked not in self._vectors]
            self._vectors.update(zip(new, embedder.embed(new), strict=True))
            found = [
                Exemplar(one.phrase, one.calls, float(np.dot(self._vectors[one.masked], vector))) for one in taught
            ]
        alike = sorted((one for one in found if one.similarity >= TAUGHT_FROM), key=lambda one: -one.similarity)
        return list({outline(one.calls): one for one in reversed(alike)}.values())[::-1]


def _close(opening: Future[Senses]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def opened(senses: Senses) -> Future[Senses]:
    """Senses that are there already."""
    future: Future[Senses] = Future()
    future.set_result(senses)
    return future


def store_of(
    opening: Future[Senses], mask: Callable[[str], str], taught: Iterable[tuple[str, Sequence[str]]] = ()
) -> Store:
    """A store that knows already what was taught earlier."""
    store = Store(opening, mask)
    for phrase, calls in taught:
        store.learn(phrase, calls)
    return store
