"""What finds candidates among the memories: Chroma, opened only when first needed, or a plain scan where it is not."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from robotos.disk.embedding import VERSION, HashedWords, embed
from robotos.disk.errors import DiskError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

NAME = "index"
SEAL = "seal.json"  # beside the index's files, never inside: written at a clean close, removed while the index is open
_COLLECTION = f"memory-v{VERSION}"
_BATCH = 500
_CANARIES = 8
_SELF_DISTANCE = 1e-3  # cosine distance of a text to itself, with room for single precision
Texts = Mapping[int, str]  # memory id → text, as SQLite has them


class Truth(Protocol):
    """What SQLite holds now: the texts of all memories, or of those among `ids` that exist."""

    def __call__(self, ids: Sequence[int] | None = None) -> Texts: ...


class Disagreement(Exception):  # noqa: N818 - a finding, not a failure: the answer to it is to rebuild
    """The index does not say what SQLite says; the message says how."""


class Index(Protocol):
    """Proposes memories for a query. Why it was rebuilt, each time, waits in `rebuilt` to be reported and cleared."""

    rebuilt: list[str]

    def search(self, query: str, limit: int, truth: Truth) -> Texts:
        """At most `limit` memories, the most like `query` first."""

    def add(self, memory_id: int, text: str) -> None: ...

    def remove(self, memory_ids: Iterable[int]) -> None: ...

    def close(self) -> None: ...


class ScanIndex:
    """Compares the query with every memory; the same vectors, nothing stored, nothing to import."""

    def __init__(self) -> None:
        self.rebuilt: list[str] = []

    def search(self, query: str, limit: int, truth: Truth) -> Texts:
        texts = truth()
        if not texts:
            return {}
        ids = list(texts)
        likeness = np.stack([embed(texts[i]) for i in ids]) @ embed(query)
        return {ids[i]: texts[ids[i]] for i in np.argsort(-likeness, kind="stable")[:limit]}

    def add(self, memory_id: int, text: str) -> None: ...

    def remove(self, memory_ids: Iterable[int]) -> None: ...

    def close(self) -> None: ...


def digest(text: str) -> str:
    """What the index keeps of a text to tell whether it is still that text."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


def fingerprint(directory: Path) -> dict[str, str]:
    """Relative name → size and hash of every file under `directory`."""
    found = {}
    for file in sorted(p for p in directory.rglob("*") if p.is_file()):
        content = file.read_bytes()
        hashed = hashlib.blake2b(content, digest_size=16).hexdigest()
        found[str(file.relative_to(directory))] = f"{len(content)}:{hashed}"
    return found


