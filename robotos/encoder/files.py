"""The encoder's file in the user's cache: whether it is there, whole, and made of the official one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from robotos.cpu.engine import ModelError
from robotos.cpu.models import ModelFile, sha256_of, verified
from robotos.encoder.model import Encoder
from robotos.encoder.places import cache_directory

MODEL = "minilm.gguf"
CARD = "minilm.json"
PULL = "robotos models pull encoder"


@dataclass(frozen=True, slots=True)
class Card:
    """What lies beside the model file: its hash, and which official file it was made of."""

    name: str
    licence: str
    source: str
    source_sha256: str
    sha256: str


def write_card(directory: Path, card: Card) -> None:
    """Written last: a model without a card was not finished."""
    (directory / CARD).write_text(json.dumps(asdict(card), indent=1) + "\n", encoding="utf-8")


def read_card(directory: Path | None = None) -> Card | None:
    """None when there is no encoder, or none that was finished."""
    try:
        plain = json.loads(((directory or cache_directory()) / CARD).read_text(encoding="utf-8"))
        return Card(**{key: str(value) for key, value in plain.items()})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def open_encoder(directory: Path | None = None, threads: int = 1) -> Encoder | None:
    """The encoder that was pulled; None when none was.

    Raises:
        ModelError: it is damaged.
    """
    directory = directory or cache_directory()
    card = read_card(directory)
    if card is None:
        return None
    try:
        path = verified(ModelFile(directory / MODEL, card.sha256))
        return Encoder(path, threads)
    except ModelError as error:
        raise ModelError(f"the sentence encoder in {directory} cannot be used ({error}); run `{PULL}`") from error


def vectors_file(card: Card, directory: Path | None = None) -> Path:
    """Where vectors made by this encoder are kept."""
    return (directory or cache_directory()) / f"vectors-{card.sha256[:12]}.npz"


def written_card(directory: Path, source: str, source_sha256: str, name: str, licence: str) -> Card:
    """Describe the model file that lies in `directory`, and write that down."""
    card = Card(name, licence, source, source_sha256, sha256_of(directory / MODEL))
    write_card(directory, card)
    return card
