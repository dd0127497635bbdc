"""The instruction cache of one system: encoder and corpus opened, with what the owner of this home has taught."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from robotos.boot.words import linker_of
from robotos.clock import Clock
from robotos.cpu.engine import ModelError
from robotos.cpu.grammar import GrammarError, symbols_of
from robotos.encoder.exemplars import Senses, Store, opened, store_of
from robotos.encoder.files import PULL, Card, open_encoder, read_card, vectors_file
from robotos.encoder.hashed import HashedSentences
from robotos.encoder.index import IndexDamageError, Phrase, open_index
from robotos.encoder.masking import of_line, of_words
from robotos.encoder.metric import Metric, bundled_metric
from robotos.encoder.model import Encoder
from robotos.encoder.places import cache_directory
from robotos.encoder.vectors import Vectors, embed_cached
from robotos.kernel import agenda
from robotos.kernel.calls import Bindings, Call, Handle
from robotos.kernel.ports import Disk
from robotos.kernel.syscalls import TABLE
from robotos.navigation.home import Home
from robotos.training import corpus

LOSS = "it understands fewer ways of saying things: of phrases like what was said it finds only those you have taught"
_NO_ENCODER = f"there is no sentence encoder: {LOSS}. `{PULL}` gets it"

Told = Callable[[int, int], object]
"""How many phrases are ready, and of how many."""


def open_senses(cache: Path | None = None, tell: Told = lambda ready, total: None) -> Senses:
    """Encoder and corpus, as far as they are there; the first time, and for a new corpus, this takes a minute.

    What is missing or broken is in `problem`; then there are hashed words, which find taught phrases.
    """
    cache = cache or cache_directory()
    card = read_card(cache)
    try:
        encoder = open_encoder(cache)
    except ModelError as error:
        return Senses(HashedSentences(), problem=f"{error}; until then {LOSS}")
    if card is None or encoder is None:
        return Senses(HashedSentences(), problem=_NO_ENCODER)
    try:
        metric = bundled_metric(card)
        embed = partial(_embedded, encoder, metric, vectors_file(card, cache), tell)
        return Senses(encoder, open_index(cache, _key(card, metric), authored, embed), metric)
    except ModelError as error:
        return Senses(encoder, problem=f"{error}; until then {LOSS}")
    except (IndexDamageError, OSError) as error:
        return Senses(
            encoder, problem=f"the phrases' index cannot be used ({error}): {LOSS}. `make setup` mends Chroma"
        )


def opening() -> Future[Senses]:
    """`open_senses` under way on a thread of its own: the robot is awake before the last phrase is in its place."""
    future: Future[Senses] = Future()

    def work() -> None:
        try:
            future.set_result(open_senses())
        except BaseException as error:  # noqa: BLE001 - handed on to whoever asks for the result
            future.set_exception(error)

    threading.Thread(target=work, name="exemplars", daemon=True).start()
    return future


def exemplars_of(senses: Senses | Future[Senses], home: Home, disk: Disk, clock: Clock) -> Store:
    """The store for a home, knowing what was taught there."""
    link = linker_of(home)

    def mask(phrase: str) -> str:
        words = link(phrase, Bindings(), clock.wall(), "owner", "", disk.aliases()).words
        return of_words(words)

    return store_of(opened(senses) if isinstance(senses, Senses) else senses, mask, _taught(disk))


def authored() -> Sequence[Phrase]:
    """What the corpus says with no regard to what came before: the phrases that the processor is trained beside."""
    from robotos.training.hints import meanings

    entries = corpus.load()
    known = meanings(entries, {line: True for entry in entries for line in entry.lines})
    return [Phrase(line, of_line(line, corpus.SLOT_KINDS), calls) for line, calls in known.items()]


def outlined(call: Call) -> str:
    """A call in linear form with slots in place of handles: `clean all but {room}`."""
    return " ".join(
        f"{{{symbol.kind.name.lower()}}}" if isinstance(symbol, Handle) else symbol
        for symbol in symbols_of(call, TABLE)
    )


def _taught(disk: Disk) -> Iterator[tuple[str, Sequence[str]]]:
    for one in disk.taught():
        try:
            yield one.phrase, (outlined(agenda.load(one.call).call),)
        except (ValueError, GrammarError):
            continue  # written by another version: hearing it says so


def _embedded(encoder: Encoder, metric: Metric | None, file: Path, tell: Told, texts: Sequence[str]) -> Vectors:
    ready = 0

    def more(count: int) -> None:
        nonlocal ready
        ready += count
        tell(ready, len(texts))

    vectors = embed_cached(encoder, texts, file, more)
    return vectors if metric is None else metric.of(vectors)


def _key(card: Card, metric: Metric | None) -> str:
    """Stands for the phrase files as they are, the encoder that reads them, and how its vectors are compared."""
    parts = card.sha256 + (metric.digest if metric else "") + corpus.fingerprint(corpus.PHRASES)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