class ChromaIndex:
    """A Chroma collection under `home`/index, owned by whoever holds the home's lock.

    Chroma 1.x can answer wrongly, or bring the process down, when its files were truncated or half written. So its
    files are opened only if they are byte for byte what the last clean close left (the seal); otherwise they are
    deleted and the index is built anew, which costs about a millisecond a memory. What changed in SQLite meanwhile is
    then brought over, and some memories must find themselves (the canaries).
    """

    def __init__(self, home: Path) -> None:
        self._files = home / NAME
        self._seal = home / f"{NAME}-{SEAL}"
        self._client: ClientAPI | None = None
        self._collection: Any = None
        self.rebuilt: list[str] = []

    # ------------------------------------------------------------ the Index protocol

    def search(self, query: str, limit: int, truth: Truth) -> Texts:
        if self._collection is None:
            self._open(truth())
        try:
            return self._query(query, limit, truth)
        except Disagreement as why:
            self._rebuild(truth(), str(why))
        try:
            return self._query(query, limit, truth)
        except Disagreement as error:
            raise self._hopeless(error) from error

    def add(self, memory_id: int, text: str) -> None:
        """Takes part when the index is open; otherwise the next opening brings the text over."""
        self._change(lambda: self._collection.add(ids=[str(memory_id)], **_row([text])))

    def remove(self, memory_ids: Iterable[int]) -> None:
        if ids := [str(i) for i in memory_ids]:
            self._change(lambda: self._collection.delete(ids=ids))

    def _change(self, change: Callable[[], object]) -> None:
        if self._collection is None:
            return
        try:
            _asking(change)
        except Disagreement:
            self._release()  # unsealed, so that the next search builds it anew; SQLite has the change already

    def close(self) -> None:
        """Close and seal. May be called again."""
        if self._client is None:
            return
        self._release()
        with contextlib.suppress(OSError):  # without a whole seal the next search rebuilds: slow, never wrong
            self._seal.write_text(json.dumps(fingerprint(self._files)), encoding="utf-8")

    # ------------------------------------------------------------ opening and rebuilding

    def verify(self, texts: Texts) -> None:
        """Open, then ask every memory, not only the canaries, to find itself; rebuild when one does not."""
        self._open(texts)
        try:
            self._canary(texts, list(texts))
        except Disagreement as why:
            self._rebuild(texts, str(why))
            self._canary(texts, list(texts))

    def _open(self, texts: Texts) -> None:
        if flaw := self._flaw():
            return self._rebuild(texts, flaw)
        self._seal.unlink()
        try:
            self._connect()
            self._bring_over(texts)
            self._canary(texts, _some(texts))
        except Disagreement as why:
            self._rebuild(texts, str(why))

    def _flaw(self) -> str:
        """Why the files must not be opened; "" when they may."""
        if not self._files.is_dir():
            return "there is no index yet"
        try:
            sealed = json.loads(self._seal.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return "it was not closed"
        except (OSError, ValueError):
            return "its seal is unreadable"
        return "" if sealed == fingerprint(self._files) else "its files have changed since it was closed"

    def _rebuild(self, texts: Texts, why: str) -> None:
        self._release()
        self._seal.unlink(missing_ok=True)
        try:
            if self._files.exists():
                shutil.rmtree(self._files)
        except OSError as error:
            raise DiskError(f"{self._files}: cannot be rebuilt ({error}); check its owner and permissions") from error
        try:
            self._connect()
            self._bring_over(texts)
            self._canary(texts, _some(texts))
        except Disagreement as error:
            raise self._hopeless(error) from error
        self.rebuilt.append(why)

    def _hopeless(self, error: Disagreement) -> DiskError:
        return DiskError(
            f"{self._files}: rebuilt, and still wrong ({error}); nothing is lost, but recall does not work: reinstall "
            "chromadb, then run `robotos fsck`"
        )

    def _connect(self) -> None:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb  # most of a second: only who asks for a memory pays it
        from chromadb.config import Settings

        def connect() -> None:
            self._client = chromadb.PersistentClient(
                path=str(self._files), settings=Settings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                embedding_function=HashedWords(),
                configuration={"hnsw": {"space": "cosine"}},
            )

        _asking(connect)

    def _release(self) -> None:
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    def _bring_over(self, texts: Texts) -> None:
        """Make the index hold what SQLite holds. A text never changes under its id, so a wrong digest is damage."""
        held = _asking(lambda: self._collection.get(include=["metadatas"]))
        known = dict(zip(map(int, held["ids"]), held["metadatas"], strict=True))
        for memory_id, metadata in known.items():
            if memory_id in texts and (metadata or {}).get("digest") != digest(texts[memory_id]):
                raise Disagreement(f"memory {memory_id} differs")
        if gone := [str(i) for i in known if i not in texts]:
            _asking(lambda: self._collection.delete(ids=gone))
        missing = [i for i in texts if i not in known]
        for start in range(0, len(missing), _BATCH):
            ids = missing[start : start + _BATCH]
            rows = _row([texts[i] for i in ids])
            _asking(partial(self._collection.add, ids=[str(i) for i in ids], **rows))

    # ------------------------------------------------------------ asking

    def _query(self, query: str, limit: int, truth: Truth) -> Texts:
        ids = self._nearest([query], limit)[0][0]
        texts = truth(ids)
        if strangers := [i for i in ids if i not in texts]:
            raise Disagreement(f"it knows memory {strangers[0]}, which does not exist")
        return {i: texts[i] for i in ids}

    def _canary(self, texts: Texts, ids: list[int]) -> None:
        count = _asking(self._collection.count)
        if count != len(texts):
            raise Disagreement(f"it holds {count} memories of {len(texts)}")
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            nearest, distances = self._nearest([texts[i] for i in some], 1)
            for memory_id, found, distance in zip(some, nearest, distances, strict=True):
                if not (found and abs(distance[0]) < _SELF_DISTANCE and _alike(memory_id, found[0], texts)):
                    raise Disagreement(f"memory {memory_id} does not find itself")

    def _nearest(self, queries: list[str], limit: int) -> tuple[list[list[int]], list[list[float]]]:
        answer = _asking(lambda: self._collection.query(query_texts=queries, n_results=limit, include=["distances"]))
        return [[int(i) for i in ids] for ids in answer["ids"]], answer["distances"]


def _row(texts: list[str]) -> dict[str, Any]:
    """Vectors and digests only: what the owner said stays in SQLite, where it can be forgotten for good."""
    return {"embeddings": HashedWords()(texts), "metadatas": [{"digest": digest(text)} for text in texts]}


def _alike(memory_id: int, found: int, texts: Texts) -> bool:
    """The same memory, or one with the same words."""
    return found == memory_id or (found in texts and np.array_equal(embed(texts[found]), embed(texts[memory_id])))


def _some(texts: Texts) -> list[int]:
    """A few ids spread over all."""
    ids = list(texts)
    return ids[:: max(1, len(ids) // _CANARIES)]


def _asking(question: Callable[[], Any]) -> Any:
    """The answer of one Chroma operation; anything it raises is a disagreement, which a rebuild answers."""
    from chromadb.errors import ChromaError

    try:
        return question()
    except (ChromaError, ValueError, TypeError, KeyError, RuntimeError, OSError) as error:
        raise Disagreement(f"{type(error).__name__}: {error}") from error
