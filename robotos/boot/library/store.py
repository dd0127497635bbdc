"""The models in a home directory: getting one, whether it is whole, and removing it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import HubModel
from robotos.boot.library.hub import HubError, Repository, Tell, endpoint, fetch, look_up
from robotos.boot.library.lock import Locked, LockedFile, read_lock, write_lock


def pull(model: HubModel, home: Path, tell: Tell = str, environment: Mapping[str, str] = os.environ) -> Locked:
    """Fetch what is missing of a model, check it, and note what it was.

    Raises:
        HubError: not to be had, not what it should be, or no room; what came of an unfinished file is kept.
        BootError: the home directory's notes are damaged.
    """
    earlier = read_lock(home)
    sums = _sums(model, earlier.get(model.name))
    hub = endpoint(environment)
    tell(f"asking {hub} for {model.repo}")
    there = look_up(model, hub)
    _as_promised(model, there, sums)
    files = {}
    for file in model.files:
        target = home / "models" / model.directory / file.name
        size = there.files[file.path].size
        if sums[file.path] and _is(target, size, sums[file.path]):
            tell(f"{file.name} is here already")
            files[file.path] = LockedFile(file.name, size, sums[file.path])
            continue
        tell(f"fetching {file.name} ({size / 1e6:.1f} MB)")
        found = fetch(model, file, there, sums[file.path], target, hub)
        files[file.path] = LockedFile(file.name, size, found)
    locked = Locked(model.repo, there.commit, model.licence, all(file.sha256 for file in model.files), files)
    write_lock(home, {**read_lock(home), model.name: locked})
    return locked


def missing(model: HubModel, home: Path) -> str:
    """What is wrong with a model in this home, without reading all of it; "" when nothing is.

    Raises:
        BootError: the home directory's notes are damaged.
    """
    locked = read_lock(home).get(model.name)
    if locked is None:
        return f"{model.name} is not on this machine"
    for path in (file.path for file in model.files):
        kept = locked.files.get(path)
        if kept is None:
            return f"{path} of {model.name} was never fetched"
        file = home / "models" / model.directory / kept.name
        try:
            size = file.stat().st_size
        except OSError:
            return f"{file} is gone"
        if size != kept.size:
            return f"{file} is damaged ({size} bytes in place of {kept.size})"
    return ""


def sha256_of_main(model: HubModel, home: Path) -> str:
    """The SHA-256 that the model's main file must have; "" when it was never fetched."""
    locked = read_lock(home).get(model.name)
    kept = locked.files.get(model.files[-1].path) if locked is not None else None
    return kept.sha256 if kept is not None else ""


def remove(model: HubModel, home: Path) -> bool:
    """Delete a model, with whatever came of an unfinished download; whether there was any of it.

    Raises:
        BootError: it cannot be deleted.
    """
    locked = dict(read_lock(home))
    directory = home / "models" / model.directory
    there = locked.pop(model.name, None) is not None
    try:
        for file in model.files:
            for path in (directory / file.name, *directory.glob(f"{file.name}.*.part")):
                there = there or path.exists()
                path.unlink(missing_ok=True)
        if directory.is_dir() and not any(directory.iterdir()):
            directory.rmdir()
        if (home / "models").is_dir():
            write_lock(home, locked)
    except OSError as error:
        raise BootError(f"{model.name} cannot be removed ({error}); see to the owner of {directory}") from error
    return there


def _sums(model: HubModel, earlier: Locked | None) -> dict[str, str]:
    """The SHA-256 each file must have: ours, else the one noted when it was first fetched, else ""."""
    known = earlier.files if earlier is not None else {}
    return {file.path: file.sha256 or (known[file.path].sha256 if file.path in known else "") for file in model.files}


def _as_promised(model: HubModel, there: Repository, sums: Mapping[str, str]) -> None:
    """The hub must still offer what we know, under the licence that is shown."""
    if there.licence and there.licence != model.repo_licence:
        raise HubError(
            f"{model.repo} is now under another licence ({there.licence}, not {model.repo_licence}); nothing was "
            "fetched: `robotos models list` shows the others"
        )
    for file in model.files:
        published = there.files[file.path]
        if sums[file.path] and published.sha256 and published.sha256 != sums[file.path]:
            raise HubError(
                f"{file.path} in {model.repo} is not what it was (SHA-256 {published.sha256[:12]}…, wanted "
                f"{sums[file.path][:12]}…); nothing was fetched. If you trust the new one and it is not from this "
                f"program's list, `robotos models remove {model.name}` and pull again"
            )


def _is(path: Path, size: int, sha256: str) -> bool:
    from robotos.cpu.models import sha256_of

    return path.is_file() and path.stat().st_size == size and sha256_of(path) == sha256
