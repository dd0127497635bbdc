"""Fetching one file of a repository on the hub: continued where it broke off, and kept only when it is whole.

huggingface_hub does the talking. Its own download keeps nothing of a file when the process ends, so the file under way
is ours. Xet, its other protocol, is left out: every file can be had by plain requests, and those can be continued.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import HubFile, HubModel

PATIENCE = 10.0  # s for an answer about a repository
SPARE = 50_000_000  # bytes that a download leaves free on the disk
_CHUNK = 1 << 20
_TRANSPORTS = frozenset({"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3", "ssl", "anyio"})
HUB = "https://huggingface.co"
Tell = Callable[[str], object]


class HubError(BootError):
    """A model could not be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the hub says of one file: `sha256` where it is a large one, `git` (SHA-1 of a git blob) otherwise."""

    size: int
    sha256: str = ""
    git: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """What the hub says of a repository: the commit that the revision stands for, its licence, the files we want."""

    commit: str
    licence: str
    files: Mapping[str, Published]


def endpoint(environment: Mapping[str, str] = os.environ) -> str:
    """The hub, or the mirror named by `HF_ENDPOINT`."""
    return (environment.get("HF_ENDPOINT") or HUB).rstrip("/")


def look_up(model: HubModel, hub: str) -> Repository:
    """What the hub has for a model.

    Raises:
        HubError: it cannot be reached, has no such repository, or a file is missing from it.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when it is imported; the hub needs to know nothing
    from huggingface_hub import HfApi

    with _explained(model, hub):
        info = HfApi(endpoint=hub, token=False).model_info(
            model.repo, revision=model.revision, files_metadata=True, timeout=PATIENCE
        )
    known = {one.rfilename: one for one in info.siblings or ()}
    missing = [file.path for file in model.files if file.path not in known]
    if missing or not info.sha:
        raise HubError(f"{model.repo} on {hub} has no {', '.join(missing) or 'commit'} (any more); {_OTHERS}")
    files = {}
    for file in model.files:
        one = known[file.path]
        large = one.lfs.sha256 if one.lfs is not None else ""
        files[file.path] = Published(one.size or 0, large, "" if large else one.blob_id or "")
    licence = str((info.card_data or {}).get("license", "") or "").lower()
    return Repository(str(info.sha), licence, MappingProxyType(files))


def fetch(model: HubModel, file: HubFile, there: Repository, sha256: str, target: Path, hub: str) -> str:
    """Put one file at `target`; its SHA-256, which is `sha256` unless that is "".

    Raises:
        HubError: the connection broke (what came is kept), or what came is not the file (nothing is kept).
    """
    published = there.files[file.path]
    _room(target.parent, published.size)
    mark = (sha256 or published.sha256 or published.git)[:16]
    part = target.with_name(f"{target.name}.{mark}.part")
    _clear_others(target, part)
    with _only_one(part) as out:
        _download(model, file, there, published.size, out, hub)
        found = _checked(part, file, published, sha256)
        out.flush()
        os.fsync(out.fileno())
        part.replace(target)
    return found


def _download(model: HubModel, file: HubFile, there: Repository, size: int, out: BinaryIO, hub: str) -> None:
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get

    begun = out.seek(0, os.SEEK_END)
    if begun > size:
        out.truncate(0)
        begun = out.seek(0)
    url = hf_hub_url(model.repo, file.path, revision=there.commit, endpoint=hub)
    headers = {"user-agent": "robotos", "Accept-Encoding": "identity"}  # no token: everything listed is open to all
    with _explained(model, hub):
        try:
            http_get(
                url, out, resume_size=begun, headers=headers, expected_size=size, displayed_filename=file.name
            )  # fmt: skip
        finally:
            out.flush()


def _checked(part: Path, file: HubFile, published: Published, sha256: str) -> str:
    """The file's SHA-256; a file that is not what it should be is deleted."""
    found, blob = _digests(part, published.size)
    wanted = sha256 or published.sha256
    if (wanted and found != wanted) or (not wanted and blob != published.git):
        part.unlink()
        raise HubError(
            f"{file.name} arrived damaged, or is not the file that was promised (SHA-256 {found[:12]}…, wanted "
            f"{(wanted or 'git ' + published.git)[:12]}…); it was deleted. Pull again; if it happens again, "
            "somebody has changed it: take another model"
        )
    return found


def _digests(path: Path, size: int) -> tuple[str, str]:
    """SHA-256, and the SHA-1 by which git knows the same bytes."""
    sha256, git = hashlib.sha256(), hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha256.update(chunk)
            git.update(chunk)
    return sha256.hexdigest(), git.hexdigest()


def _room(directory: Path, size: int) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(directory).free
    except OSError as error:
        raise HubError(f"{directory} cannot be used ({error}); name another directory with --home") from error
    if free < size + SPARE:
        raise HubError(
            f"{directory} has {free / 1e6:.0f} MB left and {size / 1e6:.0f} MB are to come; free some space, or name "
            "another directory with --home"
        )


def _clear_others(target: Path, part: Path) -> None:
    """Beginnings of other versions of the file are of no use any more."""
    for other in target.parent.glob(f"{target.name}.*.part"):
        if other != part:
            other.unlink(missing_ok=True)


@contextlib.contextmanager
def _only_one(part: Path) -> Iterator[BinaryIO]:
    """The file under way, for one process at a time."""
    try:
        with part.open("ab+") as out:
            try:
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise HubError(f"{part.name} is being fetched already; wait for that to end") from error
            yield out
    except OSError as error:
        if isinstance(error, HubError):
            raise
        raise HubError(f"{part} cannot be written ({error.strerror or error}); {_cure(error)}") from error


def _cure(error: OSError) -> str:
    return "free some space" if error.errno == errno.ENOSPC else "see to its owner and mode, then pull again"


_OTHERS = "`robotos models list` shows the others"


@contextlib.contextmanager
def _explained(model: HubModel, hub: str) -> Iterator[None]:
    """What huggingface_hub and the network raise, as one sentence that says what to do."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError
    from huggingface_hub.errors import RevisionNotFoundError as NoRevision

    try:
        yield
    except OfflineModeIsEnabled as error:
        raise HubError("HF_HUB_OFFLINE is set; unset it to fetch anything") from error
    except (RepositoryNotFoundError, NoRevision) as error:
        raise HubError(f"there is no {model.repo} at {model.revision} on {hub} (any more); {_OTHERS}") from error
    except HfHubHTTPError as error:
        status = getattr(getattr(error, "response", None), "status_code", "an error")
        raise HubError(f"{hub} answered {status} about {model.repo}; {_AGAIN}") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EACCES, errno.EIO}:
            raise
        raise HubError(f"{hub} cannot be reached, or broke off ({_first_line(error)}); {_AGAIN}") from error
    except Exception as error:
        # Which library carries the requests, and so the classes of its errors, changes with huggingface_hub's version.
        if type(error).__module__.split(".")[0] not in _TRANSPORTS:
            raise
        raise HubError(f"{hub} cannot be reached, or broke off ({_first_line(error)}); {_AGAIN}") from error


_AGAIN = "see to the network and pull again: what has come so far is kept"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
