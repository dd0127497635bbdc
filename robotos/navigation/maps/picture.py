"""Pictures of maps, read within bounds: how bright each pixel is, and how opaque."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from robotos.navigation.maps.errors import MapError

LARGEST = 4096 * 4096  # pixels: 200 m x 200 m at 5 cm, as large as mapping programs make them
FORMATS = ("PNG", "PPM", "BMP")  # those that map_server writes; PGM belongs to PPM

_BROKEN = (
    Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError, OverflowError, LookupError, TypeError,
    struct.error, zlib.error, MemoryError,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Picture:
    """`channels` (H, W, n) of colour from 0 to `full`, the top row first; `alpha` (H, W) is `full` where opaque."""

    channels: NDArray[np.integer[Any]]
    alpha: NDArray[np.integer[Any]] | None
    full: int

    def brightness(self, with_alpha: bool) -> NDArray[np.float64]:
        """The mean (H, W) of three colours, and of `alpha` as a fourth one if wanted and there, from 0 to 1."""
        times = 3 // self.channels.shape[2]
        total = self.channels.sum(axis=2, dtype=np.uint32) * np.uint32(times)
        if with_alpha and self.alpha is not None:
            return np.asarray((total + self.alpha) / (4.0 * self.full))
        return np.asarray(total / (3.0 * self.full))

    @property
    def opaque(self) -> NDArray[np.bool_]:
        """Pixels (H, W) that nothing shines through."""
        return np.ones(self.channels.shape[:2], dtype=bool) if self.alpha is None else self.alpha >= self.full


def read_picture(path: Path) -> Picture:
    """Read a PGM (P2 or P5), PNG or BMP picture.

    Raises:
        MapError: it is missing, broken, or larger than `LARGEST`.
    """
    return _split(_pixels(path, None))


def read_labels(path: Path) -> NDArray[np.uint8]:
    """The bytes (H, W) of a grey or palette picture as they are, the top row first; `MapError` as above."""
    return np.asarray(_pixels(path, ("L", "P", "1")), dtype=np.uint8)


def _pixels(path: Path, modes: tuple[str, ...] | None) -> Image.Image:
    try:
        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if width * height > LARGEST:
                raise MapError(f"{path}: {width} x {height} pixels are too many; crop it to the home")
            if modes is not None and image.mode not in modes:
                raise MapError(f"{path}: a grey picture of 8 bits is wanted, not {image.mode}; export it as such")
            image.load()
            return image.copy()
    except FileNotFoundError as error:
        raise MapError(f"{path}: no such picture; correct the key that names it") from error
    except _BROKEN as error:
        said = " ".join(str(error).split())[:160] or type(error).__name__
        raise MapError(f"{path}: not a readable PGM or PNG picture ({said}); export it again") from error


def _split(image: Image.Image) -> Picture:
    """16-bit grey keeps its depth; everything else has eight bits a channel."""
    if image.mode.startswith("I"):
        grey = np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
        return Picture(grey[:, :, None], None, 65535)
    see_through = "A" in image.getbands() or "transparency" in image.info
    if see_through:
        values = np.asarray(image.convert("RGBA"))
        return Picture(values[:, :, :3], values[:, :, 3], 255)
    if image.mode in {"L", "1"}:
        return Picture(np.asarray(image.convert("L"))[:, :, None], None, 255)
    return Picture(np.asarray(image.convert("RGB")), None, 255)
