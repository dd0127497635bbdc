"""What finds candidates by likeness: Chroma, opened only when first needed, or a plain scan where it is not."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from robotos.disk.embedding import VERSION, HashedWords, Vector, embed
from robotos.disk.errors import DiskError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

NAME = "index"
SEAL = "seal.json"  # beside the index's files, never inside: written at a clean close, removed while the index is open
SETTING = "index seal"  # where the database keeps what the seal was: an index of another database must not be opened
_COLLECTION = f"memory-v{VERSION}"
_BATCH = 500
_CANARIES = 8
_AMONG = 10  # nearest ones among which a canary must be
_SELF_DISTANCE = 1e-3  # of a vector to itself, with room for single precision
Texts = Mapping[int, str]  # memory id → text, as SQLite has them


class Source(Protocol):
    """What SQLite holds: the texts of all memories or some, what has changed since, and the seal it knows."""

    def texts(self, ids: Sequence[int] | None = None) -> Texts: ...

    def ids(self) -> list[int]: ...

    def changes(self, after: int = 0) -> Sequence[tuple[int, int]]: ...

    def setting(self, name: str) -> str: ...


class Disagreement(Exception):  # noqa: N818 - a finding, not a failure: the answer to it is to rebuild
    """The index does not say what SQLite says; the message says how."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A clean close: SQLite is to keep the token, and may forget the changes up to `applied`."""

    token: str
    applied: int


class Index(Protocol):
    """Proposes memories for a query. Why it was rebuilt, each time, waits in `rebuilt` to be reported and cleared."""

    rebuilt: list[str]

    @property
    def ready(self) -> bool:
        """Whether a search begins at once, nothing being opened first."""

    def search(self, query: str, limit: int) -> list[int]:
        """The ids of at most `limit` memories, the most like `query` first."""

    def catch_up(self) -> None:
        """Take over what has changed in SQLite, if open: what was forgotten must not wait for a search."""

    def close(self) -> Closed | None:
        """Close. May be called again. None: nothing was open."""


class ScanIndex:
    """Compares the query with every memory; nothing stored, nothing to import."""

    def __init__(self, source: Source) -> None:
        self.rebuilt: list[str] = []
        self._source = source

    @property
    def ready(self) -> bool:
        return True

    def search(self, query: str, limit: int) -> list[int]:
        texts = self._source.texts()
        if not texts:
            return []
        ids = list(texts)
        likeness = np.stack([embed(texts[i]) for i in ids]) @ embed(query)
        return [ids[i] for i in np.argsort(-likeness, kind="stable")[:limit]]

    def catch_up(self) -> None: ...

    def close(self) -> Closed | None:
        return None


