"""Where model files are, and the proof that they are what they should be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from robotos.cpu.calibration import UNCALIBRATED, Calibration
from robotos.cpu.engine import ModelError, check_header

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file, the SHA-256 it must have ("" when nobody vouches for it), and how far it is to be believed."""

    path: Path
    sha256: str = ""
    calibration: Calibration = UNCALIBRATED
    cure: str = "reinstall robotos"  # what to do when it is damaged


def bundled() -> ModelFile:
    """The model that comes with robotos; raises `ModelError` when its description is missing or damaged."""
    directory = Path(__file__).parent / "weights"
    card = directory / "compact.json"
    try:
        described = json.loads(card.read_text(encoding="utf-8"))
        slope, offset = described.get("calibration", (1.0, 0.0))
        calibration = Calibration(float(slope), float(offset))
        return ModelFile(directory / str(described["file"]), str(described["sha256"]), calibration)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"the bundled model's description {card} is missing or damaged; reinstall robotos") from error


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def verified(model: ModelFile) -> Path:
    """The path of a model file that is readable and has its hash; raises `ModelError` otherwise."""
    check_header(model.path)
    if model.sha256 and sha256_of(model.path) != model.sha256.lower():
        raise ModelError(f"the model file {model.path} is damaged (its SHA-256 differs); {model.cure}")
    return model.path
