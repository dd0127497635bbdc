"""Means and variances of a Sphinx acoustic model: the files as arrays, and arrays as files."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import SoundError

HEADER: Final = b"s3\nversion 1.0\nendhdr\n"
_ENDS: Final = b"endhdr\n"
_ORDER: Final = 0x11223344  # as it reads where the bytes lie as on this machine

Values = NDArray[np.float32]
"""(codebooks, streams, densities, length of a vector)."""


def read_parameters(path: Path) -> Values:
    """A file `means` or `variances` whose streams are equally long.

    Raises `SoundError` for a file of another kind.
    """
    data = path.read_bytes()
    at = data.find(_ENDS) + len(_ENDS)
    try:
        order, codebooks, streams, densities, *rest = struct.unpack_from("<4I", data, at)
        lengths = struct.unpack_from(f"<{streams}I", data, at + 16)
        (count,) = struct.unpack_from("<I", data, at + 16 + 4 * streams)
    except struct.error as error:
        raise SoundError(f"{path} is no acoustic model of Sphinx; install pocketsphinx again") from error
    begin = at + 20 + 4 * streams
    size = codebooks * streams * densities * lengths[0] if streams and not rest else 0
    if order != _ORDER or len(set(lengths)) != 1 or count != size or len(data) < begin + 4 * count:
        raise SoundError(f"{path} is no acoustic model of Sphinx that robotos knows; install pocketsphinx again")
    values = np.frombuffer(data, "<f4", count, begin).reshape(codebooks, streams, densities, lengths[0])
    return values.astype(np.float32)


def as_file(values: Values) -> bytes:
    """What `read_parameters` reads; without a checksum, which the format leaves open."""
    codebooks, streams, densities, length = values.shape
    head = struct.pack(f"<{5 + streams}I", _ORDER, codebooks, streams, densities, *[length] * streams, values.size)
    return HEADER + head + values.astype("<f4").tobytes()
