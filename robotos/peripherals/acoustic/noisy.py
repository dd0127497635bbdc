"""The acoustic model of noisy speech: pocketsphinx's own, moved by what noise does to each of its Gaussians."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from robotos.peripherals.acoustic.parameters import Values, as_file, read_parameters
from robotos.peripherals.sound import SoundError

WEIGHTS: Final = Path(__file__).parent / "weights"
SHIFTS, CARD = "noise.npz", "noise.json"
MEANS: Final = "means"


def pack(shifts: Values) -> bytes:
    """Shifts of the means, shaped as these, as the file that ships."""
    file = io.BytesIO()
    np.savez_compressed(file, shifts=shifts.astype(np.float16))
    return file.getvalue()


def noisy_means(model: Path, cache: Path, weights: Path = WEIGHTS) -> Path:
    """The file of means for noisy speech, made from those of the acoustic model `model` and kept in `cache`.

    The means, the shifts and what was made before are known by their digests; a kept file that differs is made anew.

    Raises `SoundError` where a file is missing, damaged or of another model, or the cache cannot be written.
    """
    try:
        original, shifts = (model / MEANS).read_bytes(), (weights / SHIFTS).read_bytes()
        card = json.loads((weights / CARD).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SoundError(f"the model of noisy speech cannot be read ({error}); install robotos again") from error
    if _digest(shifts) != card["sha256"]:
        raise SoundError(f"{weights / SHIFTS} is damaged; install robotos again")
    if _digest(original) != card["made_for_means"]:
        raise SoundError("this pocketsphinx has another English model than the noise was learnt for; install 5.1")
    made = cache / f"noisy-{_digest(shifts)[:16]}.means"
    wanted = _moved(model / MEANS, shifts)
    if not made.is_file() or made.read_bytes() != wanted:
        _keep(made, wanted)
    return made


def _moved(means: Path, shifts: bytes) -> bytes:
    with np.load(io.BytesIO(shifts), allow_pickle=False) as file:
        by = file["shifts"]
    values = read_parameters(means)
    if by.shape != values.shape:
        raise SoundError("the model of noisy speech is for another acoustic model; install robotos again")
    return as_file(values + by.astype(np.float32))


def _keep(path: Path, data: bytes) -> None:
    """Write beside and rename: a second process never reads half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError as error:
        raise SoundError(
            f"{path.parent} cannot hold the acoustic model ({error.strerror}); free or change it"
        ) from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
