"""Packets of an LD06 or LD19 lidar, made from the maker's description: an independent second opinion on the emulator's.

A packet is 47 bytes: 0x54, 0x2C (12 points), speed in degrees/s, first angle in 1/100 degree, twelve points of distance
(mm) and intensity, last angle, a time stamp in ms, and CRC-8 with polynomial 0x4D. All little-endian; angles run
clockwise seen from above, with zero ahead. A distance of zero means that nothing came back.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from firmware_bridge.messages import BEAMS, NO_ECHO

POINTS = 12
SPEED = 3600  # degrees/s: ten turns a second
PACKETS = 36  # a turn: 432 points, six to a beam
STEP = 36000 // (PACKETS * POINTS)  # 1/100 degree between two points
BRIGHT = 200
DUST_AT = 60  # mm: a point of no intensity that is no wall


def crc8(data: bytes) -> int:
    """CRC-8, polynomial 0x4D, from zero."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x4D) & 0xFF if crc & 0x80 else crc << 1
    return crc


def packet(first: int, points: Sequence[tuple[int, int]], stamp: int = 0) -> bytes:
    """Twelve (distance, intensity) from angle `first` (1/100 degree, clockwise)."""
    last = (first + STEP * (POINTS - 1)) % 36000
    body = struct.pack("<BBHH", 0x54, 0x2C, SPEED, first)
    body += b"".join(struct.pack("<HB", *point) for point in points)
    body += struct.pack("<HH", last, stamp % 30000)
    return body + bytes((crc8(body),))


def beam(angle: int) -> int:
    """The beam (counter-clockwise, 5 degrees each, centred) that a clockwise angle in 1/100 degree belongs to."""
    return round(-angle / 36000 * BEAMS) % BEAMS


def turn(ranges: Sequence[int], nearer: Mapping[int, int] | None = None, dust: Sequence[int] = ()) -> list[bytes]:
    """One turn through a room of these ranges; `nearer` has single points before the wall, `dust` faint ones."""
    packets, seen = [], set()
    for number in range(PACKETS):
        first, points = number * POINTS * STEP + STEP // 2, []
        for index in range(POINTS):
            which = beam(first + index * STEP)
            mm = 0 if ranges[which] == NO_ECHO else ranges[which]
            if nearer and which in nearer and which not in seen:
                seen.add(which)
                mm = nearer[which]
            faint = which in dust and index % 3 == 0
            points.append((DUST_AT, 0) if faint else (mm, BRIGHT))
        packets.append(packet(first, points))
    return packets