def digest(text: str) -> str:
    """What the index keeps of a text to tell whether it is still that text."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


def fingerprint(directory: Path) -> dict[str, str]:
    """Relative name → size and hash of every file under `directory`."""
    found = {}
    for file in sorted(p for p in directory.rglob("*") if p.is_file()):
        with file.open("rb") as content:
            hashed = hashlib.file_digest(content, partial(hashlib.blake2b, digest_size=16)).hexdigest()
        found[str(file.relative_to(directory))] = f"{file.stat().st_size}:{hashed}"
    return found


class ChromaIndex:
    """A Chroma collection under `home`/index, owned by whoever holds the home's lock.

    Chroma 1.x can answer wrongly, or bring the process down, when its files were truncated or half written. So its
    files are opened only if they are byte for byte what the last clean close left (the seal), and the database knows
    that seal; otherwise they are deleted and the index is built anew, which costs about a millisecond a memory. What
    changed in SQLite meanwhile is then brought over, and some memories must be there and be found (the canaries).
    """

    def __init__(self, home: Path, source: Source) -> None:
        self._files = home / NAME
        self._seal = home / f"{NAME}-{SEAL}"
        self._source = source
        self._client: ClientAPI | None = None
        self._collection: Any = None
        self._applied = 0
        self.rebuilt: list[str] = []

    # ------------------------------------------------------------ the Index protocol

    @property
    def ready(self) -> bool:
        return self._collection is not None

    def search(self, query: str, limit: int) -> list[int]:
        self.open()
        try:
            return self._query(query, limit)
        except Disagreement as why:
            self._rebuild(str(why))
        try:
            return self._query(query, limit)
        except Disagreement as error:
            raise self._hopeless(error) from error

    def catch_up(self) -> None:
        if self._collection is None:
            return
        try:
            self._bring_over()
        except Disagreement:
            self._release()  # unsealed, so that the next search builds it anew

    def close(self) -> Closed | None:
        if self._client is None:
            return None
        self._release()
        try:
            sealed = {"version": VERSION, "applied": self._applied, "files": fingerprint(self._files)}
            text = json.dumps(sealed)
            self._seal.write_text(text, encoding="utf-8")
        except OSError:  # without a whole seal the next search rebuilds: slow, never wrong
            return None
        return Closed(digest(text), self._applied)

    # ------------------------------------------------------------ opening and rebuilding

    def open(self) -> None:
        """Open it if it is not, built anew if its files cannot be trusted."""
        if self._collection is not None:
            return
        if flaw := self._flaw():
            return self._rebuild(flaw)
        self._seal.unlink()
        try:
            self._connect()
            self._bring_over()
            self._canary(self._source.texts(self._some()))
        except Disagreement as why:
            self._rebuild(str(why))

    def verify(self) -> None:
        """Open, then compare every memory, not only the canaries; rebuild if one is not as it should be."""
        self.open()
        try:
            self._compare()
        except Disagreement as why:
            self._rebuild(str(why))
            self._compare()

    def _compare(self) -> None:
        texts = self._source.texts()
        held = _asking(lambda: self._collection.get(include=["metadatas"]))
        for memory, metadata in zip(map(int, held["ids"]), held["metadatas"], strict=True):
            if memory not in texts or (metadata or {}).get("digest") != digest(texts[memory]):
                raise Disagreement(f"memory {memory} differs")
        self._canary(texts)

    def _flaw(self) -> str:
        """Why the files must not be opened; "" when they may."""
        if not self._files.is_dir():
            return "there is no index yet"
        try:
            text = self._seal.read_text(encoding="utf-8")
            sealed = json.loads(text)
            version, applied, files = sealed["version"], sealed["applied"], sealed["files"]
        except FileNotFoundError:
            return "it was not closed"
        except (OSError, ValueError, KeyError, TypeError):
            return "its seal is unreadable"
        if self._source.setting(SETTING) != digest(text):
            return "it is not this database's"
        if version != VERSION:
            return "another version made it"
        self._applied = int(applied)
        return "" if files == fingerprint(self._files) else "its files have changed since it was closed"

    def _rebuild(self, why: str) -> None:
        self._release()
        self._seal.unlink(missing_ok=True)
        try:
            if self._files.exists():
                shutil.rmtree(self._files)
        except OSError as error:
            raise DiskError(f"{self._files}: cannot be rebuilt ({error}); check its owner and permissions") from error
        try:
            self._connect()
            self._fill()
            self._canary(self._source.texts(self._some()))
        except Disagreement as error:
            self._release()  # never sealed
            raise self._hopeless(error) from error
        self.rebuilt.append(why)

    def _fill(self) -> None:
        """Add every memory to an empty collection; what changes meanwhile is taken over by the next search."""
        changes = self._source.changes(self._applied)
        self._applied = changes[-1][0] if changes else self._applied
        self._add(self._source.texts())

    def _bring_over(self) -> None:
        """Add and delete what was kept and forgotten since the last time."""
        changes = self._source.changes(self._applied)
        if not changes:
            return
        changed = sorted({memory for _, memory in changes})
        texts = self._source.texts(changed)
        if gone := [str(memory) for memory in changed if memory not in texts]:
            _asking(lambda: self._collection.delete(ids=gone))
        self._add(texts)
        self._applied = changes[-1][0]

    def _add(self, texts: Texts) -> None:
        ids = list(texts)
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            rows = _row([texts[i] for i in some])
            _asking(partial(self._collection.upsert, ids=[str(i) for i in some], **rows))

    def _hopeless(self, error: Disagreement) -> DiskError:
        return DiskError(
            f"{self._files}: rebuilt, and still wrong ({error}); nothing is lost, but recall does not work: reinstall "
            "chromadb, then run `robotos fsck`"
        )

    def _connect(self) -> None:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb  # seconds on a small machine: only who asks for a memory pays it
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
            with contextlib.suppress(ValueError, RuntimeError):  # a client that failed cannot always say goodbye
                client.close()

    # ------------------------------------------------------------ asking

    def _query(self, query: str, limit: int) -> list[int]:
        self._bring_over()
        ids = self._nearest([query], limit)[0][0]
        texts = self._source.texts(ids)
        if strangers := [i for i in ids if i not in texts]:
            raise Disagreement(f"it knows memory {strangers[0]}, which does not exist")
        return ids

    def _some(self) -> list[int]:
        """A few ids spread over all, and whether there are as many as there should be."""
        ids = self._source.ids()
        count = _asking(self._collection.count)
        if count != len(ids):
            raise Disagreement(f"it holds {count} memories of {len(ids)}")
        return _spread(ids)

    def _canary(self, texts: Texts) -> None:
        """Every text must be held with its own vector, and most of some must be found by it.

        Most: a search in a graph (HNSW) is not exact, and among 100,000 alike misses one now and then.
        """
        ids = list(texts)
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            self._hold(some, HashedWords()([texts[i] for i in some]))
        asked = _spread(ids)
        nearest = self._nearest([texts[i] for i in asked], _AMONG)[0] if asked else []
        missed = [i for i, found in zip(asked, nearest, strict=True) if not self._found(i, found, texts)]
        if 2 * len(missed) > len(asked):
            raise Disagreement(f"memory {missed[0]} does not find itself")

    def _hold(self, ids: Sequence[int], vectors: Sequence[Vector]) -> None:
        held = _asking(lambda: self._collection.get(ids=[str(i) for i in ids], include=["embeddings"]))
        known = dict(zip(map(int, held["ids"]), held["embeddings"], strict=True))
        for i, vector in zip(ids, vectors, strict=True):
            if i not in known or float(np.linalg.norm(known[i] - vector)) > _SELF_DISTANCE:
                raise Disagreement(f"memory {i} is held with another vector")

    def _found(self, memory: int, found: Sequence[int], texts: Texts) -> bool:
        """Among them is the memory, or one with the same words."""
        if memory in found:
            return True
        others = self._source.texts(list(found)).values()
        return any(np.array_equal(embed(other), embed(texts[memory])) for other in others)

    def _nearest(self, queries: list[str], limit: int) -> tuple[list[list[int]], list[list[float]]]:
        answer = _asking(lambda: self._collection.query(query_texts=queries, n_results=limit, include=["distances"]))
        return [[int(i) for i in ids] for ids in answer["ids"]], answer["distances"]


def _spread(ids: Sequence[int]) -> list[int]:
    """A few, spread over all."""
    return list(ids[:: max(1, len(ids) // _CANARIES)])


def _row(texts: list[str]) -> dict[str, Any]:
    """Vectors and digests only: what the owner said stays in SQLite, where it can be forgotten for good."""
    return {"embeddings": HashedWords()(texts), "metadatas": [{"digest": digest(text)} for text in texts]}


def _asking(question: Callable[[], Any]) -> Any:
    """The answer of one Chroma operation; anything it raises is a disagreement, which a rebuild answers."""
    from chromadb.errors import ChromaError

    try:
        return question()
    except (ChromaError, ValueError, TypeError, KeyError, RuntimeError, OSError) as error:
        raise Disagreement(f"{type(error).__name__}: {error}") from error
