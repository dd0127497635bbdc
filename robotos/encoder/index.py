"""The corpus as a Chroma collection in the user's cache: phrases with their calls, found by vectors passed in.

Chroma can answer wrongly, or bring the process down, when its files are damaged. So a collection is built beside its
place, sealed with hashes of the files that hold its vectors, moved there whole, and opened only if the seal fits and a
few phrases find themselves; otherwise it is built again, which costs some 15 s once the vectors are known.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from robotos.disk.index import fingerprint
from robotos.encoder.vectors import Vectors
from robotos.kernel.calls import Exemplar

FORMAT = 1  # of what is kept; raise it and every collection is built anew
_COLLECTION = "exemplars"
_SEAL = "seal.json"
_BATCH = 2000
_CANARIES = 4
_HNSW: Mapping[str, object] = MappingProxyType({"space": "cosine", "sync_threshold": 2})  # written after each batch
_SELF_DISTANCE = 5e-3  # cosine distance of a phrase to itself, with room for vectors computed in other batches
_FORGOTTEN = 24 * 3600.0  # s after which a collection of another corpus is deleted
_WRITTEN_BY_READERS = "chroma.sqlite3"  # changes whenever the collection is opened


class IndexDamageError(RuntimeError):
    """The collection cannot be trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line with its names as slots, as the encoder reads it, and the calls it means."""

    line: str
    masked: str
    calls: tuple[str, ...]


class PhraseIndex:
    """An open collection. `nearest` may be called from any thread."""

    def __init__(self, directory: Path) -> None:
        """Open what `build` has made; raises `IndexDamageError`."""
        sealed = _sealed(directory)
        self._client, self._collection = _connect(directory / "chroma")
        try:
            self._check(sealed)
        except IndexDamageError:
            self.close()
            raise

    def nearest(self, vector: Vectors, k: int) -> list[Exemplar]:
        """At most `k` phrases, the most like the unit vector `vector` (shape (size,)) first."""
        answer = _asking(
            lambda: self._collection.query(
                query_embeddings=[vector], n_results=k, include=["documents", "metadatas", "distances"]
            )
        )
        rows = zip(answer["documents"][0], answer["metadatas"][0], answer["distances"][0], strict=True)
        return [Exemplar(line, tuple(json.loads(about["calls"])), 1.0 - float(far)) for line, about, far in rows]

    def close(self) -> None:
        """Let go of the files. May be called again."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _check(self, sealed: Mapping[str, Any]) -> None:
        count = _asking(self._collection.count)
        if count != sealed["count"]:
            raise IndexDamageError(f"it holds {count} phrases of {sealed['count']}")
        for canary in sealed["canaries"]:
            held = _asking(partial(self._collection.get, ids=[canary], include=["embeddings"]))
            if len(held["ids"]) != 1:
                raise IndexDamageError(f"phrase {canary} is missing")
            found = self.nearest(np.asarray(held["embeddings"][0], np.float32), 1)
            if not found or abs(1.0 - found[0].similarity) > _SELF_DISTANCE:
                raise IndexDamageError(f"phrase {canary} does not find itself")


def open_index(
    cache: Path,
    key: str,
    phrases: Callable[[], Sequence[Phrase]],
    embed: Callable[[Sequence[str]], Vectors],
) -> PhraseIndex:
    """The collection for `key`, which stands for corpus and encoder; built now when there is none, or a damaged one.

    Raises:
        IndexDamageError: it was built, and is still wrong.
    """
    place = cache / f"exemplars-{FORMAT}-{key}"
    if place.is_dir():
        try:
            return PhraseIndex(place)
        except IndexDamageError:
            _discard(place)
    build(place, phrases(), embed)
    _delete_old(cache, place)
    return PhraseIndex(place)


def build(place: Path, phrases: Sequence[Phrase], embed: Callable[[Sequence[str]], Vectors]) -> None:
    """Make a collection at `place`; if another process made it meanwhile, that one stays."""
    place.parent.mkdir(parents=True, exist_ok=True)
    vectors = embed([phrase.masked for phrase in phrases])
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".building-") as scratch:
        made = Path(scratch) / "made"
        client, collection = _connect(made / "chroma")
        try:
            for begin in range(0, len(phrases), _BATCH):
                _add(collection, phrases[begin : begin + _BATCH], vectors[begin : begin + _BATCH], begin)
        finally:
            client.close()
        ids = [str(i) for i in range(0, len(phrases), max(1, len(phrases) // _CANARIES))]
        seal = {"count": len(phrases), "canaries": ids, "files": _fingerprint(made)}
        (made / _SEAL).write_text(json.dumps(seal), encoding="utf-8")
        with contextlib.suppress(OSError):  # somebody else was quicker: theirs is as good
            made.rename(place)
    if not place.is_dir():
        raise IndexDamageError(f"{place} cannot be made; check its owner and the space left")


def _add(collection: Any, phrases: Sequence[Phrase], vectors: Vectors, begin: int) -> None:
    _asking(
        lambda: collection.add(
            ids=[str(begin + i) for i in range(len(phrases))],
            embeddings=vectors,
            documents=[phrase.line for phrase in phrases],
            metadatas=[{"calls": json.dumps(phrase.calls)} for phrase in phrases],
        )
    )


def _connect(directory: Path) -> tuple[Any, Any]:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb  # more than a second
    from chromadb.config import Settings

    def connect() -> tuple[Any, Any]:
        client = chromadb.PersistentClient(path=str(directory), settings=Settings(anonymized_telemetry=False))
        options: dict[str, Any] = {"embedding_function": None, "configuration": {"hnsw": dict(_HNSW)}}
        return client, client.get_or_create_collection(_COLLECTION, **options)

    client, collection = _asking(connect)
    return client, collection


def _sealed(directory: Path) -> Mapping[str, Any]:
    try:
        seal: Mapping[str, Any] = json.loads((directory / _SEAL).read_text(encoding="utf-8"))
        whole = seal["files"] == _fingerprint(directory)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamageError(f"its seal is unreadable: {error}") from error
    if not whole:
        raise IndexDamageError("its files have changed since it was built")
    return seal


def _fingerprint(directory: Path) -> dict[str, str]:
    """Hashes of the files that hold vectors; the database beside them is checked by asking it."""
    return {
        name: hashed for name, hashed in fingerprint(directory / "chroma").items() if _WRITTEN_BY_READERS not in name
    }


def _discard(place: Path) -> None:
    aside = place.with_name(f".damaged-{os.getpid()}-{place.name}")
    with contextlib.suppress(OSError):
        place.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


def _delete_old(cache: Path, kept: Path) -> None:
    """Collections that no system has opened for a day belong to a corpus or an encoder of the past."""
    for other in cache.glob("exemplars-*"):
        with contextlib.suppress(OSError):
            if other != kept and time.time() - (other / "chroma" / _WRITTEN_BY_READERS).stat().st_mtime > _FORGOTTEN:
                shutil.rmtree(other)


def _asking(question: Callable[[], Any]) -> Any:
    """The answer of one Chroma operation; whatever it raises means damage."""
    from chromadb.errors import ChromaError

    try:
        return question()
    except (ChromaError, ValueError, TypeError, KeyError, RuntimeError, OSError) as error:
        raise IndexDamageError(f"{type(error).__name__}: {error}") from error
