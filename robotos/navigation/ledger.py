"""The ledger of a cleaning: which cells of a room the tool has passed over."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from robotos.navigation.grid import Bools, OccupancyGrid

_HEADER = struct.Struct("<HH")


class Ledger:
    """Marks cells as swept; a cell counts when its centre was under the disc of `radius` metres.

    `mask` (H, W) are the cells to be swept (see `coverage.reachable`).
    """

    def __init__(self, grid: OccupancyGrid, mask: Bools, radius: float = 0.175) -> None:
        if mask.shape != grid.shape:
            raise ValueError(f"mask of shape {mask.shape} does not fit the grid of shape {grid.shape}")
        self.grid = grid
        self.mask = mask
        self.radius = radius
        self.swept: Bools = np.zeros(grid.shape, dtype=bool)
        self._total = int(mask.sum())

    def stamp(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """The tool went straight from one point to the other."""
        grid, radius = self.grid, self.radius + 1e-9
        height, width = grid.shape
        low, left = grid.to_cell(min(x0, x1) - radius, min(y0, y1) - radius)
        high, right = grid.to_cell(max(x0, x1) + radius, max(y0, y1) + radius)
        r0, r1, c0, c1 = max(0, low), min(height, high + 1), max(0, left), min(width, right + 1)
        if r0 >= r1 or c0 >= c1:
            return
        dx = grid.origin.x + (np.arange(c0, c1) + 0.5) * grid.resolution - x0
        dy = (grid.origin.y + (np.arange(r0, r1) + 0.5) * grid.resolution - y0)[:, None]
        lx, ly = x1 - x0, y1 - y0
        squared = lx * lx + ly * ly
        along = np.clip((dx * lx + dy * ly) / squared, 0.0, 1.0) if squared > 0.0 else 0.0
        self.swept[r0:r1, c0:c1] |= (dx - along * lx) ** 2 + (dy - along * ly) ** 2 <= radius * radius

    @property
    def share(self) -> float:
        """Swept share of the mask, 0 to 1; 1 for an empty mask."""
        return float((self.swept & self.mask).sum()) / self._total if self._total else 1.0

    @property
    def remaining(self) -> Bools:
        """Cells (H, W) of the mask not swept yet."""
        return self.mask & ~self.swept

    def pack(self) -> bytes:
        """The swept cells of the mask as compressed bits."""
        return _HEADER.pack(*self.grid.shape) + zlib.compress(np.packbits(self.swept & self.mask).tobytes(), 6)

    def unpack(self, data: bytes) -> None:
        """Add the cells that an earlier `pack` held.

        Raises:
            ValueError: the bytes are broken or belong to a map of another size.
        """
        try:
            height, width = _HEADER.unpack_from(data)
            bits = np.frombuffer(zlib.decompress(data[_HEADER.size :]), dtype=np.uint8)
        except (struct.error, zlib.error) as error:
            raise ValueError(f"not a packed ledger ({error}); start the room from the beginning") from error
        if (height, width) != self.grid.shape or len(bits) != (height * width + 7) // 8:
            raise ValueError(f"ledger of a {height} x {width} map, but this map is {self.grid.shape}; start anew")
        self.swept |= np.unpackbits(bits, count=height * width).reshape(self.grid.shape).astype(bool)
